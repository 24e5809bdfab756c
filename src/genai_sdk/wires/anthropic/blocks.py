"""From the blocks of an answer to a message in OpenAI's shape: one way for whole answers and for streams."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.wires.anthropic.words import BLOCKS, Treatment
from genai_sdk.wires.unknown import Notice, ignore

SCHEMA_TOOL = "json_tool_call"
"""The tool that a model without schemas of its own is made to answer with; its input is the answer's text."""

CONTENT_BLOCKS = "content_blocks"
THINKING_BLOCKS = "thinking_blocks"

_PLAIN_CALL = frozenset({"type", "id", "name", "input", "caller", "toolset_name"})
_PLAIN_TEXT = frozenset({"type", "text", "citations"}) | _PLAIN_CALL
_PLACES: Mapping[Treatment, int] = {"thinking": 0, "text": 1, "call": 2}

Extras = dict[str, list[Any]]
"""What a message holds beyond OpenAI's fields; every item is a list that grows."""


def treatment(block: Mapping[str, Any]) -> Treatment:
    """Return what becomes of a block; one that no row names is kept as it is."""
    kind = block.get("type")
    return BLOCKS.get(kind, "native") if isinstance(kind, str) else "native"


def is_answer(block: Mapping[str, Any]) -> bool:
    """Tell whether a block is the answer in the form that was asked for."""
    return block.get("type") == "tool_use" and block.get("name") == SCHEMA_TOOL


class BlockReader:
    """Takes the blocks of one answer in, each when it is whole.

    `thinking_blocks` hold the thinking with its signatures. `content_blocks` hold every block as it came, but only
    where the message could not be put together again without them: where the server ran tools or cited something, or
    where the order is not thinking, text, calls.

    Args:
        notice: Is told of blocks that no row names.

    Attributes:
        calls: How many calls there are for the client to make.
        answered: Whether the answer came in the form that was asked for.
        blank: Whether nothing was said yet.
    """

    def __init__(self, notice: Notice = ignore) -> None:
        self.notice = notice
        self.calls = 0
        self.answered = False
        self.blank = True
        self._characters = 0
        self._place = -1
        self._plain: list[Any] | None = []  # the blocks so far, as long as they need not be kept

    def add(self, block: Mapping[str, Any]) -> Extras:
        """Return what a block adds to the message's extras."""
        extras: Extras = {}
        kind = treatment(block)
        if kind == "text":
            if "citations" in block and not block["citations"]:
                block = {name: item for name, item in block.items() if name != "citations"}  # as streams have it
            self._cite(block, extras)
            self.blank = self.blank and not block.get("text")
        else:
            self.blank = False
            if kind == "thinking":
                extras[THINKING_BLOCKS] = [block]
            elif kind == "call" and not is_answer(block):
                self.calls += 1
            elif kind == "native" and block.get("type") not in BLOCKS:
                self.notice("block", block.get("type"))
        self.answered = self.answered or is_answer(block)
        if self._plain is None:
            extras[CONTENT_BLOCKS] = [block]
        else:
            self._plain.append(block)
            if not self._is_plain(kind, block):
                extras[CONTENT_BLOCKS] = self._plain
                self._plain = None
        return extras

    def _is_plain(self, kind: Treatment, block: Mapping[str, Any]) -> bool:
        """Tell whether a message of thinking, text and calls gives this block back, where it stands."""
        if is_answer(block):
            kind = "text"  # which is what it becomes
        place = _PLACES.get(kind, -1)
        before, self._place = self._place, place
        if kind == "text":
            return before < place and not block.get("citations") and _PLAIN_TEXT.issuperset(block)
        if kind == "call":
            return _PLAIN_CALL.issuperset(block)
        return kind == "thinking" and before <= place

    def _cite(self, block: Mapping[str, Any], extras: Extras) -> None:
        start = self._characters
        self._characters += len(block.get("text") or "")
        for citation in block.get("citations") or ():
            span = {"start_index": start, "end_index": self._characters}
            extras.setdefault("citations", []).append({**citation, **span})
            if citation.get("url"):
                page = {"url": citation["url"], "title": citation.get("title") or citation["url"], **span}
                extras.setdefault("annotations", []).append({"type": "url_citation", "url_citation": page})


def call_of(block: Mapping[str, Any], arguments: str) -> dict[str, Any]:
    """Return a use of a tool as OpenAI's call."""
    call = {
        "id": block.get("id"),
        "type": "function",
        "function": {"name": block.get("name") or "", "arguments": arguments},
    }
    call.update((name, block[name]) for name in ("caller", "toolset_name") if block.get(name) is not None)
    return call


def arguments_of(block: Mapping[str, Any]) -> str:
    """Return a use's input as JSON text; one that is text already was cut off in a stream."""
    arguments = block.get("input")
    return (
        arguments
        if isinstance(arguments, str)
        else msgspec.json.encode({} if arguments is None else arguments).decode()
    )
