"""From the events of ConverseStream to chunks in OpenAI's shape, and to the blocks of a whole answer."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.types import ChatCompletionChunk, ChunkChoice, Delta
from genai_sdk.wires.chunks import UNKNOWN_EVENTS, ChatParser
from genai_sdk.wires.converse.answer import extra_fields, finish_of, thinking_tokens, usage_of
from genai_sdk.wires.converse.blocks import extras_of, is_blank, notice_unknown, thinking_block, treatment
from genai_sdk.wires.converse.tools import SCHEMA_TOOL
from genai_sdk.wires.converse.words import DELTAS
from genai_sdk.wires.unknown import Notice, ignore

Event = Mapping[str, Any]


class ConverseParser(ChatParser):
    """The `Parser` of one stream; text, which nearly every event is, takes the short way.

    Args:
        model: The model that was asked: Converse does not repeat it.
        notice: Is told of words that no row names.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self._model = model
        self._events = Events(model, notice)
        super().__init__(self._events)

    def read(self, event: dict[str, Any]) -> ChatCompletionChunk | None:
        """Return an event as a chunk; None if it says nothing."""
        data = event.get("contentBlockDelta")
        if data is not None:
            text = data["delta"].get("text")
            if text.__class__ is str and text:
                self._began = True
                self._events.add_text(data["contentBlockIndex"], text)
                return ChatCompletionChunk(model=self._model, choices=(ChunkChoice(delta=Delta(content=text)),))
        return super().read(event)


