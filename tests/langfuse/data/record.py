"""Records what libraries export of the same short talk, as bytes of protobuf beside this file.

Run it again to bring the recordings up to date, in an environment of its own:

    pip install langfuse openai opentelemetry-exporter-otlp-proto-http opentelemetry-instrumentation-openai \
        opentelemetry-instrumentation-openai-v2 openinference-instrumentation-openai "pydantic-ai-slim[openai]"
    python tests/langfuse/data/record.py http://127.0.0.1:PORT/v1

where an OpenAI-compatible server listens, such as `genai_sdk.testing.FakeProvider`.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_ONLY"

import openai
from langfuse import Langfuse, observe
from openinference.instrumentation.openai import OpenAIInstrumentor as OpenInference
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.instrumentation.openai import OpenAIInstrumentor as OpenLLMetry
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor as OpenTelemetry
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode
from pydantic_ai import Agent
from pydantic_ai.agent import InstrumentationSettings
from pydantic_ai.models.test import TestModel

TALK: list[Any] = [
    {"role": "system", "content": "Answer in Korean."},
    {"role": "user", "content": "Hello!"},
]


def talk(base_url: str) -> None:
    """Ask for one completion."""
    with openai.OpenAI(base_url=base_url, api_key="sk-recorded") as client:
        client.chat.completions.create(model="gpt-4o-mini", messages=TALK, temperature=0.2, max_tokens=64)


def instrumented(instrumentor: Any) -> Callable[[TracerProvider, str], None]:
    """Return what records a talk with openai as this library sees it."""

    def record(provider: TracerProvider, base_url: str) -> None:
        instrumentor.instrument(tracer_provider=provider)
        try:
            talk(base_url)
        finally:
            instrumentor.uninstrument()

    return record


def pydantic_ai(provider: TracerProvider, base_url: str) -> None:
    """Let an agent use a tool."""
    agent = Agent(TestModel(), name="forecaster", instructions="Answer in Korean.")
    agent.instrument = InstrumentationSettings(tracer_provider=provider)

    @agent.tool_plain
    def weather(city: str) -> str:
        return f"sunny in {city}"

    agent.run_sync("How is the weather?")


def langfuse(provider: TracerProvider, base_url: str) -> None:
    """Observe a function that generates, with the official SDK."""
    client = Langfuse(
        public_key="pk-lf-recorded",
        secret_key="sk-lf-recorded",
        base_url="http://127.0.0.1:9",
        environment="staging",
        release="1.2.3",
        tracer_provider=provider,
        span_exporter=InMemorySpanExporter(),
    )

    @observe
    def answer(question: str) -> str:
        with client.start_as_current_observation(
            as_type="generation",
            name="generate",
            model="gpt-4o-mini",
            input=TALK,
            model_parameters={"temperature": 0.2},
        ) as generation:
            generation.update(
                output="안녕하세요!",
                usage_details={"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17},
                cost_details={"total": 0.0001},
            )
        return "안녕하세요!"

    answer("Hello!")


def plain(provider: TracerProvider, base_url: str) -> None:
    """Use the OpenTelemetry SDK by hand, with every kind of value and an exception."""
    tracer = provider.get_tracer("shop", "2.0.0", attributes={"team": "search"})
    with tracer.start_as_current_span("checkout", kind=SpanKind.SERVER) as root:
        root.set_attributes({"user.id": "user-7", "session.id": "sess-1", "langfuse.trace.tags": ["b", "a"]})
        root.set_attributes({"yes": True, "count": -7, "half": 0.5, "whole": [1, 2, 3], "text": "생성"})
        try:
            with tracer.start_as_current_span(
                "chat gpt-4o-mini", kind=SpanKind.CLIENT, record_exception=False, set_status_on_exception=False
            ) as span:
                span.set_attributes({"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o-mini"})
                span.add_event("gen_ai.user.message", {"content": "Hello!"})
                raise TimeoutError("the provider was silent for 60 s")
        except TimeoutError as error:
            # Without the stack: it tells where the recording machine keeps its files.
            with tracer.start_as_current_span("retry") as span:
                span.record_exception(error, attributes={"exception.stacktrace": ""})
                span.set_status(Status(StatusCode.ERROR))


RECORDINGS: dict[str, Callable[[TracerProvider, str], None]] = {
    "opentelemetry": instrumented(OpenTelemetry()),
    "openllmetry": instrumented(OpenLLMetry()),
    "openinference": instrumented(OpenInference()),
    "pydantic-ai": pydantic_ai,
    "langfuse": langfuse,
    "plain": plain,
}


def main() -> None:
    for name, record in RECORDINGS.items():
        exporter = InMemorySpanExporter()
        provider = TracerProvider(resource=Resource({"service.name": "shop", "service.version": "1.0.0"}))
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        record(provider, sys.argv[1])
        spans = exporter.get_finished_spans()
        Path(__file__).with_name(f"{name}.pb").write_bytes(encode_spans(spans).SerializeToString())
        print(f"{name}: {', '.join(span.name for span in spans)}")


if __name__ == "__main__":
    main()
