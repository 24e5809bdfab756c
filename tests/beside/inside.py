"""What is done where the official Langfuse SDK and ours are both installed; runs there, as a process of its own.

Each line on stdin is a function's name and arguments, each line on stdout whether it returned, and what.
"""

import asyncio
import contextvars
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

from langfuse import get_client, observe, propagate_attributes
from langfuse.api import LangfuseAPI, Prompt_Chat, Prompt_Text
from langfuse.api.core import ApiError
from langfuse.model import ChatPromptClient, TextPromptClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from genai_sdk import GenAIClient

MODEL = "gpt-4o-mini"
instrumented = InMemorySpanExporter()
"""What somebody else's tracer provider exports, if there is one."""


def ids() -> dict[str, str]:
    context = trace.get_current_span().get_span_context()
    return {"trace": f"{context.trace_id:032x}", "span": f"{context.span_id:016x}"}


def messages(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def ask(client: GenAIClient, text: str = "Hello!", **options: Any) -> str | None:
    return client.completion(MODEL, messages(text), **options).genai.trace_id


async def aask(client: GenAIClient) -> str | None:
    return (await client.acompletion(MODEL, messages("Hello!"))).genai.trace_id


def in_thread(client: GenAIClient) -> str | None:
    told: list[str | None] = []
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(lambda: told.append(ask(client)),))
    thread.start()
    thread.join()
    return told[0]


def in_stream(client: GenAIClient) -> str | None:
    stream = client.completion(MODEL, messages("Hello!"), stream=True)
    assert list(stream)
    return stream.genai.trace_id


WAYS: dict[str, Callable[[GenAIClient], str | None]] = {"plain": ask, "thread": in_thread, "stream": in_stream}


def observed(way: str) -> dict[str, Any]:
    """Call in an observed function."""

    @observe(name="observed")
    def function() -> dict[str, Any]:
        return {**ids(), "told": WAYS[way](client)}

    @observe(name="observed")
    async def coroutine() -> dict[str, Any]:
        told = await (asyncio.create_task(aask(client)) if way == "task" else aask(client))
        return {**ids(), "told": told}

    with GenAIClient() as client:
        return function() if way in WAYS else asyncio.run(coroutine())


def at_once(count: int) -> list[dict[str, Any]]:
    """Call in many observed functions at the same time."""

    @observe(name="observed")
    async def coroutine() -> dict[str, Any]:
        return {**ids(), "told": await aask(client)}

    async def all_of_them() -> list[dict[str, Any]]:
        return await asyncio.gather(*(coroutine() for _ in range(count)))

    with GenAIClient() as client:
        return asyncio.run(all_of_them())


def in_foreign_span(join_otel: bool) -> dict[str, str]:
    """Call under a span that the Langfuse SDK has nothing to do with."""
    with (
        GenAIClient(join_otel=join_otel) as client,
        trace.get_tracer("fastapi").start_as_current_span("GET /"),
    ):
        ask(client)
        return ids()


def in_blocks() -> None:
    """Let an observed function and a block of ours stand in each other."""

    @observe(name="inner")
    def inner() -> None:
        ask(client, generation_name="in inner")

    @observe(name="outer")
    def outer() -> None:
        with client.trace("block"):
            ask(client, generation_name="in block")
            inner()

    with GenAIClient() as client:
        outer()


def two_projects(other: list[str]) -> dict[str, Any]:
    """Call with a client of each project, in an observed function of the first, also from threads at once."""

    @observe(name="observed")
    def function() -> dict[str, str]:
        ask(mine, "one")
        ask(theirs, "two")
        with theirs.trace("block of two"):
            ask(mine, "one")
            ask(theirs, "two")
        with ThreadPoolExecutor(8) as pool:
            for client, text in [(mine, "one"), (theirs, "two")] * 8:
                pool.submit(contextvars.copy_context().run, ask, client, text)
        return ids()

    with GenAIClient() as mine, GenAIClient(public_key=other[0], secret_key=other[1]) as theirs:
        return {**function(), "instrumented": [span.name for span in instrumented.get_finished_spans()]}


def propagated(where: str, given: dict[str, Any], own: dict[str, Any]) -> None:
    """Call with what the Langfuse SDK says of all that is in a trace."""

    @observe(name="observed")
    def function() -> None:
        if where == "inside":
            with propagate_attributes(**given):
                ask(client, **own)
        else:
            ask(client, **own)

    with GenAIClient() as client:
        if where == "inside":
            function()
        else:
            with propagate_attributes(**given):
                function()


