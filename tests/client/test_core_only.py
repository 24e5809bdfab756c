"""The package with its core requirements alone: every adapter answers, and LiteLLM is asked for by its extra."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse

CORE = Path(__file__).parents[2] / "requirements" / "core.txt"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

MODELS = {
    "openai": "gpt-6",
    "azure": "my-gpt",
    "anthropic": "claude-opus-5-5",
    "google-ai-studio": "gemini-3.8-flash",
    "google-vertex-ai": "gemini-3.8-pro",
    "bedrock": "us.anthropic.claude-opus-5-5",
}

# Every other library is as if it were not installed: no finder knows it.
ONLY_CORE = """
import asyncio, importlib.machinery, sys

class Core:
    def __init__(self, finder):
        self._finder = finder

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        known = top in CORE or top in sys.stdlib_module_names or top.startswith("__editable__")
        return self._finder.find_spec(name, path, target) if known else None

sys.meta_path[:] = [Core(finder) for finder in sys.meta_path]

from genai_sdk import ConfigurationError, GenAIClient

HELLO = [{"role": "user", "content": "one two"}]

def refused(call):
    try:
        call()
    except ConfigurationError as error:
        print(error)
"""

ALL_ADAPTERS = """
async def later(client, name):
    stream = await client.acompletion(name, HELLO, stream=True)
    return "".join([chunk.text async for chunk in stream])

with GenAIClient(driver=DRIVER) as client:
    client.warm_up().join(60)
    for adapter, model in MODELS.items():
        name = f"{adapter}/{model}"
        whole = client.completion(name, HELLO)
        streamed = "".join(chunk.text for chunk in client.completion(name, HELLO, stream=True))
        print(adapter, whole.text == streamed == asyncio.run(later(client, name)) == "lab: one two")
    print(client.flush(20), client.stats().sent)
"""

ASKED_FOR = """
refused(lambda: GenAIClient(driver="litellm"))
with GenAIClient() as client:
    refused(client.to_litellm_router)
    refused(lambda: asyncio.run(client.ato_litellm_router()))
    refused(lambda: client.embedding("bedrock/acme.vectors-v1", "one"))
    refused(lambda: asyncio.run(client.aembedding("bedrock/acme.vectors-v1", "one")))
    try:
        client.embedding("anthropic/claude-opus-5-5", "one")
    except Exception as error:
        print(type(error).__name__, "has no embedding: " in str(error))
"""


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    with (
        FakeLangfuse() as langfuse,
        FakeProvider("lab", keys={"sk-lab"}, aws_keys={"AKIALAB": "aws-lab"}) as fake,
    ):
        secrets = {
            "google-vertex-ai": json.dumps(fake.service_account()),
            "bedrock": json.dumps({"accessKeyId": "AKIALAB", "secretAccessKey": "aws-lab"}),
        }
        for adapter, model in MODELS.items():
            langfuse.connections.put(
                ConnectionRecord(
                    name=adapter,
                    adapter=adapter,
                    secret=secrets.get(adapter, "sk-lab"),
                    base_url=fake.base_url(adapter),
                    custom_models=(model,),
                    config={"region": "us-east-1"} if adapter == "bedrock" else None,
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
        yield langfuse


def core() -> set[str]:
    """The names that the locked core can be imported by."""
    names = re.findall(r"^([a-z0-9.-]+)==", CORE.read_text(encoding="utf-8"), re.MULTILINE)
    return {"genai_sdk", "_cffi_backend", *(name.replace("-", "_") for name in names)}


def run(langfuse: FakeLangfuse, script: str, **values: Any) -> list[str]:
    facts = "".join(f"{name} = {value!r}\n" for name, value in {"CORE": core(), **values}.items())
    pair = {"LANGFUSE_PUBLIC_KEY": langfuse.public_key, "LANGFUSE_SECRET_KEY": langfuse.secret_key}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", facts + ONLY_CORE + script],
        env={**pair, "LANGFUSE_BASE_URL": langfuse.url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("driver", ["auto", "direct"])
def test_with_the_core_alone_every_adapter_answers_and_streams_and_calls_are_recorded(langfuse, driver):
    expected = [*(f"{adapter} True" for adapter in MODELS), f"True {3 * len(MODELS)}"]
    assert run(langfuse, ALL_ADAPTERS, DRIVER=driver, MODELS=MODELS) == expected


def test_what_needs_litellm_says_which_extra_brings_it(langfuse):
    lines = run(langfuse, ASKED_FOR)
    extra = "which is not installed: pip install 'genai-sdk-langfuse[litellm]'"
    vectors = f"embedding on bedrock/acme.vectors-v1 needs LiteLLM, {extra}"
    assert lines == [
        f"driver='litellm' needs LiteLLM, {extra}",
        *[f"to_litellm_router() needs LiteLLM, {extra}"] * 2,
        *[vectors] * 2,
        "InvalidRequestError True",
    ]


def test_explain_says_which_calls_litellm_would_translate(langfuse):
    script = """
for driver in ("auto", "direct"):
    with GenAIClient(driver=driver) as client:
        for model in ("bedrock/acme.embed-v1", "bedrock/cohere.embed-english-v3", "anthropic/claude-opus-5-5"):
            try:
                plan = client.explain(model)
            except Exception as error:
                print(driver, type(error).__name__, "has no embedding: " in str(error))
            else:
                print(driver, plan.litellm, "through LiteLLM" in str(plan))
"""
    assert run(langfuse, script) == [
        "auto ('bedrock',) True",
        *["auto () False"] * 2,
        "direct InvalidRequestError True",
        *["direct () False"] * 2,
    ]


def test_what_is_not_of_the_core_cannot_be_imported_there(langfuse):
    script = """
for name in ("litellm", "openai", "httpx", "pydantic", "boto3", "google.auth", "aiohttp", "msgspec"):
    try:
        __import__(name)
        print(name)
    except ModuleNotFoundError:
        pass
"""
    assert run(langfuse, script) == ["msgspec"]


def test_the_core_is_five_libraries_and_what_those_need():
    names = {name for name in core() if name not in {"genai_sdk", "_cffi_backend"}}
    assert names == {"aiohappyeyeballs", "bcrypt", "cffi", "cryptography", "httptools", "msgspec", "pycparser"}
