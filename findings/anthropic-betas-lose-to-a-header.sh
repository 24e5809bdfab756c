#!/usr/bin/env bash
# anthropic 2.14.0: a call with `betas=["context-1m"]` at a gateway whose wrapper adds a beta of its own by a header.
# Expected: both, since the header is a list.
# Seen: `extra_headers` takes the place of `betas`; the beta that the call names is not asked for, without a word.
exec "$(dirname "$0")/lib/run.sh" anthropic==2.14.0 << 'PLAY'
import anthropic
from served import Served, finish

server = Served()
text = {"type": "text", "text": "hello"}
server.answers({
    "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [text], "stop_reason": "end_turn",
    "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
})
client = anthropic.Anthropic(api_key="key", base_url=server.url, max_retries=0)
client.beta.messages.create(
    model="m", max_tokens=9, messages=[{"role": "user", "content": "hi"}],
    betas=["context-1m"], extra_headers={"anthropic-beta": "gateway-1"},
)
seen = server.asked[0][1]["anthropic-beta"]
finish("anthropic", expected="context-1m and gateway-1", seen=seen, still=seen == "gateway-1")
PLAY
