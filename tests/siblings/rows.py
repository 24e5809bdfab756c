"""What a row of these tables is: bytes that somebody sends, and what has to come of them."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One input.

    Attributes:
        says: What it is, as a sentence.
        wire: Which wire it comes over, a key of `world.MODELS`.
        plays: The bytes of the response.
        want: What has to come of it: `text`, `finish`, `native`, `reasoning`, `refusal`, `calls`, `usage`, `model`,
            `message` (fields beyond OpenAI's), `extra` (of the answer), `error` (its class), `reason`, `shows`
            (words in the error's text), `cost`.
        stream: Whether a stream is asked for.
        options: Further arguments of the call.
    """

    says: str
    wire: str
    plays: bytes
    want: Mapping[str, Any]
    stream: bool = False
    options: Mapping[str, Any] = {}


def whole(says: str, wire: str, plays: bytes, **want: Any) -> Row:
    """Return a row of a whole answer."""
    return Row(says, wire, plays, want)


def stream(says: str, wire: str, plays: bytes, **want: Any) -> Row:
    """Return a row of a stream."""
    return Row(says, wire, plays, want, stream=True)
