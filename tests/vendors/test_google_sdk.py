"""Google's own SDK as a client of our fakes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.vendors.conftest import Vendor

from genai_sdk.testing import BadRequest, ContextWindow, FakeProvider, Reply, Status

MODEL = "gemini-3.8-flash"
HELLO = [{"role": "user", "parts": [{"text": "Hello!"}]}]


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


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_the_sdk_of_vertex_understands_our_fake(google: Vendor, stream: bool) -> None:
    with FakeProvider("fake", keys={"token"}) as vertex:
        vertex.script(Reply(text="yes or no", reasoning="hm"), Status(429), ContextWindow())
        order = {
            "url": vertex.url, "token": "token", "model": MODEL, "contents": HELLO, "stream": stream,
        }  # fmt: skip
        seen = google.do("generate", **order)["value"]
        parts = [part for item in seen for part in item["candidates"][0]["content"]["parts"]]
        assert "".join(part.get("text") or "" for part in parts if not part.get("thought")) == "yes or no"
        assert google.do("generate", **order)["word"] == "RESOURCE_EXHAUSTED"
        assert google.do("generate", **order)["word"] == "INVALID_ARGUMENT"
        assert google.do("generate", **order | {"token": "wrong"})["word"] == "UNAUTHENTICATED"
