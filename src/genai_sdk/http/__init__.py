"""The one HTTP seam: requests out, bytes back, every wait bounded. Only what is used is loaded."""

from genai_sdk.http.aio.response import AsyncResponse
from genai_sdk.http.aio.transport import AsyncTransport
from genai_sdk.http.basic_auth import BasicAuthEndpoint, error_message_of, is_loopback, read_endpoint
from genai_sdk.http.deadline import Deadline
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
    too_large,
)
from genai_sdk.http.request import MAX_RESPONSE_BYTES, Headers, Request, TransportSettings
from genai_sdk.http.sync.response import SyncResponse
from genai_sdk.http.sync.transport import SyncTransport

__all__ = [
    "MAX_RESPONSE_BYTES",
    "AsyncResponse",
    "AsyncTransport",
    "BasicAuthEndpoint",
    "BodyTooLarge",
    "ConnectFailed",
    "ConnectTimedOut",
    "ConnectionCut",
    "Deadline",
    "Headers",
    "ReadTimedOut",
    "Request",
    "SyncResponse",
    "SyncTransport",
    "TotalTimedOut",
    "TransportClosed",
    "TransportError",
    "TransportSettings",
    "UnsendableRequest",
    "error_message_of",
    "is_loopback",
    "read_endpoint",
    "too_large",
]
