"""The row of the operation."""

from typing import TYPE_CHECKING, Any

from genai_sdk.types.messages import MessagesEvent, MessagesResponse
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.messages.assembly import MessagesAssembly
from genai_sdk.wires.messages.call import MessagesRequest
from genai_sdk.wires.operation import Operation

if TYPE_CHECKING:  # loaded where a wire has no messages of its own
    from genai_sdk.wires.messages.translation import TranslatedMessages
    from genai_sdk.wires.wire import Codec


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
    as_chat=_translated,
    assembly=MessagesAssembly,
)
"""A conversation and its next message, in blocks: https://docs.anthropic.com/en/api/messages."""
