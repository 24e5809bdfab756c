"""Imports this package and each library of neighbours.in in one interpreter, and prints their versions."""

from importlib import import_module
from importlib.metadata import version

MODULES = {
    "anthropic": "anthropic",
    "langchain": "langchain",
    "langchain-openai": "langchain_openai",
    "openai": "openai",
    "openai-agents": "agents",
    "pydantic-ai": "pydantic_ai",
}


def main() -> None:
    """Import everything, ours first and last to be used."""
    client = import_module("genai_sdk").GenAIClient
    for module in MODULES.values():
        import_module(module)
    print(client.__name__, "beside", *(f"{name} {version(name)}" for name in MODULES))  # noqa: T201


main()
