"""From the events of a streamed message to chunks in OpenAI's shape: the same message as a whole answer makes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.types import ChatCompletionChunk, ChunkChoice, Delta
from genai_sdk.wires.anthropic.answer import finish_fields, kept_fields, usage_fields
from genai_sdk.wires.anthropic.blocks import BlockReader, arguments_of, call_of, is_answer, treatment
from genai_sdk.wires.anthropic.words import DELTAS, EVENTS
from genai_sdk.wires.chunks import UNKNOWN_EVENTS, ChatParser
from genai_sdk.wires.unknown import Notice, ignore

_NOTHING: Mapping[str, Any] = {}


class StreamedBlock:
    """A block that is not whole yet.

    Attributes:
        fields: Its fields as far as they are known.
        kind: What becomes of it.
        is_answer: Whether it is the answer in the form that was asked for.
        call: The place of its call among the calls.
        texts: The pieces of its text.
    """

    def __init__(self, fields: dict[str, Any], call: int, notice: Notice) -> None:
        self.fields = fields
        self._notice = notice
        self.kind = treatment(fields)
        self.is_answer = is_answer(fields)
        self.call = call
        self.texts: list[str] = []
        self._pieces: dict[str, list[str]] = {"text": self.texts}
        self._json: list[str] = []

    def take(self, delta: Mapping[str, Any]) -> tuple[str, str] | None:
        """Take a delta in; returns the block's field and the text that came to it, if text it is."""
        row = DELTAS.get(delta.get("type", ""))
        if row is None:
            self._notice("delta", delta.get("type"))
            self.fields.setdefault("deltas", []).append(dict(delta))  # nobody knows yet what it does to the block
            return None
        source, field, how = row
        item = delta.get(source)
        if how == "text":
            text = item or ""
            self._pieces.setdefault(field, []).append(text)
            return field, text
        if how == "json":
            text = item or ""
            self._json.append(text)
            return field, text
        if how == "item":
            self.fields[field] = [*(self.fields.get(field) or ()), item]
        elif how == "fields":
            self.fields.update((name, part) for name, part in delta.items() if name != "type" and part is not None)
        else:
            self.fields[field] = item
        return None

    def whole(self) -> dict[str, Any]:
        """Return the block, which ends here."""
        for field, pieces in self._pieces.items():
            if not pieces:
                continue
            self.fields[field] = (self.fields.get(field) or "") + "".join(pieces)
        if text := "".join(self._json):
            self.fields["input"] = _decoded(text)
        return self.fields

    @property
    def is_unsaid(self) -> bool:
        """Whether it is a use of a tool whose input came with no delta."""
        return self.kind == "call" and not any(self._json)


