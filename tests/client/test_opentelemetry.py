"""Calls as spans and metrics of the program's own OpenTelemetry, read back through its SDK."""

import json
from datetime import UTC, datetime

import pytest

from genai_sdk import GenAIClient, InvalidRequestError, ProviderError, RateLimitError, UnknownModelError
from genai_sdk.otel import OpenTelemetry
from genai_sdk.testing import CutStream, ManualClock, Reply, Status

trace_sdk = pytest.importorskip("opentelemetry.sdk.trace")
from opentelemetry.sdk.metrics import MeterProvider  # noqa: E402 - after the skip
from opentelemetry.sdk.metrics.export import InMemoryMetricReader  # noqa: E402
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: E402
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: E402
from opentelemetry.trace import SpanKind, StatusCode  # noqa: E402

MODEL = "openai_test/gpt-4o-mini"
FLASH = "gemini_usa/gemini-2.5-flash"
HELLO = [{"role": "user", "content": "Hello!"}]
SECRET = "the launch code is xyzzy"


class Program:
    """A program with OpenTelemetry set up as its SDK's documentation has it."""

    def __init__(self):
        self.exporter = InMemorySpanExporter()
        self.provider = trace_sdk.TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider([self.reader])

    def otel(self, **options):
        return OpenTelemetry(tracer_provider=self.provider, meter_provider=self.meters, **options)

    @property
    def spans(self):
        return self.exporter.get_finished_spans()

    @property
    def points(self):
        data = self.reader.get_metrics_data()
        metrics = [one for each in data.resource_metrics for scope in each.scope_metrics for one in scope.metrics]
        return {metric.name: list(metric.data.data_points) for metric in metrics}

    def call(self):
        """Return the span of the one call."""
        (span,) = [each for each in self.spans if "gen_ai.operation.name" in each.attributes]
        return span


@pytest.fixture
def program():
    program = Program()
    yield program
    program.provider.shutdown()
    program.meters.shutdown()


@pytest.fixture
def observed(make_client, program):
    return make_client(otel=program.otel())


def test_spans_are_of_the_client_s_clock(make_client, face, program):
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    face.ask(make_client(otel=program.otel(), clock=clock), FLASH)
    assert program.call().start_time == program.call().end_time == clock.wall()


def test_a_call_is_one_client_span_in_the_words_of_the_conventions(observed, face, regions, program):
    regions.usa.script(Reply(text="Hi there", prompt_tokens=12, cached_tokens=4, completion_tokens=3))
    response = face.ask(observed, FLASH, temperature=0.2, max_tokens=50, session_id="chat-7")
    (span,) = program.spans
    assert (span.name, span.kind) == (f"chat {FLASH}", SpanKind.CLIENT)
    assert span.status.status_code is StatusCode.UNSET
    assert dict(span.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "gcp.vertex_ai",
        "gen_ai.request.model": FLASH,
        "gen_ai.request.temperature": 0.2,
        "gen_ai.request.max_tokens": 50,
        "gen_ai.conversation.id": "chat-7",
        "gen_ai.response.id": response.id,
        "gen_ai.response.model": response.model,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.output_tokens": 3,
        "genai_sdk.attempts": 1,
        "genai_sdk.connection": "gemini_usa",
        "genai_sdk.model": "gemini-2.5-flash",
        "genai_sdk.cost": response.genai.cost,
        "genai_sdk.request_id": response.genai.request_id,
        "genai_sdk.langfuse.trace_id": response.genai.trace_id,
    }
    assert span.instrumentation_scope.name == "genai_sdk"


def test_a_call_is_under_the_span_that_is_current(observed, program):
    with program.provider.get_tracer("app").start_as_current_span("request") as outer:
        observed.completion(MODEL, HELLO)
    assert program.call().parent.span_id == outer.get_span_context().span_id


async def test_an_async_call_is_under_the_span_that_is_current(observed, program):
    with program.provider.get_tracer("app").start_as_current_span("request") as outer:
        await observed.acompletion(MODEL, HELLO)
    assert program.call().parent.span_id == outer.get_span_context().span_id


