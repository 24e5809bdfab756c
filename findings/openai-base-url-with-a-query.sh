#!/usr/bin/env bash
# openai 3.57.0 on httpx2 2.16.2: a base URL with a query, as gateways hand them out (`…/v1?api-version=1`).
# Expected: the path of the call behind the base's path, and the query behind both.
# Seen: the path of the call is appended to the query: the server is asked for `/v1/` with api-version=1chat/completions.
exec "$(dirname "$0")/lib/run.sh" openai==3.57.0 httpx2==2.16.2 << 'PLAY'
import openai
from served import Served, finish

server = Served()
choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}
server.answers({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})
client = openai.OpenAI(api_key="key", base_url=f"{server.url}/v1?api-version=1", max_retries=0)
client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
seen = server.asked[0][0]
finish(
    "openai", "httpx2", expected="/v1/chat/completions?api-version=1", seen=seen,
    still=seen == "/v1/?api-version=1chat/completions",
)
PLAY
