"""From a response to an answer in chat's shape: all that was said becomes one message. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.types import ChatCompletion, Choice, Message, Usage
from genai_sdk.wires.chunks import moment
from genai_sdk.wires.finish import foreign
from genai_sdk.wires.openai.responses.usage import usage_of
from genai_sdk.wires.openai.responses.words import ECHOES, INCOMPLETE, ITEMS, STATUSES, Treatment
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.wire import MalformedError

Item = Mapping[str, Any]

CONTENT_BLOCKS = "content_blocks"
"""The field of a message with a response's items as they came, where chat's shape could not hold them all."""

_PLAIN_CALL = frozenset({"id", "type", "status", "call_id", "name", "arguments", "input"})
_PLAIN_MESSAGE = frozenset({"id", "type", "role", "status", "content"})
_PLACES: Mapping[Treatment, int] = {"reasoning": 0, "message": 1, "call": 2}
_KEPT_OF_CALL = ("namespace", "caller", "async")
_NOTHING: tuple[Any, ...] = (None, {}, [])


def completion_of(response: Item, model: str, notice: Notice = ignore) -> ChatCompletion | None:
    """Return a response in chat's shape; None if there is no item in it and no reason why.

    Args:
        response: The response.
        model: The model asked, for a response that names none.
        notice: Is told of words that no row names.

    Raises:
        MalformedError: It failed and says no reason.
    """
    output: Sequence[Item] = response.get("output") or ()
    if not output and isinstance(text := response.get("output_text"), str) and text:
        output = [{"type": "message", "role": "assistant", "content": text}]
    message = message_of(output, notice)
    finish = finish_fields(response, notice, has_calls=bool(message.get("tool_calls")))
    if not output and finish["finish_reason"] == "stop":
        return None
    logprobs = logprobs_of(output)
    if logprobs:
        finish["logprobs"] = {"content": logprobs}
    usage = usage_of(response, output, notice)
    return ChatCompletion(
        id=response.get("id") or "",
        created=moment(response.get("created_at")),
        model=response.get("model") or model,
        choices=(
            Choice(message=Message.from_dict(message), finish_reason=finish.pop("finish_reason"), model_extra=finish),
        ),
        usage=Usage.from_dict(usage) if usage else None,
        model_extra=kept_fields(response),
    )


def message_of(output: Sequence[Item], notice: Notice = ignore) -> dict[str, Any]:
    """Return the message that the items of an output make; nothing of them is lost."""
    for item in output:
        if (kind := item.get("type")) not in ITEMS:
            notice("block", kind)
    parts = list(_parts(output))
    calls = [call_of(item) for item in output if is_call(item)]
    texts = "".join([part.get("text") or "" for part in parts])
    fields = {
        "role": "assistant",
        "content": texts if texts or not calls else None,
        "refusal": "".join([part.get("refusal") or "" for part in parts]) or None,
        "reasoning_content": " ".join(_thoughts(output)) or None,
        "tool_calls": calls or None,
        "annotations": list(_annotations(parts)),
        "images": list(_images(output)),
        "reasoning_items": [_reasoning(item) for item in output if item.get("type") == "reasoning"],
        CONTENT_BLOCKS: [] if _is_plain(output) else [dict(item) for item in output],
    }
    return {name: item for name, item in fields.items() if item is not None and item != []}


def finish_fields(response: Item, notice: Notice = ignore, *, has_calls: bool) -> dict[str, Any]:
    """Return why a response ended, in chat's words and where it is not complete in the API's own.

    Raises:
        MalformedError: It failed and says no reason.
    """
    status = response.get("status") or "completed"
    reason = (response.get("incomplete_details") or {}).get("reason")
    if STATUSES.get(status) == "an error":
        raise MalformedError(
            f"a response that {'failed' if status == 'failed' else 'was cancelled'} for no reason given"
        )
    if reason:
        if reason not in INCOMPLETE:
            notice("finish reason", reason)
        finish = INCOMPLETE.get(reason) or foreign(reason) or "length"
        return {"finish_reason": finish, "native_finish_reason": reason}
    if status not in STATUSES:
        notice("finish reason", status)
    finish = STATUSES[status] if status in STATUSES else foreign(status) or "length"
    if finish:
        return {"finish_reason": finish, "native_finish_reason": status}
    return {"finish_reason": "tool_calls" if has_calls else "stop"}


def kept_fields(response: Item) -> dict[str, Any]:
    """Return what a response says beside its message, its end and its tokens, also what no row names."""
    return {name: item for name, item in response.items() if name not in ECHOES and item not in _NOTHING}


def is_call(item: Item) -> bool:
    """Whether an item of an output calls a tool of the client's."""
    return ITEMS.get(str(item.get("type"))) == "call"


