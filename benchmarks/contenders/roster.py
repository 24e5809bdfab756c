"""Who takes part, in the order of the tables; each is loaded in a process of its own."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

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
    """

    label: str
    module: str
    maker: str
    options: Mapping[str, Any] = {}
    imports: str | None = None
    slow: bool = False


ROSTER: Mapping[str, Entry] = {
    "sockets": Entry("raw sockets", "sockets", "Sockets"),
    "engines": Entry("http.client / aiohttp", "engines", "Engines", imports="import aiohttp"),
    "httpx": Entry("httpx", "httpx_client", "Httpx", imports="import httpx"),
    "openai": Entry("openai SDK", "openai_sdk", "OpenAISDK", imports="import openai"),
    "any-llm": Entry("any-llm-sdk", "any_llm_sdk", "AnyLLMSDK", imports="import any_llm", slow=True),
    "litellm": Entry("litellm.completion", "litellm_sdk", "Completion", imports="import litellm", slow=True),
    "router": Entry("litellm.Router", "litellm_sdk", "Routed", slow=True),
    "router-langfuse": Entry("Router + Langfuse callback", "litellm_sdk", "Routed", {"callback": True}, slow=True),
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
    ),
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
