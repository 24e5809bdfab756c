#!/usr/bin/env bash
# langchain-openai 1.7.4: `ChatOpenAI` with a `base_url` of one's own, where models have names of one's own: a "codex" of
# another house on a server that serves chat completions, and a deployment whose name begins with "gpt-5".
# Expected: chat completions, as with every other name, and the temperature that was set.
# Seen: a name that holds "codex" is sent to /responses, and `temperature=0` is left out for one that begins with "gpt-5",
# both without a word.
exec "$(dirname "$0")/lib/run.sh" langchain-openai==1.7.4 << 'PLAY'
from langchain_openai import ChatOpenAI
from served import Served, finish

server = Served()


def path(model):
    """Where a call goes; the answer is none that it reads."""
    server.answers({"error": {"message": "no"}}, status=404)
    try:
        ChatOpenAI(model=model, api_key="key", base_url=f"{server.url}/v1", max_retries=0).invoke("hi")
    except Exception:
        pass
    return server.asked[-1][0]


def temperature(model):
    chat = ChatOpenAI(model=model, api_key="key", base_url=f"{server.url}/v1", temperature=0)
    return chat._get_request_payload("hi").get("temperature", "left out")


seen = [path(name) for name in ("qwen2.5-coder", "qwen2.5-codex")]
seen += [temperature(name) for name in ("house-gpt-5", "gpt-5x-house")]
finish(
    "langchain-openai",
    expected="/v1/chat/completions twice, a temperature of 0 twice",
    seen=seen,
    still=seen == ["/v1/chat/completions", "/v1/responses", 0, "left out"],
)
PLAY
