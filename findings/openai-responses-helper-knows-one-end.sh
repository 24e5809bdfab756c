#!/usr/bin/env bash
# openai 3.57.0: `client.responses.stream()` of an answer that ends because `max_output_tokens` is reached.
# Expected: `get_final_response()` gives the response, with its status "incomplete" and the text that there is.
# Seen: RuntimeError, "Didn't receive a `response.completed` event.", though the stream ended as it should, with
# `response.incomplete`; the same call without a stream gives the response.
exec "$(dirname "$0")/lib/run.sh" openai==3.57.0 << 'PLAY'
import openai
from served import Served, finish

server = Served()
client = openai.OpenAI(api_key="key", base_url=f"{server.url}/v1", max_retries=0)
text = {"type": "output_text", "text": "Once upon", "annotations": []}
message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "incomplete", "content": [text]}
head = {
    "id": "resp_1", "object": "response", "created_at": 1, "model": "m", "parallel_tool_calls": True,
    "tool_choice": "auto", "tools": [], "error": None, "incomplete_details": None, "output": [],
}
whole = {
    **head, "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}, "output": [message],
}
server.answers(whole)
plain = client.responses.create(model="m", input="A story!").output_text
server.streams(
    {"type": "response.created", "sequence_number": 0, "response": {**head, "status": "in_progress"}},
    {"type": "response.incomplete", "sequence_number": 1, "response": whole},
)
with client.responses.stream(model="m", input="A story!") as stream:
    ends = [event.type for event in stream][-1]
    try:
        seen = repr(stream.get_final_response().output_text)
    except RuntimeError as error:
        seen = f"RuntimeError: {error}"
finish(
    "openai",
    expected=f"{plain!r}, as without a stream",
    seen=f"the last event is {ends}; {seen}",
    still=plain == "Once upon" and "RuntimeError" in seen,
)
PLAY
