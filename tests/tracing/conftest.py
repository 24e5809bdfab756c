import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from tests.tracing.receiver import PUBLIC_KEY, SECRET_KEY, Receiver, receiving

from genai_sdk.http import SyncTransport
from genai_sdk.tracing import RetryClock, RetryLimits, Tracer, TracingSettings

IMPATIENT = RetryLimits(request=5, base=0.01, longest=0.05)

MakeTracer = Callable[..., Tracer]


class Hours(RetryClock):
    """A clock whose waits take no time.

    Attributes:
        waits: Every wait, in seconds.
        at: What to do at which time, once, before the next try.
    """

    def __init__(self, at: Mapping[float, Callable[[], Any]]) -> None:
        self.time = 0.0
        self.waits: list[float] = []
        self.at = dict(at)

    def now(self) -> float:
        return self.time

    def wait(self, event: threading.Event, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds
        for moment in sorted(self.at):
            if moment <= self.time:
                self.at.pop(moment)()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def make_tracer(receiver: Receiver) -> Iterator[MakeTracer]:
    """Make tracers that send to the receiver and try again soon."""
    made: list[Tracer] = []

    def make(
        retry_limits: RetryLimits = IMPATIENT,
        project: str | None = "proj-test",
        clock: RetryClock | None = None,
        **settings: Any,
    ) -> Tracer:
        tracer = Tracer(
            TracingSettings(**{"host": receiver.url, "public_key": PUBLIC_KEY, **settings}),
            transport=SyncTransport(),
            secret_key=lambda: SECRET_KEY,
            project_id=lambda: project,
            retry_limits=retry_limits,
            retry_clock=clock,
        )
        made.append(tracer)
        return tracer

    yield make
    for tracer in made:
        tracer.close(0)


@pytest.fixture
def tracer(make_tracer: MakeTracer) -> Tracer:
    return make_tracer()
