"""`genai replay --cassette`: what production recorded becomes a cassette that a test replays."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.production import Production, ask, produced

from genai_sdk import GenAIClient, RateLimitError
from genai_sdk.testing import Cassette, Reply, Status

KEY = "sk-" + "user-pasted-this-1234"
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]


@pytest.fixture(params=["legacy", "dual", "events_only"])
def production(request: pytest.FixtureRequest) -> Iterator[Production]:
    with produced(request.param, "text-embedding-3-small") as running:
        yield running


def program(client: GenAIClient) -> list[Any]:
    """What a program does, in production and again in its test."""
    called = ask(client, "Weather?", tools=TOOLS, temperature=0.2, response_format={"type": "json_object"})
    told = ask(client, f"My key is {KEY}", stop="END")
    streamed = [chunk.text for chunk in ask(client, "Stream it", stream=True)]
    return [called.choices[0].message.tool_calls[0].function.name, told.text, "".join(streamed)]


def test_a_trace_becomes_a_cassette_that_answers_the_same_program(
    production: Production, genai: Run, tmp_path: Path
) -> None:
    production.fake.script(Reply(tool_calls=[("weather", {"city": "Seoul"})]))
    trace_id = production.run(program)
    path = tmp_path / "cassettes" / "production.json"
    done = genai("replay", "--cassette", trace_id, "--output", str(path), **production.environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{path}: 3 calls\n"
    assert "holds what users wrote" in done.stderr
    written = path.read_text()
    assert KEY not in written
    assert f"trace {trace_id}: holds what users wrote and models answered" in written
    asked = len(production.fake.journal)
    nowhere: dict[str, Any] = {"public_key": "pk-lf-x", "secret_key": "sk-lf-x", "broker_url": "http://127.0.0.1:9"}
    with GenAIClient(**nowhere, tracing=False) as stranger, Cassette(path, "replay") as cassette:
        assert program(stranger) == ["weather", "seoul: My key is ***", "seoul: Stream it"]
        assert cassette.unused == []
        again = ask(stranger, f"My key is {KEY}", stop="END")
    assert (again.genai.connection, again.usage.total_tokens > 0) == ("seoul", True)
    assert len(production.fake.journal) == asked


def test_what_cannot_be_replayed_is_left_out_and_counted(production: Production, genai: Run, tmp_path: Path) -> None:
    def mixed(client: GenAIClient) -> None:
        ask(client, "Hello!")
        client.embedding("text-embedding-3-small", "one")
        production.fake.script(Status(429))
        with pytest.raises(RateLimitError):
            ask(client, "Too much", num_retries=0)

    path = tmp_path / "one.json"
    done = genai("replay", "--cassette", production.run(mixed), "--output", str(path), **production.environ)
    assert done.stdout == f"{path}: 1 call\n"
    assert "left out 1: it failed; 1: it is no chat call" in done.stderr


def test_what_was_masked_stays_masked_and_more_may_be(production: Production, genai: Run, tmp_path: Path) -> None:
    def mask(data: Any) -> Any:
        return json.loads(json.dumps(data).replace("Mina", "[name]"))

    (tmp_path / "house_rules.py").write_text(
        "import json\n\ndef mask(data):\n    return json.loads(json.dumps(data).replace('Seoul', '[city]'))\n"
    )
    trace_id = production.run(lambda client: ask(client, "I am Mina of Seoul."), mask=mask)
    path = tmp_path / "one.json"
    options = ("--output", str(path), "--mask", "house_rules:mask", "--model", "fast")
    done = genai("replay", "--cassette", trace_id, *options, **production.environ, PYTHONPATH=f"{tmp_path}:{_source()}")
    assert done.returncode == 0, done.stderr
    (recording,) = json.loads(path.read_text())["recordings"]
    assert recording["request"]["messages"] == [{"role": "user", "content": "I am [name] of [city]."}]
    assert recording["request"]["model"] == "fast"
    assert "Mina" not in path.read_text()
    assert "Seoul" not in path.read_text()


def test_it_says_what_is_wrong(production: Production, genai: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    bare = production.run(lambda client: ask(client, "Hello!"), capture_content=False)
    for trace_id, options, words in (
        ("0" * 32, (), "has no trace"),
        (bare, (), "no answered chat call with its content"),
        (bare, ("--mask", "nowhere:mask"), "No module named 'nowhere'"),
        (bare, ("--mask", "nowhere"), "--mask takes MODULE:NAME"),
    ):
        done = genai("replay", "--cassette", trace_id, "--output", str(path), *options, **production.environ)
        assert done.returncode != 0
        assert words in done.stderr
    path.write_text("mine")
    assert "exists" in genai("replay", "--cassette", bare, "--output", str(path), **production.environ).stderr
    assert path.read_text() == "mine"


def _source() -> Path:
    return Path(__file__).parents[2] / "src"
