#!/usr/bin/env bash
# openai 3.57.0: a server that does not stream answers a call with `stream=True` by one whole completion, as JSON.
# Expected: an error that says so, or the completion.
# Seen: a stream of nothing that ends well; the answer, which was paid for, is lost without a word. The other way round, a
# stream in answer to a call that asked for none, `create` returns a `str`.
exec "$(dirname "$0")/lib/run.sh" openai==3.57.0 << 'PLAY'
import openai
from served import Served, finish

server = Served()
client = openai.OpenAI(api_key="key", base_url=f"{server.url}/v1", max_retries=0)
messages = [{"role": "user", "content": "hi"}]
choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}
server.answers({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})
whole = client.chat.completions.create(model="m", messages=messages).choices[0].message.content
try:
    streamed = list(client.chat.completions.create(model="m", messages=messages, stream=True))
except openai.OpenAIError as error:
    streamed = error
delta = {"index": 0, "delta": {"content": "hello"}, "finish_reason": "stop"}
server.streams({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]})
other = type(client.chat.completions.create(model="m", messages=messages)).__name__
finish(
    "openai",
    expected=f"{whole!r} or an error; ChatCompletion or an error",
    seen=f"chunks: {streamed}; {other}",
    still=whole == "hello" and streamed == [] and other == "str",
)
PLAY
