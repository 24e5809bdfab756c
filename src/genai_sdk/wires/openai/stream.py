"""Streams of OpenAI's chat: what is ordinary passes, and what a server says otherwise is mended first. Pure."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletionChunk
from genai_sdk.wires.chunks import ChatParser
from genai_sdk.wires.error_body import error_on
from genai_sdk.wires.finish import finish_of, is_named, word_of
from genai_sdk.wires.openai.answers import is_filtered, listed, reason_in, unwrapped
from genai_sdk.wires.openai.fields import tell_apart
from genai_sdk.wires.openai.text_event import TextEvent
from genai_sdk.wires.openai.thinking import ThinkTags
from genai_sdk.wires.openai.tool_deltas import ToolDeltas
from genai_sdk.wires.openai.usage import find_usage, usage_fields
from genai_sdk.wires.refusal import WORDS
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.wire import FailedAnswerError, MalformedError

_REPEATED = 16
"""Characters: who says as many again as were said before repeats the whole, and no piece of it."""


# Fields of a choice that have nothing to do with another way to say why it ended.
_ORDINARY = frozenset({"index", "delta", "finish_reason", "logprobs"})


class OpenAIStream(ChatParser):
    """The `Parser` of a stream of OpenAI's wire, by whoever sends it.

    Args:
        notice: Is told of words that no row names.
    """

    def __init__(self, notice: Notice = ignore) -> None:
        super().__init__()
        self._notice = notice
        self._choices: dict[Any, _Choice] = {}
        self._settled: set[Any] = set()  # choices whose text is text, with no thinking in it

    def read(self, event: dict[str, Any] | TextEvent) -> ChatCompletionChunk | None:
        """Return an event as a chunk; None if it says nothing.

        Raises:
            FailedAnswerError: It says that the answer failed.
            MalformedError: It is no chunk, or ends an empty answer without a reason that any row knows.
        """
        if isinstance(event, TextEvent):
            if event.choices[0].index in self._settled:
                return event.chunk()
            event = event.fields()
        return super().read(self._mended(event))

    def _mended(self, event: dict[str, Any]) -> dict[str, Any]:
        if "choices" not in event:
            event = unwrapped(event)
        choices: Any = event.get("choices")
        if (usage := find_usage(event)) is not None:
            event["usage"] = usage_fields(usage, self._notice)
        if isinstance(choices, dict):
            choices = listed(choices)
        if choices and not isinstance(choices, list):
            raise MalformedError("choices that are no list")
        event["choices"] = [self._choice(position, choice) for position, choice in enumerate(choices or ())]
        return event

    def _choice(self, position: int, choice: Any) -> dict[str, Any]:
        if not isinstance(choice, dict):
            raise MalformedError("a choice that is no object")
        if error := error_on(choice, WORDS.statuses):
            raise FailedAnswerError(error)
        index = choice.get("index")
        if type(index) is not int:
            index = int(index) if isinstance(index, str | float) and str(index).strip().isdigit() else position
            choice["index"] = index
        state = self._choices.get(index)
        if state is None:
            state = self._choices[index] = _Choice(self._notice)
        choice["delta"] = state.delta(choice)
        if state.tags.plain:
            self._settled.add(index)
        finish = choice.get("finish_reason")
        if not choice.keys() <= _ORDINARY:
            finish = reason_in(choice, finish)
        if finish is None and not state.has_content and is_filtered(choice):
            finish = "content_filter"
        choice["finish_reason"] = state.finish(finish, choice) if finish else None
        return choice


class _Choice:
    """What is known of one choice of a stream."""

    def __init__(self, notice: Notice) -> None:
        self.tags = ThinkTags()
        self._notice = notice
        self._tools = ToolDeltas()
        self._by_server = False
        self._pieces = ""
        self.has_content = False
        self._opened = False
        self._reasoned = False

    def delta(self, choice: dict[str, Any]) -> dict[str, Any]:
        """Return what a choice adds, in OpenAI's shape."""
        delta, message, text = choice.get("delta"), choice.pop("message", None), choice.pop("text", None)
        if delta is None and (message or text):
            delta = self._piece(message if isinstance(message, dict) else {"content": message or text})
            message = text = None
        if delta is not None and not isinstance(delta, dict):
            delta = {"content": delta}
        fields: dict[str, Any] = delta or {}
        self._opened = self._opened or bool(fields)
        if not any(fields.get(name) for name in ("content", "tool_calls")):
            fields = self._late(fields, message if isinstance(message, Mapping) else {"content": message or text})
        tell_apart(fields, self._notice)
        if calls := fields.get("tool_calls"):
            fields["tool_calls"] = self._tools.mend(calls)
        if "server_tool_calls" in fields:
            self._by_server = True
        self._untag(fields)
        self.has_content = self.has_content or any(
            item for name, item in fields.items() if name not in ("role", "name")
        )
        return fields

    def _piece(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return what a message says that stands where a delta should: the next piece, or all that there is so far."""
        content = message.get("content")
        before = self._pieces
        if not isinstance(content, str) or (self.has_content and not before):
            return self._late({}, message)
        if before and content.startswith(before) and content != before:
            content = content[len(before) :]
        elif content == before and len(before) > _REPEATED:
            content = ""
        self._pieces = before + content
        return {**message, "content": content}

    def _late(self, fields: dict[str, Any], message: Mapping[str, Any]) -> dict[str, Any]:
        """Return a delta with what a whole message beside it says for the first time."""
        if self.has_content:
            known = ("content", "reasoning", "reasoning_content", "role", "tool_calls", "refusal", "function_call")
            more = {name: item for name, item in message.items() if item and name not in known}
            if not self._tools and message.get("tool_calls"):
                more["tool_calls"] = message["tool_calls"]
            return {**more, **fields}
        return {**{name: item for name, item in message.items() if item is not None}, **fields}

    def _untag(self, fields: dict[str, Any]) -> None:
        if fields.get("reasoning_content"):
            self._reasoned = True
        content = fields.get("content")
        if self.tags.plain or not content:
            return
        if self._reasoned and not self.tags.began:
            self.tags.plain = True
            return
        self._add(fields, *self.tags.feed(content))

    def _add(self, fields: dict[str, Any], thinking: str, text: str) -> None:
        fields["content"] = text
        if thinking:
            fields["reasoning_content"] = (fields.get("reasoning_content") or "") + thinking

    def finish(self, finish: Any, choice: dict[str, Any]) -> Any:
        """Return the finish reason, and add to the last delta what was held back.

        Raises:
            MalformedError: Nothing was said, and no row knows the reason; or it is `stop`, and not even a role came.
        """
        fields = choice["delta"]
        thinking, text = self.tags.end()
        if thinking or text:
            self._add(fields, thinking, (fields.get("content") or "") + text)
            self.has_content = True
        if missing := self._tools.missing():
            fields["tool_calls"] = [*(fields.get("tool_calls") or ()), *missing]
        known = finish_of(finish)
        if known != finish and not is_named(finish):
            self._notice("finish reason", word_of(finish))
        # litellm 1.108.7, proxy: an error event of the stream behind it becomes one empty chunk with `stop`.
        if not self.has_content and (known is None or (known == "stop" and not self._opened)):
            raise MalformedError(f"nothing in it but the finish reason {word_of(finish)!r}")
        if known in (None, "stop") and self._tools:
            if known != finish:
                choice.setdefault("native_finish_reason", word_of(finish))
            return "tool_calls"
        if known == "tool_calls" and self._by_server and not self._tools:
            return "stop"
        return finish
