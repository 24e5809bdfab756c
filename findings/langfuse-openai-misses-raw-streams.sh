#!/usr/bin/env bash
# langfuse 5.0.4, `from langfuse.openai import openai`, beside openai 3.57.0: calls that also want the response's headers.
# Expected: a generation for each call, as there is for `with_raw_response.create()` of a whole answer.
# Seen: none for `with_raw_response.create(stream=True)`, whose stream is read to its end, and none for
# `with_streaming_response`; nothing fails, the calls are missing in Langfuse.
exec "$(dirname "$0")/lib/run.sh" langfuse==5.0.4 openai==3.57.0 opentelemetry-sdk==1.45.2 << 'PLAY'
import os

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from served import Served, finish

server = Served()
os.environ.update(LANGFUSE_PUBLIC_KEY="pk-lf-public", LANGFUSE_SECRET_KEY="sk-lf-secret", LANGFUSE_BASE_URL=server.url)

from langfuse import Langfuse
from langfuse.openai import openai

spans = InMemorySpanExporter()
langfuse = Langfuse(span_exporter=spans)
client = openai.OpenAI(api_key="key", base_url=f"{server.url}/v1", max_retries=0)
asked = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
head = {"id": "c", "created": 1, "model": "m"}
answer = {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}
delta = {"index": 0, "delta": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}


def recorded(call):
    spans.clear()
    assert "hello" in call()
    langfuse.flush()
    return len(spans.get_finished_spans())


def raw():
    return client.chat.completions.with_raw_response.create(**asked).parse().choices[0].message.content


def raw_stream():
    response = client.chat.completions.with_raw_response.create(**asked, stream=True)
    return "".join(chunk.choices[0].delta.content for chunk in response.parse())


def streaming_response():
    with client.chat.completions.with_streaming_response.create(**asked) as response:
        return response.parse().choices[0].message.content


server.answers({**head, "object": "chat.completion", "choices": [answer]})
seen = {"raw": recorded(raw), "streaming response": recorded(streaming_response)}
server.streams({**head, "object": "chat.completion.chunk", "choices": [delta]}, end=b"data: [DONE]\n\n")
seen["raw stream"] = recorded(raw_stream)
finish(
    "langfuse", "openai", expected="1 generation each", seen=seen,
    still=seen == {"raw": 1, "streaming response": 0, "raw stream": 0},
)
PLAY
