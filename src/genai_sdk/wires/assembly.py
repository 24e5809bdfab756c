"""A streamed answer put together again: what a whole answer would have held. Pure."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, ChunkChoice, ToolCall, Usage

# What only streams have: padding that hides how long a chunk is
# (https://platform.openai.com/docs/api-reference/chat-streaming/streaming), and drafts of images (openai 3.57.0,
# types/responses/response_image_gen_call_partial_image_event.py).
_PADDING = frozenset({"obfuscation", "partial_image_b64", "partial_image_index"})


# Lists that servers send again, and longer, with each chunk (Perplexity, xAI, OpenRouter).
_REPEATED = frozenset(
    {
        *(
            "annotations",
            "citations",
            "images",
            "references",
            "related_questions",
            "search_results",
            "sources",
            "videos",
        ),
        *("executed_tools", "web_search"),
    }
)
# Lists whose items come in pieces, to be joined by their index (https://openrouter.ai/docs/use-cases/reasoning-tokens).
_IN_PIECES = frozenset({"reasoning_details"})
# What in such a piece continues what came before.
_CONTINUED = ("text", "summary", "data")


class _ChoiceParts:
    def __init__(self) -> None:
        self.text: list[str] = []
        self.reasoning: list[str] = []
        self.refusal: list[str] = []
        self.tools: dict[int, dict[str, Any]] = {}
        self.finish_reason: str | None = None
        self.extra: dict[str, Any] = {}
        self.message_extra: dict[str, Any] = {}

    def add(self, choice: ChunkChoice) -> None:
        delta = choice.delta
        if choice.finish_reason:
            self.finish_reason = choice.finish_reason
        if delta.content:
            self.text.append(delta.content)
        if delta.reasoning_content:
            self.reasoning.append(delta.reasoning_content)
        if delta.refusal:
            self.refusal.append(delta.refusal)
        if delta.tool_calls:
            for position, call in enumerate(delta.tool_calls):
                self._add_tool(position if call.index is None else call.index, call)
        if delta.model_extra:
            _join(self.message_extra, delta.model_extra)
        if choice.model_extra:
            _join(self.extra, choice.model_extra)

    def _add_tool(self, index: int, call: ToolCall) -> None:
        tool = self.tools.setdefault(index, {"id": None, "type": "function", "name": "", "arguments": [], "extra": {}})
        tool["id"] = tool["id"] or call.id
        if call.type != "function":
            tool["type"] = call.type
        tool["name"] = tool["name"] or call.function.name
        tool["arguments"].append(call.function.arguments)
        if call.model_extra:
            _join(tool["extra"], call.model_extra)

    def message(self) -> dict[str, Any]:
        calls = [
            {
                **tool["extra"],
                "id": tool["id"],
                "type": tool["type"],
                "function": {"name": tool["name"], "arguments": "".join(tool["arguments"])},
            }
            for _, tool in sorted(self.tools.items())
        ]
        return {
            **self.message_extra,
            "role": "assistant",
            "content": "".join(self.text) if self.text or not calls else None,
            "reasoning_content": "".join(self.reasoning) or None,
            "refusal": "".join(self.refusal) or None,
            "tool_calls": calls or None,
        }


class Assembly:
    """Collects chunks; `completion` is what has arrived so far, in the shape of a whole answer.

    Attributes:
        usage: The tokens, once the provider has reported them.
        tier: The class of service that the provider says it gave, if it does.
    """

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.tier: str | None = None
        self._head: ChatCompletionChunk | None = None
        self._extra: dict[str, Any] = {}
        self._choices: dict[int, _ChoiceParts] = {}

    def add(self, chunk: ChatCompletionChunk) -> None:
        """Take in the next chunk."""
        if self._head is None:
            self._head = chunk
        if chunk.usage is not None:
            self.usage = chunk.usage
        if chunk.model_extra:
            _join(self._extra, chunk.model_extra)
            self.tier = chunk.model_extra.get("service_tier") or self.tier
        for choice in chunk.choices:
            parts = self._choices.get(choice.index)
            if parts is None:
                parts = self._choices[choice.index] = _ChoiceParts()
            parts.add(choice)

    @property
    def text(self) -> str:
        """The first choice's text so far."""
        return "".join(self._choices[0].text) if 0 in self._choices else ""

    @property
    def finished(self) -> bool:
        """Whether every choice that began has its finish reason."""
        return bool(self._choices) and all(parts.finish_reason for parts in self._choices.values())

    def completion(self) -> ChatCompletion:
        """Return the answer as far as it has arrived."""
        head = self._head or ChatCompletionChunk()
        choices = [
            {**parts.extra, "index": index, "message": parts.message(), "finish_reason": parts.finish_reason}
            for index, parts in sorted(self._choices.items())
        ]
        facts = {"id": head.id, "created": head.created, "model": head.model}
        return ChatCompletion.from_dict({**self._extra, **facts, "choices": choices, "usage": self.usage})


def _join(whole: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add to what is kept beyond OpenAI's fields: lists grow, mappings are joined, and else the last word counts.

    Lists and dicts in `whole` are its own, so that they can grow in place.
    """
    for name, item in more.items():
        if item is None or name in _PADDING:
            continue
        if isinstance(item, str):  # most often by far
            whole[name] = item
        elif isinstance(item, list):
            before = whole.get(name)
            if name in _IN_PIECES and isinstance(before, list):
                _join_pieces(before, item)
            elif isinstance(before, list):
                if name in _REPEATED and item[: len(before)] == before:
                    before[:] = item
                else:
                    before += item
            elif name in _IN_PIECES:
                _join_pieces(whole.setdefault(name, []), item)
            else:
                whole[name] = list(item)
        elif isinstance(item, Mapping):
            before = whole.get(name)
            if name == "audio" and isinstance(before, dict):
                item = {**item, **_longer(before, item)}
            joined = whole[name] = before if isinstance(before, dict) else {}
            _join(joined, item)
        else:
            whole[name] = item


def _join_pieces(whole: list[Any], pieces: list[Any]) -> None:
    """Add the pieces of items to them: a text grows, and of all else the last word counts."""
    for piece in pieces:
        kind = (piece.get("type"), piece.get("index")) if isinstance(piece, Mapping) else None
        last = whole[-1] if whole else None
        if kind is None or not isinstance(last, dict) or (last.get("type"), last.get("index")) != kind:
            whole.append(dict(piece) if isinstance(piece, Mapping) else piece)
            continue
        for name, item in piece.items():
            if name in _CONTINUED and isinstance(item, str) and isinstance(last.get(name), str):
                last[name] += item
            elif item is not None:
                last[name] = item


def _longer(before: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, str]:
    """Return what of spoken output comes in pieces: sound as base64 of some bytes each, and its words."""
    made: dict[str, str] = {}
    if isinstance(before.get("data"), str) and isinstance(more.get("data"), str):
        made["data"] = b64encode(b64decode(before["data"]) + b64decode(more["data"])).decode()
    if isinstance(before.get("transcript"), str) and isinstance(more.get("transcript"), str):
        made["transcript"] = before["transcript"] + more["transcript"]
    return made
