"""What can be done with a response that the vendor keeps: it is read again, or given up."""

import msgspec

from genai_sdk.types.responses import ResponsesResponse
from genai_sdk.wires.operation import Operation


class KeptRequest(msgspec.Struct, frozen=True):
    """A call about a response that the vendor keeps.

    Attributes:
        id: Its id.
    """

    id: str


RETRIEVAL: Operation[KeptRequest, ResponsesResponse, None] = Operation(
    "responses.retrieve", KeptRequest, ResponsesResponse, type(None), "span", "id"
)
"""A response as it is now."""

CANCELLATION: Operation[KeptRequest, ResponsesResponse, None] = Operation(
    "responses.cancel", KeptRequest, ResponsesResponse, type(None), "span", "id"
)
"""A response in the background is given up."""