def test_failed_attempts_are_children_that_nothing_counts_as_calls(observed, face, regions, program):
    regions.seoul.always(Status(503, message="on fire"))
    face.ask(observed, "gemini-2.5-pro")
    call = program.call()
    first, second = [span for span in program.spans if span is not call]
    assert [span.parent.span_id for span in (first, second)] == [call.context.span_id] * 2
    assert first.name == "attempt gemini_seoul/gemini-2.5-pro"
    assert (first.attributes["http.response.status_code"], first.attributes["error.type"]) == (503, "503")
    assert (first.status.status_code, second.status.status_code) == (StatusCode.ERROR, StatusCode.UNSET)
    assert not [key for span in (first, second) for key in span.attributes if key.startswith("gen_ai.")]
    assert call.start_time <= first.start_time <= first.end_time <= second.end_time <= call.end_time
    assert (call.attributes["genai_sdk.attempts"], call.attributes["genai_sdk.connection"]) == (2, "gemini_usa")
    assert call.status.status_code is StatusCode.UNSET


def test_a_failed_call_says_of_what_kind_and_quotes_nobody(observed, face, regions, program):
    regions.usa.always(Status(429, message=SECRET))
    with pytest.raises(RateLimitError):
        face.ask(observed, MODEL, num_retries=0)
    span = program.call()
    assert span.attributes["error.type"] == "RateLimitError"
    assert span.attributes["gen_ai.provider.name"] == "openai"
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description == "RateLimitError: rate limited (429)"
    assert SECRET not in "".join(each.to_json() for each in program.spans)


def test_a_model_that_nobody_serves_is_a_failed_span(observed, face, program):
    with pytest.raises(UnknownModelError):
        face.ask(observed, "no-such-model")
    assert program.call().attributes["error.type"] == "UnknownModelError"
    assert program.call().attributes["gen_ai.provider.name"] == "unknown"


def test_without_opting_in_no_content_is_on_a_span(observed, face, regions, program):
    regions.usa.script(Reply(text=SECRET))
    face.ask(observed, MODEL, SECRET, stop=[SECRET])
    assert SECRET not in program.call().to_json()


def test_content_is_on_the_span_as_the_mask_leaves_it(make_client, face, regions, program):
    def mask(*, data):
        return json.loads(json.dumps(data).replace("xyzzy", "****"))

    client = make_client(otel=program.otel(content=True), mask=mask)
    regions.usa.script(Reply(text=SECRET))
    face.ask(client, MODEL, SECRET)
    attributes = program.call().attributes
    said = {"type": "text", "content": "the launch code is ****"}
    assert json.loads(attributes["gen_ai.input.messages"]) == [{"role": "user", "parts": [said]}]
    assert json.loads(attributes["gen_ai.output.messages"]) == [
        {"role": "assistant", "parts": [said], "finish_reason": "stop"}
    ]
    assert "xyzzy" not in program.call().to_json()


def test_a_mask_that_fails_lets_nothing_out(make_client, face, program):
    def mask(*, data):
        raise RuntimeError("broken")

    face.ask(make_client(otel=program.otel(content=True), mask=mask), MODEL, SECRET)
    assert SECRET not in program.call().to_json()
    assert "the mask function failed" in program.call().attributes["gen_ai.input.messages"]


def test_tool_calls_and_their_results_are_parts(make_client, face, regions, program):
    regions.usa.script(Reply(tool_calls=[("weather", {"city": "Seoul"})]))
    earlier = {"id": "call_1", "type": "function", "function": {"name": "time", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "And now?"}]},
        {"role": "assistant", "content": None, "tool_calls": [earlier]},
        {"role": "tool", "tool_call_id": "call_1", "content": "noon"},
    ]
    tools = [
        {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}
        for name in ("time", "weather")
    ]
    client = make_client(otel=program.otel(content=True))
    response = face.call(client, "completion", MODEL, messages, tools=tools)
    attributes = program.call().attributes
    assert [message["parts"] for message in json.loads(attributes["gen_ai.input.messages"])] == [
        [{"type": "text", "content": "And now?"}],
        [{"type": "tool_call", "id": "call_1", "name": "time", "arguments": {}}],
        [{"type": "tool_call_response", "id": "call_1", "response": "noon"}],
    ]
    (answer,) = json.loads(attributes["gen_ai.output.messages"])
    made = response.choices[0].message.tool_calls[0]
    assert answer["parts"] == [{"type": "tool_call", "id": made.id, "name": "weather", "arguments": {"city": "Seoul"}}]
    assert attributes["gen_ai.response.finish_reasons"] == ("tool_call",)


