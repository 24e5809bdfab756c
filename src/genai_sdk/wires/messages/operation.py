"""The row of the operation, and its requests."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk.types.messages import MessagesEvent, MessagesResponse
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.messages.assembly import MessagesAssembly
from genai_sdk.wires.operation import Operation

if TYPE_CHECKING:  # loaded where a wire has no messages of its own
    from genai_sdk.wires.messages.translation import TranslatedMessages
    from genai_sdk.wires.wire import Codec


class MessagesRequest(msgspec.Struct, frozen=True):
    """A call for a message.

    Attributes:
        messages: The conversation in Anthropic's shape. Never written to.
        max_tokens: The most tokens to generate.
        options: Anthropic's parameters by their names, validated.
        encoded: What `conversation` is as JSON, if that was made already.
    """

    messages: Sequence[Mapping[str, Any]]
    max_tokens: int
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None

    @property
    def conversation(self) -> Any:
        """What is recorded as the call's input: the system's words belong to it."""
        system = self.options.get("system")
        return self.messages if system is None else [{"role": "system", "content": system}, *self.messages]


def _translated(chat: "Codec[Any, Any, Any]") -> "TranslatedMessages":
    from genai_sdk.wires.messages.translation import TranslatedMessages

    return TranslatedMessages(chat)


MESSAGES: Operation[MessagesRequest, MessagesResponse, EventBatch[MessagesEvent]] = Operation(
    "messages",
    MessagesRequest,
    MessagesResponse,
    EventBatch,
    "generation",
    "conversation",
    _translated,
    MessagesAssembly,
)
"""A conversation and its next message, in blocks: https://docs.anthropic.com/en/api/messages."""
