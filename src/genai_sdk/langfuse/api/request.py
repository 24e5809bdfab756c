"""A request and a response as the API sees them; parameters are read here, in bounds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from genai_sdk.langfuse.errors import ApiError, invalid
from genai_sdk.langfuse.timestamps import read_moment, to_micros

MOST = 1_000
"""The most rows of one page."""

_LAST_PAGE = 1_000_000
_LARGEST = 2**31 - 1


class ApiRequest(msgspec.Struct, frozen=True):
    """A request of somebody who was let in.

    Attributes:
        path: What the path's placeholders hold, decoded.
        query: The query's parameters by name, each with all its values.
        headers: The headers, names in lower case.
        body: The body.
    """

    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""

    def text(self, name: str) -> str | None:
        """Return a parameter, None if it is not there or empty."""
        given = self.query.get(name)
        return given[-1] if given and given[-1] else None

    def texts(self, name: str) -> list[str]:
        """Return every value of a parameter that may be given several times."""
        return [value for value in self.query.get(name, ()) if value]

    def separated(self, name: str) -> list[str]:
        """Return the parts of a parameter that are separated by commas."""
        return [part.strip() for value in self.query.get(name, ()) for part in value.split(",") if part.strip()]

    def number(self, name: str, *, most: int = _LARGEST, least: int = 1) -> int | None:
        """Return a parameter as a whole number, None if it is not there.

        Raises:
            ApiError: It is none, or out of bounds.
        """
        given = self.text(name)
        if given is None:
            return None
        if not (given.isascii() and given.isdecimal()):
            raise invalid(name, "Invalid input: expected number, received NaN")
        number = int(given[:20])
        for wrong, kind, bound, sign in (
            (number < least, "small", least, ">="),
            (number > most, "big", most, "<="),
        ):
            if wrong:
                issue = {"origin": "number", "code": f"too_{kind}", ("minimum" if sign == ">=" else "maximum"): bound}
                text = f"Too {kind}: expected number to be {sign}{bound}"
                issue |= {"inclusive": True, "path": [name], "message": text}
                raise ApiError(400, "Invalid request data", [issue])
        return number

    def moment(self, name: str) -> datetime | None:
        """Return a parameter as a moment, None if it is not there; one without a zone is in UTC.

        Raises:
            ApiError: It is no ISO 8601 time.
        """
        given = self.text(name)
        if given is None:
            return None
        try:
            return read_moment(given)
        except ValueError:
            raise invalid(name, "Invalid ISO datetime") from None

    def micros(self, name: str) -> int | None:
        """Return a moment in microseconds since 1970, None if it is not there."""
        found = self.moment(name)
        return None if found is None else to_micros(found)

    def nanos(self, name: str) -> int | None:
        """Return a moment in nanoseconds since 1970, None if it is not there."""
        found = self.micros(name)
        return None if found is None else max(-(2**63), min(2**63 - 1, found * 1_000))

    def lacks(self, *names: str) -> None:
        """Refuse parameters of Langfuse's that change an answer and that this API does not know.

        Raises:
            ApiError: One of them was given.
        """
        for name in names:
            if self.text(name) is not None:
                raise ApiError(400, f"This server does not know the parameter '{name}'; leave it out")

    def page(self, usual: int = 50, most: int = 100) -> "PageRequest":
        """Return which page was request for.

        Raises:
            ApiError: `page` or `limit` is out of bounds.
        """
        return PageRequest(self.number("page", most=_LAST_PAGE) or 1, self.number("limit", most=most) or usual)


class PageRequest(msgspec.Struct, frozen=True):
    """A page of a list."""

    number: int
    limit: int

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.limit

    def of(self, rows: list[Any], total: int) -> dict[str, Any]:
        """Return the page as Langfuse shows it."""
        pages = -(-total // self.limit)
        meta = {"page": self.number, "limit": self.limit, "totalItems": total, "totalPages": pages}
        return {"data": rows, "meta": meta}


class ApiResponse(msgspec.Struct, frozen=True):
    """What is answered: a status, and a body of JSON (nothing for 204)."""

    body: Any
    status: int = 200
