"""A span as it came, held to the form of one: what both encodings of OTLP are read into.

https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from genai_sdk.langfuse.conventions import name_of
from genai_sdk.langfuse.observation import Event, InstrumentationScope, Observation

KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
"""OTLP's kinds of a span, in the order of their numbers."""

LATEST = 2**63 - 1
"""The last moment that counts, in nanoseconds since 1970: where 64 bits end, in 2262."""

_TRACE_ID = re.compile(r"(?!0{32})[0-9a-fA-F]{32}")
_SPAN_ID = re.compile(r"(?!0{16})[0-9a-fA-F]{16}")
_NO_PARENT = (None, "", "0" * 16)
_FAILED = (2, "STATUS_CODE_ERROR")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Origin(msgspec.Struct, frozen=True):
    """What spans have in common: where they were made, and when they came in."""

    resource: Mapping[str, Any]
    scope: InstrumentationScope
    arrived: datetime

    def span(
        self,
        *,
        trace_id: Any,
        span_id: Any,
        parent_id: Any = None,
        name: str = "",
        kind: Any = 0,
        start: Any = None,
        end: Any = None,
        attributes: Mapping[str, Any],
        events: Sequence[Event] = (),
        code: Any = 0,
        message: str | None = None,
    ) -> Observation:
        """Return a span as an observation.

        A moment that is none, or lies outside of 1970 to 2262, counts as not told: then the span's other end stands
        for it, else when it came. A span may end before it starts, as it does where clocks disagree.

        Raises:
            ValueError: An id has another form, or consists of zeros.
        """
        begins, ends = moment_of(start), moment_of(end)
        if begins is None or ends is None:
            begins = ends = begins or ends or nanoseconds(self.arrived)
        return Observation(
            trace_id=_id(_TRACE_ID, trace_id),
            id=_id(_SPAN_ID, span_id),
            parent_id=None if parent_id in _NO_PARENT else _id(_SPAN_ID, parent_id),
            name=name_of(attributes) or name,
            kind=_kind(kind),
            start=begins,
            end=ends,
            attributes=attributes,
            events=tuple(events),
            failed=code in _FAILED,
            status_text=message or None,
            scope=self.scope,
            resource=self.resource,
            arrived=self.arrived,
        )


def moment_of(value: Any) -> int | None:
    """Return a moment in nanoseconds since 1970, or None for what is none."""
    if type(value) is not int:
        try:
            value = 0 if isinstance(value, bool) else int(value)
        except (ArithmeticError, TypeError, ValueError):
            return None
    return value if 0 < value <= LATEST else None


def nanoseconds(when: datetime) -> int:
    """Return a moment in nanoseconds since 1970."""
    passed = when - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000_000 + passed.microseconds * 1000


def _kind(value: Any) -> str:
    if isinstance(value, str):
        name = value.removeprefix("SPAN_KIND_").lower()
        return name if name in KINDS else KINDS[0]
    return KINDS[value] if type(value) is int and 0 <= value < len(KINDS) else KINDS[0]


def _id(form: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError("an id of another form")
    return value.lower()
