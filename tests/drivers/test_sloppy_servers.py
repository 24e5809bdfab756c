"""Servers that take OpenAI's wire lightly: what they leave out or say otherwise is read all the same, or named."""

import contextlib
import itertools
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest
from tests.drivers.stage import BIRTH, KEY, Face

from genai_sdk.connections import Connection, Credentials, Secret
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.stream_reader import StreamReader
from genai_sdk.errors import (
    AuthenticationError,
    BadRequestError,
    ContentFilterError,
    ContextWindowExceededError,
    ModelNotFoundError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
)
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, ConnectionView
from genai_sdk.wires.chunks import ChatParser
from genai_sdk.wires.framing import ServerSentEvents
from genai_sdk.wires.openai import WIRE
from genai_sdk.wires.openai.answers import completion_of
from genai_sdk.wires.openai.embeddings import EmbeddingCodec
from genai_sdk.wires.wire import Endpoint, HttpResponse


class Server:
    """A server that answers every POST with the same bytes, in pieces."""

    def __init__(self) -> None:
        self.status, self.media, self.pieces = 200, "application/json", [b"{}"]
        self.coding = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(outer.status)
                if outer.media:
                    self.send_header("content-type", outer.media)
                if outer.coding:
                    self.send_header("content-encoding", outer.coding)
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                for piece in (*filter(None, outer.pieces), b""):
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                    self.wfile.flush()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def deployment(self, **view: Any) -> Deployment:
        url = f"{self.url}/v1"
        shown = ConnectionView(name="here", adapter="openai", base_url=url, created_at=BIRTH, updated_at=BIRTH, **view)
        return Deployment(Connection(shown, Credentials("api_key", {"key": Secret(KEY)})), "m")

    def say(self, body: Any, status: int = 200, media: str = "application/json") -> None:
        self.status, self.media = status, media
        self.pieces = [body if isinstance(body, bytes) else json.dumps(body).encode()]

    def stream(self, *pieces: bytes) -> None:
        self.status, self.media, self.pieces = 200, "text/event-stream", list(pieces)

    @contextlib.contextmanager
    def packed(self, coding: str) -> Iterator[None]:
        """Say of what is sent meanwhile that it is packed."""
        self.coding = coding
        try:
            yield
        finally:
            self.coding = ""

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def body(message: Any, finish: Any = "stop", **more: Any) -> dict[str, Any]:
    choices = [{"index": 0, "message": message, "finish_reason": finish}]
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": choices, **more}


SAID = {"role": "assistant", "content": "hi"}


def read(data: Mapping[str, Any]) -> ChatCompletion:
    value = completion_of(json.loads(json.dumps(data)))
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("message", "content", "reasoning"),
    [
        ({"content": "x"}, "x", None),
        ({"role": None, "content": ""}, "", None),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "ab", None),
        ({"content": "yes", "reasoning": "hm"}, "yes", "hm"),
        ({"content": "yes", "reasoning_content": "hm", "reasoning": "other"}, "yes", "hm"),
        ({"content": "<think>hm</think>yes"}, "yes", "hm"),
        ({"content": "\n<thinking>hm\n</thinking>\nyes"}, "\nyes", "hm\n"),
        ({"content": "a <think> b </think>"}, "a <think> b </think>", None),
        ({"content": "<think>never closed"}, "", "never closed"),
    ],
)
def test_what_a_message_says_is_found_wherever_it_is(message: Any, content: str, reasoning: str | None) -> None:
    found = read(body(message)).choices[0].message
    assert (found.role, found.content, found.reasoning_content) == ("assistant", content, reasoning)


