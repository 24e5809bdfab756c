#!/usr/bin/env bash
# A server counts as it goes and says the usage so far with every chunk of a stream, as vLLM does with
# `continuous_usage_stats` and some providers always.
# Expected: the last one: 10 tokens in, 3 out. openai-agents 0.24.0 reads it so.
# Seen: langchain-openai 1.7.4, pydantic-ai-slim 2.68.0, agno 3.1.10 and smolagents 1.26.0 add them up: 40 tokens in, 9 out,
# and whatever is priced or limited by them is wrong by as much as the answer is long.
exec "$(dirname "$0")/lib/run.sh" langchain-openai==1.7.4 "pydantic-ai-slim[openai]==2.68.0" openai-agents==0.24.0 \
    agno==3.1.10 smolagents==1.26.0 openai==3.57.0 << 'PLAY'
import asyncio

from agents import Agent, OpenAIChatCompletionsModel, Runner, set_tracing_disabled
from agno.agent import Agent as Agno
from agno.models.openai import OpenAIChat
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI
from pydantic_ai import Agent as PydanticAgent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from served import Served, finish
from smolagents import ChatMessage, OpenAIServerModel
from smolagents.models import agglomerate_stream_deltas


def chunk(completion_tokens, *choices):
    usage = {"prompt_tokens": 10, "completion_tokens": completion_tokens, "total_tokens": 10 + completion_tokens}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": usage}
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": end} for delta, end in choices]}


server = Served()
server.streams(
    chunk(1, ({"role": "assistant", "content": "a"}, None)),
    chunk(2, ({"content": "b"}, None)),
    chunk(3, ({"content": "c"}, "stop")),
    chunk(3),
    end=b"data: [DONE]\n\n",
)
url = f"{server.url}/v1"


def by_langchain():
    chunks = list(ChatOpenAI(model="m", api_key="key", base_url=url, stream_usage=True).stream("hi"))
    usage = sum(chunks[1:], chunks[0]).usage_metadata
    return usage["input_tokens"], usage["output_tokens"]


async def by_pydantic_ai():
    agent = PydanticAgent(OpenAIChatModel("m", provider=OpenAIProvider(base_url=url, api_key="key")))
    async with agent.run_stream("hi") as run:
        await run.get_output()
    return run.usage


async def by_agents():
    set_tracing_disabled(True)
    model = OpenAIChatCompletionsModel(model="m", openai_client=AsyncOpenAI(api_key="key", base_url=url))
    run = Runner.run_streamed(Agent(name="a", model=model), "hi")
    async for _ in run.stream_events():
        pass
    return run.context_wrapper.usage


def by_agno():
    agent = Agno(model=OpenAIChat(id="m", api_key="key", base_url=url), telemetry=False)
    return list(agent.run("hi", stream=True, stream_events=True))[-1].metrics


def by_smolagents():
    message = ChatMessage(role="user", content=[{"type": "text", "text": "hi"}])
    deltas = OpenAIServerModel("m", api_base=url, api_key="key").generate_stream([message])
    return agglomerate_stream_deltas(list(deltas)).token_usage


def counted(usage):
    return usage.input_tokens, usage.output_tokens


seen = {
    "langchain-openai": by_langchain(),
    "pydantic-ai-slim": counted(asyncio.run(by_pydantic_ai())),
    "agno": counted(by_agno()),
    "smolagents": counted(by_smolagents()),
    "openai-agents": counted(asyncio.run(by_agents())),
}
still = list(seen.values()) == [(40, 9)] * 4 + [(10, 3)]
finish(*seen, expected="(10, 3) of all", seen=seen, still=still)
PLAY
