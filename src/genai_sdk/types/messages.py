"""A message of Anthropic's Messages API, and its events: a typed envelope around blocks that stay as they came."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from genai_sdk.types.base import Readers, Value, count, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage

Block = dict[str, Any]
"""A block as it came: text, thinking, the use of a tool, or whatever the vendor has."""


class MessagesResponse(Value, frozen=True):
    """The answer to `client.messages`: the vendor's own message.

    Whatever the vendor sends beyond these fields is there under its own name.

    Attributes:
        id: Its id.
        type: Always "message".
        role: Always "assistant".
        model: The model that answered, in the provider's words.
        content: The blocks, unaltered.
        stop_reason: Why it ended: end_turn, max_tokens, stop_sequence, tool_use, pause_turn, refusal …
        stop_sequence: Which of the stop sequences ended it, or None.
        usage: The tokens; the vendor's names are there too (`usage.input_tokens`).
        genai: What is known of the call.
    """

    id: str = ""
    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    model: str = ""
    content: tuple[Block, ...] = ()
    stop_reason: str | None = None
    stop_sequence: str | None = None
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {
        "type": lambda _: "message",
        "role": lambda _: "assistant",
        "content": tuple,
        "usage": one(Usage),
    }

    @property
    def text(self) -> str:
        """The texts of its blocks, put together."""
        return "".join(block.get("text") or "" for block in self.content if block.get("type") == "text")

    def recorded(self) -> Mapping[str, Any]:
        """What a trace shows of it."""
        return {"role": self.role, "content": list(self.content)}


class MessagesEvent(Value, frozen=True):
    """An event of a streamed message, as the vendor sends it; further fields are there under their own names.

    Attributes:
        type: What happened: message_start, content_block_start, content_block_delta, content_block_stop,
            message_delta, message_stop or ping.
        index: The place of the block.
        delta: What is added to the block, or to the message.
        content_block: The block that begins.
        message: The message that begins.
        usage: The tokens at the end, as the vendor reports them.
        restart: True on the one event that says: what came before is void, the answer starts over
            (only with `stream_fallback="restart"`).
    """

    type: str = ""
    index: int | None = None
    delta: dict[str, Any] | None = None
    content_block: Block | None = None
    message: MessagesResponse | None = None
    usage: dict[str, Any] | None = None
    restart: bool = False

    hidden: ClassVar[frozenset[str]] = Value.hidden | {"restart"}
    readers: ClassVar[Readers] = {"index": count}

    @property
    def text(self) -> str:
        """The new text of the answer, or an empty string."""
        is_text = self.delta is not None and self.delta.get("type") == "text_delta"
        return (self.delta or {}).get("text") or "" if is_text else ""

    def keys(self) -> list[str]:
        """List the fields that it has."""
        named = super().keys()
        return [name for name in named if name in self.model_extra or getattr(self, name) is not None]
