#!/usr/bin/env bash
# llama-index-llms-openai 0.8.3: `OpenAI(max_retries=3)`, its default, at a server that answers 500.
# Expected: four requests, as the SDK below makes them for `max_retries=3`, or three.
# Seen: twelve. LlamaIndex tries three times, and hands the same number to the SDK, which retries each of them.
exec "$(dirname "$0")/lib/run.sh" llama-index-llms-openai==0.8.3 << 'PLAY'
import logging

from llama_index.llms.openai import OpenAI
from served import Served, finish

logging.disable(logging.CRITICAL)
server = Served()
server.answers({"error": {"message": "internal"}}, status=500, retry_after_ms="1")
try:
    OpenAI(model="gpt-4o", api_key="key", api_base=f"{server.url}/v1", max_retries=3).complete("hi")
except Exception as error:
    seen = f"{type(error).__name__} after {len(server.asked)} requests"
finish(
    "llama-index-llms-openai", "openai", expected="3 or 4 requests", seen=seen,
    still=seen == "InternalServerError after 12 requests",
)
PLAY
