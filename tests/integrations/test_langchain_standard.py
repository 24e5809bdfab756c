"""LangChain's own tests of model classes (langchain-tests), on ours."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

pytest.importorskip("langchain_tests", reason="LangChain needs an environment of its own: run `make integrations`")

from langchain_tests.integration_tests import ChatModelIntegrationTests, EmbeddingsIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests, EmbeddingsUnitTests

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.langchain import ChatGenAI, GenAIEmbeddings
from genai_sdk.testing import FakeLangfuse, FakeProvider, Reply
from genai_sdk.testing.call import Call
from genai_sdk.testing.sample import sample

WANTED = {"magic_function": {"input": 3}}
"""What LangChain's tests want a tool to be called with; any other call fits its schema."""
MODEL, OTHER, VECTORS = "gpt-4o-mini", "gpt-6-luna", "text-embedding-3-small"


def speak(call: Call) -> Reply | None:
    """Call the first tool there is, once; everything else is the fake's own to answer."""
    if call.schema == {}:
        return Reply(text='{"setup": "Why?", "punchline": "Why not."}')
    tool = call.forced or (call.tools[0].name if call.tools else None)
    if tool is None or call.body["messages"][-1]["role"] != "user":
        return None
    schema = next(one.schema for one in call.tools if one.name == tool)
    return Reply(tool_calls=[(tool, WANTED.get(tool) or sample(schema, call.last))])


class Standard:
    """What each of the suites is told."""

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _servers(cls) -> Iterator[None]:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        with FakeProvider("fake", answer=speak) as provider, FakeLangfuse() as langfuse:
            langfuse.projects[0].connections.put(
                ConnectionRecord(
                    name="fake",
                    adapter="openai",
                    secret="sk-fake",
                    base_url=provider.base_url("openai"),
                    custom_models=(MODEL, OTHER, VECTORS),
                    created_at=now,
                    updated_at=now,
                )
            )
            pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
            with GenAIClient(host=langfuse.url, **pair) as cls.genai:
                yield

    genai: GenAIClient

    @property
    def chat_model_class(self) -> type[ChatGenAI]:
        return ChatGenAI

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": MODEL, "client": self.genai}

    @property
    def standard_chat_model_params(self) -> dict[str, Any]:
        """Theirs, without the key: nobody holds one here."""
        return {"temperature": 0, "max_tokens": 100, "timeout": 60, "stop": [], "max_retries": 2}

    @property
    def model_override_value(self) -> str:
        return OTHER

    @property
    def supports_json_mode(self) -> bool:
        return True

    @property
    def supports_anthropic_inputs(self) -> bool:
        return True

    @property
    def embeddings_class(self) -> type[GenAIEmbeddings]:
        return GenAIEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model": VECTORS, "client": self.genai}


class TestChatModelAsSuch(Standard, ChatModelUnitTests):
    """Fields, binding, serialization."""


class TestChatModelAtWork(Standard, ChatModelIntegrationTests):
    """Calls, streams, tools, types, an agent. What loads pictures from the web skips."""


class TestEmbeddingsAsSuch(Standard, EmbeddingsUnitTests):
    """The class."""


class TestEmbeddingsAtWork(Standard, EmbeddingsIntegrationTests):
    """Vectors of texts."""
