"""The tools of MCP servers, which are real ones in processes of their own."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genai_sdk import ConfigurationError, GenAIClient, InvalidRequestError, McpServer
from genai_sdk.testing import Reply

MODEL = "openai_test/gpt-4o-mini"
HELLO = [{"role": "user", "content": "How is the weather in Seoul?"}]
PATH = {"PYTHONPATH": os.pathsep.join(sys.path)}
COMMAND = [sys.executable, str(Path(__file__).with_name("mcp_server.py"))]


def server(*arguments, **options):
    return McpServer([*COMMAND, *arguments], env=PATH, **options)


def run_with(face_is_async, client, made, tools=(), **options):
    """Run within `with` or `async with`, and return what came of it."""

    async def inside():
        async with made as theirs:
            return await client.arun_tools(HELLO, tools=[*theirs, *tools], model=MODEL, **options)

    if face_is_async:
        return asyncio.run(inside())
    with made as theirs:
        return client.run_tools(HELLO, tools=[*theirs, *tools], model=MODEL, **options)


@pytest.fixture(params=["sync", "async"])
def run(request, client):
    return lambda *arguments, **options: run_with(request.param == "async", client, *arguments, **options)


def test_a_model_calls_the_tools_of_a_server(run, regions):
    regions.usa.script(
        Reply(tool_calls=[("get_weather", {"city": "Seoul", "days": 2}), ("weather_fail", {"city": "Busan"})]),
        Reply(text="It is clear."),
    )
    done = run(server())
    assert done.text == "It is clear."
    assert [result.content for result in done.results] == [
        "Seoul: clear for 2 days",
        "Error: McpToolError: Error executing tool weather.fail: no station in Busan",
    ]
    offered = {tool["function"]["name"]: tool["function"] for tool in regions.usa.journal[0].body["tools"]}
    assert offered["get_weather"]["description"] == "Return the weather of a city."
    assert offered["get_weather"]["parameters"]["required"] == ["city"]


def test_they_go_together_with_functions_and_only_those_that_are_named_are_taken(run, regions):
    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    regions.usa.script(
        Reply(tool_calls=[("add", {"a": 1, "b": 2}), ("get_weather", {"city": "Seoul"})]), Reply(text="3")
    )
    done = run(server(only=["get_weather"]), [add])
    assert [result.content for result in done.results] == ["3", "Seoul: clear for 1 days"]
    assert [tool["function"]["name"] for tool in regions.usa.journal[0].body["tools"]] == ["get_weather", "add"]


def test_a_server_sees_nothing_of_our_environment_that_it_was_not_given(run, regions, monkeypatch):
    monkeypatch.setenv("LANGFUSE_SECRET_KEY", "sk-lf-secret")
    regions.usa.script(Reply(tool_calls=[("environment", {"name": "LANGFUSE_SECRET_KEY"})]), Reply(text="Nothing."))
    assert run(server()).results[0].content == "nothing"


def test_a_server_that_dies_is_an_error_of_the_tool_and_no_hanging_run(run, regions):
    regions.usa.script(
        Reply(tool_calls=[("leave", {})]), Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="Gone.")
    )
    done = run(server(timeout=20))
    assert done.text == "Gone."
    assert all(result.error for result in done.results)


def test_a_tool_that_takes_too_long_is_given_up(run, regions):
    regions.usa.script(Reply(tool_calls=[("wait", {"seconds": 1})]), Reply(text="Never mind."))
    assert "0.05 s" in run(server(), tool_timeout=0.05).results[0].error


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: McpServer(["no-such-program-anywhere"]), "did not start: FileNotFoundError"),
        (lambda: server("--refuse"), "did not start"),
        (lambda: McpServer(url="http://127.0.0.1:9/mcp", timeout=20), "did not start"),
    ],
)
def test_a_server_that_does_not_start_says_so(run, made, why):
    with pytest.raises(ConfigurationError, match=why):
        run(made())


def test_a_server_that_says_nothing_is_not_waited_for(run):
    with pytest.raises(ConfigurationError, match=r"did not start within 0\.5 s"):
        run(McpServer([sys.executable, "-c", "import sys; sys.stdin.read()"], timeout=0.5))


def test_a_name_that_the_server_does_not_have_is_refused_with_those_it_has(run):
    with pytest.raises(InvalidRequestError, match="no tool 'get_wether'; it has get_weather"):
        run(server(only=["get_wether"]))


@pytest.mark.parametrize("options", [{}, {"command": "python server.py"}, {"command": ["a"], "url": "http://b"}])
def test_what_is_no_server_is_refused(options):
    with pytest.raises(InvalidRequestError, match="takes a command as a list"):
        McpServer(**options)


def test_a_secret_in_the_arguments_is_not_shown():
    assert "sk-secret" not in repr(McpServer(["server", "--key", "sk-secret"]))
    assert "sk-secret" not in repr(McpServer(url="http://user:sk-secret@host/mcp"))


@pytest.fixture
def over_http() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(
        [*COMMAND, "--http", str(port)], env={**os.environ, **PATH}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert any("running on" in line for line in process.stderr)
        yield f"http://127.0.0.1:{port}/mcp"
        process.kill()
        with contextlib.suppress(ValueError):
            process.stderr.read()


def test_a_server_that_runs_already_is_reached_over_http_with_its_headers(client: GenAIClient, regions, over_http):
    for is_async in (False, True):
        regions.usa.script(Reply(tool_calls=[("header", {"name": "x-team"})]), Reply(text="Done."))
        reached = McpServer(url=over_http, headers={"X-Team": "weather"})
        assert run_with(is_async, client, reached).results[0].content == "weather"
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="Done."))
    assert run_with(False, client, McpServer(url=over_http)).results[0].content == "Seoul: clear for 1 days"
