"""The same calls to Bedrock through LiteLLM's translation and through our wire.

Where they differ the vendor is right: docs/decisions/0017-bedrock-wire.md lists it all, the last test shows some.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from genai_sdk.connections import ConnectionRecord
from genai_sdk.connections.parse import parse
from genai_sdk.drivers.driver import Deployment, Driver
from genai_sdk.drivers.factory import make_driver
from genai_sdk.errors import ProviderError
from genai_sdk.http import AsyncTransport, Deadline, SyncTransport
from genai_sdk.testing import FakeProvider, Reply, Step
from genai_sdk.types import ChatCompletion
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLAUDE, NOVA = "us.anthropic.claude-sonnet-4-20250514-v1:0", "us.amazon.nova-2-lite-v1:0"
HAIKU, OPUS, OSS = (
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "us.anthropic.claude-opus-4-6-v1",
    "openai.gpt-oss-120b-1:0",
)
HELLO = [{"role": "user", "content": "Hello!"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "d",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
SCHEMA: Any = {
    "type": "json_schema",
    "json_schema": {
        "name": "n",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"a": {"type": "integer"}},
            "required": ["a"],
            "additionalProperties": False,
        },
    },
}
PIXEL = "data:image/png;base64,iVBORw0KGgo="
MARK = {"cache_control": {"type": "ephemeral"}}


class Both:
    """The two drivers, and what each sent and got."""

    def __init__(self, fake: FakeProvider) -> None:
        self.fake = fake
        self._sync, self._async = SyncTransport(), AsyncTransport()
        self._drivers = [make_driver(name, self._sync, self._async) for name in ("litellm", "direct")]
        secret = json.dumps({"accessKeyId": "AKIDONE", "secretAccessKey": "secret"})
        self._connection = parse(
            ConnectionRecord(
                name="br",
                adapter="bedrock",
                secret=secret,
                base_url=fake.base_url("bedrock"),
                config={"region": "us-east-1"},
                created_at=NOW,
                updated_at=NOW,
            )
        )

    def ask(self, model: str, step: Step | None, run: Callable[[Driver, Deployment], Any]) -> list[tuple[Any, Any]]:
        """Return what each driver sent, and what came of it."""
        results = []
        for driver in self._drivers:
            self.fake.clear()
            if step is not None:
                self.fake.script(step)
            try:
                value = run(driver, Deployment(self._connection, model))
            except ProviderError as error:
                value = type(error)
            results.append(([(entry.path, sent(entry.body)) for entry in self.fake.journal], value))
        return results

    def chat(
        self, model: str, messages: Any = HELLO, step: Step | None = None, **options: Any
    ) -> list[tuple[Any, Any]]:
        """Make a chat call."""
        request = ChatRequest(messages, options)
        return self.ask(model, step, lambda driver, place: driver.run(CHAT, place, request, Deadline(60)).value)

    def close(self) -> None:
        """Close the transports."""
        self._sync.close()
        self._async.close()


def sent(body: Any) -> Any:
    """Return a body without what says nothing: LiteLLM always sends an empty `inferenceConfig`."""
    return {name: item for name, item in body.items() if item != {}}


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    """Both drivers on a fake that verifies signatures."""
    with FakeProvider("fake", aws_keys={"AKIDONE": "secret"}) as fake:
        made = Both(fake)
        yield made
        made.close()


CALLS: dict[str, tuple[str, Any]] = {
    "nothing": (CLAUDE, {}),
    "numbers": (CLAUDE, {"temperature": 0.3, "top_p": 0.4, "max_tokens": 77, "stop": ["a"]}),
    "the other bound": (CLAUDE, {"max_completion_tokens": 77}),
    "tools": (CLAUDE, {"tools": [WEATHER]}),
    "a choice": (CLAUDE, {"tools": [WEATHER], "tool_choice": "auto"}),
    "a forced tool": (
        CLAUDE,
        {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "weather"}}},
    ),
    "any tool": (CLAUDE, {"tools": [WEATHER], "tool_choice": "required"}),
    "one at a time": (HAIKU, {"tools": [WEATHER], "parallel_tool_calls": False}),
    "text": (CLAUDE, {"response_format": {"type": "text"}}),
    "effort of gpt-oss": (OSS, {"reasoning_effort": "low"}),
    "effort of Nova": (NOVA, {"reasoning_effort": "low"}),
    "effort of Claude": (CLAUDE, {"reasoning_effort": "low"}),
    "thinking": (CLAUDE, {"thinking": {"type": "enabled", "budget_tokens": 1024}}),
    "top k": (CLAUDE, {"top_k": 5}),
    "top k of Nova": ("us.amazon.nova-lite-v1:0", {"top_k": 5}),
    "tier": (CLAUDE, {"service_tier": "flex"}),
    "further fields": (CLAUDE, {"extra_body": {"requestMetadata": {"a": "b"}}}),
    "what is always so": (CLAUDE, {"n": 1, "parallel_tool_calls": True}),
    "what has no place": (CLAUDE, {"seed": 1}),
}

THOUGHT = {"type": "thinking", "thinking": "t", "signature": "s"}
USE = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Seoul"}'}}
OTHER = {"id": "call_b", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
CONVERSATIONS: dict[str, list[Any]] = {
    "two systems": [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, *HELLO],
    "a marked system": [{"role": "system", "content": [{"type": "text", "text": "a", **MARK}]}, *HELLO],
    "a developer": [{"role": "developer", "content": "a"}, *HELLO],
    "an image": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": PIXEL}}]}],
    "a marked part": [{"role": "user", "content": [{"type": "text", "text": "x", **MARK}]}],
    "an answer": [*HELLO, {"role": "assistant", "content": "a"}, *HELLO],
    "an empty answer": [*HELLO, {"role": "assistant", "content": ""}, *HELLO],
    "a result": [
        *HELLO, {"role": "assistant", "content": None, "tool_calls": [USE]},
        {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
    ],
    "two results": [
        *HELLO, {"role": "assistant", "content": "see", "tool_calls": [USE, OTHER]},
        {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
        {"role": "tool", "tool_call_id": "call_b", "content": [{"type": "text", "text": "r"}]},
        {"role": "user", "content": "and?"},
    ],
    "thinking": [
        *HELLO,
        {"role": "assistant", "content": "a", "thinking_blocks": [THOUGHT]},
        *HELLO,
    ],
    "two users": [*HELLO, *HELLO],
    "an answer first": [{"role": "assistant", "content": "a"}, *HELLO],
}  # fmt: skip


@pytest.mark.parametrize("name", list(CALLS))
def test_calls_are_sent_alike(both: Both, name: str) -> None:
    model, options = CALLS[name]
    (theirs, their_value), (ours, our_value) = both.chat(model, **options)
    if theirs and "additionalModelResponseFieldPaths" in theirs[0][1]:
        assert list(ours[0][1]["additionalModelResponseFieldPaths"]) == ["/usage/output_tokens_details"]
    assert ours == theirs
    assert isinstance(our_value, type) == isinstance(their_value, type)


@pytest.mark.parametrize("name", list(CONVERSATIONS))
def test_messages_are_sent_alike(both: Both, name: str) -> None:
    options: Any = {"tools": [WEATHER]} if "result" in name else {}
    (theirs, _), (ours, _) = both.chat(CLAUDE, CONVERSATIONS[name], **options)
    assert ours == theirs


REPLIES: dict[str, Reply] = {
    "text": Reply(text="one two\nthree ☃ 안녕"),
    "reasoning": Reply(text="four", reasoning="let me think"),
    "a call": Reply(tool_calls=[("weather", {"city": "Seoul"})]),
    "calls": Reply(text="see", tool_calls=[("weather", {"city": "Seoul"}), ("weather", {"city": "Busan"})]),
    "cut": Reply(text="four", finish="length"),
    "filtered": Reply(text="four", finish="content_filter"),
    "tokens": Reply(text="four", prompt_tokens=10, cached_tokens=4, cache_write_tokens=2, completion_tokens=7),
}


def facts(answer: ChatCompletion) -> Any:
    """Return what both have words for."""
    choice = answer.choices[0]
    usage = answer.usage
    assert usage is not None
    details = usage.prompt_tokens_details
    calls = [(call.function.name, json.loads(call.function.arguments)) for call in choice.message.tool_calls or ()]
    blocks = [{**block, "signature": "any"} for block in choice.message.get("thinking_blocks") or ()]
    cache = (details.cached_tokens, details.cache_creation_tokens) if details is not None else (0, 0)
    return {
        "content": choice.message.content or "",
        "reasoning": choice.message.reasoning_content,
        "thinking": blocks,
        "calls": calls,
        "finish": choice.finish_reason,
        "usage": (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens, *cache),
        "model": answer.model,
    }


@pytest.mark.parametrize("name", list(REPLIES))
def test_answers_are_read_alike(both: Both, name: str) -> None:
    (_, theirs), (_, ours) = both.chat(CLAUDE, step=REPLIES[name])
    assert facts(ours) == facts(theirs)


@pytest.mark.parametrize("name", list(REPLIES))
def test_streams_are_read_alike(both: Both, name: str) -> None:
    from genai_sdk.wires.assembly import Assembly

    def read(driver: Driver, place: Deployment) -> ChatCompletion:
        assembly = Assembly()
        for chunk in driver.stream(CHAT, place, ChatRequest(HELLO), Deadline(60)):
            assembly.add(chunk)
        return assembly.completion()

    (_, theirs), (_, ours) = both.ask(CLAUDE, REPLIES[name], read)
    # LiteLLM hands thinking out in pieces, the signature in one of its own: only a whole block can be sent back.
    assert {**facts(ours), "thinking": []} == {**facts(theirs), "thinking": []}


@pytest.mark.parametrize("model", ["amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"])
def test_texts_are_embedded_alike(both: Both, model: str) -> None:
    def embed(driver: Driver, place: Deployment) -> Any:
        return driver.run(EMBEDDING, place, EmbeddingRequest(["one", "two"]), Deadline(60)).value

    (theirs, their_value), (ours, our_value) = both.ask(model, None, embed)
    assert ours == theirs
    assert our_value.data == their_value.data


# Each with why it is so; the page lists them too.
def test_where_they_are_meant_to_differ(both: Both) -> None:
    # A schema's tool says what it is for, and its schema stays closed.
    (theirs, _), (ours, _) = both.chat(
        CLAUDE, step=Reply(tool_calls=[("json_tool_call", {"a": 1})]), response_format=SCHEMA
    )
    specification = ours[0][1]["toolConfig"]["tools"][0]["toolSpec"]
    assert specification["inputSchema"]["json"] == SCHEMA["json_schema"]["schema"]
    assert theirs[0][1]["toolConfig"]["toolChoice"] == ours[0][1]["toolConfig"]["toolChoice"]
    # Effort has a place of Converse's own since botocore 1.44.
    (theirs, _), (ours, _) = both.chat(OPUS, reasoning_effort="low")
    assert theirs[0][1]["additionalModelRequestFields"]["output_config"] == {"effort": "low"}
    assert ours[0][1]["outputConfig"] == {"effort": "low"}
    # A late system prompt stays one, in its vendor's place for it.
    (_, _), (ours, _) = both.chat(CLAUDE, [*HELLO, {"role": "system", "content": "late"}, *HELLO])
    assert ours[0][1]["system"] == [{"text": "late"}]
