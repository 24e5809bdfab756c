#!/usr/bin/env bash
# anthropic 2.14.0: the API is overloaded, once before the answer (status 529) and once in a stream that has begun.
# Expected: the same exception, so that one `except` serves both.
# Seen: OverloadedError with the status 529, and a bare APIStatusError with the status 200, which `except OverloadedError`
# and `except InternalServerError` let pass and which a check for `status_code >= 500` takes for a success.
exec "$(dirname "$0")/lib/run.sh" anthropic==2.14.0 << 'PLAY'
import anthropic
from served import Served, finish

server = Served()
client = anthropic.Anthropic(api_key="key", base_url=server.url, max_retries=0)
asked = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
message = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None,
    "stop_sequence": None, "usage": {"input_tokens": 10, "output_tokens": 1},
}


def failing():
    try:
        for _ in client.messages.create(**asked, stream=True):
            pass
    except anthropic.APIStatusError as caught:
        return type(caught).__name__, caught.status_code
    return "no error", 0


server.answers(error, status=529)
before = failing()
server.streams({"type": "message_start", "message": message}, error)
within = failing()
finish(
    "anthropic", expected=f"{before}, twice", seen=f"{before}, {within}",
    still=before == ("OverloadedError", 529) and within == ("APIStatusError", 200),
)
PLAY
