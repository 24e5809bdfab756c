"""Turns that a vendor paused: how they are continued, and what their rounds make together. Pure."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from genai_sdk.types import ChatCompletion, Message
from genai_sdk.types.usage import added
from genai_sdk.wires.operation import ChatRequest

# anthropic 2.14.0, `StopReason`: a long turn was paused, and the answer given back as it is lets the model go on. It
# comes of tools that the server runs.
_PAUSED = frozenset({"pause_turn"})
_BLOCKS = "content_blocks"
_PLACED = ("annotations", "citations")  # lists whose items say where in the text they belong
_SPANS = ("start_index", "end_index")


def is_paused(response: ChatCompletion) -> bool:
    """Tell whether an answer is a turn that its vendor paused, and that waits for nothing of the client's."""
    if len(response.choices) != 1:
        return False
    choice = response.choices[0]
    return choice.model_extra.get("native_finish_reason") in _PAUSED and not choice.message.tool_calls


def continued(request: ChatRequest, response: ChatCompletion) -> ChatRequest:
    """Return the request that lets the model go on.

    Args:
        request: What was asked at first.
        response: The turn so far.
    """
    so_far = response.choices[0].message.model_dump(exclude_none=True)
    options = request.options
    container = response.model_extra.get("container")
    if isinstance(container, Mapping) and container.get("id"):  # where the code runs that the server has begun
        body = {"container": container["id"], **(options.get("extra_body") or {})}
        options = {**options, "extra_body": body}
    return ChatRequest([*request.messages, so_far], options)


def joined(first: ChatCompletion, second: ChatCompletion) -> ChatCompletion:
    """Return two rounds of a turn as one answer: what was said one after the other, the end and facts of the second."""
    before, after = first.choices[0].message, second.choices[0].message if second.choices else Message()
    message = replace(
        after,
        content=((before.content or "") + (after.content or "")) or after.content,
        reasoning_content=((before.reasoning_content or "") + (after.reasoning_content or "")) or None,
        model_extra=_extras(before, after),
    )
    choice = replace(second.choices[0] if second.choices else first.choices[0], message=message)
    return replace(
        second,
        id=first.id or second.id,
        created=first.created or second.created,
        model=second.model or first.model,
        choices=(choice,),
        usage=added(first.usage, second.usage),
        model_extra={**first.model_extra, **second.model_extra},
    )


def _extras(before: Message, after: Message) -> dict[str, Any]:
    length = len(before.content or "")
    made = {**before.model_extra, **after.model_extra}
    for name in before.model_extra.keys() & after.model_extra.keys():
        one, other = before.model_extra[name], after.model_extra[name]
        if isinstance(one, list) and isinstance(other, list):
            made[name] = one + other
    for name in _PLACED:
        if isinstance(other := after.model_extra.get(name), list):
            moved = [_moved(item, length) for item in other]
            made[name] = [*(before.model_extra.get(name) or ()), *moved]
    if _BLOCKS in made:
        made[_BLOCKS] = [*_blocks(before), *_blocks(after)]
    return made


def _moved(item: Any, length: int) -> Any:
    """Return what belongs to a place in a text that stands behind another of so many characters."""
    if not isinstance(item, Mapping):
        return item
    return {
        name: part + length
        if name in _SPANS and isinstance(part, int)
        else _moved(part, length)
        if isinstance(part, Mapping)
        else part
        for name, part in item.items()
    }


def _blocks(message: Message) -> list[Any]:
    """Return a message's blocks; one of thinking, a text and calls has none of its own (`wires.anthropic.blocks`)."""
    if own := message.model_extra.get(_BLOCKS):
        return list(own)
    said = [{"type": "text", "text": message.content}] if message.content else []
    return [*(message.model_extra.get("thinking_blocks") or ()), *said]
