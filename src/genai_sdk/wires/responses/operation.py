"""The row of the operation, and its requests."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk.types.responses import ResponsesEvent, ResponsesResponse
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.operation import Operation
from genai_sdk.wires.responses.assembly import ResponsesAssembly

if TYPE_CHECKING:  # loaded where a wire has no responses of its own
    from genai_sdk.wires.responses.translation import TranslatedResponses
    from genai_sdk.wires.wire import Codec


class ResponsesRequest(msgspec.Struct, frozen=True):
    """A call for a response.

    Attributes:
        input: A text, or OpenAI's items. Never written to.
        options: OpenAI's parameters by their names, validated.
        encoded: What `conversation` is as JSON, if that was made already.
    """

    input: str | Sequence[Mapping[str, Any]]
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None

    @property
    def conversation(self) -> Any:
        """What is recorded as the call's input: the instructions belong to it."""
        instructions = self.options.get("instructions")
        if instructions is None:
            return self.input
        items = [{"role": "user", "content": self.input}] if isinstance(self.input, str) else self.input
        return [{"role": "system", "content": instructions}, *items]


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
    _translated,
    ResponsesAssembly,
)
"""Items and the items that follow them: https://platform.openai.com/docs/api-reference/responses."""
