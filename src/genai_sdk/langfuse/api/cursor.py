"""Where a list goes on: a place in it, in letters that a URL takes as they are."""

import base64
import binascii

import msgspec

from genai_sdk.langfuse.errors import ApiError


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A place in a list, the newest first: what came before it was shown already.

    Attributes:
        moment: The moment of the last row shown, in the table's own unit.
        key: Its key, which orders rows of one moment.
    """

    moment: int
    key: int


_decode = msgspec.json.Decoder(Cursor).decode


def read_cursor(text: str | None) -> Cursor | None:
    """Return the place that a cursor stands for, None for none.

    Raises:
        ApiError: It is no cursor of ours.
    """
    if text is None:
        return None
    try:
        return _decode(base64.b64decode(text, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise ApiError(400, "Invalid cursor format") from None


def write_cursor(cursor: Cursor) -> str:
    """Return a place as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode()
