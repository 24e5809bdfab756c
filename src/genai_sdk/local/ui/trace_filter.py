"""Which traces somebody asks for: the parameters of an address, read and written."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.local.store.call_query import CallQuery, Slowest
from genai_sdk.local.store.trace_query import TraceQuery
from genai_sdk.local.ui.filters import moment
from genai_sdk.local.ui.ranges import Range, WrongRangeError, read_range

STATUSES = ("ok", "recovered", "cancelled", "failed")

CALLS = ("all", "failed")
"""Which calls of models a trace may be asked to have; time, model, connection and prompt are then those of one call."""

SORTS: Mapping[str, Slowest] = {"latency": "latency", "first_token": "first_token"}
"""What traces may be sorted by, beside time: what their slowest call says."""

WITHOUT = ("model", "connection", "prompt")
"""What a call may be asked to be without."""

_CHOICES: Mapping[str, Collection[str]] = {"status": STATUSES, "calls": CALLS, "sort": SORTS}

_TEXTS = {
    "name": "name",
    "model": "model",
    "connection": "connection",
    "user": "user_id",
    "session": "session_id",
    "prompt": "prompt",
    "release": "release",
}
"""Parameters of one text, and what they are called in the store."""

_DIGITS = 9
_MOST, _LONGEST_NUMBER = 2**63 - 1, 19  # of the store's numbers
_MOST_TAGS = 10
_LONGEST = 500  # characters of a value


class TraceFilter(msgspec.Struct, frozen=True):
    """What was asked for.

    Attributes:
        values: The parameters that count, by name; `tag`, `environment` and `without` may come several times.
        range: When.
        faults: Parameters that could not be read, and what they said.
    """

    values: tuple[tuple[str, str], ...] = ()
    range: Range = Range()
    faults: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """Return what a parameter says, empty if it is not given."""
        return next((text for key, text in self.values if key == name), "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All of it as the parameters of an address."""
        return [*self.values, *self.range.query.items()]

    def link(self, path: str = "/traces", **more: str) -> str:
        """Return the address of a page with this filter."""
        query = urlencode([*self.pairs, *more.items()])
        return f"{path}?{query}" if query else path

    @property
    def is_of_calls(self) -> bool:
        """Whether it asks for calls, which the figures count, rather than for traces."""
        return any(self.value(name) for name in ("calls", "sort", "without"))

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """What is in force: each with its name, what it says, and the address without it."""
        chips = []
        for number, (name, text) in enumerate(self.values):
            if name == "deep":
                continue
            left = [pair for at, pair in enumerate(self.values) if at != number]
            if name == "q":
                left = [pair for pair in left if pair[0] != "deep"]
            if name == "prompt":
                left = [pair for pair in left if pair[0] != "version"]
            chips.append((name, text, TraceFilter(tuple(left), self.range).link()))
        if self.range.key:
            text = self.range.key
            if not self.range.key[0].isdigit():
                ends = ("…" if at is None else moment(at) for at in (self.range.since, self.range.until))
                text = f"{' – '.join(ends)} UTC"  # noqa: RUF001
            chips.append(("range", text, TraceFilter(self.values).link()))
        return chips

    def query(self, *, oldest_first: bool = False) -> TraceQuery:
        """Return it as the store is asked."""
        texts: dict[str, Any] = {field: self.value(name) or None for name, field in _TEXTS.items()}
        sought = self.value("q") or None
        deep = bool(self.value("deep"))
        number = self.value("version")
        query = TraceQuery(
            **texts,
            status=self.value("status") or None,
            tags=self._all("tag"),
            environments=self._all("environment"),
            prompt_version=int(number) if number else None,
            text=None if deep else sought,
            content=sought if deep else None,
            since=self.range.since,
            until=self.range.until,
            oldest_first=oldest_first,
        )
        return self._of_calls(query) if self.is_of_calls else query

    def _of_calls(self, query: TraceQuery) -> TraceQuery:
        """Ask of one call what would else be asked of the whole trace."""
        moved = ("model", "connection", "prompt", "prompt_version", "environments", "since", "until")
        values: dict[str, Any] = {name: getattr(query, name) for name in moved}
        values |= dict.fromkeys(self._all("without"), "")
        if values["prompt"] == "":
            values["prompt_version"] = 0
        calls = CallQuery(**values, failed=self.value("calls") == "failed", slowest=SORTS.get(self.value("sort")))
        nothing = {name: () if name == "environments" else None for name in moved}
        return msgspec.structs.replace(query, calls=calls, **nothing)

    def _all(self, name: str) -> list[str]:
        return [text for key, text in self.values if key == name]


def read_filter(pairs: list[tuple[str, str]], now: int) -> TraceFilter:
    """Read the parameters of an address; unknown ones count for nothing.

    Args:
        pairs: The parameters, in order.
        now: The moment that it is, in nanoseconds since 1970.
    """
    values: dict[str, str] = {}
    values_read: list[tuple[str, str]] = []
    faults: list[tuple[str, str]] = []
    for name, raw in pairs:
        text = raw.strip()[:_LONGEST].replace("\0", "")
        if not text:
            continue
        if name in ("tag", "environment", "without"):
            if (name, text) not in values_read and len(values_read) < _MOST_TAGS:
                values_read.append((name, text))
        elif name not in values:
            values[name] = text
    faults += [(name, values.pop(name)) for name, known in _CHOICES.items() if values.get(name, "") not in {"", *known}]
    values_read = [
        (name, text) for name, text in values_read if name != "without" or (text in WITHOUT and text not in values)
    ]
    if (number := values.get("version")) is not None and not _is_number(number):
        faults.append(("version", values.pop("version")))
    if "prompt" not in values:
        values.pop("version", None)
    if "q" not in values:
        values.pop("deep", None)
    single = [
        (name, values[name]) for name in ("q", "deep", "status", "calls", "sort", *_TEXTS, "version") if name in values
    ]
    try:
        when = read_range(values.get("range"), values.get("since"), values.get("until"), now)
    except WrongRangeError as error:
        when = Range()
        faults.append(("range", str(error)))
    return TraceFilter((*single, *values_read), when, tuple(faults))


def traces_link(query: Mapping[str, str | int]) -> str:
    """Return the address of the list with a filter."""
    return f"/traces?{urlencode(query)}"


def write_short_cursor(place: Cursor) -> str:
    """Return a place as a parameter."""
    return f"{place.moment}.{place.key}"


def read_short_cursor(text: str | None) -> Cursor | None:
    """Return the place that a parameter names, None if it names none."""
    moment, _, key = (text or "").partition(".")
    known = all(part.isascii() and part.isdecimal() and len(part) <= _LONGEST_NUMBER for part in (moment, key))
    place = Cursor(int(moment), int(key)) if known else Cursor(_MOST, _MOST)
    return place if max(place.moment, place.key) < _MOST else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS
