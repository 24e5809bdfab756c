#!/usr/bin/env bash
# langchain 1.5.2 with langchain-openai 1.7.4: an agent's model calls a tool with arguments that are no JSON, as models do
# now and then.
# Expected: the model is told, as it is of a tool that does not exist or of an argument of the wrong type; or an error.
# Seen: the run ends well with an empty answer. The call stands under `invalid_tool_calls`, at which the agent does not look.
exec "$(dirname "$0")/lib/run.sh" langchain==1.5.2 langchain-openai==1.7.4 << 'PLAY'
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from served import Served, finish


def weather(city: str) -> str:
    """Return the weather of a city."""
    return f"clear in {city}"


def run(name, arguments):
    """Return how a run ends whose model makes the same call each time, and how often it was asked."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    server = Served()
    server.answers(
        {
            "id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    )
    model = ChatOpenAI(model="m", api_key="key", base_url=f"{server.url}/v1", max_retries=0)
    try:
        last = create_agent(model, [weather]).invoke({"messages": [("user", "hi")]}, {"recursion_limit": 5})["messages"][-1]
    except Exception as error:
        return type(error).__name__, len(server.asked)
    return last.content, len(last.invalid_tool_calls), len(server.asked)


seen = {"no such tool": run("nothing", "{}"), "no JSON": run("weather", '{"city": Seoul}')}
still = seen["no such tool"][0] == "GraphRecursionError" and seen["no JSON"] == ("", 1, 1)
finish("langchain", "langchain-openai", expected="the model is asked again in both cases", seen=seen, still=still)
PLAY
