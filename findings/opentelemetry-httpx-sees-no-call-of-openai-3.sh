#!/usr/bin/env bash
# opentelemetry-instrumentation-httpx 0.66b2 beside openai 3.57.0: a service traces its HTTP calls, as it did with openai 2.
# Expected: one client span for a call of the SDK, as for a call of httpx.
# Seen: none. openai 3 stands on httpx2, which the instrumentation does not know; nothing fails, the spans are just gone.
exec "$(dirname "$0")/lib/run.sh" openai==3.57.0 httpx==0.28.1 opentelemetry-sdk==1.45.2 \
    opentelemetry-instrumentation-httpx==0.66b2 << 'PLAY'
import httpx
import openai
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from served import Served, finish

exporter, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
HTTPXClientInstrumentor().instrument(tracer_provider=provider)
server = Served()
choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}
server.answers({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})
httpx.post(server.url, json={})
by_httpx = len(exporter.get_finished_spans())
exporter.clear()
client = openai.OpenAI(api_key="key", base_url=f"{server.url}/v1", max_retries=0)
client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
by_openai = len(exporter.get_finished_spans())
finish(
    "openai", "opentelemetry-instrumentation-httpx", expected=f"{by_httpx} span for each",
    seen=f"{by_httpx} for httpx, {by_openai} for the SDK", still=(by_httpx, by_openai) == (1, 0),
)
PLAY
