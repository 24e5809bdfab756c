#!/usr/bin/env bash
# strands-agents 1.62.0, OpenAIModel: a proxy ends a stream in good order after the first words, without a finish reason.
# Expected: an error, or at least the words that came and a stop reason that is none.
# Seen: the stop reason "end_turn", the one of a turn that ended well, and an empty text: the words that came are thrown away.
exec "$(dirname "$0")/lib/run.sh" "strands-agents[openai]==1.62.0" openai==2.54.0 << 'PLAY'
from served import Served, finish
from strands import Agent
from strands.models.openai import OpenAIModel

server = Served()
head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
first = {**head, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "half an"}, "finish_reason": None}]}
last = {**head, "choices": [{"index": 0, "delta": {"content": " answer"}, "finish_reason": "stop"}]}


def run(*events):
    server.streams(*events)
    model = OpenAIModel(client_args={"api_key": "key", "base_url": f"{server.url}/v1", "max_retries": 0}, model_id="m")
    try:
        result = Agent(model=model, callback_handler=None)("hi")
    except Exception as error:
        return repr(error)
    return str(result).strip(), result.stop_reason


whole, seen = run(first, last), run(first)
still = whole == ("half an answer", "end_turn") and seen == ("", "end_turn")
finish("strands-agents", "openai", expected="an error", seen=seen, still=still)
PLAY
