#!/usr/bin/env bash
# openai 3.57.0 and anthropic 2.14.0: a server that is free again at once answers 429 with `Retry-After: 0`, which RFC 9110
# allows ("a non-negative decimal integer").
# Expected: the next attempt at once.
# Seen: both treat 0 as if nothing were said, and wait for their own backoff, about half a second; `retry-after-ms: 1` is
# obeyed.
exec "$(dirname "$0")/lib/run.sh" openai==3.57.0 anthropic==2.14.0 << 'PLAY'
import anthropic
import openai
from served import Served, finish

server = Served()
messages = [{"role": "user", "content": "hi"}]
clients = {
    "openai": openai.OpenAI(api_key="key", base_url=f"{server.url}/v1", max_retries=1).chat.completions,
    "anthropic": anthropic.Anthropic(api_key="key", base_url=server.url, max_retries=1).messages,
}


def waited(name, **headers):
    server.answers({"error": {"type": "rate_limit_error", "message": "again"}}, status=429, **headers)
    server.asked.clear()
    try:
        clients[name].create(model="m", max_tokens=9, messages=messages)
    except (openai.RateLimitError, anthropic.RateLimitError):
        first, second = [moment for _, _, moment in server.asked]
    return round(second - first, 2)


# The shortest of three: whatever else the machine does makes a wait longer.
zero = {name: min(waited(name, retry_after="0") for _ in range(3)) for name in clients}
one = {name: min(waited(name, retry_after_ms="1") for _ in range(3)) for name in clients}
finish(
    "openai", "anthropic", expected=f"seconds between the attempts: {one}", seen=zero,
    still=min(zero.values()) > 0.35 and max(one.values()) < 0.35,
)
PLAY
