"""Beside OpenTelemetry and the Langfuse SDK, whose spans are the OpenTelemetry SDK's with a scope of their own."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.tracing.calls import call
from tests.tracing.conftest import MakeTracer
from tests.tracing.receiver import PUBLIC_KEY, Receiver

from genai_sdk.tracing import Tracer, read_labels

sdk = pytest.importorskip("opentelemetry.sdk.trace")


@pytest.fixture
def provider() -> Iterator[Any]:
    provider = sdk.TracerProvider()
    yield provider
    provider.shutdown()


@pytest.fixture
def langfuse(provider: Any) -> Any:
    return provider.get_tracer("langfuse-sdk", "5.0.4", attributes={"public_key": PUBLIC_KEY})


def sent(tracer: Tracer, receiver: Receiver, name: str = "chat gpt-4o-mini") -> dict[str, Any]:
    assert tracer.flush(10)
    return receiver.span(name)


def hexed(span: Any) -> tuple[str, str]:
    context = span.get_span_context()
    return f"{context.trace_id:032x}", f"{context.span_id:016x}"


def test_a_call_in_an_observed_function_is_part_of_its_trace(tracer: Tracer, receiver: Receiver, langfuse: Any) -> None:
    with langfuse.start_as_current_span("observed", attributes={"user.id": "user-7"}) as span:
        trace = call(tracer)
    child = sent(tracer, receiver)
    assert (child["traceId"], child["parentSpanId"]) == hexed(span)
    assert trace.trace_id == child["traceId"]
    assert child["attributes"]["user.id"] == "user-7"
    assert "langfuse.trace.name" not in child["attributes"]  # the root's own name stays


def test_a_call_under_another_projects_span_is_a_trace_of_its_own(
    tracer: Tracer, receiver: Receiver, provider: Any
) -> None:
    other = provider.get_tracer("langfuse-sdk", attributes={"public_key": "pk-lf-other"})
    with other.start_as_current_span("observed") as span:
        call(tracer)
    own = sent(tracer, receiver)
    assert "parentSpanId" not in own
    assert own["traceId"] != hexed(span)[0]
    assert own["attributes"]["langfuse.observation.metadata.otel_span_id"] == hexed(span)[1]


@pytest.mark.parametrize("join_otel", [False, True])
def test_a_foreign_span_is_named_or_joined(
    make_tracer: MakeTracer, receiver: Receiver, provider: Any, join_otel: bool
) -> None:
    tracer = make_tracer(join_otel=join_otel)
    with provider.get_tracer("fastapi").start_as_current_span("GET /") as span:
        call(tracer)
    ours = sent(tracer, receiver)
    assert (ours["traceId"] == hexed(span)[0]) is join_otel
    assert ours.get("parentSpanId") == (hexed(span)[1] if join_otel else None)


def test_of_a_span_that_is_only_named_nothing_else_is_read(
    tracer: Tracer, receiver: Receiver, provider: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    with provider.get_tracer("fastapi").start_as_current_span("GET /") as span, monkeypatch.context() as patch:
        patch.setattr(sdk.ReadableSpan, "attributes", property(read.append))
        call(tracer)
    assert sent(tracer, receiver)["attributes"]["langfuse.observation.metadata.otel_span_id"] == hexed(span)[1]
    assert read == []


def test_blocks_and_observed_functions_nest_in_the_order_they_stand(
    tracer: Tracer, receiver: Receiver, langfuse: Any
) -> None:
    with langfuse.start_as_current_span("outer") as outer:
        with tracer.block("block"):
            call(tracer, labels=read_labels({"generation_name": "in block"}))
            with langfuse.start_as_current_span("inner") as inner:
                call(tracer, labels=read_labels({"generation_name": "in inner"}))
        call(tracer, labels=read_labels({"generation_name": "in outer"}))
    block = sent(tracer, receiver, "block")
    assert block["parentSpanId"] == hexed(outer)[1]
    assert receiver.span("in block")["parentSpanId"] == block["spanId"]
    assert receiver.span("in inner")["parentSpanId"] == hexed(inner)[1]
    assert receiver.span("in outer")["parentSpanId"] == hexed(outer)[1]
    assert {span["traceId"] for span in receiver.spans} == {hexed(outer)[0]}


async def test_tasks_keep_the_observed_function_they_were_started_in(
    tracer: Tracer, receiver: Receiver, langfuse: Any
) -> None:
    async def ask() -> str | None:
        await asyncio.sleep(0)
        return call(tracer).trace_id

    async def observed() -> tuple[str, str | None]:
        with langfuse.start_as_current_span("observed") as span:
            return hexed(span)[0], await asyncio.create_task(ask())

    pairs = await asyncio.gather(*(observed() for _ in range(5)))
    assert all(span == trace for span, trace in pairs)
    assert len(set(pairs)) == 5


def test_a_span_that_is_not_recorded_is_no_parent(tracer: Tracer, receiver: Receiver) -> None:
    sampling = pytest.importorskip("opentelemetry.sdk.trace.sampling")
    never = sdk.TracerProvider(sampler=sampling.ALWAYS_OFF)
    with never.get_tracer("langfuse-sdk", attributes={"public_key": PUBLIC_KEY}).start_as_current_span("unsampled"):
        call(tracer)
    assert "parentSpanId" not in sent(tracer, receiver)