@pytest.mark.parametrize(
    ("given", "finish", "native"),
    [
        ("stop", "stop", None),
        (None, "stop", None),
        ("eos", "stop", "eos"),
        ("COMPLETE", "stop", "COMPLETE"),
        ("max_tokens", "length", "max_tokens"),
        ("SAFETY", "content_filter", "SAFETY"),
        ("tool_use", "tool_calls", "tool_use"),
        ("never heard of", "stop", "never heard of"),
    ],
)
def test_a_finish_reason_is_said_in_openai_s_words(given: str | None, finish: str, native: str | None) -> None:
    choice = read(body(SAID, given)).choices[0]
    assert (choice.finish_reason, choice.get("native_finish_reason")) == (finish, native)


def test_a_call_of_a_tool_has_an_id_and_arguments_as_text() -> None:
    calls: list[dict[str, Any]] = [
        {"type": "function", "function": {"name": "a", "arguments": None}},
        {"id": None, "function": {"name": "b", "arguments": {"x": 1}}},
        {"id": "c", "type": "custom", "custom": {"name": "c", "input": "i"}},
    ]
    choice = read(body({"content": None, "tool_calls": calls})).choices[0]
    found = choice.message.tool_calls or ()
    assert choice.finish_reason == "tool_calls"
    assert [call.function.arguments for call in found] == ["{}", '{"x":1}', ""]
    assert len({call.id for call in found}) == 3
    assert all(call.id for call in found)
    assert found[2]["custom"] == {"name": "c", "input": "i"}


def test_counts_times_and_ids_may_be_null_or_of_another_type() -> None:
    usage = {"prompt_tokens": None, "completion_tokens": "2", "total_tokens": 3.0, "prompt_tokens_details": None,
             "completion_tokens_details": {"reasoning_tokens": None}, "cost": 0.1}  # fmt: skip
    value = read({**body(SAID, usage=usage), "id": None, "created": 1.5, "model": None})
    assert (value.id, value.created, value.model) == ("", 1, "")
    assert value.usage is not None
    assert (value.usage.prompt_tokens, value.usage.completion_tokens, value.usage.total_tokens) == (0, 2, 3)
    assert value.usage["cost"] == 0.1
    alone = read({"choices": [{"message": SAID}]})
    assert (alone.text, alone.usage, alone.choices[0].index) == ("hi", None, 0)


def test_what_nobody_has_heard_of_is_kept() -> None:
    value = read(body({**SAID, "mood": "good"}, weather={"in": "Seoul"}, system_fingerprint="f"))
    assert (value["weather"], value.system_fingerprint) == ({"in": "Seoul"}, "f")
    assert value.choices[0].message["mood"] == "good"


def test_embeddings_are_read_with_the_least_there_is() -> None:
    codec = EmbeddingCodec(Endpoint(adapter="openai", model="m", root="https://x.test/v1"))
    value = codec.decode({"data": [{"embedding": [1, 0.5]}, {"embedding": "AAAA"}]}, {})
    assert value is not None
    assert [item.embedding for item in value.data] == [(1, 0.5), "AAAA"]
    assert codec.decode({"data": []}, {}) is None


BROKEN: list[tuple[Any, str]] = [
    ({"choices": []}, "no answer in it"),
    ({"id": "x"}, "no answer in it"),
    ({"choices": [{"index": 0}]}, "an empty choice"),
    ({"choices": ["x"]}, "something that cannot be read"),
    ([1, 2], "no JSON object"),
    (b"", "no body"),
    (b'{"choices": [', "no JSON object"),
    (b'{"id": "\xff"}', "no answer in it"),
    (b"[" * 100_000, "no JSON object"),
]


@pytest.mark.parametrize(("said", "what"), BROKEN, ids=[str(row[0])[:40] for row in BROKEN])
def test_an_answer_that_is_none_is_malformed(server: Server, face: Face, said: Any, what: str) -> None:
    server.say(said)
    with pytest.raises(ProviderUnavailableError) as caught:
        face.complete(server.deployment())
    assert caught.value.reason == "malformed answer"
    assert caught.value.__context__ is None
    assert what in caught.value.message or "something that cannot be read" in caught.value.message  # litellm's


