#!/usr/bin/env bash
# litserve 0.2.19, OpenAISpec: a chat call with a tool that has no description, and one with `tool_choice: "required"`.
# Expected: both are served. OpenAI's API has the description of a function optional, and `required` is a tool choice.
# Seen: both are refused with 422; a description counts as required, and only auto, none and any are tool choices.
exec "$(dirname "$0")/lib/run.sh" litserve==0.2.19 << 'PLAY'
from litserve.specs.openai import ChatCompletionRequest
from pydantic import ValidationError
from served import finish

parameters = {"type": "object", "properties": {}}
bare = {"type": "function", "function": {"name": "now", "parameters": parameters}}
described = {"type": "function", "function": {**bare["function"], "description": "Tells the time."}}
call = {"model": "m", "messages": [{"role": "user", "content": "What time is it?"}]}
calls = {
    "a tool without a description": {**call, "tools": [bare]},
    "tool_choice required": {**call, "tools": [described], "tool_choice": "required"},
}
ChatCompletionRequest.model_validate({**call, "tools": [described], "tool_choice": "auto"})
refused = {}
for name, body in calls.items():
    try:
        ChatCompletionRequest.model_validate(body)
    except ValidationError as error:
        refused[name] = error.errors()[0]["msg"]
finish("litserve", expected="neither is refused", seen=f"refused: {refused}", still=refused.keys() == calls.keys())
PLAY
