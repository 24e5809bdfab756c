"""Bad input to every operation, on both faces: an error that says what was wrong and what would do; nothing is lost."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.operations.conftest import Face, Project
from tests.operations.rows import ROWS

from genai_sdk import GenAIClient
from genai_sdk.errors import (
    BadRequestError,
    ContextWindowExceededError,
    GenAIError,
    InvalidRequestError,
    ProviderTimeoutError,
    UnknownModelError,
)
from genai_sdk.testing import BadRequest, ContextWindow, FakeProvider, Reply, StallBeforeHeaders, Status
from genai_sdk.testing.formats.images import png

HELLO = [{"role": "user", "content": "Hello!"}]
PIN = {row.method: f"here/{row.models['openai']}" for row in ROWS}
GOOD = {row.method: row.arguments for row in ROWS}
STREAMS = [row.method for row in ROWS if row.streams]
FORM = {"type": "json_schema", "json_schema": {"name": "reply", "schema": {"type": "nonsense"}}}


def get_weather(city: str) -> str:
    """Return the weather of a city."""
    raise ValueError(f"no station in {city}")


SHAPES: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("completion", {"messages": []}, "must be a list of messages such as .* not an empty list"),
    ("completion", {"messages": "Hello!"}, "must be a list of messages such as .* not str"),
    ("completion", {"messages": [{"content": "Hello!"}]}, r'messages\[0\] must be a dict with a "role"'),
    ("completion", {"messages": HELLO, "temprature": 1}, "did you mean 'temperature'"),
    ("completion", {"messages": [{"role": "user", "content": object()}]}, "a value of the type 'object'"),
    ("embedding", {"input": ""}, "input must be a text or a list of texts, not an empty str"),
    ("embedding", {"input": []}, "input must be a text or a list of texts, not an empty list"),
    ("embedding", {"input": ["one", 2]}, r"input\[1\] must be a text, not int"),
    ("responses", {"input": ""}, "input must not be empty"),
    ("responses", {"input": []}, "input must be a text, or a list of items such as .* not an empty list"),
    ("responses", {"input": [5]}, r"input\[0\] must be a dict, not int"),
    ("responses", {"input": "Hello!", "max_tokens": 5}, "responses does not .*max_output_tokens"),
    ("messages", {"messages": [], "max_tokens": 5}, "messages must be a list of messages such as .* not an empty list"),
    ("messages", {"messages": HELLO, "max_tokens": 0}, "max_tokens must be a number of tokens, 1 or more, not 0"),
    ("messages", {"messages": ["Hello!"], "max_tokens": 5}, r"messages\[0\] must be a dict, not str"),
    ("text_completion", {"prompt": ""}, "prompt must be a text, not an empty str"),
    ("text_completion", {"prompt": 5}, "prompt must be a text or a list of texts, not int"),
    ("image_generation", {"prompt": ""}, "prompt must be a text, not an empty str"),
    ("image_generation", {"prompt": "a", "size": object()}, "a value of the type 'object'"),
    ("image_edit", {"image": b"", "prompt": "a"}, "image is empty"),
    ("image_edit", {"image": "there-is-none.png", "prompt": "a"}, "image cannot be read from 'there-is-none.png'"),
    ("image_edit", {"image": 5, "prompt": "a"}, "image must be a path, bytes, a file opened with 'rb', or"),
    ("image_edit", {"image": png("a"), "prompt": "a", "mask": 5}, "mask must be a path, bytes"),
    ("speech", {"input": ""}, "input must be a text, not an empty str"),
    ("speech", {"input": "Hello!", "stream_format": "sse"}, "give stream=True with it"),
    ("transcription", {"file": b""}, "file is empty"),
    ("transcription", {"file": "there-is-none.mp3"}, "file cannot be read from 'there-is-none.mp3'"),
    ("transcription", {"file": ("a.wav", 5)}, "file must be a path, bytes, a file opened with 'rb', or"),
    ("rerank", {"query": "", "documents": ["a"]}, "query must be a text, not an empty str"),
    ("rerank", {"query": "a", "documents": "a"}, "documents must be a list of texts, not str"),
    ("rerank", {"query": "a", "documents": ["a", 5]}, r"documents\[1\] must be a text, not int"),
    ("moderation", {"input": ""}, "input must be a text, not an empty str"),
    ("moderation", {"input": 5}, "input must be a text or a list of texts, not int"),
)
RUNS: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("run_tools", {"messages": [], "tools": [get_weather]}, "must be a list of messages such as"),
    ("run_tools", {"messages": HELLO, "tools": []}, "tools must be a list of functions"),
    ("run_tools", {"messages": HELLO, "tools": [5]}, "a tool is a function or a Tool, not 5"),
    ("run_tools", {"messages": HELLO, "tools": [lambda *several: several]}, "which nobody could describe"),
    ("run_tools", {"messages": HELLO, "tools": [get_weather], "max_rounds": 0}, "max_rounds must be"),
    ("run", {"name": 5}, "the name of a prompt must be a text, not 5"),
    ("run", {"name": "nobody's"}, "has no prompt \"nobody's\".*its prompts are 'greeting'"),
    ("run", {"name": "greeting"}, r"needs a value for 'name': give variables=\{'name'"),
    ("run", {"name": "greeting", "variables": 5}, "variables must be a mapping of names to values, not int"),
    ("run", {"name": "greeting", "variables": {"name": "Mina"}, "messages": HELLO}, "run takes no messages"),
)
NAMES_FILE = [{"role": "user", "content": [{"type": "file", "file": {"file_id": "claude/files/file_1"}}]}]
JOBS: tuple[tuple[str, str, Mapping[str, Any], str], ...] = (
    ("files", "create", {"file": b""}, "file is empty"),
    ("files", "create", {"file": 5}, "file must be a path, bytes, a file opened with 'rb', or"),
    ("files", "create", {"file": b"a"}, "several keep files: here, claude"),
    ("files", "create", {"file": b"a", "connection": "gone"}, "no connection 'gone', where the file is; it has here"),
    ("files", "create", {"file": b"a", "connection": "claude", "purpose": "x"}, "have no purpose: leave it out"),
    ("files", "retrieve", {"file_id": "file-1"}, "'file-1' is no file's id"),
    ("files", "content", {"file_id": None}, "None is no file's id"),
    ("files", "list", {"limit": 0}, "limit must be a whole number from 1, not 0"),
    ("files", "list", {"after": "file-1"}, "'file-1' is no file's id"),
    ("batches", "create", {"model": PIN["completion"], "requests": []}, "requests must be a list of calls"),
    ("batches", "upload", {"file": b"no json"}, "line 1 of the file is no request"),
    ("batches", "upload", {"file": b"{}"}, "line 1 of the file is no request"),
    ("batches", "start", {"file_id": "here/files/f", "endpoint": "chat"}, "endpoint must be a path such as"),
    ("batches", "start", {"file_id": "here/files/f", "endpoint": "/v1/x", "n": 1}, r"start does not know n"),
    ("batches", "start", {"file_id": "claude/files/f", "endpoint": "/v1/x"}, "'claude' has no batches here"),
    ("batches", "retrieve", {"batch_id": "batch_1"}, "'batch_1' is no batch's id"),
    ("batches", "list", {"connection": "gone"}, "no connection 'gone', where the batch is"),
)


@pytest.fixture
def client(project: Project, fake: FakeProvider) -> Iterator[GenAIClient]:
    project.connect("here", "openai", fake, *(row.models["openai"] for row in ROWS))
    project.connect("claude", "anthropic", fake, "claude-sonnet-4-5")
    project.langfuse.prompts.create("greeting", "Hello {{name}}!", labels=["production"])
    return project.client()


@pytest.mark.parametrize(("method", "arguments", "message"), SHAPES)
def test_a_wrong_shape_is_named_and_nothing_is_sent(
    face: Face, client: GenAIClient, fake: FakeProvider, method: str, arguments: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(GenAIError, match=message):
        face.call(client, method, PIN[method], **arguments)
    assert len(fake.journal) == 0


@pytest.mark.parametrize(("owner", "method", "arguments", "message"), JOBS)
def test_a_wrong_file_or_batch_is_named_and_nothing_is_sent(
    face: Face,
    client: GenAIClient,
    fake: FakeProvider,
    owner: str,
    method: str,
    arguments: Mapping[str, Any],
    message: str,
) -> None:
    with pytest.raises(GenAIError, match=message):
        face.do(getattr(client, owner), method, **arguments)
    assert len(fake.journal) == 0


def test_a_file_of_another_connection_is_named_and_nothing_is_sent(
    face: Face, client: GenAIClient, fake: FakeProvider
) -> None:
    with pytest.raises(BadRequestError, match="'claude/files/file_1' is a file of the connection 'claude'"):
        face.call(client, "completion", PIN["completion"], NAMES_FILE)
    assert len(fake.journal) == 0


@pytest.mark.parametrize(("method", "arguments", "message"), RUNS)
def test_a_run_of_a_wrong_shape_is_named_and_nothing_is_sent(
    face: Face, client: GenAIClient, fake: FakeProvider, method: str, arguments: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(GenAIError, match=message):
        face.call(client, method, **{"model": PIN["completion"], **arguments})
    assert len(fake.journal) == 0


@pytest.mark.parametrize("method", PIN)
def test_a_model_that_is_none_is_named(face: Face, client: GenAIClient, fake: FakeProvider, method: str) -> None:
    with pytest.raises(InvalidRequestError, match=r'model must be a name such as "gpt-6-luna".*, not 5'):
        face.call(client, method, 5, **GOOD[method])
    with pytest.raises(UnknownModelError, match="No connection serves 'nonsense-1'"):
        face.call(client, method, "nonsense-1", **GOOD[method])
    assert len(fake.journal) == 0


@pytest.mark.parametrize("method", [name for name in PIN if name not in ("completion", "responses", "messages")])
def test_a_model_that_is_not_for_this_says_who_is(
    face: Face, client: GenAIClient, fake: FakeProvider, method: str
) -> None:
    wrong = f"'claude/claude-sonnet-4-5' has no {method}: claude/claude-sonnet-4-5 .* cannot do it. .* it: here"
    with pytest.raises(InvalidRequestError, match=wrong):
        face.call(client, method, "claude/claude-sonnet-4-5", **GOOD[method])
    assert len(fake.journal) == 0


@pytest.mark.parametrize("step", [Status(413, message="too large"), BadRequest("no such schema"), ContextWindow(9)])
@pytest.mark.parametrize("method", PIN)
def test_what_a_vendor_refuses_is_raised_in_its_words_and_recorded(
    face: Face, client: GenAIClient, project: Project, fake: FakeProvider, method: str, step: Any
) -> None:
    fake.script(step)
    with pytest.raises((BadRequestError, ContextWindowExceededError)) as raised:
        face.call(client, method, PIN[method], **GOOD[method])
    assert (raised.value.connection, len(raised.value.attempts), len(fake.journal)) == ("here", 1, 1)
    assert getattr(step, "message", None) is None or step.message in str(raised.value)
    assert client.flush(20)
    (trace,) = project.langfuse.traces
    assert trace.root.level == "ERROR"
    assert raised.value.trace_id == trace.id


def test_a_schema_that_a_vendor_refuses_ends_a_run(
    face: Face, client: GenAIClient, project: Project, fake: FakeProvider
) -> None:
    for method, arguments in (
        ("run", {"name": "greeting", "variables": {"name": "Mina"}, "response_format": FORM}),
        ("run_tools", {"messages": HELLO, "tools": [get_weather], "response_format": FORM}),
    ):
        fake.script(BadRequest("Invalid schema for response_format 'reply'"))
        with pytest.raises(BadRequestError, match="Invalid schema for response_format 'reply'"):
            face.call(client, method, model=PIN["completion"], **arguments)
    assert client.flush(20)
    assert [trace.root.level for trace in project.langfuse.traces] == ["ERROR", "ERROR"]


def test_a_tool_that_raises_is_told_to_the_model_and_recorded(
    face: Face, client: GenAIClient, project: Project, fake: FakeProvider
) -> None:
    fake.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="I cannot tell."))
    run = face.call(client, "run_tools", HELLO, tools=[get_weather], model=PIN["completion"])
    assert (run.text, run.results[0].content) == ("I cannot tell.", "Error: ValueError: no station in Seoul")
    assert client.flush(20)
    (trace,) = project.langfuse.traces
    assert [one.level for one in trace.observations if one.type == "TOOL"] == ["ERROR"]


@pytest.mark.parametrize("method", STREAMS)
def test_a_stream_that_is_left_in_its_middle_is_recorded(
    face: Face, client: GenAIClient, project: Project, method: str
) -> None:
    stream = face.call(client, method, PIN[method], **GOOD[method], stream=True)
    face.first(stream)
    face.close(stream)
    assert client.flush(20)
    (trace,) = project.langfuse.traces
    calls = [one for one in trace.observations if one.type == "GENERATION"]
    assert calls
    assert all(one.status_message.endswith("before its end") for one in calls)


@pytest.mark.parametrize("method", PIN)
def test_a_vendor_that_never_answers_is_waited_for_no_longer_than_was_said(
    face: Face, client: GenAIClient, project: Project, fake: FakeProvider, method: str
) -> None:
    fake.script(StallBeforeHeaders())
    with pytest.raises(ProviderTimeoutError) as raised:
        face.call(client, method, PIN[method], **GOOD[method], timeout=0.2)
    assert client.flush(20)
    (trace,) = project.langfuse.traces
    assert (trace.root.level, raised.value.trace_id) == ("ERROR", trace.id)


@pytest.mark.parametrize("method", PIN)
async def test_a_call_that_is_cancelled_in_its_middle_is_recorded(
    client: GenAIClient, project: Project, fake: FakeProvider, method: str
) -> None:
    fake.script(StallBeforeHeaders())
    call = asyncio.ensure_future(getattr(client, f"a{method}")(PIN[method], **GOOD[method]))
    await asyncio.to_thread(fake.journal.wait_for, 1, 20)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await client.aflush(20)
    (trace,) = project.langfuse.traces
    assert (trace.root.level, trace.root.status_message) == ("WARNING", "cancelled")