ERRORS: list[tuple[int, Any, type[ProviderError], str]] = [
    (401, {"error": {"message": "No.", "type": "invalid_request_error", "code": "invalid_api_key"}},
     AuthenticationError, "No."),
    (401, {"error": {"code": "401", "message": "Access denied due to invalid subscription key."}},
     AuthenticationError, "subscription key"),
    (404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}},
     ModelNotFoundError, "deployment"),
    (400, {"error": {"message": "x", "code": "content_filter",
                     "innererror": {"code": "ResponsibleAIPolicyViolation"}}}, ContentFilterError, "x"),
    (400, {"object": "error", "message": "This model's maximum context length is 5 tokens.", "code": 400},
     ContextWindowExceededError, "maximum context length"),
    (422, {"detail": [{"msg": "field required"}]}, BadRequestError, "field required"),
    (429, {"error": "too many"}, RateLimitError, "too many"),
    (400, "plain text", BadRequestError, "plain text"),
    (502, b"<html><h1>Bad gateway</h1></html>", ProviderUnavailableError, "Bad gateway"),
    (500, b"", ProviderUnavailableError, "no reason given"),
    (302, b"", ProviderUnavailableError, "redirect"),
    (200, {"error": {"message": "Rate limited", "code": 429}}, RateLimitError, "Rate limited"),
]  # fmt: skip


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("status", "said", "kind", "words"), ERRORS)
def test_an_error_is_told_in_the_words_of_whoever_answers(
    server: Server, face: Face, status: int, said: Any, kind: type[ProviderError], words: str, stream: bool
) -> None:
    server.say(said, status)
    with pytest.raises(kind) as caught:
        (face.stream if stream else face.complete)(server.deployment())
    assert words in caught.value.message