class Events:
    """Reads the events of one stream.

    Args:
        model: The model that was asked, for servers that do not repeat it.
        notice: Is told of words that no row names.

    Attributes:
        done: Whether the stream is over.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self.done = False
        self._notice = notice
        self._head: dict[str, Any] = {"id": "", "model": model}
        self._usage: dict[str, Any] = {}
        self._open: dict[Any, StreamedBlock] = {}
        self._reader = BlockReader(notice)
        self._calls = 0

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return an event as a chunk; one without choices says nothing."""
        match event.get("type"):
            case "content_block_delta":
                return self._delta(event)
            case "content_block_start":
                return self._start(event)
            case "content_block_stop":
                block = self._open.pop(event.get("index"), None)
                return {} if block is None else self._chunk(self._end(block))
            case "message_start":
                return self._begin(event.get("message") or {})
            case "message_delta":
                return self._finish(event)
            case "message_stop":
                self.done = True
                return {}
            case kind if kind in EVENTS:
                return {}
            case kind:
                self._notice("event", kind)
                return self._chunk({UNKNOWN_EVENTS: [event]})

    @property
    def usage(self) -> dict[str, Any] | None:
        """The tokens that were reported so far, in OpenAI's shape."""
        return usage_fields(self._usage) if self._usage else None

    def text_chunk(self, event: dict[str, Any]) -> ChatCompletionChunk | None:
        """Return an event as a chunk if it is a piece of the answer's text, and have taken it in."""
        delta = event.get("delta")
        if delta is None or delta.get("type") != "text_delta":
            return None
        block = self._open.get(event.get("index"))
        text = delta.get("text")
        if block is None or block.kind != "text" or type(text) is not str or not text:
            return None
        block.texts.append(text)
        head = self._head
        return ChatCompletionChunk(
            id=head["id"], model=head["model"], choices=(ChunkChoice(delta=Delta(content=text)),)
        )

    def _begin(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self._head = {"id": message.get("id") or "", "model": message.get("model") or self._head["model"]}
        self._usage = dict(message.get("usage") or {})
        chunk = {**self._chunk({"role": "assistant"}), **kept_fields(message)}
        for block in message.get("content") or ():  # servers that answer at once put all of it here
            started = self._new(dict(block))
            _merge(chunk["choices"][0]["delta"], self._delta_of(started), self._end(started))
        return chunk

    def _start(self, event: Mapping[str, Any]) -> dict[str, Any]:
        block = self._new(dict(event.get("content_block") or {}))
        self._open[event.get("index")] = block
        delta = self._delta_of(block)
        return self._chunk(delta) if delta else {}

    def _new(self, fields: dict[str, Any]) -> StreamedBlock:
        block = StreamedBlock(fields, self._calls, self._notice)
        self._calls += block.kind == "call" and not block.is_answer
        return block

    def _delta_of(self, block: StreamedBlock) -> dict[str, Any]:
        """Return what the beginning of a block says."""
        fields = block.fields
        if block.kind == "call" and not block.is_answer:
            return {"tool_calls": [{"index": block.call, **call_of(fields, "")}]}
        if block.kind == "text" and fields.get("text"):
            return {"content": fields["text"]}
        if block.kind == "thinking" and fields.get("thinking"):
            return {"reasoning_content": fields["thinking"]}
        return {}

    def _delta(self, event: Mapping[str, Any]) -> dict[str, Any]:
        block = self._open.get(event.get("index"))
        if block is None:
            # Servers that leave the beginning of a block out mean text.
            block = self._open[event.get("index")] = self._new({"type": "text", "text": ""})
        came = block.take(event.get("delta") or _NOTHING)
        if came is None or not came[1]:
            return {}
        return self._chunk(self._shown(block, *came))

    def _shown(self, block: StreamedBlock, field: str, text: str) -> dict[str, Any]:
        if block.is_answer:
            return {"content": text} if field == "input" else {}
        match block.kind, field:
            case "text", "text":
                return {"content": text}
            case "thinking", "thinking":
                return {"reasoning_content": text}
            case "call", "input":
                return {"tool_calls": [{"index": block.call, "function": {"arguments": text}}]}
            case _:
                return {}

    def _end(self, block: StreamedBlock) -> dict[str, Any]:
        """Return what the end of a block adds to the message."""
        whole = block.whole()
        delta: dict[str, Any] = dict(self._reader.add(whole))
        if block.is_unsaid:
            arguments = arguments_of(whole)
            if block.is_answer:
                delta["content"] = arguments
            else:
                delta["tool_calls"] = [{"index": block.call, "function": {"arguments": arguments}}]
        return delta

    def _finish(self, event: Mapping[str, Any]) -> dict[str, Any]:
        delta = event.get("delta") or _NOTHING
        self._usage.update((name, item) for name, item in (event.get("usage") or {}).items() if item is not None)
        kept = {**kept_fields(delta), **{k: v for k, v in kept_fields(event).items() if k != "delta"}}
        chunk: dict[str, Any] = {**self._head, "usage": usage_fields(self._usage, self._notice)}
        if delta.get("stop_reason") is None:
            return {**self._chunk({}), **kept, **chunk} if kept else chunk
        delta_fields: dict[str, Any] = {}
        while self._open:  # servers that leave the end of a block out
            _merge(delta_fields, self._end(self._open.pop(next(iter(self._open)))))
        choice = {"index": 0, "delta": delta_fields, **finish_fields(delta, self._reader)}
        return {**chunk, "choices": [choice], **kept}

    def _chunk(self, delta: dict[str, Any]) -> dict[str, Any]:
        return {**self._head, "choices": [{"index": 0, "delta": delta}]}


class MessageParser(ChatParser):
    """The parser of a streamed message: what nearly every event is, a piece of text, takes a short way.

    Args:
        events: Reads the others.
    """

    def __init__(self, events: Events) -> None:
        super().__init__(events)
        self._events = events

    def read(self, event: dict[str, Any]) -> ChatCompletionChunk | None:
        """Return an event as a chunk; None if it says nothing."""
        chunk = self._events.text_chunk(event)
        if chunk is None:
            return super().read(event)
        self._began = True
        return chunk


def _merge(delta: dict[str, Any], *more: Mapping[str, Any]) -> None:
    for part in more:
        for name, item in part.items():
            delta[name] = delta[name] + item if name in delta else item


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text  # cut off by the bound of tokens