class Events:
    """Reads one stream.

    Args:
        model: The model that was asked: Converse does not repeat it.
        notice: Is told of words that no row names.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self._model = model
        self._notice = notice
        self._blocks: dict[int, dict[str, Any]] = {}
        self._inputs: dict[int, list[str]] = {}
        self._calls: dict[int, int] = {}
        self._reasoning = 0
        self._answer: int | None = None  # the block of the schema's tool

    def __call__(self, event: Event) -> dict[str, Any]:
        """Return a chunk; one without choices says nothing to the caller.

        Raises:
            MalformedError: The model failed to answer.
        """
        for name, data in event.items():
            match name:
                case "contentBlockDelta":
                    return self._chunk(self._delta(data["contentBlockIndex"], data["delta"]))
                case "contentBlockStart":
                    return self._chunk(self._start(data["contentBlockIndex"], data.get("start") or {}))
                case "contentBlockStop":
                    return self._chunk(self._stop(data["contentBlockIndex"]))
                case "messageStart":
                    return self._chunk({"role": data.get("role") or "assistant"})
                case "messageStop":
                    return self._end(data)
                case "metadata":
                    usage = (
                        {"usage": usage_of(data["usage"], self._reasoning, self._notice)} if data.get("usage") else {}
                    )
                    return {"model": self._model, **usage, **extra_fields(data)}
                case _ if isinstance(data, Mapping):
                    self._notice("event", name)
                    return self._chunk({UNKNOWN_EVENTS: [dict(event)]})
                case _:
                    continue  # padding
        return {}

    def _chunk(self, delta: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
        if delta is None:
            return {}
        return {"model": self._model, "choices": [{"index": 0, "delta": delta, **more}]}

    def _start(self, index: int, start: Mapping[str, Any]) -> dict[str, Any] | None:
        use = start.get("toolUse")
        if use is None:
            self._blocks[index] = {kind: dict(item) for kind, item in start.items() if isinstance(item, Mapping)}
            return None
        self._blocks[index] = {"toolUse": {**use, "input": {}}}
        self._inputs[index] = []
        if use.get("type") is not None:
            return None
        if use.get("name") == SCHEMA_TOOL:
            self._answer = index if self._answer is None else self._answer
            return None
        place = self._calls[index] = len(self._calls)
        function = {"name": use.get("name") or "", "arguments": ""}
        return {"tool_calls": [{"index": place, "id": use.get("toolUseId"), "type": "function", "function": function}]}

    def _delta(self, index: int, delta: Mapping[str, Any]) -> dict[str, Any] | None:
        text = delta.get("text")
        if text is not None:
            self.add_text(index, text)
            return {"content": text} if text else None
        for kind, item in delta.items():
            match kind:
                case "toolUse":
                    return self._input(index, item)
                case "reasoningContent":
                    return self._reason(index, item)
                case "citation":
                    self._cited(index)["citations"].append(item)
                case "toolResult":
                    self._result(index, item)
                case "image":
                    self._blocks.setdefault(index, {"image": {}})["image"].update(item)
                case _:
                    if kind not in DELTAS:
                        self._notice("delta", kind)
                    self._blocks.setdefault(index, {}).setdefault(kind, []).append(item)
        return None

    def add_text(self, index: int, text: str) -> None:
        """Take in a piece of a block's text."""
        pieces = self._inputs.get(index)
        if pieces is not None:
            pieces.append(text)
            return
        block = self._blocks.setdefault(index, {"text": ""})
        if "citationsContent" in block:
            block["citationsContent"]["content"][0]["text"] += text
        else:
            self._inputs[index] = [text]

    def _cited(self, index: int) -> dict[str, Any]:
        """Return the content of a block that turns out to have citations."""
        block = self._blocks.get(index)
        if block is None or "citationsContent" not in block:
            text = "".join(self._inputs.pop(index, ()))
            block = self._blocks[index] = {"citationsContent": {"content": [{"text": text}], "citations": []}}
        content: dict[str, Any] = block["citationsContent"]
        return content

    def _input(self, index: int, item: Mapping[str, Any]) -> dict[str, Any] | None:
        piece = item.get("input")
        if not isinstance(piece, str):
            piece = msgspec.json.encode(piece).decode() if piece else ""
        self._inputs.setdefault(index, []).append(piece)
        if index == self._answer:
            return {"content": piece} if piece else None
        place = self._calls.get(index)
        if place is None:
            return None
        return {"tool_calls": [{"index": place, "function": {"arguments": piece}}]} if piece else None

    def _reason(self, index: int, item: Mapping[str, Any]) -> dict[str, Any] | None:
        block = self._blocks.setdefault(index, {"reasoningContent": {}})["reasoningContent"]
        if item.get("redactedContent") is not None:
            block["redactedContent"] = block.get("redactedContent", "") + item["redactedContent"]
            return None
        text = block.setdefault("reasoningText", {"text": ""})
        if item.get("signature"):
            text["signature"] = text.get("signature", "") + item["signature"]
        if item.get("text"):
            self._inputs.setdefault(index, []).append(item["text"])
            return {"reasoning_content": item["text"]}
        return None

    def _result(self, index: int, items: Any) -> None:
        result = self._blocks.setdefault(index, {"toolResult": {}})["toolResult"]
        content = result.setdefault("content", [])
        for item in items:
            if content and set(item) == set(content[-1]) == {"text"}:
                content[-1] = {"text": content[-1]["text"] + item["text"]}
            else:
                content.append(dict(item))

    def _stop(self, index: int) -> dict[str, Any] | None:
        """Close a block: what came in pieces is put together, as a whole answer has it."""
        block = self._blocks.get(index)
        if block is None:
            return None
        pieces = self._inputs.pop(index, None)
        if "text" in block and pieces is not None:
            block["text"] = "".join(pieces)
        elif "reasoningContent" in block:
            text = block["reasoningContent"].get("reasoningText")
            if text is not None and pieces is not None:
                text["text"] = "".join(pieces)
            item = thinking_block(block["reasoningContent"])
            return {"thinking_blocks": [item]} if item is not None else None
        elif "toolUse" in block and pieces is not None:
            return self._close_use(index, block["toolUse"], "".join(pieces))
        return None

    def _close_use(self, index: int, use: dict[str, Any], text: str) -> dict[str, Any] | None:
        try:
            use["input"] = msgspec.json.decode(text) if text.strip() else {}
        except (msgspec.DecodeError, UnicodeEncodeError):
            use["input"] = text  # cut off: the caller sees it as it came
        if text.strip():
            return None
        if index == self._answer:
            return {"content": "{}"}
        place = self._calls.get(index)
        return None if place is None else {"tool_calls": [{"index": place, "function": {"arguments": "{}"}}]}

    def _end(self, data: Mapping[str, Any]) -> dict[str, Any]:
        self._reasoning = thinking_tokens(data.get("additionalModelResponseFields"))
        delta: dict[str, Any] = {}
        for index in list(self._inputs):  # blocks that nobody closed
            for key, item in (self._stop(index) or {}).items():
                delta[key] = delta[key] + item if key in delta else item
        blocks = [self._blocks[index] for index in sorted(self._blocks)]
        for block in blocks:
            if treatment(block) == "native":
                notice_unknown(block, self._notice)
        calls, blank = bool(self._calls), is_blank(blocks)
        finish = finish_of(data.get("stopReason"), self._notice, has_calls=calls, is_empty=blank)
        delta.update(extras_of(blocks, answered_by_tool=self._answer is not None))
        return {**self._chunk(delta, **finish), **extra_fields(data)}