def event(text: str | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    delta = {} if text is None else {"content": text}
    return {"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}


def sse(*events: Any, end: str = "\n\n") -> bytes:
    shown = (item if isinstance(item, str) else f"data: {json.dumps(item, ensure_ascii=False)}" for item in events)
    return "".join(f"{item}{end}" for item in shown).encode()


USAGE = {"id": "c", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}
STREAMS: dict[str, bytes] = {
    "as it should be": sse(event("안녕 "), event("☃"), event(None, "stop"), USAGE, "data: [DONE]"),
    "without an end mark": sse(event("안녕 "), event("☃"), event(None, "stop"), USAGE),
    "with CRLF": sse(event("안녕 "), event("☃"), event(None, "stop"), USAGE, "data: [DONE]", end="\r\n\r\n"),
    "with CR": sse(event("안녕 "), event("☃"), event(None, "stop"), USAGE, "data: [DONE]", end="\r\r"),
    "with a mark of the byte order": b"\xef\xbb\xbf" + sse(event("안녕 "), event("☃", "stop"), USAGE),
    "with comments": sse(": ping", event("안녕 "), ":", "event: x\nid: 7", event("☃"), event("", "stop"), USAGE),
    "without spaces": sse(event("안녕 "), event("☃"), event(None, "stop"), USAGE).replace(b"data: ", b"data:"),
    "over several lines": sse(
        'data: {"id": "c", "choices": [{"delta":\ndata: {"content": "안녕 ☃"},\ndata: "finish_reason": "stop"}]}', USAGE
    ),
    "usage beside the finish": sse(event("안녕 "), event("☃", "stop", usage=USAGE["usage"])),
    "usage on the choice that finishes": sse(
        event("안녕 "),
        {"choices": [{"delta": {"content": "☃"}, "finish_reason": "stop", "usage": USAGE["usage"]}]},
    ),
    "usage in every chunk": sse(event("안녕 ", usage=USAGE["usage"]), event("☃", "stop", usage=USAGE["usage"])),
    "without the last empty line": sse(event("안녕 "), event("☃"), event(None, "stop"), USAGE).rstrip(b"\n"),
    "with nulls": sse(
        {"id": None, "created": None, "model": None, "usage": None,
         "choices": [{"index": None, "delta": {"role": None, "content": "안녕 ", "tool_calls": None}}]},
        {"created": 1.5, "choices": [{"delta": {"content": [{"type": "text", "text": "☃"}]}, "finish_reason": "eos"}]},
        USAGE,
    ),
}  # fmt: skip


def decoded(pieces: Sequence[bytes]) -> list[ChatCompletionChunk]:
    reader = StreamReader(DEPLOYMENT, HEAD, ServerSentEvents(), ChatParser(), WIRE)
    return [*(chunk for piece in pieces for chunk in reader.feed(piece)), *reader.end()]


HEAD = HttpResponse(200, {"x-request-id": "r"})
VIEW = ConnectionView(name="here", adapter="openai", created_at=BIRTH, updated_at=BIRTH)
DEPLOYMENT = Deployment(Connection(VIEW, Credentials("api_key", {"key": Secret(KEY)})), "m")


@hypothesis.given(name=st.sampled_from(list(STREAMS)), cuts=st.lists(st.integers(0, 700), max_size=12))
def test_a_stream_is_read_alike_wherever_its_bytes_are_cut(name: str, cuts: list[int]) -> None:
    data = STREAMS[name]
    places = [0, *sorted({cut for cut in cuts if cut < len(data)}), len(data)]
    chunks = decoded([data[begin:end] for begin, end in itertools.pairwise(places)])
    assert chunks == decoded([data])
    assert "".join(chunk.text for chunk in chunks) == "안녕 ☃"
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason] == ["stop"]
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == [3]
    assert chunks[-1].choices == ()


@pytest.mark.parametrize("name", list(STREAMS))
def test_a_stream_may_arrive_byte_by_byte(server: Server, face: Face, name: str) -> None:
    data = STREAMS[name]
    server.stream(*(data[at : at + 1] for at in range(len(data))))
    chunks, _ = face.stream(server.deployment())
    assert "".join(chunk.text for chunk in chunks) == "안녕 ☃"
    assert chunks[-1].usage is not None


@pytest.mark.parametrize(
    ("said", "kind", "reason"),
    [
        (sse(event("a"), {"error": {"message": "No.", "code": 429}}), RateLimitError, "rate limited"),
        (sse(event("a"), {"error": "No."}), ProviderUnavailableError, "server error 500"),
        (sse(event("a"), "data: nonsense"), ProviderUnavailableError, "malformed answer"),
        (sse(event("a"), "data: 7"), ProviderUnavailableError, "malformed answer"),
        (sse(event("a"), 'data: {"choices": ["x"]}'), ProviderUnavailableError, "malformed answer"),
        (sse(event("a"), b'data: {"choices": "\xed"}'.decode("latin-1")), ProviderUnavailableError, "malformed answer"),
        (sse(event("a"), "data: [DONE]"), ProviderUnavailableError, "stream ended early"),
        (sse(event("a"))[:-30], ProviderUnavailableError, "empty stream"),
        (sse(event("a"), event("b", "stop"))[:-20], ProviderUnavailableError, "stream ended early"),
    ],
)
def test_a_stream_that_goes_wrong_says_how(
    server: Server, face: Face, said: bytes, kind: type[ProviderError], reason: str
) -> None:
    server.stream(said)
    with pytest.raises(kind) as caught:
        face.stream(server.deployment())
    assert caught.value.reason == reason


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_failed_response_is_an_error(server: Server, face: Face, stream: bool) -> None:
    failed = {"id": "resp_1", "status": "failed", "output": [], "error": {"code": "server_error", "message": "Oh no."}}
    if stream:
        server.stream(sse({"type": "response.failed", "response": failed}))
    else:
        server.say({**failed, "created_at": 1, "object": "response", "model": "m"})
    with pytest.raises(ProviderUnavailableError, match="Oh no"):
        (face.stream if stream else face.complete)(server.deployment(use_responses_api=True))
