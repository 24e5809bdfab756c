"""From chunks of chat to the events of a response. Pure; one for each stream."""

from collections.abc import Iterator, Mapping
from typing import Any

from genai_sdk.types import ChatCompletionChunk, Delta, ToolCall
from genai_sdk.types.responses import Item, ResponsesEvent, ResponsesResponse
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.responses.answer import (
    call_item,
    ending_of,
    head_of,
    message_item,
    note_of,
    reasoning_of,
    text_part,
    usage_of,
)
from genai_sdk.wires.responses.assembly import EventWriter

Events = Iterator[ResponsesEvent]


class ChatEvents:
    """Writes the events of one stream.

    The item of reasoning ends with the stream, since what has to go back to the vendor may come at any time.

    Args:
        ident: What its items and itself are called by.
        options: The parameters of the call.
    """

    def __init__(self, ident: str, options: Mapping[str, Any]) -> None:
        self._ident = ident
        self._options = options
        self._write = EventWriter()
        self._seen = Assembly()
        self._head: dict[str, Any] | None = None
        self._output: dict[int, Item] = {}
        self._thought: tuple[int, list[str]] | None = None
        self._message: _OpenMessage | None = None
        self._calls: dict[int, _OpenCall] = {}
        self._places = 0

    def add(self, chunk: ChatCompletionChunk) -> Events:
        """Yield what a chunk brings."""
        self._seen.add(chunk)
        if self._head is None:
            self._head = head_of(self._ident, chunk.created, chunk.model, self._options)
            begun = ResponsesResponse.from_dict(self._head)
            yield self._write.event("response.created", response=begun)
            yield self._write.event("response.in_progress", response=begun)
        for choice in chunk.choices:
            if choice.index == 0:
                logprobs = (choice.model_extra.get("logprobs") or {}).get("content") or []
                yield from self._delta(choice.delta, logprobs)

    def end(self) -> Events:
        """Yield the end of all that is open, and of the response."""
        whole = self._seen.completion()
        choice = whole.choices[0] if whole.choices else None
        ending = ending_of(choice.finish_reason if choice else None)
        yield from self._end_message(ending["status"])
        if choice is not None:
            for index, call in self._calls.items():
                listed = [each for each in choice.message.tool_calls or () if each.id == call.id]
                yield from self._end_call(call, listed[0] if listed else ToolCall(id=call.id), index, ending["status"])
            thought = reasoning_of(choice.message, self._ident)
            if thought is not None:
                yield from self._end_thought(thought)
        output = [item for _, item in sorted(self._output.items())]
        if not output:
            yield from self._write.item(0, empty := message_item(f"msg_{self._ident}", [text_part("")], "completed"))
            output = [empty]
        made = {**(self._head or {}), **ending, "output": output, "usage": usage_of(self._seen.usage)}
        if self._seen.tier:
            made["service_tier"] = self._seen.tier
        kind = "response.incomplete" if ending["status"] == "incomplete" else "response.completed"
        yield self._write.event(kind, response=ResponsesResponse.from_dict(made))

    def _delta(self, delta: Delta, logprobs: list[Any]) -> Events:
        if delta.reasoning_content:
            yield from self._think(delta.reasoning_content)
        if delta.content:
            yield from self._say("output_text", delta.content, logprobs)
        if delta.refusal:
            yield from self._say("refusal", delta.refusal, [])
        for note in delta.model_extra.get("annotations") or ():
            yield from self._note(note_of(note))
        for position, call in enumerate(delta.tool_calls or ()):
            yield from self._call(position if call.index is None else call.index, call)

    def _place(self) -> int:
        self._places += 1
        return self._places - 1

    def _think(self, text: str) -> Events:
        if self._thought is None:
            place = self._place()
            self._thought = place, []
            item = {"id": f"rs_{self._ident}", "type": "reasoning", "summary": [], "status": "in_progress"}
            yield self._write.event("response.output_item.added", output_index=place, item=item)
            at = self._at_thought(place)
            yield self._write.event(
                "response.reasoning_summary_part.added", **at, part={"type": "summary_text", "text": ""}
            )
        place, texts = self._thought
        texts.append(text)
        yield self._write.event("response.reasoning_summary_text.delta", **self._at_thought(place), delta=text)

    def _at_thought(self, place: int) -> dict[str, Any]:
        return {"item_id": f"rs_{self._ident}", "output_index": place, "summary_index": 0}

    def _end_thought(self, item: Item) -> Events:
        if self._thought is None:
            place = self._place()
            begun = {**item, "status": "in_progress", "encrypted_content": None}
            yield self._write.event("response.output_item.added", output_index=place, item=begun)
        else:
            place, texts = self._thought
            at, text = self._at_thought(place), "".join(texts)
            yield self._write.event("response.reasoning_summary_text.done", **at, text=text)
            part = {"type": "summary_text", "text": text}
            yield self._write.event("response.reasoning_summary_part.done", **at, part=part)
        self._output[place] = item
        yield self._write.event("response.output_item.done", output_index=place, item=item)

    def _say(self, kind: str, text: str, logprobs: list[Any]) -> Events:
        message = self._message
        if message is None:
            message = self._message = _OpenMessage(f"msg_{self._ident}", self._place())
            item = message_item(message.ident, [], "in_progress")
            yield self._write.event("response.output_item.added", output_index=message.place, item=item)
        if message.kind != kind:
            yield from self._end_part(message)
            message.begin(kind)
            yield self._write.event("response.content_part.added", **message.at, part=message.part())
        message.texts.append(text)
        more = {"logprobs": logprobs} if kind == "output_text" else {}
        message.logprobs += logprobs
        yield self._write.event(f"response.{kind}.delta", **message.at, delta=text, **more)

    def _note(self, note: dict[str, Any]) -> Events:
        message = self._message
        if message is None or message.kind != "output_text":
            return
        message.notes.append(note)
        index = len(message.notes) - 1
        yield self._write.event(
            "response.output_text.annotation.added", **message.at, annotation_index=index, annotation=note
        )

    def _end_part(self, message: "_OpenMessage") -> Events:
        if not message.kind:
            return
        part, text = message.part(), "".join(message.texts)
        whole = {"refusal": text} if message.kind == "refusal" else {"text": text, "logprobs": message.logprobs}
        yield self._write.event(f"response.{message.kind}.done", **message.at, **whole)
        yield self._write.event("response.content_part.done", **message.at, part=part)
        message.parts.append(part)

    def _end_message(self, status: str) -> Events:
        message = self._message
        if message is None:
            return
        yield from self._end_part(message)
        self._output[message.place] = item = message_item(message.ident, message.parts, status)
        yield self._write.event("response.output_item.done", output_index=message.place, item=item)

    def _call(self, index: int, call: ToolCall) -> Events:
        known = self._calls.get(index)
        if known is None:
            known = self._calls[index] = _OpenCall(f"fc_{self._ident}_{index}", self._place(), call)
            begun = call_item(call, known.item_id, "in_progress")
            begun["input" if known.is_custom else "arguments"] = ""
            yield self._write.event("response.output_item.added", output_index=known.place, item=begun)
        if call.function.arguments:
            yield self._write.event(f"{known.source}.delta", **known.at, delta=call.function.arguments)

    def _end_call(self, call: "_OpenCall", whole: ToolCall, index: int, status: str) -> Events:
        item = call_item(whole, f"fc_{self._ident}_{index}", status)
        name = "input" if call.is_custom else "arguments"
        yield self._write.event(f"{call.source}.done", **call.at, **{name: item.get(name, "")}, name=item["name"])
        self._output[call.place] = item
        yield self._write.event("response.output_item.done", output_index=call.place, item=item)