def check() -> Any:
    """Ask the official SDK whether its key pair is good."""
    try:
        return get_client().auth_check()
    except Exception as error:
        return type(error).__name__


def check_unknown() -> str:
    """Ask the same with a secret key of nobody's; by the typed client, for there is one Langfuse of each public key."""
    stranger = LangfuseAPI(
        base_url=os.environ["LANGFUSE_BASE_URL"], username=os.environ["LANGFUSE_PUBLIC_KEY"], password="sk-lf-wrong"
    )
    try:
        return str(stranger.projects.get())
    except ApiError as error:
        return type(error).__name__


def api(path: str, **given: Any) -> Any:
    """Ask by the official SDK's typed client, which fails on what it cannot read; an error is what it says."""
    found = get_client().api
    for name in path.split("."):
        found = getattr(found, name)
    try:
        answer = found(**given)
    except ApiError as error:
        return {"status": error.status_code, "body": error.body}
    return json.loads(answer.model_dump_json(by_alias=True)) if hasattr(answer, "model_dump_json") else answer


def read_dataset(name: str) -> list[str]:
    """Read a dataset as a program with the official SDK does it."""
    return [item.id for item in get_client().get_dataset(name).items]


def create_scores(trace_id: str, scores: list[dict[str, Any]]) -> None:
    """Score a trace as the official SDK does it in the background."""
    for each in scores:
        get_client().create_score(trace_id=trace_id, metadata={"k": 1}, **each)


def record_session(session: str) -> dict[str, str]:
    """Record a generation in a session."""

    @observe(name="observed")
    def function() -> dict[str, str]:
        asked = get_client().start_as_current_observation(
            name="asked",
            as_type="generation",
            model=MODEL,
            input=messages("why?"),
            output="because",
            usage_details={"input": 3, "output": 2},
            cost_details={"total": 0.5},
        )
        with asked:
            return ids()

    with propagate_attributes(session_id=session, user_id="user-7", tags=["b", "a"]):
        return function()


def create_prompt(**given: Any) -> int:
    return get_client().create_prompt(**given).version


def promote_prompt(name: str, version: int) -> list[str]:
    updated = get_client().update_prompt(name=name, version=version, new_labels=["production"])
    return sorted(updated.labels)


def get_prompt(name: str, variables: dict[str, Any], **options: Any) -> list[Any]:
    prompt = get_client().get_prompt(name, cache_ttl_seconds=0, **options)
    return [prompt.version, prompt.labels, prompt.config, prompt.compile(**variables)]


def record() -> dict[str, str]:
    """Record a trace with the official SDK alone."""

    @observe(name="observed")
    def function(question: str) -> str:
        with get_client().start_as_current_observation(
            name="asked",
            as_type="generation",
            model=MODEL,
            input=messages(question),
            usage_details={"input": 3, "output": 2},
        ) as generation:
            generation.update(output="번역 🙂", level="WARNING", status_message="slow")
        found.update(ids())
        return "done"

    found: dict[str, str] = {}
    function("why?")
    return found


def score() -> dict[str, str]:
    @observe(name="judged")
    def function() -> dict[str, str]:
        get_client().score_current_trace(name="helpful", value=0.5, comment="half")
        get_client().score_current_span(name="tone", value="kind")
        return ids()

    return function()


def compile_text(template: str, variables: dict[str, Any]) -> str:
    prompt = Prompt_Text(prompt=template, name="x", version=1, config={}, labels=[], tags=[])
    return TextPromptClient(prompt).compile(**variables)


def compile_chat(template: list[dict[str, Any]], variables: dict[str, Any]) -> list[Any]:
    typed = [{"type": "chatmessage", **message} for message in template]
    facts = {"name": "x", "version": 1, "config": {}, "labels": [], "tags": []}
    return ChatPromptClient(Prompt_Chat.model_validate({"prompt": typed, **facts})).compile(**variables)


def main(wanted: str, *instrumenting: str) -> None:
    assert version("langfuse").split(".")[0] == wanted
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else is printed is no reply
    if instrumenting:
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(instrumented))
        trace.set_tracer_provider(provider)
    for line in sys.stdin:
        name, args, options = json.loads(line)
        instrumented.clear()
        try:
            reply = [True, globals()[name](*args, **options)]
        except Exception:
            reply = [False, traceback.format_exc()]
        get_client().flush()
        print(json.dumps(reply), file=replies, flush=True)
    get_client().shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
