"""The same calls over our Gemini wire and through litellm: the same request and answer, but for what is listed.

Where they disagree google-genai is right, and `tests/vendors` says so.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.drivers.pair import Pair
from tests.drivers.stage import HELLO, Face, Messages, Stage

from genai_sdk.drivers.engine import Engine
from genai_sdk.drivers.litellm import LiteLLMDriver
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.testing import BadRequest, ContentFilter, ContextWindow, NotFound, Reply, Status, Step

PLACES = pytest.mark.parametrize("name", ["gemini", "vertex"])
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])

PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "where"}},
    "required": ["city"],
}
WEATHER = {"type": "function", "function": {"name": "weather", "description": "d", "parameters": PARAMETERS}}

DIFFERENCES = {
    "result": "litellm puts a tool's text under `content`; google-genai documents `output` (types.FunctionResponse)",
    "schema": "litellm sends responseJsonSchema; a Schema is what every model reads, so we send that where it fits",
    "efforts": "litellm's budgets for medium and high are its own; ours are those of Google's OpenAI endpoint",
    "remote": "litellm fetches a remote picture itself; we leave that to Google, which takes URLs (types.FileData)",
    "blank": "litellm puts a blank text beside a file that is alone; google-genai does not (t_contents)",
    "filtered": "litellm drops what was said before a filter ended the answer; google-genai shows it, and so do we",
}


@pytest.fixture(params=["sync", "async"])
def pair(request: pytest.FixtureRequest, stage: Stage, _litellm: None) -> Iterator[Pair]:
    """The litellm driver and our own wire; a test runs on both faces."""
    sync, async_ = SyncTransport(), AsyncTransport()
    drivers = LiteLLMDriver(sync, async_), Engine(sync, async_)
    yield Pair(stage, *(Face(driver, is_async=request.param == "async") for driver in drivers))
    sync.close()
    async_.close()


def canonical(item: Any) -> Any:
    """Return a body with the names that google-genai sends; Google takes both spellings."""
    if isinstance(item, dict):
        return {name if name == "properties" else _camel(name): canonical(part) for name, part in item.items()}
    return [canonical(part) for part in item] if isinstance(item, list) else item


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def sent(told: list[tuple[Any, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what each sent, once path, query and headers are the same."""
    (theirs, _), (ours, _) = told
    assert theirs is not None, told[0][1]
    assert ours is not None, told[1][1]
    assert (ours.path, ours.query) == (theirs.path, theirs.query)
    proof = ("authorization", "x-goog-api-key", "x-team", "content-type")
    assert [ours.headers.get(name) for name in proof] == [theirs.headers.get(name) for name in proof]
    return canonical(theirs.body), canonical(ours.body)


CALLS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "numbers": {"temperature": 0.3, "top_p": 0.4, "top_k": 5, "max_tokens": 77, "seed": 3},
    "choices": {"n": 2, "stop": ["a", "b"]},
    "a stop": {"stop": "a"},
    "penalties": {"frequency_penalty": 0.1, "presence_penalty": 0.2},
    "tools": {"tools": [WEATHER]},
    "a choice": {"tools": [WEATHER], "tool_choice": "auto"},
    "no choice": {"tools": [WEATHER], "tool_choice": "none"},
    "any tool": {"tools": [WEATHER], "tool_choice": "required"},
    "a forced tool": {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "weather"}}},
    "any JSON": {"response_format": {"type": "json_object"}},
    "a little thought": {"reasoning_effort": "low"},
    "thought": {"thinking": {"type": "enabled", "budget_tokens": 2048}},
    "safety": {"safety_settings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}]},
    "search": {"web_search_options": {}},
    "Google's tool": {"tools": [{"codeExecution": {}}]},
    "a tier": {"service_tier": "flex"},
    "more": {"extra_body": {"labels": {"a": "b"}}, "extra_headers": {"X-Call": "7"}},
}


@PLACES
@BOTH
@pytest.mark.parametrize("call", list(CALLS))
def test_parameters_are_sent_alike(pair: Pair, name: str, stream: bool, call: str) -> None:
    theirs, ours = sent(pair.ask(name, stream=stream, **CALLS[call]))
    assert ours == theirs


CALL = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Seoul"}'}}
DATA = "data:image/png;base64,iVBORw0KGgo="
CONVERSATIONS: dict[str, Messages] = {
    "two systems": [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, *HELLO[1:]],
    "a developer": [{"role": "developer", "content": "a"}, *HELLO[1:]],
    "several users": [*HELLO, {"role": "user", "content": "b"}],
    "an answer": [*HELLO, {"role": "assistant", "content": "a"}, *HELLO[1:]],
    "an image": [
        {"role": "user", "content": [{"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": DATA}}]}
    ],
    "a call": [*HELLO, {"role": "assistant", "content": "let me see", "tool_calls": [CALL]}],
}


@PLACES
@pytest.mark.parametrize("conversation", list(CONVERSATIONS))
def test_messages_are_sent_alike(pair: Pair, name: str, conversation: str) -> None:
    theirs, ours = sent(pair.ask(name, CONVERSATIONS[conversation]))
    assert ours == theirs