def test_a_stream_is_a_span_until_its_end(observed, face, regions, program):
    regions.usa.script(Reply(text="one two three"))
    stream = face.ask(observed, MODEL, stream=True)
    assert program.spans == ()
    face.read(stream)
    attributes = program.call().attributes
    assert attributes["gen_ai.request.stream"] is True
    assert attributes["gen_ai.response.time_to_first_chunk"] > 0
    assert attributes["gen_ai.response.finish_reasons"] == ("stop",)


def test_a_stream_that_its_reader_gives_up_ended_without_a_reason(observed, face, regions, program):
    regions.usa.script(Reply(text="one two three four"))
    stream = face.ask(observed, MODEL, stream=True)
    face.next(stream)
    face.close(stream)
    assert program.call().attributes["gen_ai.response.finish_reasons"] == ("error",)
    assert program.call().status.status_code is StatusCode.UNSET


def test_a_stream_that_breaks_is_a_failed_span_with_what_it_brought(observed, face, regions, program):
    regions.usa.script(CutStream(after_chunks=2, reply=Reply(text="one two three four")))
    with pytest.raises(ProviderError):
        face.read(face.ask(observed, MODEL, stream=True))
    assert program.call().attributes["error.type"] == "StreamInterruptedError"
    assert program.call().attributes["gen_ai.response.finish_reasons"] == ("error",)


def test_calls_are_spans_whether_langfuse_gets_them_or_not(make_client, face, program):
    response = face.ask(make_client(otel=program.otel(), tracing=False), MODEL)
    assert response.genai.trace_id is None
    assert "genai_sdk.langfuse.trace_id" not in program.call().attributes


def test_embeddings_have_a_span_of_their_own_words(observed, face, program):
    face.call(observed, "embedding", "openai_test/text-embedding-3-small", ["one", "two"], dimensions=8)
    attributes = program.call().attributes
    assert (program.call().name, attributes["gen_ai.operation.name"]) == (
        "embeddings openai_test/text-embedding-3-small",
        "embeddings",
    )
    assert attributes["gen_ai.embeddings.dimension.count"] == 8


def test_true_uses_the_global_provider_and_false_makes_none(make_client, face, program, monkeypatch):
    monkeypatch.setattr("opentelemetry.trace.get_tracer_provider", lambda: program.provider)
    face.ask(make_client(otel=False), MODEL)
    assert program.spans == ()
    face.ask(make_client(otel=True), MODEL)
    assert program.call().name == f"chat {MODEL}"


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (lambda: GenAIClient(otel="yes"), "otel must be True, False or a genai_sdk.otel.OpenTelemetry"),
        (lambda: OpenTelemetry(content=1), "content of OpenTelemetry must be True or False"),
        (lambda: OpenTelemetry(tracer_provider=object()), r"tracer_provider of OpenTelemetry must have get_tracer\(\)"),
    ],
)
def test_a_wrong_setting_says_what_may_be_given(wrong, hint, monkeypatch, recorded):
    monkeypatch.setenv("LANGFUSE_PUBLIC_KEY", recorded["public_key"])
    monkeypatch.setenv("LANGFUSE_SECRET_KEY", recorded["secret_key"])
    monkeypatch.setenv("LANGFUSE_BASE_URL", "http://127.0.0.1:9")
    with pytest.raises(InvalidRequestError, match=hint):
        wrong()


