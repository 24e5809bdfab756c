#!/usr/bin/env bash
# litellm 1.110.2: a model of OpenAI's refuses, in a stream: the words come as `delta.refusal`.
# Expected: the words in the chunks, as `message.refusal` has them in a whole answer.
# Seen: the chunks with the words are left out. What is left is an empty answer that ended with "stop".
exec "$(dirname "$0")/lib/run.sh" litellm==1.110.2 << 'PLAY'
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm
from served import Served, finish

litellm.suppress_debug_info = True
server = Served()
asked = {
    "model": "openai/m", "api_base": f"{server.url}/v1", "api_key": "key", "messages": [{"role": "user", "content": "hi"}],
}


def chunk(end=None, **delta):
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": end}]}


message = {"role": "assistant", "content": None, "refusal": "I will not."}
choice = {"index": 0, "finish_reason": "stop", "message": message}
server.answers({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})
whole = litellm.completion(**asked).choices[0].message.refusal
server.streams(
    chunk(role="assistant", content=None, refusal=""), chunk(refusal="I will"), chunk(refusal=" not."), chunk("stop"),
    end=b"data: [DONE]\n\n",
)
choices = [each.choices[0] for each in litellm.completion(**asked, stream=True)]
said = "".join((each.delta.get("refusal") or "") + (each.delta.content or "") for each in choices)
ended = choices[-1].finish_reason
finish(
    "litellm", expected=repr(whole), seen=f"{said!r} in {len(choices)} chunks, the last with {ended!r}",
    still=(whole, said, ended) == ("I will not.", "", "stop"),
)
PLAY