REPLIES: dict[str, Reply] = {
    "text": Reply(text="one two\nthree ☃ 안녕"),
    "reasoning": Reply(text="four", reasoning="let me think", reasoning_tokens=3),
    "a call": Reply(tool_calls=[("weather", {"city": "Seoul"})]),
    "calls": Reply(text="see", tool_calls=[("weather", {"city": "Seoul"}), ("weather", {"city": "Busan"})]),
    "cut": Reply(text="four", finish="length"),
    "tokens": Reply(text="four", prompt_tokens=10, cached_tokens=4, completion_tokens=7, reasoning_tokens=2),
}


def said(choice: dict[str, Any], name: str) -> dict[str, Any]:
    message = choice.get(name) or {}
    calls = [(call["function"].get("name"), call["function"]["arguments"]) for call in message.get("tool_calls") or ()]
    return {"content": message.get("content") or "", "reasoning": message.get("reasoning_content") or "",
            "calls": calls, "finish": choice.get("finish_reason")}  # fmt: skip


def counted(usage: dict[str, Any]) -> dict[str, Any]:
    details = usage.get("prompt_tokens_details") or {}, usage.get("completion_tokens_details") or {}
    names = "prompt_tokens", "completion_tokens", "total_tokens"
    return {**{name: usage.get(name) for name in names}, "cached": details[0].get("cached_tokens") or 0,
            "reasoning": details[1].get("reasoning_tokens") or 0}  # fmt: skip


@PLACES
@pytest.mark.parametrize("reply", list(REPLIES))
def test_answers_are_read_alike(pair: Pair, name: str, reply: str) -> None:
    found = [came[0] for _, came in pair.ask(name, step=REPLIES[reply], tools=[WEATHER])]
    theirs, ours = [
        ([said(item, "message") for item in answer["choices"]], counted(answer["usage"])) for answer in found
    ]
    for choice in (*theirs[0], *ours[0]):
        choice["calls"] = [(called, _spaceless(arguments)) for called, arguments in choice["calls"]]
    assert ours == theirs


def _spaceless(text: str) -> str:
    return text.replace(": ", ":").replace(", ", ",")


@PLACES
@pytest.mark.parametrize("reply", list(REPLIES))
def test_streams_are_read_alike(pair: Pair, name: str, reply: str) -> None:
    found = []
    for _, (chunks, _) in pair.ask(name, step=REPLIES[reply], tools=[WEATHER], stream=True):
        pieces = [said(choice, "delta") for chunk in chunks for choice in chunk.get("choices", ())]
        usage = [counted(chunk["usage"]) for chunk in chunks if chunk.get("usage")]
        calls = [(called, _spaceless(arguments)) for piece in pieces for called, arguments in piece["calls"]]
        texts = ["".join(piece[part] for piece in pieces) for part in ("content", "reasoning")]
        found.append((texts, calls, [piece["finish"] for piece in pieces if piece["finish"]], usage))
    assert found[1] == found[0]


STEPS: list[Step] = [
    Status(401), Status(403), NotFound(), Status(408), BadRequest(), Status(413), Status(429, retry_after=17),
    Status(500, message="The flux capacitor is empty."), Status(529), ContextWindow(), ContentFilter(),
]  # fmt: skip


@PLACES
@BOTH
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_errors_are_told_alike(pair: Pair, name: str, stream: bool, step: Step) -> None:
    (_, theirs), (_, ours) = pair.ask(name, stream=stream, step=step)
    assert ours == theirs


@PLACES
def test_what_google_documents_is_sent_where_litellm_does_otherwise(pair: Pair, name: str) -> None:
    result: Messages = [*CONVERSATIONS["a call"], {"role": "tool", "tool_call_id": "call_a", "content": "sunny"}]
    theirs, ours = sent(pair.ask(name, result))
    response = theirs["contents"][-1]["parts"][0]["functionResponse"]
    assert response == {"name": "weather", "response": {"content": "sunny"}}
    assert ours["contents"][-1]["parts"][0]["functionResponse"] == {"name": "weather", "response": {"output": "sunny"}}
    assert ours["contents"][:-1] == theirs["contents"][:-1]
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    theirs, ours = sent(pair.ask(name, response_format=form))
    assert theirs["generationConfig"].pop("responseJsonSchema") == ours["generationConfig"].pop("responseSchema")
    assert ours == theirs
    theirs, ours = sent(pair.ask(name, reasoning_effort="high"))
    assert theirs["generationConfig"]["thinkingConfig"]["thinkingBudget"] == 4096
    assert ours["generationConfig"]["thinkingConfig"]["thinkingBudget"] == 24_576
    file = {"type": "file", "file": {"file_id": "gs://b/a.pdf", "format": "application/pdf"}}
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    for part in (file, sound):
        theirs, ours = sent(pair.ask(name, [{"role": "user", "content": [part]}]))
        assert theirs["contents"][0]["parts"].pop() == {"text": " "}
        assert ours == theirs
    picture = {"type": "image_url", "image_url": {"url": "gs://b/a.png"}}
    theirs, ours = sent(pair.ask(name, [{"role": "user", "content": [{"type": "text", "text": "?"}, picture]}]))
    assert ours == theirs
    found = [came[0]["choices"][0] for _, came in pair.ask(name, step=Reply(text="four", finish="content_filter"))]
    assert [choice["finish_reason"] for choice in found] == ["content_filter"] * 2
    assert [choice["message"].get("content") or "" for choice in found] == ["", "four"]
    assert set(DIFFERENCES) == {"result", "schema", "efforts", "remote", "blank", "filtered"}