def test_a_call_is_counted_and_timed(observed, face, regions, program):
    regions.usa.script(Reply(text="Hi", prompt_tokens=12, cached_tokens=4, completion_tokens=3))
    response = face.ask(observed, FLASH)
    points = program.points
    labels = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "gcp.vertex_ai",
        "gen_ai.request.model": FLASH,
        "gen_ai.response.model": response.model,
    }
    (duration,) = points["gen_ai.client.inference.duration"]
    assert (dict(duration.attributes), duration.count) == (labels, 1)
    assert duration.explicit_bounds[:3] == (0.01, 0.02, 0.04)
    span = program.call()
    assert duration.sum == pytest.approx((span.end_time - span.start_time) / 1e9, abs=1e-6)
    used = labels | {"gen_ai.token.modality": "unknown"}
    for name, count in (("input_tokens", 12), ("output_tokens", 3), ("cache_read.input_tokens", 4)):
        (counter,) = points[f"gen_ai.client.inference.usage.{name}"]
        assert (dict(counter.attributes), counter.value) == (used, count)
    (each,) = points["gen_ai.client.inference.operation.input_tokens"]
    assert (each.sum, each.explicit_bounds[1]) == (12, 4)
    assert "gen_ai.client.inference.time_to_first_chunk" not in points


def test_a_failed_call_is_timed_by_its_error(observed, face, regions, program):
    regions.usa.always(Status(429))
    with pytest.raises(RateLimitError):
        face.ask(observed, MODEL, num_retries=0)
    (duration,) = program.points["gen_ai.client.inference.duration"]
    assert duration.attributes["error.type"] == "RateLimitError"
    (counter,) = program.points["gen_ai.client.inference.usage.input_tokens"]
    assert counter.value == 0


def test_a_stream_says_when_its_first_content_came(observed, face, program):
    face.read(face.ask(observed, MODEL, stream=True))
    (first,) = program.points["gen_ai.client.inference.time_to_first_chunk"]
    assert (first.count, first.sum > 0) == (1, True)


def test_embeddings_have_metrics_of_their_own(observed, face, program):
    face.call(observed, "embedding", "openai_test/text-embedding-3-small", ["one", "two"])
    assert set(program.points) == {
        "gen_ai.client.embeddings.duration",
        "gen_ai.client.embeddings.operation.input_tokens",
    }


def test_metrics_alone_make_no_spans_and_spans_alone_no_metrics(make_client, face, program):
    face.ask(make_client(otel=program.otel(spans=False)), MODEL)
    assert program.spans == ()
    (before,) = program.points["gen_ai.client.inference.duration"]
    face.ask(make_client(otel=program.otel(metrics=False)), MODEL)
    (after,) = program.points["gen_ai.client.inference.duration"]
    assert (len(program.spans), after.count) == (1, before.count)


class LangfuseSpanProcessor(SimpleSpanProcessor):
    """What the Langfuse SDK puts on a provider, by its name."""


def test_where_langfuse_gets_the_programs_spans_no_call_is_counted_twice(make_client, face, program, caplog):
    client = make_client(otel=program.otel())
    face.ask(client, MODEL)
    assert len(program.spans) == 1
    program.provider.add_span_processor(LangfuseSpanProcessor(InMemorySpanExporter()))
    for _ in range(2):
        face.ask(client, MODEL)
    assert len(program.spans) == 1
    assert caplog.text.count("each would be counted twice") == 1
    (duration,) = program.points["gen_ai.client.inference.duration"]
    assert duration.count == 3


@pytest.mark.parametrize(("tracing", "beside"), [(False, False), (True, True)])
def test_spans_for_langfuse_are_made_where_it_has_each_call_once(make_client, face, program, tracing, beside):
    program.provider.add_span_processor(LangfuseSpanProcessor(InMemorySpanExporter()))
    face.ask(make_client(otel=program.otel(beside_langfuse=beside), tracing=tracing), MODEL)
    assert len(program.spans) == 1


class BrokenProcessor(SimpleSpanProcessor):
    """One of the program's own, which fails."""

    def __init__(self, method):
        super().__init__(InMemorySpanExporter())
        setattr(self, method, self._fail)

    def _fail(self, *arguments, **named):
        raise RuntimeError("broken")


@pytest.mark.parametrize("method", ["on_start", "on_end"])
def test_a_processor_that_fails_breaks_no_call(make_client, face, program, caplog, method):
    program.provider.add_span_processor(BrokenProcessor(method))
    client = make_client(otel=program.otel())
    for _ in range(2):
        assert face.ask(client, MODEL).text
    assert caplog.text.count("OpenTelemetry failed: RuntimeError") == 1
