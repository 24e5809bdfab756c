"""From an answer of OpenAI's wire to our values: lenient where servers are sloppy, nothing lost. Pure."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, Choice, Message, Usage
from genai_sdk.wires.chunks import moment
from genai_sdk.wires.error_body import error_on
from genai_sdk.wires.finish import failure_of, finish_of, is_named, word_of
from genai_sdk.wires.openai.fields import tell_apart, whole_calls
from genai_sdk.wires.openai.thinking import ThinkTags, may_think
from genai_sdk.wires.openai.usage import find_usage, usage_fields
from genai_sdk.wires.refusal import WORDS
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.values import tidy
from genai_sdk.wires.wire import FailedAnswerError, MalformedError

# What a message may hold without saying anything.
_SILENT = frozenset({"annotations", "name", "role", "type"})


# A message that only speaks: nothing has to be told apart in it.
_PLAIN = frozenset({"role", "content"})
# Reasons for which an answer may lack its message altogether.
_CLEAN = frozenset({"content_filter", "length"})


def completion_of(data: dict[str, Any], notice: Notice = ignore) -> ChatCompletion | None:
    """Return an answer to a chat call; None if there is no choice in it.

    Args:
        data: The answer, which becomes the value's own: what is left of it is `model_extra`.
        notice: Is told of words that no row names.

    Raises:
        FailedAnswerError: A choice says that it failed.
        MalformedError: A choice is empty, and why it ended no row knows.
    """
    if "choices" not in data:
        data = unwrapped(data)
    usage = usage_fields(find_usage(data), notice)
    choices = data.pop("choices", None)
    if isinstance(choices, dict):
        choices = listed(choices)
    if not choices:
        return None
    data.pop("usage", None)
    data.pop("object", None)
    return ChatCompletion(
        id=str(data.pop("id", None) or ""),
        created=moment(data.pop("created", None)),
        model=str(data.pop("model", None) or ""),
        choices=tuple([_choice_of(index, choice, notice) for index, choice in enumerate(choices)]),
        usage=None if usage is None else Usage.from_dict(usage),
        model_extra=tidy(data),
    )


def unwrapped(data: dict[str, Any]) -> dict[str, Any]:
    """Return an answer, or an event, that stands in a field of another object (gateways; DashScope's own API)."""
    for name in ("data", "result", "response", "output"):
        inner = data.get(name)
        if isinstance(inner, dict) and inner.get("choices"):
            return {**{key: item for key, item in data.items() if key != name}, **inner}
    return data


def listed(choices: dict[str, Any]) -> list[Any]:
    """Return choices that are an object: one choice, or several by their numbers."""
    return [choices] if "delta" in choices or "message" in choices else list(choices.values())


def _choice_of(index: int, choice: dict[str, Any], notice: Notice) -> Choice:
    if error := error_on(choice, WORDS.statuses):
        raise FailedAnswerError(error)
    reason = choice.pop("finish_reason", None)
    if not reason or "native_finish_reason" in choice:
        reason = reason_in(choice, reason)
    known = finish_of(reason) if reason else None
    if reason and known != reason and not is_named(reason):
        notice("finish reason", word_of(reason))
    if known == "error":
        raise FailedAnswerError(failure_of(reason))
    message_fields = _said_in(choice)
    message = _message_of(message_fields or {}, notice)
    choice.pop("index", None)
    logprobs = choice.pop("logprobs", None)
    extra = tidy(choice)
    if logprobs:
        extra["logprobs"] = logprobs  # a token without alternatives has an empty list of them
    if reason and known != reason:
        extra.setdefault("native_finish_reason", word_of(reason))
    if known is None and not _says_something(message) and is_filtered(extra):
        known = "content_filter"
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


def reason_in(choice: dict[str, Any], reason: Any) -> Any:
    """Return why a choice ended where it is not said as OpenAI says it; None if it says nothing of that.

    Servers say it in Google's spelling or under Anthropic's name; and beside OpenRouter's `stop` another vendor's word
    may say more (https://openrouter.ai/docs/api-reference/overview#finish-reason).
    """
    reason = reason or choice.pop("finishReason", None)
    if not reason:
        word = choice.get("stop_reason")
        return word if isinstance(word, str) and finish_of(word) else None
    if reason == "stop" and (native := choice.get("native_finish_reason")):
        return native if finish_of(native) in ("length", "content_filter", "error") else reason
    return reason


def is_filtered(choice: Mapping[str, Any]) -> bool:
    """Tell whether a filter has stopped a choice, as Azure says it beside its message.

    https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter-annotations
    """
    results = choice.get("content_filter_results") or choice.get("content_filter_result")
    if not isinstance(results, Mapping):
        return False
    return any(isinstance(each, Mapping) and each.get("filtered") is True for each in results.values())


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


def _message_of(message: Mapping[str, Any], notice: Notice) -> Message:
    fields = tidy(dict(message))
    if isinstance(message.get("content"), str):
        fields["content"] = message["content"]
        if fields.keys() <= _PLAIN and not may_think(fields["content"]):
            return Message.from_dict(fields)
    tell_apart(fields, notice)
    if fields.get("tool_calls"):
        fields["tool_calls"] = whole_calls(fields["tool_calls"])
    content = fields.get("content")
    if isinstance(content, str) and may_think(content) and not fields.get("reasoning_content"):
        tags = ThinkTags()
        (thinking, text), (last, rest) = tags.feed(content), tags.end()
        if thinking or last or len(text) + len(rest) < len(content):
            fields["reasoning_content"], fields["content"] = thinking + last, text + rest
    return Message.from_dict(fields)
