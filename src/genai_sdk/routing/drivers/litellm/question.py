"""What passes between litellm's translation and the wire."""

from collections.abc import Mapping

import msgspec


class Question(msgspec.Struct, frozen=True):
    """A request as litellm wants it made, still without authentication.

    Attributes:
        url: Where it goes.
        headers: The headers that belong to the body's format, names in lower case.
        body: JSON.
        streams: Whether the answer is to be a stream.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    streams: bool = False

    def __repr__(self) -> str:
        return f"Question({self.url.partition('?')[0]}, {len(self.body)} bytes)"


class Asked(BaseException):
    """litellm has come to the point where it needs an answer that is not there yet.

    It is no `Exception`, so that it leaves litellm's frames untouched: their `except Exception` clauses would wrap
    it, print advice and start retries.
    """

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
