"""Which calls of OpenAI's SDK go past its HTTP, and that what they bring is the same either way."""

import logging
from typing import Any

import msgspec
import openai
import pytest
from tests.gateway.conftest import MESSAGES, MODEL

from genai_sdk.gateway.openai.shortcut import is_open
from genai_sdk.testing import ErrorInStream, Reply, StallBeforeHeaders, Status

EMBEDDING = {"model": "text-embedding-3-small", "input": ["a", "b", "c"]}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}
LONG: dict[str, Any] = {"extra_headers": {"X-Team": "search"}}
"""What only the long way has: a header of the caller's."""


@pytest.fixture
def sent(sdk, monkeypatch) -> list[str]:
    """The paths of the requests that the SDK's HTTP client has sent, of those that go the long way."""
    paths: list[str] = []
    send = sdk._client.send

    def watch(request, **options):
        paths.append(request.url.path)
        return send(request, **options)

    monkeypatch.setattr(sdk._client, "send", watch)
    return paths


def test_calls_go_the_short_way(face, sdk, sent):
    face.chat(sdk)
    face.read(face.chat(sdk, stream=True, stream_options={"include_usage": True}))
    face.do(sdk.embeddings.create(**EMBEDDING))
    face.do(sdk.responses.create(model=MODEL, input="Hello!"))
    face.read(face.do(sdk.responses.create(model=MODEL, input="Hello!", stream=True)))
    face.do(sdk.moderations.create(input="Hello!"))
    face.chat(sdk, extra_body={"genai": {"trace_name": "checkout"}}, timeout=5)
    face.chat(sdk.with_options(timeout=5, max_retries=3))
    assert sent == []


WITH_HTTP = {
    "a header": lambda sdk: sdk.chat.completions.create(model=MODEL, messages=MESSAGES, **LONG),
    "a query": lambda sdk: sdk.chat.completions.create(model=MODEL, messages=MESSAGES, extra_query={"a": "b"}),
    "a raw response": lambda sdk: sdk.chat.completions.with_raw_response.create(model=MODEL, messages=MESSAGES),
    "a copy with headers": lambda sdk: sdk.with_options(default_headers={"X-Team": "a"}).moderations.create(input="a"),
    "a copy of a copy with headers": lambda sdk: (
        sdk.with_options(default_headers={"X-Team": "a"}).with_options(timeout=5).moderations.create(input="a")
    ),
    "a file": lambda sdk: sdk.audio.transcriptions.create(model="whisper-1", file=("a.wav", b"RIFF")),
    "sound": lambda sdk: sdk.audio.speech.create(model="tts-1", voice="alloy", input="a"),
}


@pytest.mark.parametrize("name", WITH_HTTP)
def test_what_only_http_can_show_goes_the_long_way(face, sdk, sent, name):
    face.do(WITH_HTTP[name](sdk))
    assert len(sent) == 1


def test_models_go_the_long_way(face, sdk, sent):
    face.read(sdk.models.list())
    assert len(sent) == 1


def test_hooks_of_the_http_client_are_called(face, sdk, sent):
    seen = []
    if isinstance(sdk, openai.OpenAI):
        sdk._client.event_hooks = {"request": [lambda request: seen.append(request.url.path)]}
    else:

        async def hook(request):
            seen.append(request.url.path)

        sdk._client.event_hooks = {"request": [hook]}
    face.chat(sdk)
    assert seen == sent == ["/v1/chat/completions"]


@pytest.mark.parametrize("of_the_class", [False, True])
def test_hooks_of_the_sdk_s_client_are_called(face, sdk, sent, monkeypatch, of_the_class):
    seen = []
    was = type(sdk)._prepare_request

    def prepare(client, request):
        seen.append(request.url.path)
        return was(client, request)

    if of_the_class:
        monkeypatch.setattr(type(sdk), "_prepare_request", prepare)
    else:
        monkeypatch.setattr(sdk, "_prepare_request", lambda request: prepare(sdk, request))
    face.chat(sdk)
    assert seen == sent == ["/v1/chat/completions"]


def test_whoever_wants_the_sdk_s_own_log_has_it(face, sdk, sent, caplog):
    with caplog.at_level(logging.DEBUG, logger="openai"):
        face.chat(sdk)
    assert len(sent) == 1
    assert any(record.name == "openai._base_client" for record in caplog.records)


def test_a_key_that_is_set_later_is_refused(face, sdk, stage):
    sdk.api_key = "sk-of-somebody"
    with pytest.raises(openai.BadRequestError, match="takes no api_key"):
        face.chat(sdk)
    assert list(stage.first.journal) == []


def test_what_is_no_json_raises_what_the_sdk_raises(face, sdk):
    with pytest.raises(TypeError, match="not JSON serializable"):
        face.chat(sdk, extra_body={"stop": {"a", "b"}})


REPLIES = {
    "a text": Reply(text="one two three", prompt_tokens=9, completion_tokens=3),
    "tools": Reply(text="I look.", tool_calls=[("get_weather", {"city": "Seoul"}), ("get_weather", {})]),
    "a cut": Reply(text="one two", finish="length"),
    "no text": Reply(text=""),
    "reasoning": Reply(text="four", reasoning="two and two"),
}
WAYS: dict[str, dict[str, Any]] = {"short": {}, "long": LONG}


