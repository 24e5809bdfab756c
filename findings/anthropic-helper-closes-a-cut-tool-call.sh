#!/usr/bin/env bash
# anthropic 2.14.0: `client.messages.stream()` of an answer that `max_tokens` cuts in the middle of a tool's input.
# Expected: an input that can be told from a whole one: its text, or an error.
# Seen: the JSON is closed where it was cut and what was begun is dropped. Here the model was about to write a file; the
# message holds a valid call of the tool without the file's content, and only the stop reason tells.
exec "$(dirname "$0")/lib/run.sh" anthropic==2.14.0 << 'PLAY'
import anthropic
from served import Served, finish

server = Served()
client = anthropic.Anthropic(api_key="key", base_url=server.url, max_retries=0)
message = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None,
    "stop_sequence": None, "usage": {"input_tokens": 10, "output_tokens": 1},
}
tool = {"type": "tool_use", "id": "toolu_1", "name": "write_file", "input": {}}
given = ('{"path": "notes.txt", "overwrite": true, ', '"content": "Dear Ann, I wri')
server.streams(
    {"type": "message_start", "message": message},
    {"type": "content_block_start", "index": 0, "content_block": tool},
    *(
        {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": part}}
        for part in given
    ),
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "max_tokens", "stop_sequence": None}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
)
with client.messages.stream(model="m", max_tokens=9, messages=[{"role": "user", "content": "Write!"}]) as stream:
    block = stream.get_final_message().content[0]
finish(
    "anthropic",
    expected="".join(given),
    seen=block.input,
    still=block.input == {"path": "notes.txt", "overwrite": True},
)
PLAY
