"""What an HTTP exchange brought, before anybody makes sense of it."""

from collections.abc import Mapping

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """A whole answer, or the head of one whose body is still to come.

    Attributes:
        status: The HTTP status.
        headers: The headers, names in lower case.
        body: The body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        # What a provider says may quote a key.
        return f"Answer({self.status}, {len(self.body)} bytes)"
