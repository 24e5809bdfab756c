"""A client whose connections all speak OpenAI's wire: nothing of what the other vendors need is loaded."""

import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime

import pytest

from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOREIGN = ("litellm", "openai", "httpx", "pydantic", "botocore", "google")

SCRIPT = """
import asyncio, sys
from genai_sdk import GenAIClient

HELLO = [{"role": "user", "content": "one two"}]
async def later():
    stream = await client.acompletion("gpt-4o", HELLO, stream=True)
    return "".join([chunk.text async for chunk in stream]), (await client.aembedding("gpt-4o", "one")).model

with GenAIClient(OPTIONS) as client:
    client.warm_up().join(60)
    response = client.completion("gpt-4o", HELLO)
    print(response.text, response.genai.connection, response.genai.cost is not None)
    print("".join(chunk.text for chunk in client.completion("gpt-4o", HELLO, stream=True)))
    print(client.completion("chatty/gpt-4o", HELLO).text)
    print(*asyncio.run(later()))
    print(client.flush(20), client.stats().sent)
    print(sorted(set(FOREIGN).intersection(sys.modules)))
"""


@pytest.fixture
def provider():
    with FakeProvider("lab", keys={"sk-lab"}) as fake:
        yield fake


def put(langfuse, provider, name, adapter="azure", model="gpt-4o", **more):
    facts = {"base_url": provider.base_url(adapter), "custom_models": (model,), **more}
    record = ConnectionRecord(name=name, adapter=adapter, secret="sk-lab", created_at=NOW, updated_at=NOW, **facts)
    langfuse.connections.put(record)


def run(langfuse, options="", script=SCRIPT):
    """Run the script against the fakes in a process of its own, with warnings as errors."""
    code = f"FOREIGN = {FOREIGN!r}\n" + textwrap.dedent(script).replace("OPTIONS", options)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    pair = {"LANGFUSE_PUBLIC_KEY": langfuse.public_key, "LANGFUSE_SECRET_KEY": langfuse.secret_key}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**kept, **pair, "LANGFUSE_BASE_URL": langfuse.url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_nothing_foreign_is_loaded_for_calls_streams_embeddings_costs_and_traces(provider):
    with FakeLangfuse() as langfuse:
        put(langfuse, provider, "azure")
        put(langfuse, provider, "chatty", "openai", "other")
        assert run(langfuse) == [
            "lab: one two azure True",
            "lab: one two",
            "lab: one two",
            "lab: one two gpt-4o",
            "True 5",
            "[]",
        ]


LITELLM = """
import sys
from genai_sdk import GenAIClient
with GenAIClient(OPTIONS) as client:
    print("litellm" in sys.modules)
    client.warm_up().join(60)
    print("litellm" in sys.modules)
    try:
        print(client.completion("m", [{"role": "user", "content": "one"}]).text)
    except Exception as error:
        print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("adapter", "options", "told"),
    [
        ("google-ai-studio", "", ["False", "False", "lab: one"]),
        ("anthropic", "", ["False", "False", "lab: one"]),
        ("anthropic", "driver='direct'", ["False", "False", "lab: one"]),
        ("openai", "driver='litellm'", ["False", "True", "lab: one"]),
        ("openai", "driver='direct'", ["False", "False", "lab: one"]),
        ("google-ai-studio", "driver='direct'", ["False", "False", "lab: one"]),
    ],
)
def test_litellm_is_loaded_where_a_connection_or_the_driver_wants_it(provider, adapter, options, told):
    with FakeLangfuse() as langfuse:
        put(langfuse, provider, "lab", adapter, "m")
        assert run(langfuse, options, LITELLM) == told


def test_a_call_that_falls_back_to_another_wire_needs_no_litellm(provider):
    from genai_sdk.testing import Status

    with FakeLangfuse() as langfuse:
        put(langfuse, provider, "first", "openai", "m")
        put(langfuse, provider, "second", "google-ai-studio", "n")
        provider.script(Status(400), Status(503), Status(503), Status(503))
        script = """
        import sys
        from genai_sdk import GenAIClient
        hello = [{"role": "user", "content": "one"}]
        with GenAIClient(router_args={"fallbacks": [{"m": ["second/n"]}]}) as client:
            print([row.name for row in client.connections()], "litellm" in sys.modules)
            try:
                client.completion("m", hello)
            except Exception as error:
                print(type(error).__name__, "litellm" in sys.modules)
            print(client.completion("m", hello, timeout=2).genai.connection, "litellm" in sys.modules)
        """
        assert run(langfuse, script=script) == [
            "['first', 'second'] False",
            "BadRequestError False",
            "second False",
        ]
