"""Google's SDK and our wire given the same bytes: it sees no more than we do; and as a client of our fakes."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from tests.vendors.conftest import Vendor
from tests.wires.gemini.test_answer import COUNTED, GROUNDING, NATIVE, answer

from genai_sdk.testing import BadRequest, FakeProvider, Reply, Status
from genai_sdk.wires.framing import ServerSentEvents
from genai_sdk.wires.gemini.wire import WIRE
from genai_sdk.wires.operation import CHAT
from genai_sdk.wires.wire import Endpoint

MODEL = "gemini-3.8-flash"
HELLO = [{"role": "user", "parts": [{"text": "Hello!"}]}]


class Bytes(ThreadingHTTPServer):
    """Answers every request with the same bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.body = b""
        self.media = "application/json"
        Thread(target=self.serve_forever, args=[0.01], daemon=True).start()


class _Answer(BaseHTTPRequestHandler):
    server: Bytes

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", self.server.media)
        self.send_header("content-length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def served() -> Iterator[Bytes]:
    server = Bytes()
    yield server
    server.shutdown()
    server.server_close()


ANSWERS: dict[str, dict[str, Any]] = {
    **{name: answer(*parts) for name, parts in NATIVE.items() if name != "what nobody knows yet"},
    "text": answer({"text": "an"}, {"text": "swer"}),
    "thoughts": answer({"text": "hm", "thought": True}, {"text": "yes"}),
    "a call without arguments": answer({"functionCall": {"id": "c", "name": "now"}}),
    "calls at once": answer(*({"functionCall": {"name": "f", "args": {"a": [n, {"b": None}]}}} for n in range(3))),
    "a picture": answer({"inlineData": {"mimeType": "image/png", "data": "aGk="}}),
    "a sound": answer({"inlineData": {"mimeType": "audio/wav", "data": "aGk="}}),
    "grounding": answer({"text": "가나다"}, groundingMetadata=GROUNDING),
    "citations": answer({"text": "x"}, citationMetadata={"citations": [{"startIndex": 0, "endIndex": 1, "uri": "u"}]}),
    "ratings": answer({"text": "x"}, safetyRatings=[{"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"}]),
    "URLs": answer({"text": "x"}, urlContextMetadata={"urlMetadata": [{"retrievedUrl": "u"}]}),
    "tokens": answer({"text": "x"}, counts=COUNTED),
    "log probabilities": answer(
        {"text": "x"}, avgLogprobs=-0.5, logprobsResult={"chosenCandidates": [{"token": "x", "logProbability": -0.5}]}
    ),
    "continuation": answer(
        {"text": "x"}, finish="MAX_TOKENS", continuationToken="dG9r", finishMessage="long", tokenCount=3
    ),
    "a filter": answer(finish="MODEL_ARMOR"),
    "a stage": {**answer({"text": "x"}), "modelStatus": {"modelStage": "LEGACY", "message": "soon gone"}},
    "feedback": {
        **answer({"text": "x"}),
        "promptFeedback": {"safetyRatings": [{"category": "HARM_CATEGORY_JAILBREAK"}]},
    },
}  # fmt: skip

# What the SDK shows and we do not, or not like that.
APART: dict[str, str] = {
    "thought": "the text is reasoning_content",
    "role": "a model's content is an assistant's message",
    "index": "the place in the list of choices",
    "finishReason": "kept as native_finish_reason",
    "trafficType": "kept as traffic_type",
}
COUNTS = {
    "promptTokenCount", "candidatesTokenCount", "totalTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount",
    "cachedContentTokenCount", "tokenCount", "modality",
}  # fmt: skip
"""Added up as they are billed: `test_tokens_are_counted_as_they_are_billed` says how."""


def leaves(item: Any) -> Iterator[tuple[str, Any]]:
    """Yield every value, with the name of its field."""
    for name, part in item.items() if isinstance(item, dict) else ():
        if isinstance(part, dict | list):
            yield from leaves(part if isinstance(part, dict) else _listed(name, part))
        else:
            yield name, part


def _listed(name: str, items: list[Any]) -> dict[str, Any]:
    return {f"{name}\0{place}": item for place, item in enumerate(items)}


def values(item: Any) -> set[str]:
    """Return every value as text; JSON in texts is looked into."""
    if isinstance(item, dict):
        return set().union(*map(values, item.values()))
    if isinstance(item, list | tuple):
        return set().union(*map(values, item))
    found = {str(item)}
    if isinstance(item, str) and item[:1] == "{":
        found |= values(json.loads(item))
    if isinstance(item, str) and item.startswith("data:"):
        found |= {item.partition(";")[0].removeprefix("data:"), item.partition("base64,")[2]}
    return found


def unseen(theirs: list[Any], ours: Any) -> list[tuple[str, Any]]:
    """Return what the SDK saw and we have nowhere."""
    have = values(ours)
    text = "".join(sorted(have))
    missing = []
    for response in theirs:
        for name, item in leaves(response):
            name = name.partition("\0")[0]
            said = str(item).replace("-", "+").replace("_", "/") if name in ("thoughtSignature", "data") else str(item)
            if (
                name not in APART
                and name not in COUNTS
                and str(item) not in have
                and said not in have
                and str(item) not in text
            ):
                missing.append((name, item))
    return missing


def ours_of(body: bytes, *, stream: bool) -> Any:
    codec = WIRE.codec(CHAT, Endpoint(adapter="google-ai-studio", model=MODEL, root="https://google.test"))
    assert codec is not None
    if not stream:
        made = codec.decode(json.loads(body), {})
        assert made is not None
        return made.model_dump()
    parser, framing = codec.parser(), ServerSentEvents()
    events = [*framing.feed(body), *framing.end()]
    chunks = [chunk for event in events if (chunk := parser.read(event)) is not None]
    return [chunk.model_dump() for chunk in (*chunks, *parser.end())]


@pytest.mark.parametrize("name", list(ANSWERS))
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_google_s_sdk_sees_no_more_than_we_do(google: Vendor, served: Bytes, name: str, stream: bool) -> None:
    data = ANSWERS[name]
    served.body = json.dumps(data, ensure_ascii=False).encode()
    if stream:
        served.body, served.media = b"data: " + served.body + b"\r\n\r\n", "text/event-stream"
    url = f"http://127.0.0.1:{served.server_address[1]}"
    order = {
        "url": url,
        "model": MODEL,
        "contents": HELLO,
        "stream": stream,
        "config": {"automatic_continuation": False},
    }
    answered = google.do("generate", **order)
    assert "value" in answered, answered
    ours = ours_of(served.body, stream=stream)
    assert unseen(answered["value"], ours) == []


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def ask(google: Vendor, fake: FakeProvider) -> Callable[..., Any]:
    def ask(**order: Any) -> Any:
        url = fake.base_url("google-ai-studio").removesuffix("/v1beta")
        return google.do("generate", url=url, model=MODEL, **{"contents": HELLO, **order})

    return ask


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_the_sdk_understands_our_fake(ask: Any, fake: FakeProvider, stream: bool) -> None:
    fake.script(Reply(reasoning="hm", text="yes or no", tool_calls=[("f", {"a": 1}), ("g", {})]))
    tools = [
        {
            "function_declarations": [
                {"name": name, "parameters": {"type": "OBJECT", "properties": {"a": {"type": "INTEGER"}}}}
                for name in "fg"
            ]
        }
    ]
    seen = ask(stream=stream, config={"tools": tools})["value"]
    parts = [part for item in seen for part in item["candidates"][0]["content"]["parts"]]
    assert "".join(part["text"] for part in parts if part.get("text") and part.get("thought")) == "hm"
    assert "".join(part["text"] for part in parts if part.get("text") and not part.get("thought")) == "yes or no"
    calls = [part["functionCall"] for part in parts if "functionCall" in part]
    assert [(call["name"], call["args"]) for call in calls] == [("f", {"a": 1}), ("g", {})]
    assert seen[-1]["candidates"][0]["finishReason"] == "STOP"
    assert seen[-1]["usageMetadata"]["totalTokenCount"] > 0
    results = [
        {"functionResponse": {"id": call["id"], "name": call["name"], "response": {"output": "x"}}} for call in calls
    ]
    contents = [*HELLO, {"role": "model", "parts": parts}, {"role": "user", "parts": results}]
    assert "value" in ask(stream=stream, contents=contents, config={"tools": tools})


@pytest.mark.parametrize(
    ("step", "status", "word"),
    [
        (Status(429), 429, "RESOURCE_EXHAUSTED"),
        (Status(503), 503, "UNAVAILABLE"),
        (BadRequest(), 400, "INVALID_ARGUMENT"),
    ],
    ids=str,
)
def test_the_sdk_understands_our_fake_s_errors(ask: Any, fake: FakeProvider, step: Any, status: int, word: str) -> None:
    fake.script(step)
    answered = ask()
    assert (answered["status"], answered["word"]) == (status, word)


def test_the_sdk_embeds_with_our_fake(google: Vendor, fake: FakeProvider) -> None:
    url = fake.base_url("google-ai-studio").removesuffix("/v1beta")
    order = {"url": url, "model": "gemini-embedding-001", "config": {"output_dimensionality": 8}}
    found = google.do("embed", contents=["a", "b"], **order)["value"]
    assert [len(vector) for vector in found] == [8, 8]
    assert found[0] == google.do("embed", contents=["a"], **order)["value"][0]
