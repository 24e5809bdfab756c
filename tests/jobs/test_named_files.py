"""Calls that name a file which a vendor keeps: they go to its connection, or nowhere."""

from typing import Any

import pytest
from tests.jobs.conftest import MODELS, Face, chat
from tests.operations.conftest import Project

from genai_sdk import GenAIClient, InvalidRequestError, ProviderError, UnsupportedParameterError
from genai_sdk.testing import FakeProvider, Status

PDF = b"%PDF-1.7 a page"
URI = "https://generativelanguage.googleapis.com/v1beta/files/"


def named(ident: str, **facts: Any) -> list[dict[str, Any]]:
    parts = [{"type": "text", "text": "Hello!"}, {"type": "file", "file": {"file_id": ident, **facts}}]
    return [{"role": "user", "content": parts}]


def of_chat(adapter: str, ident: str) -> Any:
    """Return the part that a file is on an adapter's wire."""
    return {
        "anthropic": {"type": "document", "source": {"type": "file", "file_id": ident}},
        "google-ai-studio": {"fileData": {"fileUri": f"{URI}{ident}"}},
    }.get(adapter, {"type": "file", "file": {"file_id": ident}})


def sent_part(fake: FakeProvider) -> Any:
    """Return the last part of the last request."""
    body = fake.journal[-1].body
    turns = body.get("messages") or body.get("contents") or body["input"]
    return (turns[-1].get("content") or turns[-1].get("parts"))[-1]


@pytest.mark.parametrize("adapter", MODELS)
def test_a_chat_names_a_file_of_its_connection(face: Face, project: Project, fake: FakeProvider, adapter: str) -> None:
    client = project.client()
    file = face.files(client, "create", PDF, adapter)
    answer = face.do(client, "completion", f"{adapter}/{MODELS[adapter]}", named(file.id))
    assert answer.text == "fake: Hello!"
    assert sent_part(fake) == of_chat(adapter, file.vendor_id)


@pytest.mark.parametrize("options", [{}, {"temperature": 0.5}])
@pytest.mark.parametrize("stream", [False, True])
def test_a_call_goes_past_those_who_have_not_the_file(
    face: Face, project: Project, fake: FakeProvider, options: dict[str, Any], stream: bool
) -> None:
    project.connect("other", "openai", fake, "shared")
    project.connect("holder", "anthropic", fake, "shared")
    project.connect("third", "openai", fake, "shared")
    client = project.client()
    file = face.files(client, "create", PDF, "holder")
    sent = len(fake.journal)
    answer = face.do(client, "completion", "shared", named(file.id), stream=stream, **options)
    if stream:
        read(face, answer)
    assert answer.genai.connection == "holder"
    rows = answer.genai.attempts
    assert [(row.connection, row.status) for row in rows] == [("other", None), ("holder", 200)]
    assert f"{file.id!r} is a file of the connection 'holder'" in rows[0].detail
    assert len(fake.journal) == sent + 1


def read(face: Face, stream: Any) -> None:
    """Read a stream to its end."""
    if face.runner is None:
        list(stream)
        return

    async def collect() -> None:
        _ = [chunk async for chunk in stream]

    face.runner.run(collect())


@pytest.mark.parametrize("options", [{}, {"temperature": 0.5}])
def test_no_fallback_stands_in_for_who_holds_the_file(
    face: Face, project: Project, fake: FakeProvider, options: dict[str, Any]
) -> None:
    client = project.client()
    file = face.files(client, "create", PDF, "openai")
    fake.script(Status(503))
    with pytest.raises(ProviderError) as caught:
        face.do(
            client,
            "completion",
            "openai/gpt-4o-mini",
            named(file.id),
            fallbacks=["anthropic/claude-sonnet-4-5"],
            **options,
        )
    assert caught.value.status_code == 503
    assert [entry.wire for entry in fake.journal] == ["openai", "openai"]  # the upload, and the call


@pytest.mark.parametrize("options", [{}, {"temperature": 0.5}, {"drop_params": True}])
@pytest.mark.parametrize(
    "model", ["anthropic/claude-sonnet-4-5", "bedrock/claude", "google-ai-studio/gemini-2.5-flash"]
)
def test_a_model_elsewhere_is_refused_before_anything_is_sent(
    face: Face, project: Project, fake: FakeProvider, model: str, options: dict[str, Any]
) -> None:
    project.connect("bedrock", "bedrock", fake, "claude")
    client = project.client()
    with pytest.raises(UnsupportedParameterError) as caught:
        face.do(client, "completion", model, named("openai/files/file-1"), **options)
    assert "no place for file_id here: 'openai/files/file-1' is a file of the connection 'openai'" in str(caught.value)
    assert not fake.journal


