"""Pieces of lists that lie in memory."""

from typing import TypeVar

from genai_sdk.langfuse.api.cursor import Cursor

T = TypeVar("T")


def cut(rows: list[T], limit: int, offset: int) -> tuple[list[T], int]:
    """Return a page of rows, and how many there are."""
    return rows[offset : offset + limit], len(rows)


def follow(rows: list[tuple[Cursor, T]], limit: int, place: Cursor | None) -> tuple[list[T], Cursor | None]:
    """Return the rows that follow a place, the newest first, and the place they end at if more follow."""
    left = [(each, row) for each, row in rows if place is None or (each.moment, each.key) < (place.moment, place.key)]
    shown = left[:limit]
    return [row for _, row in shown], shown[-1][0] if shown and len(left) > limit else None


def within(value: int, since: int | None, until: int | None) -> bool:
    """Whether a value lies in a range; None is no bound."""
    return (since is None or value >= since) and (until is None or value < until)
