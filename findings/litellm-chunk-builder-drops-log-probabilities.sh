#!/usr/bin/env bash
# litellm 1.110.2: `stream_chunk_builder` puts a stream together that was asked for with `logprobs=True`.
# Expected: the log probabilities that the chunks have.
# Seen: a choice without any; the chunks themselves have them.
exec "$(dirname "$0")/lib/run.sh" litellm==1.110.2 << 'PLAY'
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm
from served import Served, finish

litellm.suppress_debug_info = True
server = Served()


def chunk(delta, end=None, logprobs=None):
    choice = {"index": 0, "delta": delta, "finish_reason": end, "logprobs": logprobs}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def token(text):
    return {"content": [{"token": text, "logprob": -0.5, "bytes": list(text.encode()), "top_logprobs": []}]}


server.streams(
    chunk({"role": "assistant", "content": "a"}, logprobs=token("a")), chunk({"content": "b"}, logprobs=token("b")),
    chunk({}, "stop"), end=b"data: [DONE]\n\n",
)
messages = [{"role": "user", "content": "hi"}]
chunks = list(litellm.completion(
    model="openai/m", api_base=f"{server.url}/v1", api_key="key", messages=messages, stream=True, logprobs=True
))
streamed = sum(bool(each.choices[0].get("logprobs")) for each in chunks)
built = litellm.stream_chunk_builder(chunks, messages=messages).choices[0]
finish(
    "litellm", expected=f"{streamed} tokens with their probabilities", seen=f"text {built.message.content!r}, logprobs "
    f"{built.get('logprobs')}", still=streamed == 2 and built.message.content == "ab" and not built.get("logprobs"),
)
PLAY
