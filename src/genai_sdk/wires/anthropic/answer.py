"""From a message of Anthropic's to a chat completion."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, Choice, Message, ToolCall, Usage
from genai_sdk.types.base import count
from genai_sdk.wires.anthropic.blocks import BlockReader, arguments_of, call_of, is_answer, treatment
from genai_sdk.wires.anthropic.words import MESSAGE, STOP_REASONS, USAGE
from genai_sdk.wires.finish import foreign
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.wire import MalformedError

_COUNTS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
_ELSEWHERE = frozenset(name for name, place in MESSAGE.items() if place != "kept")
_NOTHING: tuple[Any, ...] = (None, {}, [])
_COUNTED = frozenset(_COUNTS)
_STOPPED = {"native_finish_reason": "end_turn"}
_APART = {*_COUNTS, "cache_creation", "output_tokens_details"}


def completion_of(data: Mapping[str, Any], model: str, notice: Notice = ignore) -> ChatCompletion | None:
    """Return a message as a completion; None if there is no message in it. See `read_message`."""
    match data.get("content"):
        case [{"type": "text", "text": str(text), **rest}] if text and not rest and _is_usual(data):
            # Nearly every answer is one text, and what `read_message` makes of it.
            usage = data.get("usage")
            choice = Choice(message=Message(content=text), finish_reason="stop", model_extra={**_STOPPED})
            return ChatCompletion(
                id=data.get("id") or "",
                model=data.get("model") or model,
                choices=(choice,),
                usage=_usage_of(usage, notice) if isinstance(usage, Mapping) else None,
                model_extra={} if data.keys() <= _ELSEWHERE else kept_fields(data),
            )
    return read_message(data, model, notice)


def _is_usual(data: Mapping[str, Any]) -> bool:
    """Tell whether an answer ended because the model had said all."""
    return data.get("stop_reason") == "end_turn" and data.get("stop_sequence") is data.get("stop_details") is None


def _usage_of(usage: Mapping[str, Any], notice: Notice) -> Usage:
    """Return tokens in OpenAI's shape."""
    given, taken = usage.get("input_tokens"), usage.get("output_tokens")
    cached = usage.get("cache_read_input_tokens") or usage.get("cache_creation_input_tokens")
    if type(given) is int and type(taken) is int and not cached and usage.keys() <= _COUNTED:
        return Usage(prompt_tokens=given, completion_tokens=taken, total_tokens=given + taken)
    return Usage.from_dict(usage_fields(usage, notice))


def read_message(data: Mapping[str, Any], model: str, notice: Notice = ignore) -> ChatCompletion | None:
    """Return a message of any blocks as a completion; None if there is no message in it.

    Args:
        data: The answer's JSON.
        model: The model that was asked, for servers that do not repeat it.
        notice: Is told of words that no row names.

    Raises:
        MalformedError: It has an unknown stop reason and nothing else.
    """
    blocks = data.get("content")
    if isinstance(blocks, str):  # a gateway's
        blocks = [{"type": "text", "text": blocks}]
    if not isinstance(blocks, list):
        return None
    reader = BlockReader(notice)
    message = _message_of(blocks, reader)
    finish = finish_fields(data, reader)
    choice = Choice(message=message, finish_reason=finish.pop("finish_reason"), model_extra=finish)
    usage = data.get("usage")
    return ChatCompletion(
        id=data.get("id") or "",
        model=data.get("model") or model,
        choices=(choice,),
        usage=Usage.from_dict(usage_fields(usage, notice)) if isinstance(usage, Mapping) else None,
        model_extra=kept_fields(data),
    )


def _message_of(blocks: list[Any], reader: BlockReader) -> Message:
    texts: list[str] = []
    answers: list[str] = []
    thoughts: list[str] = []
    calls: list[ToolCall] = []
    extras: dict[str, Any] = {}
    for block in blocks:
        for name, items in reader.add(block).items():
            extras.setdefault(name, []).extend(items)
        kind = treatment(block)
        if kind == "text":
            texts.append(block.get("text") or "")
        elif kind == "thinking":
            thoughts.append(block.get("thinking") or "")
        elif kind == "call" and is_answer(block):
            answers.append(arguments_of(block))
        elif kind == "call":
            calls.append(ToolCall.from_dict(call_of(block, arguments_of(block))))
    text = "".join([*texts, *answers])
    return Message(
        content=text if text or not calls else None,
        reasoning_content="".join(thoughts) or None,
        tool_calls=tuple(calls) or None,
        model_extra=extras,
    )


def finish_fields(data: Mapping[str, Any], reader: BlockReader) -> dict[str, Any]:
    """Return why an answer ended, in OpenAI's words and in Anthropic's own.

    Args:
        data: What holds `stop_reason` and what belongs to it.
        reader: What was said.

    Raises:
        MalformedError: As in `completion_of`.
    """
    word = data.get("stop_reason")
    finish = STOP_REASONS.get(word) if isinstance(word, str) else None
    if finish is None and word is not None:
        reader.notice("finish reason", word)
        finish = foreign(word)
    if finish is None and reader.blank:
        raise MalformedError(f"the stop reason {word!r} and nothing else")
    if finish == "tool_calls" and not reader.calls:
        finish = "stop"  # the tool was the server's, or the form of the answer
    elif finish in (None, "stop"):
        finish = "tool_calls" if reader.calls else "stop"
    fields = {"finish_reason": finish}
    if word:
        fields["native_finish_reason"] = word
    for name in ("stop_sequence", "stop_details"):
        if data.get(name) is not None:
            fields[name] = data[name]
    return fields


def kept_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer says beside its message, its end and its tokens, also what no row names."""
    return {name: item for name, item in data.items() if name not in _ELSEWHERE and item not in _NOTHING}


def usage_fields(usage: Mapping[str, Any], notice: Notice = ignore) -> dict[str, Any]:
    """Return tokens in OpenAI's shape: the prompt's include what was read from and written to the cache."""
    uncached, output, read, written = _tokens(usage)
    for iteration in usage.get("iterations") or ():
        if isinstance(iteration, Mapping) and iteration.get("type") == "compaction":
            more = _tokens(iteration)
            uncached, output, read, written = uncached + more[0], output + more[1], read + more[2], written + more[3]
    prompt = uncached + read + written
    fields: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
    }
    if read or written:
        cache: dict[str, Any] = {"cached_tokens": read, "cache_creation_tokens": written}
        if written and usage.get("cache_creation"):
            cache["cache_creation_token_details"] = usage["cache_creation"]
        fields["prompt_tokens_details"] = cache
    if details := usage.get("output_tokens_details"):
        thought = {"reasoning_tokens" if name == "thinking_tokens" else name: item for name, item in details.items()}
        fields["completion_tokens_details"] = thought
    for name, item in usage.items():
        if name not in _APART and item is not None:
            fields[name] = item
            if name not in USAGE:
                notice("usage field", name)
    return fields


def _tokens(usage: Mapping[str, Any]) -> tuple[int, int, int, int]:
    uncached, output, read, written = [
        item if type(item := usage.get(name) or 0) is int else count(item) for name in _COUNTS
    ]
    return uncached, output, read, written
