"""A model that is not for an operation: one error and one sentence whatever is asked, and nothing is sent."""

from collections.abc import Iterator

import pytest
from tests.operations.conftest import Face, Project
from tests.operations.rows import COLUMNS, ROWS, Row

from genai_sdk import GenAIClient
from genai_sdk.errors import InvalidRequestError
from genai_sdk.testing import FakeProvider

# Models that some operation has on an adapter, and one there whose name tells that it has it not.
NAMED: dict[str, dict[str, str]] = {
    "embedding": {
        **dict.fromkeys(("google-ai-studio", "google-vertex-ai"), "gemini-2.5-pro"),
        "bedrock": "amazon.nova-lite-v1:0",
    },
    "image_generation": {
        **dict.fromkeys(("google-ai-studio", "google-vertex-ai"), "gemini-2.5-pro"),
        "bedrock": "amazon.nova-lite-v1:0",
    },
    "image_edit": {
        **dict.fromkeys(("google-ai-studio", "google-vertex-ai"), "gemini-embedding-001"),
        "bedrock": "stability.stable-image-core-v1:1",
    },
    "speech": dict.fromkeys(("google-ai-studio", "google-vertex-ai"), "gemini-2.5-flash-image"),
    "rerank": {"bedrock": "cohere.embed-v4:0"},
}
CLAUDE = {"anthropic": "claude-sonnet-4-5", "google-vertex-ai": "claude-sonnet-4-5", "bedrock": "anthropic.claude-3"}
CONVERSATIONS = ("completion", "responses", "messages")


@pytest.fixture
def client(project: Project, fake: FakeProvider) -> Iterator[GenAIClient]:
    for adapter in COLUMNS:
        models = [row.models[adapter] for row in ROWS if adapter in row.models]
        named = [table[adapter] for table in (*NAMED.values(), CLAUDE) if adapter in table]
        project.connect(adapter, adapter, fake, *dict.fromkeys((*models, *named)))
    return project.client(tracing=False)


def cannot(method: str) -> list[str]:
    """Every deployment that cannot do an operation, as far as its wire or its name tells."""
    (row,) = [row for row in ROWS if row.method == method]
    lacking = [adapter for adapter in COLUMNS if adapter not in row.models]
    there = [f"{adapter}/{one.models[adapter]}" for adapter in lacking for one in ROWS if adapter in one.models]
    named = [f"{adapter}/{model}" for adapter, model in NAMED.get(method, {}).items()]
    return list(dict.fromkeys([*there, *named, *(f"{adapter}/{model}" for adapter, model in CLAUDE.items())]))


@pytest.mark.parametrize("row", [row for row in ROWS if row.method not in CONVERSATIONS], ids=lambda row: row.method)
def test_a_model_that_is_not_for_an_operation_is_refused_in_one_sentence(
    face: Face, client: GenAIClient, fake: FakeProvider, row: Row
) -> None:
    method, arguments = row.method, row.arguments
    for name in cannot(method):
        sentence = rf"^'{name}' has no {method}: {name} \(.*\) cannot do it\. Connections that can, .*: .*openai.*"
        with pytest.raises(InvalidRequestError, match=sentence):
            face.call(client, method, name, **arguments)
        if row.streams:
            with pytest.raises(InvalidRequestError, match=sentence):
                face.call(client, method, name, **arguments, stream=True)
    assert not [entry for entry in fake.journal if entry.operation != "token"]


@pytest.mark.parametrize("driver", ["auto", "direct", "litellm"])
def test_it_is_the_same_whatever_carries_the_call(
    face: Face, project: Project, fake: FakeProvider, driver: str
) -> None:
    project.connect("claude", "anthropic", fake, "claude-sonnet-4-5")
    client = project.client(tracing=False, driver=driver)
    with pytest.raises(InvalidRequestError, match=r"has no embedding: .* None of this project's connections can\."):
        face.call(client, "embedding", "claude/claude-sonnet-4-5", "one")
    assert len(fake.journal) == 0


def test_a_fallback_that_embeds_is_taken_in_the_place_of_a_model_that_does_not(
    face: Face, client: GenAIClient, fake: FakeProvider
) -> None:
    model = "openai/text-embedding-3-small"
    vectors = face.call(client, "embedding", "anthropic/claude-sonnet-4-5", "one", fallbacks=[model])
    assert (vectors.genai.connection, len(vectors.genai.attempts), len(fake.journal)) == ("openai", 1, 1)
