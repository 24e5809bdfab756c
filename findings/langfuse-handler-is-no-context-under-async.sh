#!/usr/bin/env bash
# langfuse 5.0.4, langchain-core 1.8.3: what is observed in a step of a chain, with Langfuse's handler among the callbacks.
# Expected: it belongs to the step's trace, whether the chain was called by `invoke` or by `ainvoke`.
# Seen: under `ainvoke` there is no current span in the step, and what it observes is a trace of its own: LangChain runs the
# handler, which is sync, on another thread, in a copy of the context.
exec "$(dirname "$0")/lib/run.sh" langfuse==5.0.4 langchain==1.5.2 << 'PLAY'
import asyncio
import os

from served import Served, finish

os.environ |= {"LANGFUSE_PUBLIC_KEY": "pk-lf-1", "LANGFUSE_SECRET_KEY": "sk-lf-1", "LANGFUSE_BASE_URL": Served().url}

from langchain_core.runnables import RunnableLambda
from langfuse import get_client
from langfuse.langchain import CallbackHandler

handler = CallbackHandler()


def step(_):
    return get_client().get_current_trace_id()


async def astep(_):
    return get_client().get_current_trace_id()


chain = RunnableLambda(step, afunc=astep) | RunnableLambda(lambda trace: trace)
config = {"callbacks": [handler]}
sync = chain.invoke(1, config=config) == handler.last_trace_id
awaited = asyncio.run(chain.ainvoke(1, config=config))
finish(
    "langfuse",
    expected="the trace of the chain, in both",
    seen=f"invoke: {'the same' if sync else 'another'}; ainvoke: {awaited}",
    still=sync and awaited is None,
)
PLAY
