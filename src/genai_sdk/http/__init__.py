"""The one HTTP seam: requests out, bytes back, every wait bounded. Only what is used is loaded."""

from genai_sdk.http.budget import Budget
from genai_sdk.http.errors import (
    BodyTooLarge,
    ConnectFailed,
    ConnectionCut,
    ConnectTimedOut,
    ReadTimedOut,
    TotalTimedOut,
    TransportClosed,
    TransportError,
    UnsendableRequest,
)

__all__ = [
    "BodyTooLarge",
    "Budget",
    "ConnectFailed",
    "ConnectTimedOut",
    "ConnectionCut",
    "ReadTimedOut",
    "TotalTimedOut",
    "TransportClosed",
    "TransportError",
    "UnsendableRequest",
]
