"""The row of the operation."""

from typing import TYPE_CHECKING, Any

from genai_sdk.types.responses import ResponsesEvent, ResponsesResponse
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.operation import Operation
from genai_sdk.wires.responses.assembly import ResponsesAssembly
from genai_sdk.wires.responses.call import ResponsesRequest

if TYPE_CHECKING:  # loaded where a wire has no responses of its own
    from genai_sdk.wires.responses.translation import TranslatedResponses
    from genai_sdk.wires.wire import Codec


def _translated(chat: "Codec[Any, Any, Any]") -> "TranslatedResponses":
    from genai_sdk.wires.responses.translation import TranslatedResponses

    return TranslatedResponses(chat)


RESPONSES: Operation[ResponsesRequest, ResponsesResponse, EventBatch[ResponsesEvent]] = Operation(
    "responses",
    ResponsesRequest,
    ResponsesResponse,
    EventBatch,
    "generation",
    "conversation",
    as_chat=_translated,
    assembly=ResponsesAssembly,
)
"""Items and the items that follow them: https://platform.openai.com/docs/api-reference/responses."""
