"""Managed prompts, labels and metadata on every operation, as on a conversation."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.operations.conftest import Face, Project
from tests.operations.rows import ROWS, Row

from genai_sdk import GenAIClient
from genai_sdk.errors import InvalidRequestError, PromptVariableError
from genai_sdk.testing import FakeProvider

MODELS = {row.method: row.models["openai"] for row in ROWS}
LABELS = {
    "trace_name": "told apart",
    "user_id": "mina",
    "session_id": "s-1",
    "tags": ["a", "b"],
    "metadata": {"team": "search"},
    "generation_name": "one",
}
# Where a text of a prompt goes in a call.
PLACES: dict[str, tuple[str, ...]] = {
    "completion": ("messages",),
    "responses": ("input", "instructions"),
    "messages": ("messages", "system"),
    "text_completion": ("prompt",),
    "embedding": ("input",),
    "image_generation": ("prompt",),
    "image_edit": ("prompt",),
    "speech": ("input", "instructions"),
    "transcription": ("prompt",),
    "rerank": ("query",),
    "moderation": ("input",),
}
CELLS = [(row, place) for row in ROWS for place in PLACES[row.method]]


@pytest.fixture
def client(project: Project, fake: FakeProvider) -> Iterator[GenAIClient]:
    project.connect("here", "openai", fake, *dict.fromkeys(MODELS.values()))
    project.connect("claude", "anthropic", fake, "claude-sonnet-4-5")
    prompts = project.langfuse.prompts
    prompts.create("greeting", "Hello {{name}}!", labels=["production"], config={"model": MODELS["completion"]})
    prompts.create(
        "talk",
        [{"role": "system", "content": "Be {{manner}}."}, {"role": "user", "content": "Hello!"}],
        labels=["production"],
        config={"model": MODELS["completion"], "max_tokens": 40, "temperature": 0.5, "team": "search"},
    )
    return project.client()


def play(face: Face, client: GenAIClient, row: Row, streamed: bool, **options: Any) -> None:
    """Make a call, and read it to its end."""
    arguments = {**row.arguments, **options, **({"stream": True} if streamed else {})}
    answer = face.call(client, row.method, MODELS[row.method], **arguments)
    if streamed:
        face.read(answer)


def linked(project: Project) -> list[Any]:
    """The prompts that the observations of the one trace carry; Langfuse shows those of generations."""
    (trace,) = project.langfuse.traces
    name, version = "langfuse.observation.prompt.name", "langfuse.observation.prompt.version"
    return [(each.attributes.get(name), each.attributes.get(version)) for each in trace.observations]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_labels_and_metadata_are_recorded_of_every_operation(
    face: Face, client: GenAIClient, project: Project, row: Row, stream: bool
) -> None:
    if stream and not row.streams:
        return
    play(face, client, row, stream, **LABELS)
    assert client.flush(10)
    (trace,) = project.langfuse.traces
    assert (trace.name, trace.user_id, trace.session_id, sorted(trace.tags)) == (
        "told apart",
        "mina",
        "s-1",
        ["a", "b"],
    )
    assert trace.metadata["team"] == "search"
    assert "one" in [each.name for each in trace.observations]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("row", "place"), CELLS, ids=lambda part: getattr(part, "method", part))
def test_a_prompt_links_the_call_that_it_is_given_to(
    face: Face, client: GenAIClient, project: Project, fake: FakeProvider, row: Row, place: str, stream: bool
) -> None:
    if stream and not row.streams:
        return
    prompt = face.call(client, "get_prompt", "greeting", variables={"name": "Mina"})
    given = [{"role": "user", "content": prompt}] if place == "messages" else prompt
    play(face, client, row, stream, **{place: given})
    assert client.flush(10)
    assert ("greeting", 1) in linked(project)
    assert "Hello Mina!" in fake.journal[0].raw.decode("latin-1")


def test_a_prompt_among_several_texts_links_too(face: Face, client: GenAIClient, project: Project) -> None:
    prompt = face.call(client, "get_prompt", "greeting", variables={"name": "Mina"})
    face.call(client, "embedding", MODELS["embedding"], ["one", prompt])
    assert client.flush(10)
    assert ("greeting", 1) in linked(project)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("by", ["name", "value"])
@pytest.mark.parametrize("method", ["responses", "messages"])
def test_a_prompt_is_the_call_where_the_call_says_nothing_itself(
    face: Face, client: GenAIClient, project: Project, fake: FakeProvider, method: str, by: str, stream: bool
) -> None:
    prompt = "talk" if by == "name" else face.call(client, "get_prompt", "talk")
    answer = face.call(client, method, prompt=prompt, variables={"manner": "kind"}, stream=stream)
    if stream:
        face.read(answer)
    body = fake.journal[0].body
    assert (body["model"], body["temperature"]) == (MODELS["completion"], 0.5)
    assert 40 in (body.get("max_tokens"), body.get("max_completion_tokens"), body.get("max_output_tokens"))
    sent = body.get("messages") or body["input"]
    assert [(each["role"], each["content"]) for each in sent] == [("system", "Be kind."), ("user", "Hello!")]
    assert client.flush(10)
    (trace,) = project.langfuse.traces
    assert ("talk", 1) in [each.prompt for each in trace.observations]


def test_what_the_call_says_counts_first(face: Face, client: GenAIClient, fake: FakeProvider) -> None:
    options = {"prompt": "talk", "variables": {"manner": "kind"}, "temperature": 0.1}
    face.call(client, "messages", "claude-sonnet-4-5", max_tokens=9, system="Be brief.", **options)
    body = fake.journal[0].body
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("claude-sonnet-4-5", 0.1, 9)
    assert (body["system"], body["messages"]) == ("Be brief.", [{"role": "user", "content": "Hello!"}])
    face.call(client, "responses", "claude-sonnet-4-5", "Good evening!", prompt="talk", max_output_tokens=9)
    assert fake.journal[1].body["max_tokens"] == 9
    assert "Good evening!" in fake.journal[1].raw.decode()
    assert "kind" not in fake.journal[1].raw.decode()


def test_the_system_s_words_are_claude_s_system(face: Face, client: GenAIClient, fake: FakeProvider) -> None:
    face.call(client, "messages", "claude-sonnet-4-5", prompt="talk", variables={"manner": "kind"})
    body = fake.journal[0].body
    assert (body["system"], body["messages"]) == ("Be kind.", [{"role": "user", "content": "Hello!"}])


def test_a_prompt_that_openai_keeps_is_openai_s(face: Face, project: Project, fake: FakeProvider) -> None:
    project.connect("own", "openai", fake, "gpt-4o", config={"useResponsesApi": True})
    client = project.client(tracing=False)
    face.call(client, "responses", "gpt-4o", "Hello!", prompt={"id": "pmpt_1", "variables": {"a": "b"}})
    assert fake.journal[0].body["prompt"] == {"id": "pmpt_1", "variables": {"a": "b"}}
    with pytest.raises(InvalidRequestError, match="OpenAI's own prompt has its variables inside"):
        face.call(client, "responses", "gpt-4o", "Hello!", prompt={"id": "pmpt_1"}, variables={"a": "b"})


@pytest.mark.parametrize("method", ["responses", "messages"])
def test_what_is_wrong_with_a_prompt_is_named_and_nothing_is_sent(
    face: Face, client: GenAIClient, fake: FakeProvider, method: str
) -> None:
    with pytest.raises(PromptVariableError, match="manner"):
        face.call(client, method, prompt="talk")
    with pytest.raises(InvalidRequestError, match=r"prompt must be a prompt's name or what get_prompt returned, not 5"):
        face.call(client, method, MODELS["completion"], prompt=5)
    with pytest.raises(InvalidRequestError, match="variables belong to a prompt: give prompt= too"):
        face.call(client, method, MODELS["completion"], variables={"manner": "kind"})
    with pytest.raises(InvalidRequestError, match="the call names no model, and there is no prompt"):
        face.call(client, method)
    assert not list(fake.journal)


def test_a_message_whose_prompt_says_no_bound_wants_one(face: Face, client: GenAIClient, fake: FakeProvider) -> None:
    with pytest.raises(InvalidRequestError, match="max_tokens must be a number of tokens, 1 or more, not None"):
        face.call(client, "messages", prompt="greeting", variables={"name": "Mina"})
    assert not list(fake.journal)
