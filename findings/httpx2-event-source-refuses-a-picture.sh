#!/usr/bin/env bash
# httpx2 2.16.2 under openai 3.57.0: a stream of a picture, whose last event holds it whole: two million characters.
# Expected: httpx2's own reader of server-sent events reads what the SDK that stands on it reads.
# Seen: the SDK reads it; `httpx2.EventSource` raises SSEError at an event above 1 MiB, which is its default.
exec "$(dirname "$0")/lib/run.sh" openai==3.57.0 httpx2==2.16.2 << 'PLAY'
import httpx2
import openai
from served import Served, finish

server = Served()
server.streams({
    "type": "image_generation.completed", "b64_json": "A" * 2_000_000, "created_at": 1, "size": "1024x1024",
    "quality": "high", "background": "opaque", "output_format": "png",
    "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2},
})
client = openai.OpenAI(api_key="key", base_url=f"{server.url}/v1", max_retries=0)
(event,) = client.images.generate(model="gpt-image-2", prompt="A cat", stream=True)
with httpx2.stream("POST", server.url, content=b"{}") as response:
    try:
        seen = f"{len(list(httpx2.EventSource(response)))} events"
    except httpx2.SSEError as error:
        seen = f"SSEError: {error}"
finish(
    "openai", "httpx2", expected=f"a picture of {len(event.b64_json)} characters, twice", seen=f"by the SDK; {seen}",
    still=len(event.b64_json) == 2_000_000 and "SSEError" in seen,
)
PLAY
