#!/usr/bin/env bash
# langchain-core 1.8.3: `convert_to_openai_messages` of a turn whose tool call has arguments that are no JSON.
# Expected: both messages, the call among the first one's `tool_calls`, as LangChain's own model for OpenAI sends it.
# Seen: the call is left out, and the tool's answer belongs to nothing, which OpenAI refuses.
exec "$(dirname "$0")/lib/run.sh" langchain-core==1.8.3 << 'PLAY'
from langchain_core.messages import AIMessage, ToolMessage, convert_to_openai_messages
from served import finish

broken = {"id": "call_1", "name": "get_weather", "args": '{"city": ', "error": "no JSON"}
turn = AIMessage("", invalid_tool_calls=[broken])
first, second = convert_to_openai_messages([turn, ToolMessage("no JSON", tool_call_id="call_1")])
finish(
    "langchain-core",
    expected="the call call_1, and its answer",
    seen=f"{first}, {second}",
    still="tool_calls" not in first and second["tool_call_id"] == "call_1",
)
PLAY
