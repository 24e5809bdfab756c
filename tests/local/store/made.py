"""Spans as they come, made up: by hand, and by chance."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from genai_sdk.langfuse.observation import Observation

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
START = int(EPOCH.timestamp()) * 10**9
SECOND = 10**9
HOUR = 3600 * SECOND

_OWN = "langfuse.observation."


def ids(number: int) -> str:
    """Return a trace's id."""
    return f"{number:032x}"


def span(
    trace: int = 1,
    number: int = 1,
    *,
    parent: int | None = None,
    name: str = "call",
    at: float = 0.0,
    seconds: float = 1.0,
    arrived: float = 0.0,
    kind: str = "span",
    told: dict[str, Any] | None = None,
    **own: Any,
) -> Observation:
    """Return a span.

    Args:
        trace: Whose it is.
        number: Its id.
        parent: Its parent's id.
        name: Its name.
        at: Seconds after `EPOCH`.
        seconds: How long it took.
        arrived: Seconds after `EPOCH`.
        kind: Its type.
        told: Attributes as they are.
        own: Attributes of an observation; double underscores are dots.
    """
    start = START + int(at * SECOND)
    attributes = {f"{_OWN}{key.replace('__', '.')}": value for key, value in own.items() if value is not None}
    return Observation(
        trace_id=ids(trace),
        id=f"{number:016x}",
        parent_id=None if parent is None else f"{parent:016x}",
        name=name,
        start=start,
        end=start + int(seconds * SECOND),
        attributes={_OWN + "type": kind, **attributes, **(told or {})},
        arrived=EPOCH + timedelta(seconds=arrived),
    )


def generation(trace: int = 1, number: int = 1, *, connection: str | None = "azure", **facts: Any) -> Observation:
    """Return a call of a model."""
    given = {
        "kind": "generation",
        "model__name": "gpt-4o-mini",
        "usage_details": '{"input": 10, "output": 5, "total": 15}',
        "cost_details": '{"total": 0.25}',
        "metadata__connection": connection,
    }
    return span(trace, number, **{**given, **facts})


_few = st.sampled_from(["a", "b", "c"])
_maybe = st.none() | _few
_seconds = st.floats(0, 400_000, allow_nan=False).map(lambda number: round(number, 3))


@st.composite
def spans(draw: st.DrawFn, traces: int = 4, numbers: int = 4) -> Observation:
    """Spans of a few traces, which refer to one another, come again, and say now this, now that of their trace."""
    told: dict[str, Any] = {}
    for key in ("user.id", "session.id", "langfuse.trace.name", "langfuse.release", "langfuse.version"):
        told[key] = draw(_maybe)
    told["langfuse.trace.tags"] = draw(st.none() | st.lists(_few, max_size=2))
    told["langfuse.trace.public"] = draw(st.none() | st.booleans())
    told["langfuse.trace.input"] = draw(st.none() | st.sampled_from(['{"q": 1}', "hello"]))
    told["langfuse.trace.output"] = draw(st.none() | st.just("bye"))
    told["langfuse.trace.metadata.team"] = draw(_maybe)
    told["langfuse.environment"] = draw(st.none() | st.sampled_from(["prod", "test"]))
    start = draw(_seconds)
    number = draw(st.integers(1, numbers))
    is_call = draw(st.booleans())
    own: dict[str, Any] = {}
    if is_call:
        prompt = draw(st.none() | st.tuples(_few, st.integers(1, 2)))
        own = {
            "model__name": draw(_maybe),
            "usage_details": draw(st.none() | st.just('{"input": 10, "output": 5}')),
            "cost_details": draw(st.none() | st.sampled_from(['{"total": 0.5}', '{"input": 0.25, "output": 0.125}'])),
            "prompt__name": prompt and prompt[0],
            "prompt__version": prompt and prompt[1],
            "completion_start_time": draw(st.none() | st.just((EPOCH + timedelta(seconds=start + 0.5)).isoformat())),
        }
    return span(
        draw(st.integers(1, traces)),
        number,
        parent=draw(st.none() | st.integers(1, numbers).filter(lambda other: other != number)),
        name=draw(_few),
        at=start,
        seconds=draw(st.floats(0, 100)),
        arrived=draw(st.integers(0, 10)),
        kind="generation" if is_call else "span",
        told={key: value for key, value in told.items() if value is not None},
        level=draw(st.none() | st.sampled_from(["ERROR", "WARNING", "DEBUG"])),
        metadata__connection=draw(_maybe),
        input=draw(st.none() | st.just('{"x": 1}')),
        **own,
    )


def merged(given: list[Observation]) -> list[Observation]:
    """Return what is there after all of them came: of each the last one."""
    return list({(each.trace_id, each.id): each for each in given}.values())
