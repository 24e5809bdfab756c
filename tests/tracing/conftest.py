from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.tracing.receiver import PUBLIC_KEY, SECRET_KEY, Receiver, receiving

from genai_sdk.http import SyncTransport
from genai_sdk.tracing import RetryLimits, Tracer, TracingSettings

IMPATIENT = RetryLimits(request=5, retries=5, within=20, base=0.01)

MakeTracer = Callable[..., Tracer]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def make_tracer(receiver: Receiver) -> Iterator[MakeTracer]:
    """Make tracers that send to the receiver and try again soon."""
    made: list[Tracer] = []

    def make(retry_limits: RetryLimits = IMPATIENT, project: str | None = "proj-test", **settings: Any) -> Tracer:
        tracer = Tracer(
            TracingSettings(**{"host": receiver.url, "public_key": PUBLIC_KEY, **settings}),
            transport=SyncTransport(),
            secret_key=lambda: SECRET_KEY,
            project_id=lambda: project,
            retry_limits=retry_limits,
        )
        made.append(tracer)
        return tracer

    yield make
    for tracer in made:
        tracer.close(0)


@pytest.fixture
def tracer(make_tracer: MakeTracer) -> Tracer:
    return make_tracer()