def input_of(item: Item) -> str:
    """Return what a call hands to its tool: JSON, or any text for a custom tool."""
    if item.get("type") == "custom_tool_call":
        return item.get("input") or ""
    arguments = item.get("arguments") or "{}"
    return arguments if isinstance(arguments, str) else msgspec.json.encode(arguments).decode()


def call_of(item: Item) -> dict[str, Any]:
    """Return a call of a tool; a custom tool's input stands as its arguments too."""
    arguments = input_of(item)
    name = item.get("name") or ""
    call: dict[str, Any] = {
        "id": item.get("call_id") or item.get("id") or "",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }
    if item.get("type") == "custom_tool_call":
        call.update(type="custom", custom={"name": name, "input": arguments})
    call.update((field, item[field]) for field in _KEPT_OF_CALL if item.get(field) is not None)
    return call


def logprobs_of(output: Iterable[Item]) -> list[Any]:
    """Return the log probabilities of an output's texts."""
    return [token for part in _parts(output) for token in part.get("logprobs") or ()]


def _parts(output: Iterable[Item]) -> Iterator[Item]:
    """Yield the parts of an output's messages."""
    for item in output:
        if item.get("type") == "message":
            content = item.get("content") or ()
            yield from [{"text": content}] if isinstance(content, str) else content


def _thoughts(output: Iterable[Item]) -> Iterator[str]:
    for item in output:
        if item.get("type") == "reasoning":
            for part in (*(item.get("summary") or ()), *(item.get("content") or ())):
                if part.get("text"):
                    yield part["text"]


def _reasoning(item: Item) -> dict[str, Any]:
    """Return reasoning in the form in which a message takes it back."""
    kept = {name: item[name] for name in ("id", "encrypted_content", "content") if item.get(name)}
    return {"type": "reasoning", "summary": list(item.get("summary") or ()), **kept}


def _annotations(parts: Sequence[Item]) -> Iterator[dict[str, Any]]:
    """Yield the annotations of texts, their places counted in the one text that they become."""
    before = 0
    for part in parts:
        for note in part.get("annotations") or ():
            yield shifted(note, before)
        before += len(part.get("text") or "")


def shifted(note: Item, before: int) -> dict[str, Any]:
    """Return an annotation of a text that stands behind others of so many characters."""
    return {
        name: item + before if name in ("start_index", "end_index") and isinstance(item, int) else item
        for name, item in note.items()
    }


def _images(output: Iterable[Item]) -> Iterator[dict[str, Any]]:
    for item in output:
        if item.get("type") == "image_generation_call" and item.get("result"):
            url = f"data:image/{item.get('output_format') or 'png'};base64,{item['result']}"
            yield {"type": "image_url", "image_url": {"url": url}}


def _is_plain(output: Iterable[Item]) -> bool:
    """Tell whether a message of reasoning, one text and calls gives these items back, where they stand."""
    place = -1
    for item in output:
        kind = ITEMS.get(str(item.get("type")), "native")
        before, place = place, _PLACES.get(kind, -1)
        match kind:
            case "reasoning":
                plain = before <= place
            case "message":
                plain = (
                    before < place and _PLAIN_MESSAGE.issuperset(_present(item)) and _is_one_text(item.get("content"))
                )
            case "call":
                plain = _PLAIN_CALL.issuperset(_present(item))
            case _:
                plain = False
        if not plain:
            return False
    return True


def _is_one_text(content: Any) -> bool:
    if not isinstance(content, list):
        return True
    return len(content) <= 1 and not any(part.get("annotations") for part in content)


def _present(item: Item) -> list[str]:
    return [name for name, part in item.items() if part is not None]
