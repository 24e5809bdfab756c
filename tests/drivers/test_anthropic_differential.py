"""Calls to Claude through both drivers: the same request in other words, and the same answer.

Where they are meant to differ is listed here with its reason, and in docs/decisions/0015-anthropic-messages.md; where
LiteLLM and the vendor's package disagree the vendor is right.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.drivers.pair import Pair, Sent
from tests.drivers.stage import HELLO, Face, Messages, Stage
from tests.drivers.test_wires import IMAGE, SCHEMA, WEATHER

from genai_sdk.drivers.engine import Engine
from genai_sdk.drivers.litellm import LiteLLMDriver
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.testing import BadRequest, ContentFilter, ContextWindow, ErrorInStream, NotFound, Reply, Status, Step

BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
CLAUDE = pytest.mark.parametrize("name", ["anthropic", "vertex claude"])
OLD, BUDGETS, NEWEST = "claude-3-opus-20240229", "claude-sonnet-4-5-20250929", "claude-opus-5-5"


@pytest.fixture(params=["sync", "async"])
def pair(request: pytest.FixtureRequest, stage: Stage, _litellm: None) -> Iterator[Pair]:
    """The litellm driver and the engine; a test runs on both faces."""
    sync, async_ = SyncTransport(), AsyncTransport()
    drivers = LiteLLMDriver(sync, async_), Engine(sync, async_)
    yield Pair(stage, *(Face(driver, is_async=request.param == "async") for driver in drivers))
    sync.close()
    async_.close()


# Headers and fields that say nothing about the call, or say it in a newer way.
ASIDE = frozenset({"accept", "anthropic-beta", "anthropic-version", "authorization", "x-stainless-timeout"})


def alike(sent: Sent | None) -> Any:
    """Return what a request asks for, whoever wrote it."""
    if sent is None:
        return None
    body = {name: item for name, item in sent.body.items() if name not in ("stream", "anthropic_version")}
    body["system"] = _blocks(body.get("system"))
    body["messages"] = [{**turn, "content": _blocks(turn["content"])} for turn in body["messages"]]
    for tool in body.get("tools", ()):
        if tool.get("type") == "custom":  # what every tool is that says nothing else
            del tool["type"]
    headers = {name: item for name, item in sent.headers.items() if name not in ASIDE}
    # litellm asks Vertex AI for `alt=sse`; the vendor's package does not.
    query = {name: item for name, item in sent.query.items() if (name, item) != ("alt", "sse")}
    return sent.path, query, headers, body


def _blocks(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or ())


def same_request(told: list[tuple[Any, Any]]) -> Sent | None:
    """Assert that both asked for the same, and return our request."""
    (theirs, _), (ours, _) = told
    assert alike(ours) == alike(theirs)
    return ours


CALLS: dict[str, dict[str, Any]] = {
    "numbers": {"temperature": 0.3, "top_p": 0.4, "top_k": 5, "max_tokens": 77, "user": "somebody"},
    "the other bound": {"max_completion_tokens": 77},
    "stops": {"stop": ["a", "b"]},
    "tools": {"tools": [WEATHER]},
    "a choice": {"tools": [WEATHER], "tool_choice": "auto", "parallel_tool_calls": False},
    "a forced tool": {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "weather"}}},
    "any tool": {"tools": [WEATHER], "tool_choice": "required"},
    "no tool": {"tools": [WEATHER], "tool_choice": "none"},
    "text": {"response_format": {"type": "text"}},
    "little thinking": {"reasoning_effort": "low"},
    "much thinking": {"reasoning_effort": "high"},
    "given thinking": {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 3000},
    "search": {"web_search_options": {"search_context_size": "low"}},
    "what is always so": {"n": 1, "logprobs": False, "presence_penalty": 0, "frequency_penalty": 0.0, "stop": None},
    "more": {"extra_headers": {"X-Call": "7"}},
}


@CLAUDE
@BOTH
@pytest.mark.parametrize("call", list(CALLS))
def test_parameters_ask_for_the_same(pair: Pair, name: str, stream: bool, call: str) -> None:
    model = BUDGETS if name == "anthropic" else "claude-sonnet-4-5@20250929"
    same_request(pair.ask(name, stream=stream, model=model, **{"max_tokens": 9_000, **CALLS[call]}))


@pytest.mark.parametrize("effort", ["low", "medium", "high", "xhigh", "max"])
def test_efforts_ask_for_the_same(pair: Pair, effort: str) -> None:
    same_request(pair.ask("anthropic", model=NEWEST, reasoning_effort=effort, max_tokens=9_000))


REFUSED: dict[str, dict[str, Any]] = {
    "JSON without a schema": {"response_format": {"type": "json_object"}},
    "a seed": {"seed": 3},
    "choices": {"n": 2},
    "probabilities": {"logprobs": True},
    "sampling of the newest": {"temperature": 0.3, "model": NEWEST},
    "a tool forced on the newest": {"tools": [WEATHER], "tool_choice": "required", "model": NEWEST},
    "an effort of the oldest": {"reasoning_effort": "low", "model": OLD},
}


@BOTH
@pytest.mark.parametrize("call", list(REFUSED))
def test_what_has_no_place_is_refused_by_both(pair: Pair, stream: bool, call: str) -> None:
    (theirs, told), (ours, told_by_us) = pair.ask("anthropic", stream=stream, **{"model": BUDGETS, **REFUSED[call]})
    assert theirs is ours is None
    assert (told["kind"], told["reason"]) == (told_by_us["kind"], told_by_us["reason"])


CALL = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Seoul"}'}}
URL = f"data:image/png;base64,{IMAGE}"
PDF = "data:application/pdf;base64,JVBERi0="
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "SIG"}
CONVERSATIONS: dict[str, Messages] = {
    "two systems": [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, *HELLO],
    "a developer": [{"role": "developer", "content": "a"}, *HELLO[1:]],
    "an image": [
        {"role": "user", "content": [{"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": URL}}]}
    ],
    "an image on the web": [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.test/a.png"}}]}
    ],
    "a document": [{"role": "user", "content": [{"type": "file", "file": {"file_data": PDF}}]}],
    "a mark for the cache": [
        {"role": "user", "content": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]}
    ],
    "an earlier answer": [*HELLO, {"role": "assistant", "content": "a", "refusal": None}, *HELLO[1:]],
    "two users": [*HELLO, {"role": "user", "content": "more"}],
    "a tool's result": [
        *HELLO, {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
    ],
    "words, a call, and words": [
        *HELLO, {"role": "assistant", "content": "let me see", "tool_calls": [CALL, {**CALL, "id": "call_b"}]},
        {"role": "tool", "tool_call_id": "call_a", "content": [{"type": "text", "text": "sunny"}]},
        {"role": "tool", "tool_call_id": "call_b", "content": "rainy"}, {"role": "user", "content": "so?"},
    ],
    "earlier thinking": [
        *HELLO, {"role": "assistant", "content": "a", "thinking_blocks": [THOUGHT], "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("conversation", list(CONVERSATIONS))
def test_messages_say_the_same(pair: Pair, conversation: str) -> None:
    same_request(pair.ask("anthropic", CONVERSATIONS[conversation], model=BUDGETS, max_tokens=9_000, tools=[WEATHER]))


REPLIES: dict[str, Reply] = {
    "text": Reply(text="one two\nthree ☃ 안녕"),
    "reasoning": Reply(text="four", reasoning="let me think"),
    "a call": Reply(tool_calls=[("weather", {"city": "Seoul"})]),
    "calls": Reply(text="see", tool_calls=[("weather", {"city": "Seoul"}), ("weather", {"city": "Busan"})]),
    "cut": Reply(text="four", finish="length"),
    "filtered": Reply(text="four", finish="content_filter"),
    "tokens": Reply(text="four", prompt_tokens=10, cached_tokens=4, cache_write_tokens=3, completion_tokens=7),
}


@CLAUDE
@BOTH
@pytest.mark.parametrize("reply", list(REPLIES))
def test_answers_say_the_same(pair: Pair, name: str, stream: bool, reply: str) -> None:
    (_, theirs), (_, ours) = pair.ask(name, stream=stream, step=REPLIES[reply], tools=[WEATHER])
    assert told(ours[0]) == told(theirs[0])
    assert ours[1] == theirs[1]


def told(came: Any) -> dict[str, Any]:
    """Return what an answer says, whole or in chunks, without what only one of the drivers keeps."""
    chunks = came if isinstance(came, list) else [came]
    choices = [choice for chunk in chunks for choice in chunk.get("choices", ())]
    said = [choice.get("delta") or choice.get("message") or {} for choice in choices]
    calls: dict[int, dict[str, str]] = {}
    for part in said:
        for place, call in enumerate(part.get("tool_calls", ())):
            made = calls.setdefault(call.get("index", place), {"id": "", "name": "", "arguments": ""})
            made["id"] = made["id"] or call.get("id", "")
            made["name"] = made["name"] or call["function"].get("name", "")
            made["arguments"] += call["function"].get("arguments", "").replace(" ", "")
    usage = next(chunk["usage"] for chunk in reversed(chunks) if chunk.get("usage"))
    details = usage.get("prompt_tokens_details", {})
    return {
        "content": "".join(part.get("content") or "" for part in said),
        "reasoning": "".join(part.get("reasoning_content") or "" for part in said),
        # litellm's chunks have a block in pieces, and the text of it apart.
        "signatures": [
            sign for part in said for block in part.get("thinking_blocks", ()) if (sign := block.get("signature"))
        ],
        "calls": [calls[place] for place in sorted(calls)],
        "finish": [choice["finish_reason"] for choice in choices if choice.get("finish_reason")],
        "tokens": [usage[name] for name in ("prompt_tokens", "completion_tokens", "total_tokens")],
        "cache": [details.get(name, 0) for name in ("cached_tokens", "cache_creation_tokens")],
        "model": {chunk.get("model") for chunk in chunks if chunk.get("choices")},
    }


STEPS: list[Step] = [
    Status(401),
    Status(403),
    NotFound(),
    BadRequest(),
    Status(413),
    Status(429, retry_after=17),
    Status(500, message="The flux capacitor is empty."),
    Status(529),
    ContextWindow(),
    ContentFilter(),
    ErrorInStream(503, after_chunks=1),
    ErrorInStream(429, after_chunks=0),
]


@CLAUDE
@BOTH
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_errors_are_told_alike(pair: Pair, name: str, stream: bool, step: Step) -> None:
    (_, theirs), (_, ours) = pair.ask(name, stream=stream, step=step)
    assert ours == theirs or told(ours[0]) == told(theirs[0])


# Where ours is meant to differ.


def test_a_request_names_the_version_of_the_vendor_s_package(pair: Pair) -> None:
    (theirs, _), (ours, _) = pair.ask("anthropic")
    assert theirs is not None
    assert ours is not None
    assert (ours.headers["anthropic-version"], theirs.headers["anthropic-version"]) == ("2026-10-21", "2023-06-01")


def test_late_words_of_the_system_s_join_the_others_as_they_are(pair: Pair) -> None:
    late: Messages = [*HELLO, {"role": "system", "content": "late"}, {"role": "user", "content": "x"}]
    (theirs, _), (ours, _) = pair.ask("anthropic", late, model=BUDGETS)
    assert theirs is not None
    assert ours is not None
    assert ours.body["system"][-1] == {"type": "text", "text": "late"}
    assert theirs.body["system"] != ours.body["system"]  # litellm makes a user's message of it, in words of its own


def test_a_schema_stands_where_the_vendor_s_package_has_it(pair: Pair) -> None:
    (theirs, _), (ours, _) = pair.ask("anthropic", model=BUDGETS, response_format=SCHEMA)
    assert theirs is not None
    assert ours is not None
    assert ours.body["output_config"]["format"]["type"] == "json_schema"
    assert theirs.body != ours.body


def test_a_strict_tool_is_strict_where_litellm_says_nothing_of_it(pair: Pair) -> None:
    tool = {"type": "function", "function": {**WEATHER["function"], "strict": True}}
    (theirs, _), (ours, _) = pair.ask("anthropic", model=BUDGETS, tools=[tool])
    assert theirs is not None
    assert ours is not None
    assert ours.body["tools"][0]["strict"] is True
    assert "strict" not in theirs.body["tools"][0]
