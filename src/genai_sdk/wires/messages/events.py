"""From chunks of chat to the events of a message. Pure; one for each stream."""

from collections.abc import Iterator
from typing import Any

from genai_sdk.types import ChatCompletionChunk, ToolCall
from genai_sdk.types.messages import Block, MessagesEvent, MessagesResponse
from genai_sdk.types.native_usage import NativeUsage
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.messages.answer import call_block, citation_of, sealed_block, stop_of, usage_of
from genai_sdk.wires.messages.assembly import block_events
from genai_sdk.wires.seal import SEAL

Events = Iterator[MessagesEvent]

_NOTHING_YET = NativeUsage(native={"input_tokens": 0, "output_tokens": 0})


class ChatEvents:
    """Writes the events of one stream.

    Of Anthropic's blocks one is open at a time. Once the use of a tool has begun it stays open to the end, since its
    pieces may be mixed with those of other calls; what comes beside it is written when it is whole.

    Args:
        ident: What the message is called by.
    """

    def __init__(self, ident: str) -> None:
        self._ident = ident
        self._seen = Assembly()
        self._began = False
        self._kind = ""
        self._place = -1
        self._call: int | None = None
        self._said = 0

    def add(self, chunk: ChatCompletionChunk) -> Events:
        """Yield what a chunk brings."""
        self._seen.add(chunk)
        if not self._began:
            self._began = True
            message = MessagesResponse(id=f"msg_{self._ident}", model=chunk.model, usage=_NOTHING_YET)
            yield MessagesEvent(type="message_start", message=message)
        for choice in chunk.choices:
            if choice.index == 0 and self._call is None:
                delta = choice.delta
                if delta.reasoning_content:
                    yield from self._piece("thinking", delta.reasoning_content)
                if text := (delta.content or "") + (delta.refusal or ""):
                    self._said += len(text)
                    yield from self._piece("text", text)
                for note in delta.model_extra.get("annotations") or ():
                    if self._kind == "text":
                        yield self._delta({"type": "citations_delta", "citation": citation_of(note)})
            if choice.index == 0:
                for position, call in enumerate(choice.delta.tool_calls or ()):
                    yield from self._called(position if call.index is None else call.index, call)

    def end(self) -> Events:
        """Yield the end of the open block, what was held back, and the end of the message."""
        whole = self._seen.completion()
        choice = whole.choices[0] if whole.choices else None
        yield from self._close()
        if choice is not None:
            text = (choice.message.content or "") + (choice.message.refusal or "")
            if len(text) > self._said:
                yield from self._block({"type": "text", "text": text[self._said :]})
            for call in (choice.message.tool_calls or ())[1:]:
                yield from self._block(call_block(call))
            for block in sealed_block(choice.message):
                yield from self._block(block)
        if self._place < 0:
            yield from self._block({"type": "text", "text": ""})
        stop = stop_of(choice.finish_reason, choice.model_extra) if choice else stop_of(None, {})
        usage = usage_of(self._seen.usage)
        yield MessagesEvent(type="message_delta", delta=stop, usage=usage.native if usage else {"output_tokens": 0})
        yield MessagesEvent(type="message_stop")

    def _piece(self, kind: str, text: str) -> Events:
        if self._kind != kind:
            yield from self._open(kind, _BEGUN[kind])
        yield self._delta({"type": f"{kind}_delta", kind: text})

    def _called(self, index: int, call: ToolCall) -> Events:
        if self._call is None:
            self._call = index
            begun = {"type": "tool_use", "id": call.id or "", "name": call.function.name, "input": {}}
            yield from self._open("tool_use", begun)
        if index == self._call and call.function.arguments:
            yield self._delta({"type": "input_json_delta", "partial_json": call.function.arguments})

    def _open(self, kind: str, begun: Block) -> Events:
        yield from self._close()
        self._kind = kind
        self._place += 1
        yield MessagesEvent(type="content_block_start", index=self._place, content_block=dict(begun))

    def _close(self) -> Events:
        if self._kind == "thinking":
            yield self._delta({"type": "signature_delta", "signature": SEAL})
        if self._kind:
            yield MessagesEvent(type="content_block_stop", index=self._place)
        self._kind = ""

    def _block(self, block: Block) -> Events:
        self._place += 1
        yield from block_events(self._place, block)

    def _delta(self, delta: dict[str, Any]) -> MessagesEvent:
        return MessagesEvent(type="content_block_delta", index=self._place, delta=delta)


_BEGUN: dict[str, Block] = {
    "text": {"type": "text", "text": ""},
    "thinking": {"type": "thinking", "thinking": "", "signature": ""},
}
