"""A streamed response put together again, and a whole one taken apart into events. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genai_sdk.types import Usage
from genai_sdk.types.native_usage import NativeUsage
from genai_sdk.types.responses import Item, ResponsesEvent, ResponsesResponse
from genai_sdk.wires.batch import EventBatch

Batch = EventBatch[ResponsesEvent]


def native_usage(fields: Mapping[str, Any], native: Any) -> NativeUsage | None:
    """Return tokens with the vendor's own report; None where there is none."""
    return NativeUsage.of(fields, native) if fields and isinstance(native, Mapping) else None


class ResponsesAssembly:
    """The `EventAssembly` of responses."""

    def __init__(self) -> None:
        self._texts: dict[tuple[int, int], list[str]] = {}
        self._items: dict[int, Item] = {}
        self._response = ResponsesResponse(status="in_progress")
        self.finished = False

    @property
    def usage(self) -> Usage | None:
        """The tokens, once the provider has reported them."""
        return self._response.usage

    @property
    def tier(self) -> str | None:
        """The class of service that the provider says it gave."""
        tier = self._response.model_extra.get("service_tier")
        return tier if isinstance(tier, str) else None

    @property
    def text(self) -> str:
        """The text that has arrived so far."""
        return "".join(text for _, texts in sorted(self._texts.items()) for text in texts)

    @property
    def response(self) -> ResponsesResponse:
        """What has arrived so far, as one response; an item that is not whole has the text that came of it."""
        if self.finished and self._response.output:
            return self._response
        items = dict(self._items)
        for (place, _), texts in sorted(self._texts.items()):
            begun = items.get(place) or {"type": "message", "role": "assistant", "status": "in_progress"}
            if begun.get("status") != "completed":
                part = {"type": "output_text", "text": "".join(texts), "annotations": []}
                items[place] = {**begun, "content": [part]}
        return msgspec.structs.replace(self._response, output=tuple(item for _, item in sorted(items.items())))

    def add(self, batch: Batch) -> None:
        """Take in what comes next."""
        for event in batch.events:
            if event.type == "response.output_text.delta":
                extra = event.model_extra
                place = extra.get("output_index") or 0, extra.get("content_index") or 0
                self._texts.setdefault(place, []).append(event.delta or "")
            elif event.response is not None:
                self._response = event.response
                self.finished = event.type.endswith((".completed", ".incomplete")) or self.finished
            elif event.item is not None:
                self._items[event.model_extra.get("output_index") or 0] = event.item

    def restarted(self) -> ResponsesEvent:
        """Return the event that says that the answer starts over."""
        return ResponsesEvent(type="genai.restart", restart=True)


def whole_as_events(response: ResponsesResponse) -> tuple[Batch, ...]:
    """Return a whole response as a stream gives it: each text in one piece."""
    writer = EventWriter()
    begun = msgspec.structs.replace(response, status="in_progress", output=(), usage=None, incomplete_details=None)
    events = [writer.event("response.created", response=begun), writer.event("response.in_progress", response=begun)]
    for place, item in enumerate(response.output):
        events += writer.item(place, item)
    end = "response.incomplete" if response.status == "incomplete" else "response.completed"
    return (EventBatch((*events, writer.event(end, response=response)), has_content=True),)


class EventWriter:
    """Numbers events."""

    def __init__(self) -> None:
        self._number = 0

    def event(self, kind: str, **fields: Any) -> ResponsesEvent:
        """Return the next event."""
        made = ResponsesEvent.from_dict({"type": kind, "sequence_number": self._number, **fields})
        self._number += 1
        return made

    def item(self, place: int, item: Item) -> Iterator[ResponsesEvent]:
        """Yield the events of an item that is whole."""
        facts = {"output_index": place, "item_id": item.get("id") or ""}
        kind = item.get("type")
        begun = {**item, "status": "in_progress"} if "status" in item else dict(item)
        begun.update({name: empty for name, empty in _EMPTY.get(str(kind), {}).items() if name in item})
        yield self.event("response.output_item.added", output_index=place, item=begun)
        if kind == "message":
            for index, part in enumerate(item.get("content") or ()):
                yield from self._part({**facts, "content_index": index}, part)
        elif kind == "reasoning":
            for index, part in enumerate(item.get("summary") or ()):
                at = {**facts, "summary_index": index}
                text = part.get("text") or ""
                yield self.event("response.reasoning_summary_part.added", **at, part={**part, "text": ""})
                yield self.event("response.reasoning_summary_text.delta", **at, delta=text)
                yield self.event("response.reasoning_summary_text.done", **at, text=text)
                yield self.event("response.reasoning_summary_part.done", **at, part=part)
        elif kind in _INPUTS:
            name, source = _INPUTS[kind]
            whole = item.get(name) or ""
            yield self.event(f"response.{source}.delta", **facts, delta=whole)
            yield self.event(f"response.{source}.done", **facts, **{name: whole}, name=item.get("name"))
        yield self.event("response.output_item.done", output_index=place, item=item)

    def _part(self, at: dict[str, Any], part: Mapping[str, Any]) -> Iterator[ResponsesEvent]:
        name, source = ("refusal", "refusal") if part.get("type") == "refusal" else ("text", "output_text")
        text, more = part.get(name) or "", {} if name == "refusal" else {"logprobs": part.get("logprobs") or []}
        begun = {**part, name: ""}
        yield self.event("response.content_part.added", **at, part={**begun, **({"annotations": []} if more else {})})
        yield self.event(f"response.{source}.delta", **at, delta=text, **more)
        for index, note in enumerate(part.get("annotations") or ()):
            yield self.event("response.output_text.annotation.added", **at, annotation_index=index, annotation=note)
        yield self.event(f"response.{source}.done", **at, **{name: text}, **more)
        yield self.event("response.content_part.done", **at, part=dict(part))


_EMPTY: Mapping[str, Mapping[str, Any]] = {
    "message": {"content": []},
    "reasoning": {"summary": []},
    "function_call": {"arguments": ""},
    "custom_tool_call": {"input": ""},
}
_INPUTS = {
    "function_call": ("arguments", "function_call_arguments"),
    "custom_tool_call": ("input", "custom_tool_call_input"),
}
