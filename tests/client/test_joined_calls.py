"""Calls under another library's record of the very same call: with `join_otel` Langfuse counts it once."""

import asyncio
import json
from types import MappingProxyType

import pytest

trace_sdk = pytest.importorskip("opentelemetry.sdk.trace")
from opentelemetry import trace as opentelemetry_trace  # noqa: E402 - after the skip

MODEL = "openai_test/gpt-4o-mini"
HELLO = [{"role": "user", "content": "Hello!"}]
UNCOUNTED = {
    "langfuse.observation.type": "span",
    "langfuse.observation.usage_details": json.dumps({"total": 0}, separators=(",", ":")),
    "langfuse.observation.cost_details": json.dumps({"total": 0}, separators=(",", ":")),
}
RECORDS = {
    "GenAI conventions": ("pydantic-ai", "chat gpt-4o-mini", {"gen_ai.operation.name": "chat"}),
    "OpenInference": ("openinference.instrumentation.dspy", "LM.__call__", {"openinference.span.kind": "LLM"}),
    "OpenLLMetry": ("opentelemetry.instrumentation.anthropic", "anthropic.chat", {"llm.request.type": "chat"}),
    "LlamaIndex, which says so only at its end": ("openinference.instrumentation.llama_index", "OpenAI.achat", {}),
}
OTHERS = {
    "an agent": ("pydantic-ai", "agent run", {"gen_ai.operation.name": "invoke_agent"}),
    "a tool": ("openinference.instrumentation.dspy", "search", {"openinference.span.kind": "TOOL"}),
    "a step of LlamaIndex": ("openinference.instrumentation.llama_index", "FunctionAgent.run", {}),
    "a request to a server": ("opentelemetry.instrumentation.asgi", "GET /chat", {}),
}


@pytest.fixture(params=["sync", "async"])
def ask(request):
    """Make a call in the context of the test, which a `Runner` of its own would not be in."""

    def sync(client):
        return client.completion(MODEL, HELLO)

    return sync if request.param == "sync" else lambda client: asyncio.run(client.acompletion(MODEL, HELLO))


@pytest.fixture
def provider():
    provider = trace_sdk.TracerProvider()
    yield provider
    provider.shutdown()


def span_of(provider, scope, name, attributes):
    return provider.get_tracer(scope).start_as_current_span(name, attributes=attributes)


def trace_of(regions, span):
    """Return the trace that Langfuse got of what was made under a span."""
    (trace,) = [each for each in regions.langfuse.traces.all if each.id == f"{span.get_span_context().trace_id:032x}"]
    return trace


@pytest.mark.parametrize("record", RECORDS)
def test_the_other_record_of_a_call_is_a_span_that_costs_nothing(make_client, ask, provider, regions, record):
    client = make_client(join_otel=True)
    with span_of(provider, *RECORDS[record]) as span:
        ask(client)
    assert UNCOUNTED.items() <= dict(span.attributes).items()
    assert RECORDS[record][2].items() <= dict(span.attributes).items()
    client.flush(20)
    trace = trace_of(regions, span)
    assert trace.root.parent_id == f"{span.get_span_context().span_id:016x}"
    assert trace.root.type == "GENERATION"


@pytest.mark.parametrize("other", OTHERS)
def test_what_stands_for_more_than_a_call_stays_as_it_is(make_client, ask, provider, other):
    with span_of(provider, *OTHERS[other]) as span:
        ask(make_client(join_otel=True))
    assert dict(span.attributes) == OTHERS[other][2]


@pytest.mark.parametrize("options", [{}, {"join_otel": True, "tracing": False}], ids=["apart", "unrecorded"])
def test_where_the_call_is_not_recorded_there_the_other_record_counts(make_client, ask, provider, options):
    scope, name, attributes = RECORDS["GenAI conventions"]
    with span_of(provider, scope, name, attributes) as span:
        ask(make_client(**options))
    assert dict(span.attributes) == attributes


def test_a_call_takes_over_what_the_joined_span_says_of_its_trace(make_client, ask, provider, regions):
    said = {"user.id": "mina", "session.id": "s-1", "langfuse.trace.tags": ("web",), "gen_ai.operation.name": "chat"}
    client = make_client(join_otel=True)
    with span_of(provider, "pydantic-ai", "chat gpt-4o-mini", said) as span:
        ask(client)
    client.flush(20)
    trace = trace_of(regions, span)
    assert (trace.root.user_id, trace.root.session_id, trace.root.tags) == ("mina", "s-1", ["web"])


def test_a_span_that_takes_no_attributes_breaks_no_call(make_client, ask, regions):
    class Odd(opentelemetry_trace.NonRecordingSpan):
        instrumentation_scope = type("Scope", (), {"name": "odd", "attributes": None})()
        name = "chat"
        attributes = MappingProxyType({"gen_ai.operation.name": "chat"})

        def set_attributes(self, attributes):
            raise RuntimeError("no attributes here")

    context = opentelemetry_trace.SpanContext(1, 2, is_remote=False)
    with opentelemetry_trace.use_span(Odd(context)):
        assert ask(make_client(join_otel=True)).text
