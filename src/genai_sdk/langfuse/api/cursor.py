"""Where a list goes on: a place in it, in letters that a URL takes as they are."""

import base64
import binascii

import msgspec

from genai_sdk.langfuse.api.place import Place
from genai_sdk.langfuse.errors import ApiError

_decode = msgspec.json.Decoder(Place).decode


def read_cursor(cursor: str | None) -> Place | None:
    """Return the place that a cursor stands for, None for none.

    Raises:
        ApiError: It is no cursor of ours.
    """
    if cursor is None:
        return None
    try:
        return _decode(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise ApiError(400, "Invalid cursor format") from None


def write_cursor(place: Place) -> str:
    """Return a place as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()