@pytest.mark.parametrize("adapter", MODELS)
def test_a_vendor_s_own_id_goes_as_it_is(face: Face, project: Project, fake: FakeProvider, adapter: str) -> None:
    own = "files/abc" if adapter == "google-ai-studio" else "file-own"
    face.do(project.client(), "completion", f"{adapter}/{MODELS[adapter]}", named(own))
    assert sent_part(fake) == of_chat(adapter, own.removeprefix("files/"))


def test_words_that_look_like_an_id_are_words(face: Face, project: Project, fake: FakeProvider) -> None:
    messages = [{"role": "user", "content": "read openai/files/file-1 and anthropic/files/file_1"}]
    face.do(project.client(), "completion", "openai/gpt-4o-mini", messages)
    assert fake.journal[-1].body["messages"] == messages


def test_a_picture_by_its_id_is_a_picture_for_claude(face: Face, project: Project, fake: FakeProvider) -> None:
    client = project.client()
    messages = named("anthropic/files/file_1", format="image/png")
    face.do(client, "completion", "anthropic/claude-sonnet-4-5", messages)
    assert sent_part(fake) == {"type": "image", "source": {"type": "file", "file_id": "file_1"}}


@pytest.mark.parametrize(
    ("model", "part"),
    [
        ("openai/gpt-4o-mini", {"type": "file", "file": {"file_id": "file-1"}}),
        ("anthropic/claude-sonnet-4-5", {"type": "document", "source": {"type": "file", "file_id": "file-1"}}),
        ("google-ai-studio/gemini-2.5-flash", {"fileData": {"fileUri": f"{URI}file-1"}}),
    ],
)
@pytest.mark.parametrize("method", ["responses", "messages"])
def test_responses_and_messages_name_files_on_every_wire(
    face: Face, project: Project, fake: FakeProvider, method: str, model: str, part: Any
) -> None:
    ident = f"{model.partition('/')[0]}/files/file-1"
    client = project.client()
    if method == "responses":
        items = [{"type": "input_text", "text": "Hello!"}, {"type": "input_file", "file_id": ident}]
        face.do(client, "responses", model, [{"role": "user", "content": items}])
    else:
        document = {"type": "document", "source": {"type": "file", "file_id": ident}}
        content = [{"type": "text", "text": "Hello!"}, document]
        face.do(client, "messages", model, [{"role": "user", "content": content}], 50)
    assert sent_part(fake) == part


def test_openai_s_responses_name_files_in_items_and_tools(face: Face, project: Project, fake: FakeProvider) -> None:
    project.connect("own", "openai", fake, "gpt-4o", config={"useResponsesApi": True})
    client = project.client()
    items = [{"type": "input_image", "file_id": "own/files/file-1"}, {"type": "input_text", "text": "Hello!"}]
    tools = [{"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["own/files/file-2", "file-3"]}}]
    face.do(client, "responses", "own/gpt-4o", [{"role": "user", "content": items}], tools=tools)
    body = fake.journal[-1].body
    assert body["input"][0]["content"][0]["file_id"] == "file-1"
    assert body["tools"][0]["container"]["file_ids"] == ["file-2", "file-3"]
    face.do(client, "completion", "own/gpt-4o", named("own/files/file-1"))
    assert sent_part(fake) == {"type": "input_file", "file_id": "file-1"}


def test_a_batch_names_a_file_of_its_connection(face: Face, project: Project, fake: FakeProvider) -> None:
    client = project.client()
    request = {"custom_id": "a", "messages": named("openai/files/file-1")}
    face.call(client, "create", "openai/gpt-4o-mini", [request])
    assert b'"file_id":"file-1"' in [*fake.files][-1].content
    with pytest.raises(UnsupportedParameterError, match="is a file of the connection 'openai'"):
        face.call(client, "create", "anthropic/claude-sonnet-4-5", [chat("b", "x"), request])


def test_the_litellm_driver_knows_the_ids_too(face: Face, project: Project, fake: FakeProvider) -> None:
    client: GenAIClient = project.client(driver="litellm")
    face.do(client, "completion", "openai/gpt-4o-mini", named("openai/files/file-1"))
    assert sent_part(fake)["file"]["file_id"] == "file-1"
    with pytest.raises((UnsupportedParameterError, InvalidRequestError), match="a file of the connection 'anthropic'"):
        face.do(client, "completion", "openai/gpt-4o-mini", named("anthropic/files/file-1"))
