"""From a conversation in OpenAI's shape to Anthropic's: the system's words apart, and turns that alternate.

What an answer of ours holds beyond OpenAI's fields goes back as Anthropic wants it: thinking with its signatures, and
blocks of tools that the server ran. https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.wires.anthropic.blocks import CONTENT_BLOCKS, THINKING_BLOCKS
from genai_sdk.wires.anthropic.media import blocks_of, marked
from genai_sdk.wires.anthropic.words import BLOCKS
from genai_sdk.wires.values import plain
from genai_sdk.wires.wire import UnencodableError

_SYSTEM = ("system", "developer")


class Conversation:
    """A conversation as Anthropic takes it.

    Args:
        messages: The messages in OpenAI's shape.
        takes_urls: Whether the host fetches from the web.
        late_system: Whether the model takes the system's messages behind the first of the user's.

    Attributes:
        system: The system's text blocks.
        turns: The messages.

    Raises:
        UnencodableError: A message has no place on this wire.
    """

    def __init__(self, messages: Iterable[Any], *, takes_urls: bool, late_system: bool) -> None:
        self.system: list[dict[str, Any]] = []
        self.turns: list[dict[str, Any]] = []
        self._takes_urls = takes_urls
        self._late_system = late_system
        for message in messages:
            self._add(message if isinstance(message, dict) else plain(message))
        if not self.turns:
            raise UnencodableError("Anthropic wants a message of the user that is not empty")

    @property
    def is_prefilled(self) -> bool:
        """Whether it ends with text of the assistant's, to go on from; an answer of tools that paused is none."""
        last = self.turns[-1]
        return last["role"] == "assistant" and all(block["type"] == "text" for block in last["content"])

    def finish(self) -> list[dict[str, Any]]:
        """Return the messages, those of one text as text alone."""
        if self.is_prefilled:
            # "final assistant content cannot end with trailing whitespace"
            last = self.turns[-1]["content"][-1]
            last["text"] = last["text"].rstrip()
        for turn in self.turns:
            content = turn["content"]
            if len(content) == 1 and len(content[0]) == 2 and content[0]["type"] == "text":
                turn["content"] = content[0]["text"]
        return self.turns

    def system_field(self) -> str | list[dict[str, Any]]:
        """Return the system's words, one text as text alone."""
        blocks = self.system
        return blocks[0]["text"] if len(blocks) == 1 and len(blocks[0]) == 2 else blocks

    def _add(self, message: Mapping[str, Any]) -> None:
        role = message["role"]
        content = message.get("content")
        if role == "user":
            self._extend("user", self._blocks(content), message)
        elif role == "assistant":
            self._extend("assistant", assistant_blocks(message), message)
        elif role == "tool":
            self._extend("user", [self._result(message)], {})
        elif role in _SYSTEM:
            blocks = blocks_of(content, takes_urls=False)
            if any(block["type"] != "text" for block in blocks):
                raise UnencodableError("the system's messages hold text alone")
            if self.turns and self._late_system and self.turns[-1]["role"] == "user":
                self._extend("system", blocks, message)
            else:
                self.system += _last_marked(blocks, message)
        else:
            raise UnencodableError(f"Anthropic's messages have no place for the role {role!r}")

    def _blocks(self, content: Any) -> list[dict[str, Any]]:
        if isinstance(content, str):
            return [{"type": "text", "text": str(content)}] if content else []
        return blocks_of(content, takes_urls=self._takes_urls)

    def _extend(self, role: str, blocks: list[dict[str, Any]], message: Mapping[str, Any]) -> None:
        """Add to the turn of the one who spoke last, or begin the next."""
        if not blocks:
            return
        blocks = _last_marked(blocks, message)
        if self.turns and self.turns[-1]["role"] == role:
            self.turns[-1]["content"] += blocks
        else:
            self.turns.append({"role": role, "content": blocks})

    def _result(self, message: Mapping[str, Any]) -> dict[str, Any]:
        block: dict[str, Any] = {"type": "tool_result", "tool_use_id": _ident(message.get("tool_call_id"))}
        content = message.get("content")
        if content:
            block["content"] = str(content) if isinstance(content, str) else self._blocks(content)
        if message.get("is_error"):
            block["is_error"] = True
        return marked(block, message)


def assistant_blocks(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks of an assistant's message: those it came with, as long as it says the same."""
    native = message.get(CONTENT_BLOCKS)
    if isinstance(native, Sequence) and native and _says_the_same(native, message):
        return [plain(block) for block in native if block.get("type") != "text" or block.get("text")]
    blocks: list[dict[str, Any]] = [
        dict(block) for block in message.get(THINKING_BLOCKS) or () if block.get("signature") or block.get("data")
    ]
    blocks += blocks_of(message.get("content") or message.get("refusal"), takes_urls=False)
    blocks += [_use(call) for call in plain(message.get("tool_calls") or ())]
    return blocks


def _says_the_same(native: Sequence[Any], message: Mapping[str, Any]) -> bool:
    """Tell whether nobody changed the message that holds these blocks, and they are Anthropic's at all."""
    if not all(isinstance(block, Mapping) and "type" in block for block in native):
        return False
    # Items of OpenAI's Responses API stand in the same field, `compaction` with an id, which Anthropic's has not.
    if not any(block["type"] in BLOCKS and not (block["type"] == "compaction" and "id" in block) for block in native):
        return False
    uses = [block.get("id") for block in native if block["type"] == "tool_use"]
    if uses != [call.get("id") for call in message.get("tool_calls") or ()]:
        return False
    content = message.get("content")
    return not content or content == "".join(block["text"] or "" for block in native if block["type"] == "text")


def _use(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call.get("function")
    if not isinstance(function, Mapping):
        raise UnencodableError(f"Anthropic has no place for a tool's call of the type {call.get('type')!r}")
    arguments = function.get("arguments") or "{}"
    try:
        tool_input = msgspec.json.decode(arguments) if isinstance(arguments, str) else arguments
    except msgspec.DecodeError:
        tool_input = None
    if not isinstance(tool_input, Mapping):
        raise UnencodableError(f"the arguments of the earlier call of {function.get('name')!r} are no JSON object")
    use = {"type": "tool_use", "id": _ident(call.get("id")), "name": function["name"], "input": tool_input}
    use.update((name, call[name]) for name in ("caller", "toolset_name") if call.get(name))
    return marked(use, call)


def _ident(ident: Any) -> str:
    # Other vendors' ids hold what Anthropic refuses ("String should match pattern '^[a-zA-Z0-9_-]+$'").
    return re.sub(r"[^a-zA-Z0-9_-]", "_", str(ident or "")) or "call"


def _last_marked(blocks: list[dict[str, Any]], message: Mapping[str, Any]) -> list[dict[str, Any]]:
    if blocks and message.get("cache_control"):
        blocks[-1] = {**blocks[-1], "cache_control": message["cache_control"]}
    return blocks
