"""A streamed message put together again, and a whole one taken apart into events. Pure."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genai_sdk.types import Usage
from genai_sdk.types.messages import Block, MessagesEvent, MessagesResponse
from genai_sdk.types.native_usage import NativeUsage
from genai_sdk.wires.anthropic.answer import usage_fields
from genai_sdk.wires.anthropic.events import StreamedBlock
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.unknown import Notice, ignore

Batch = EventBatch[MessagesEvent]


def native_usage(usage: Any, notice: Notice = ignore) -> NativeUsage | None:
    """Return tokens with the vendor's own report; None where there is none."""
    return NativeUsage.of(usage_fields(usage, notice), usage) if isinstance(usage, Mapping) else None


class MessagesAssembly:
    """The `EventAssembly` of messages."""

    def __init__(self) -> None:
        self._message = MessagesResponse()
        self._usage: dict[str, Any] = {}
        self._open: dict[int, StreamedBlock] = {}
        self._blocks: dict[int, Block] = {}
        self._texts: list[str] = []
        self.finished = False

    @property
    def usage(self) -> Usage | None:
        """The tokens, as far as the provider has reported them."""
        return native_usage(self._usage) if self._usage else None

    @property
    def tier(self) -> str | None:
        """The class of service that the provider says it gave."""
        return None  # it is in the usage

    @property
    def text(self) -> str:
        """The text that has arrived so far."""
        return "".join(self._texts)

    @property
    def response(self) -> MessagesResponse:
        """What has arrived so far, as one message; blocks that are not whole as far as they came."""
        open_ = {place: copy.deepcopy(block).whole() for place, block in self._open.items()}
        blocks = tuple(block for _, block in sorted({**self._blocks, **open_}.items()))
        return msgspec.structs.replace(self._message, content=blocks, usage=self.usage)

    def add(self, batch: Batch) -> None:
        """Take in what comes next."""
        for event in batch.events:
            place = event.index or 0
            match event.type:
                case "content_block_delta" if event.delta is not None:
                    self._texts.append(event.text)
                    self._block(place).take(event.delta)
                case "content_block_start":
                    self._open[place] = StreamedBlock(dict(event.content_block or {}), 0, ignore)
                case "content_block_stop" if place in self._open:
                    self._blocks[place] = self._open.pop(place).whole()
                case "message_start" if event.message is not None:
                    self._message = event.message
                    self._count(getattr(event.message.usage, "native", None))
                case "message_delta":
                    self._end(event)

    def _block(self, place: int) -> StreamedBlock:
        # Servers that leave the beginning of a block out mean text.
        return self._open.setdefault(place, StreamedBlock({"type": "text", "text": ""}, 0, ignore))

    def _count(self, usage: Any) -> None:
        self._usage.update({name: item for name, item in (usage or {}).items() if item is not None})

    def _end(self, event: MessagesEvent) -> None:
        self._count(event.usage)
        fields = {name: item for name, item in (event.delta or {}).items() if item is not None}
        known = {name: fields.pop(name) for name in ("stop_reason", "stop_sequence") if name in fields}
        extra = {**self._message.model_extra, **fields, **event.model_extra}
        self._message = msgspec.structs.replace(self._message, model_extra=extra, **known)
        self.finished = self.finished or self._message.stop_reason is not None

    def restarted(self) -> MessagesEvent:
        """Return the event that says that the answer starts over."""
        return MessagesEvent(type="genai.restart", restart=True)


def whole_as_events(message: MessagesResponse) -> tuple[Batch, ...]:
    """Return a whole message as a stream gives it: each block in one piece."""
    begun = msgspec.structs.replace(message, content=(), stop_reason=None, stop_sequence=None)
    events = [MessagesEvent(type="message_start", message=begun)]
    for place, block in enumerate(message.content):
        events += block_events(place, block)
    usage = message.usage.native if isinstance(message.usage, NativeUsage) else {}
    delta = {"stop_reason": message.stop_reason, "stop_sequence": message.stop_sequence}
    events += [MessagesEvent(type="message_delta", delta=delta, usage=usage), MessagesEvent(type="message_stop")]
    return (EventBatch(tuple(events), has_content=True),)


def block_events(place: int, block: Block) -> Iterator[MessagesEvent]:
    """Yield the events of a block that is whole."""
    field, kind = _PIECES.get(str(block.get("type")), ("", ""))
    begun = {**block, **({field: {} if field == "input" else ""} if field else {})}
    deltas: list[dict[str, Any]] = []
    if field:
        piece = block.get(field)
        text = msgspec.json.encode(piece or {}).decode() if field == "input" else piece or ""
        deltas.append({"type": kind, ("partial_json" if field == "input" else field): text})
    if block.get("type") == "thinking":
        begun["signature"] = ""
        deltas.append({"type": "signature_delta", "signature": block.get("signature") or ""})
    if block.get("type") == "text" and block.get("citations"):
        begun["citations"] = []
        deltas += [{"type": "citations_delta", "citation": citation} for citation in block["citations"]]
    yield MessagesEvent(type="content_block_start", index=place, content_block=begun)
    for delta in deltas:
        yield MessagesEvent(type="content_block_delta", index=place, delta=delta)
    yield MessagesEvent(type="content_block_stop", index=place)


_PIECES = {
    "text": ("text", "text_delta"),
    "thinking": ("thinking", "thinking_delta"),
    "tool_use": ("input", "input_json_delta"),
    "server_tool_use": ("input", "input_json_delta"),
}
"""What of a block comes in pieces, and the delta that has it."""
