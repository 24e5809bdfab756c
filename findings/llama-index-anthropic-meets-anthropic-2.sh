#!/usr/bin/env bash
# llama-index-llms-anthropic 0.12.3 beside anthropic 2.14.0, which is what pip installs for it.
# Expected: a message is sent.
# Seen: TypeError, "Cannot instantiate typing.Union", before anything is sent: in anthropic 2 the type `MessageParam`, which
# LlamaIndex calls to make a message, is a union of types.
exec "$(dirname "$0")/lib/run.sh" llama-index-llms-anthropic==0.12.3 anthropic==2.14.0 << 'PLAY'
from llama_index.llms.anthropic import Anthropic
from served import Served, finish

server = Served()
server.answers(
    {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "end_turn",
        "stop_sequence": None, "content": [{"type": "text", "text": "hello"}],
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
)
try:
    seen = Anthropic(model="claude-sonnet-4-5", api_key="key", base_url=server.url).complete("hi").text
except TypeError as error:
    seen = f"TypeError: {error}; {len(server.asked)} requests"
finish(
    "llama-index-llms-anthropic", "anthropic", expected="hello", seen=seen,
    still=seen == "TypeError: Cannot instantiate typing.Union; 0 requests",
)
PLAY
