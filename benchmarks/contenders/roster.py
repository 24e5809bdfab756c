"""Who takes part, in the order of the tables; each is loaded in a process of its own."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

from benchmarks.cases import Case
from benchmarks.contenders.contender import Contender


class Entry(NamedTuple):
    """A contender.

    Attributes:
        label: What the tables call it.
        module: Its module in `benchmarks.contenders`.
        maker: The class or function there that makes it, called with the server's address and `options`.
        options: What it is made with.
        imports: The statement by which a program gets it, or None where that says nothing.
        slow: Whether a call takes milliseconds, so that it gets fewer of them.
        wire: Which wire it speaks; it takes part in the cases of that wire.
        environment: Which environment has it: "bench", or "vendors", with the vendors' own SDKs.
        package: The distribution that is installed to have it, or None where that says nothing.
    """

    label: str
    module: str
    maker: str
    options: Mapping[str, Any] = {}
    imports: str | None = None
    slow: bool = False
    wire: str = "openai"
    environment: str = "bench"
    package: str | None = None


OURS = "genai-sdk-langfuse"


def _traced(label: str, wire: str) -> Entry:
    return Entry(f"GenAI SDK, {label}, traced", "ours", "Ours", {"driver": "auto", "wire": wire}, wire=wire)


ROSTER: Mapping[str, Entry] = {
    "sockets": Entry("raw sockets", "sockets", "Sockets"),
    "engines": Entry("http.client / aiohttp", "engines", "Engines", imports="import aiohttp", package="aiohttp"),
    "httpx": Entry("httpx", "httpx_client", "Httpx", imports="import httpx", package="httpx"),
    "openai": Entry(
        "openai SDK", "openai_sdk", "OpenAISDK", imports="import openai", environment="vendors", package="openai"
    ),
    "anthropic": Entry(
        "anthropic SDK",
        "anthropic_sdk",
        "AnthropicSDK",
        imports="import anthropic",
        wire="anthropic",
        environment="vendors",
        package="anthropic",
    ),
    "google-genai": Entry(
        "google-genai",
        "google_genai",
        "GoogleGenAI",
        imports="from google import genai",
        wire="gemini",
        environment="vendors",
        package="google-genai",
    ),
    "boto3": Entry(
        "boto3", "boto", "Boto", imports="import boto3", wire="bedrock", environment="vendors", package="boto3"
    ),
    "any-llm": Entry(
        "any-llm-sdk", "any_llm_sdk", "AnyLLMSDK", imports="import any_llm", slow=True, package="any-llm-sdk"
    ),
    "litellm": Entry(
        "litellm.completion", "litellm_sdk", "Completion", imports="import litellm", slow=True, package="litellm"
    ),
    "router": Entry("litellm.Router", "litellm_sdk", "Routed", slow=True),
    "router-langfuse": Entry(
        "Router + Langfuse callback", "litellm_sdk", "Routed", {"callback": True}, slow=True, package="langfuse"
    ),
    "ours-http": Entry("GenAI SDK, its HTTP alone", "seam", "Seam"),
    "ours-litellm": Entry("GenAI SDK, litellm driver", "ours", "Ours", {"driver": "litellm", "tracing": False}),
    "ours-litellm-traced": Entry(
        "GenAI SDK, litellm driver, traced", "ours", "Ours", {"driver": "litellm", "tracing": True}
    ),
    "ours-direct": Entry("GenAI SDK, direct driver", "ours", "Ours", {"driver": "auto", "tracing": False}),
    "ours-direct-traced": Entry(
        "GenAI SDK, direct driver, traced",
        "ours",
        "Ours",
        {"driver": "auto", "tracing": True},
        imports="from genai_sdk import GenAIClient",
        package=OURS,
    ),
    "ours-as-openai": Entry("GenAI SDK, as_openai(), traced", "as_openai", "AsOpenAI"),
    "ours-anthropic": _traced("Anthropic", "anthropic"),
    "ours-gemini": _traced("Gemini", "gemini"),
    "ours-bedrock": _traced("Bedrock", "bedrock"),
    "ours-memory": Entry(
        "GenAI SDK, answers from memory",
        "ours",
        "Ours",
        {"driver": "memory", "tracing": False},
        imports="import genai_sdk",
    ),
    "ours-memory-traced": Entry(
        "GenAI SDK, answers from memory, traced", "ours", "Ours", {"driver": "memory", "tracing": True}
    ),
}


def takes_part(name: str, case: Case) -> bool:
    """Tell whether a contender takes part in a case."""
    return ROSTER[name].wire == case.wire and name not in case.without


def make(name: str, url: str, **options: Any) -> Contender:
    """Load and make a contender.

    Args:
        name: Its name in the roster.
        url: The server's address.
        **options: What it is made with, beside what the roster says.
    """
    entry = ROSTER[name]
    module = import_module(f"benchmarks.contenders.{entry.module}")
    contender: Contender = getattr(module, entry.maker)(url, **{**entry.options, **options})
    return contender
