#!/usr/bin/env bash
# openai 3.57.0: `client.chat.completions.stream()` of a server that says the role with every delta, as many do, and a
# number that it repeats (here when the audio expires).
# Expected: the role and the moment, once.
# Seen: the role "assistantassistant", and the sum of the moments: two hours after 1970 make four.
exec "$(dirname "$0")/lib/run.sh" openai==3.57.0 << 'PLAY'
import openai
from served import Served, finish

server = Served()
client = openai.OpenAI(api_key="key", base_url=f"{server.url}/v1", max_retries=0)


def chunk(finish=None, **delta):
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


server.streams(
    chunk(role="assistant", content="a", audio={"id": "a", "expires_at": 7200}),
    chunk(role="assistant", content="b", audio={"id": "a", "expires_at": 7200}),
    chunk("stop"),
    end=b"data: [DONE]\n\n",
)
with client.chat.completions.stream(model="m", messages=[{"role": "user", "content": "hi"}]) as stream:
    message = stream.get_final_completion().choices[0].message
seen = (message.content, message.role, message.audio.expires_at)
finish(
    "openai",
    expected=("ab", "assistant", 7200),
    seen=seen,
    still=seen == ("ab", "assistantassistant", 14400),
)
PLAY
