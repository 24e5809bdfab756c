"""Lists of a fake Langfuse, by pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.langfuse.refusal import invalid

_MOST = 100


def page(rows: Sequence[Any], query: Mapping[str, str], limit: int) -> dict[str, Any]:
    """Return the page that was asked for, as Langfuse shows it.

    Args:
        rows: All there are, in order.
        query: The request's parameters; `page` and `limit` count.
        limit: How many rows a page has unless it is asked otherwise.

    Raises:
        RefusalError: `page` or `limit` is no number, or out of bounds.
    """
    number, limit = read_number(query, "page", 1), read_number(query, "limit", limit, most=_MOST)
    meta = {"page": number, "limit": limit, "totalItems": len(rows), "totalPages": -(-len(rows) // limit)}
    return {"data": rows[limit * (number - 1) : limit * number], "meta": meta}


def read_number(query: Mapping[str, str], name: str, usual: int, *, most: int = 2**31 - 1) -> int:
    """Return a parameter as a whole number from 1 to `most`, `usual` where it is left out.

    Raises:
        RefusalError: It is none.
    """
    given = query.get(name)
    if not given:
        return usual
    if not (given.isascii() and given.isdecimal()) or not 1 <= int(given[:20]) <= most:
        raise invalid(name, f"Invalid input: expected a number from 1 to {most}")
    return int(given)
