#!/usr/bin/env bash
# litellm 1.110.2: a sync `Router.completion` whose first deployment is away and whose fallback answers.
# Expected: once the answer is there and the Router is retired, nothing of the call is left open.
# Seen: an event loop that nobody closed, and its sockets, are found by the garbage collector; programs and tests that
# make warnings errors fail at some later, unrelated place.
exec "$(dirname "$0")/lib/run.sh" litellm==1.110.2 << 'PLAY'
import gc
import os
import warnings

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
from litellm import Router
from served import Served, finish

server = Served()
choice = {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}
usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
server.answers({
    "id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage,
})


def deployment(name, url):
    return {"model_name": name, "litellm_params": {"model": "openai/m", "api_key": "no-key", "api_base": f"{url}/v1"}}


rows = [deployment("away", "http://127.0.0.1:9"), deployment("here", server.url)]
router = Router(model_list=rows, fallbacks=[{"away": ["here"]}], num_retries=0)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always", ResourceWarning)
    answer = router.completion("away", [{"role": "user", "content": "hi"}])
    assert answer.choices[0].message.content == "hello"
    router.retire()
    del answer
    gc.collect()
left = sum("unclosed event loop" in str(each.message) for each in caught)
finish("litellm", expected="no event loop left open after a fallback that was served", seen=left, still=left > 0)
PLAY
