"""From an answer of OpenAI's wire to our values: lenient where servers are sloppy, nothing lost. Pure."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, Choice, Message, Usage
from genai_sdk.types.base import count
from genai_sdk.wires.error_body import error_on
from genai_sdk.wires.finish import failure_of, finish_of, word_of
from genai_sdk.wires.openai.fields import tell_apart, whole_calls
from genai_sdk.wires.openai.thinking import ThinkTags, may_think
from genai_sdk.wires.openai.usage import find_usage, usage_fields
from genai_sdk.wires.refusal import WORDS
from genai_sdk.wires.values import tidy
from genai_sdk.wires.wire import FailedAnswerError, MalformedError

# What a message may hold without saying anything.
_SILENT = frozenset({"annotations", "name", "role", "type"})


# A message that only speaks: nothing has to be told apart in it.
_PLAIN = frozenset({"role", "content"})
# Reasons for which an answer may lack its message altogether.
_CLEAN = frozenset({"content_filter", "length"})


def completion_of(data: dict[str, Any]) -> ChatCompletion | None:
    """Return an answer to a chat call; None if there is no choice in it.

    Args:
        data: The answer, which becomes the value's own: what is left of it is `model_extra`.

    Raises:
        FailedAnswerError: A choice says that it failed.
        MalformedError: A choice is empty, and why it ended no row knows.
    """
    usage = usage_fields(find_usage(data))
    choices = data.pop("choices", None)
    if not choices:
        return None
    data.pop("usage", None)
    data.pop("object", None)
    return ChatCompletion(
        id=str(data.pop("id", None) or ""),
        created=_moment(data.pop("created", None)),
        model=str(data.pop("model", None) or ""),
        choices=tuple([_choice_of(index, choice) for index, choice in enumerate(choices)]),
        usage=None if usage is None else Usage.from_dict(usage),
        model_extra=tidy(data),
    )


def _moment(created: Any) -> int:
    try:
        return count(created or 0)
    except (OverflowError, TypeError, ValueError):  # a date in words, say
        return 0


def _choice_of(index: int, choice: dict[str, Any]) -> Choice:
    if error := error_on(choice, WORDS.statuses):
        raise FailedAnswerError(error)
    reason = choice.pop("finish_reason", None) or choice.pop("finishReason", None)
    known = finish_of(reason) if reason else None
    if known == "error":
        raise FailedAnswerError(failure_of(reason))
    message_fields = _said_in(choice)
    message = _message_of(message_fields or {})
    choice.pop("index", None)
    logprobs = choice.pop("logprobs", None)
    extra = tidy(choice)
    if logprobs:
        extra["logprobs"] = logprobs  # a token without alternatives has an empty list of them
    if reason and known != reason:
        extra.setdefault("native_finish_reason", word_of(reason))
    is_clean = known in _CLEAN if message_fields is None else known is not None
    if not is_clean and not _says_something(message):
        raise MalformedError(
            f"nothing in it but the finish reason {word_of(reason)!r}" if reason else "an empty choice"
        )
    finish = known or "stop"
    if finish == "stop" and message.tool_calls:
        finish = "tool_calls"
    elif finish == "tool_calls" and not message.tool_calls and "server_tool_calls" in message.model_extra:
        finish = "stop"
    return Choice(index=index, message=message, finish_reason=finish, model_extra=extra)


def _said_in(choice: dict[str, Any]) -> dict[str, Any] | None:
    """Return the message of a choice: its own, else a delta (of a server that always streams) or a text; or None."""
    message, delta, text = choice.pop("message", None), choice.pop("delta", None), choice.pop("text", None)
    message_fields = message or delta or text or message
    return message_fields if message_fields is None or isinstance(message_fields, dict) else {"content": message_fields}


def _says_something(message: Message) -> bool:
    return bool(
        message.content
        or message.reasoning_content
        or message.refusal
        or message.tool_calls
        or any(item for name, item in message.model_extra.items() if name not in _SILENT)
    )


def _message_of(message: Mapping[str, Any]) -> Message:
    fields = tidy(dict(message))
    if isinstance(message.get("content"), str):
        fields["content"] = message["content"]
        if fields.keys() <= _PLAIN and not may_think(fields["content"]):
            return Message.from_dict(fields)
    tell_apart(fields)
    if fields.get("tool_calls"):
        fields["tool_calls"] = whole_calls(fields["tool_calls"])
    content = fields.get("content")
    if isinstance(content, str) and may_think(content) and not fields.get("reasoning_content"):
        tags = ThinkTags()
        (thinking, text), (last, rest) = tags.feed(content), tags.end()
        if thinking or last or len(text) + len(rest) < len(content):
            fields["reasoning_content"], fields["content"] = thinking + last, text + rest
    return Message.from_dict(fields)