@pytest.mark.parametrize("name", REPLIES)
@pytest.mark.parametrize("stream", [False, True])
def test_both_ways_bring_the_same(face, sdk, stage, sent, name, stream):
    made = []
    more = {"stream_options": {"include_usage": True}} if stream else {}
    for way in WAYS.values():
        stage.first.script(REPLIES[name])
        answer = face.chat(sdk, stream=stream, tools=[TOOL], **more, **way)
        made.append([shape(item) for item in (face.read(answer) if stream else [answer])])
    assert made[0] == made[1]
    assert len(sent) == 1


@pytest.mark.parametrize("form", ["float", "base64", None])
def test_vectors_are_the_same_either_way(face, sdk, sent, form):
    options = {} if form is None else {"encoding_format": form}
    made = [shape(face.do(sdk.embeddings.create(**EMBEDDING, **options, **way))) for way in WAYS.values()]
    assert made[0] == made[1]
    assert len(sent) == 1


@pytest.mark.parametrize("stream", [False, True])
def test_responses_are_the_same_either_way(face, sdk, stage, sent, stream):
    made = []
    for way in WAYS.values():
        stage.first.script(Reply(text="one two three", tool_calls=[("get_weather", {"city": "Seoul"})]))
        answer = face.do(sdk.responses.create(model=MODEL, input="Hello!", stream=stream, **way))
        made.append([shape(item) for item in (face.read(answer) if stream else [answer])])
    assert made[0] == made[1]
    assert len(sent) == 1


OF_ONE_CALL = {"id", "item_id", "call_id", "created", "created_at", "genai", "_request_id"}


def shape(model: Any) -> Any:
    """All that a model of the SDK's holds, without what is of one call alone."""
    if isinstance(model, openai.BaseModel):
        fields = {name: shape(item) for name, item in [*model.__dict__.items(), *(model.model_extra or {}).items()]}
        own = {name: item for name, item in fields.items() if name not in OF_ONE_CALL}
        return [type(model), sorted(model.model_fields_set), sorted(fields), "genai" in fields, own]
    if isinstance(model, list):
        return [shape(item) for item in model]
    if isinstance(model, dict):
        return {name: shape(item) for name, item in model.items() if name not in OF_ONE_CALL}
    return model


def test_what_is_known_of_a_call_is_what_json_has(face, sdk, stage):
    stage.first.script(Status(503))
    answer = face.chat(sdk)
    assert answer.genai == msgspec.json.decode(msgspec.json.encode(answer.genai))
    assert type(answer.genai["attempts"]) is list


def test_a_stream_s_response_is_there_for_whoever_looks_at_it(face, sdk, stage):
    stream = face.chat(sdk, stream=True)
    response = stream.response
    assert (response.status_code, response.is_closed) == (200, False)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.request.url.path == "/v1/chat/completions"
    assert response.request.headers["authorization"] == "Bearer genai-sdk"
    face.read(stream)
    assert response.is_closed


def test_a_stream_s_bytes_are_events_for_whoever_reads_them(face, sdk):
    stream = face.chat(sdk, stream=True)
    if isinstance(stream, openai.Stream):
        data = b"".join(stream.response.iter_bytes())
    else:

        async def read():
            return b"".join([part async for part in stream.response.aiter_bytes()])

        data = face.do(read())
    *events, end, rest = data.split(b"\n\n")
    assert (end, rest) == (b"data: [DONE]", b"")
    assert all(event.startswith(b'data: {"id":') for event in events)


def test_a_stream_that_was_closed_is_closed_for_whoever_looks_later(face, sdk):
    stream = face.chat(sdk, stream=True)
    face.do(stream.close())
    assert stream.response.is_closed
    assert stream.response.status_code == 200


@pytest.mark.parametrize("step", [Status(429), StallBeforeHeaders()])
def test_an_error_has_the_request_it_is_of(face, sdk, stage, step):
    stage.first.always(step)
    with pytest.raises(openai.APIError) as raised:
        face.chat(sdk, f"first/{MODEL}", timeout=0.2, extra_body={"genai": {"num_retries": 0}})
    assert raised.value.request.url.path == "/v1/chat/completions"
    if isinstance(raised.value, openai.APIStatusError):
        assert raised.value.response.request is raised.value.request


def test_a_stream_that_breaks_has_the_request_it_is_of(face, sdk, stage):
    stage.first.always(ErrorInStream(503, after_chunks=2))
    stream = face.chat(sdk, f"first/{MODEL}", stream=True)
    with pytest.raises(openai.APIError, match="first") as raised:
        face.read(stream)
    assert raised.value.request.url.path == "/v1/chat/completions"
    assert stream.response.is_closed


def test_an_sdk_without_a_seam_has_no_short_way():
    class Stream:
        def __stream__(self):
            """Stand for a stream of an SDK that has another inside."""

    assert is_open(openai.OpenAI, openai.Stream)
    assert is_open(openai.AsyncOpenAI, openai.AsyncStream)
    assert not is_open(openai.OpenAI, Stream)
    assert not is_open(object, openai.Stream)


def test_a_client_without_a_short_way_answers_all_the_same(face, sdk, sent):
    sdk.shortcut = None
    assert face.chat(sdk).choices[0].message.content == "first: Hello there!"
    chunks = face.read(face.chat(sdk.with_options(timeout=5), stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "first: Hello there!"
    assert len(sent) == 2