class _OpenMessage:
    """What was said so far."""

    def __init__(self, ident: str, place: int) -> None:
        self.ident = ident
        self.place = place
        self.kind = ""
        self.parts: list[dict[str, Any]] = []
        self.begin("")

    def begin(self, kind: str) -> None:
        """Begin a part."""
        self.kind = kind
        self.texts: list[str] = []
        self.logprobs: list[Any] = []
        self.notes: list[dict[str, Any]] = []

    @property
    def at(self) -> dict[str, Any]:
        """Where the open part is."""
        return {"item_id": self.ident, "output_index": self.place, "content_index": len(self.parts)}

    def part(self) -> dict[str, Any]:
        """Return the open part, as far as it has come."""
        text = "".join(self.texts)
        if self.kind == "refusal":
            return {"type": "refusal", "refusal": text}
        return {**text_part(text), "annotations": self.notes, "logprobs": self.logprobs}


class _OpenCall:
    """A call that has begun."""

    def __init__(self, item_id: str, place: int, call: ToolCall) -> None:
        self.item_id = item_id
        self.place = place
        self.id = call.id
        self.is_custom = call.type == "custom"
        self.source = f"response.{'custom_tool_call_input' if self.is_custom else 'function_call_arguments'}"

    @property
    def at(self) -> dict[str, Any]:
        """Where it is."""
        return {"item_id": self.item_id, "output_index": self.place}
