"""Every adapter's wire, whole and streamed: what goes out, and what comes back."""

import base64
import json

import pytest
from tests.drivers.stage import CASES, KEY, Face, Stage

from genai_sdk.testing import Reply

EVERY = pytest.mark.parametrize("name", list(CASES))
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "Answer",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"answer": {"type": "string"}},
            "required": ["answer"],
            "additionalProperties": False,
        },
    },
}
# A PNG of one pixel.
IMAGE = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff"
        "56c72f0d0000000049454e44ae426082"
    )
).decode()


@EVERY
def test_a_call_goes_to_the_right_place_and_comes_back(stage: Stage, face: Face, name: str) -> None:
    reply = face.complete(stage.deployment(name), max_tokens=20)
    entry = next(entry for entry in stage.fake.journal if entry.operation == "chat")
    assert (entry.wire, entry.path, entry.scheme) == (CASES[name].adapter, CASES[name].path, CASES[name].scheme)
    assert entry.model == CASES[name].model
    assert entry.headers["user-agent"].startswith("genai-sdk/")
    assert reply.value.text == "seoul: one two three"
    assert reply.value.choices[0].finish_reason == "stop"
    usage = reply.value.usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (5, 4, 9)
    assert reply.request_id == (None if name == "vertex claude" else entry.request_id)  # the fake has no place for it


@EVERY
def test_a_stream_goes_to_the_right_place_and_comes_back_word_by_word(stage: Stage, face: Face, name: str) -> None:
    chunks, request_id = face.stream(stage.deployment(name))
    entry = next(entry for entry in stage.fake.journal if entry.operation == "chat")
    assert entry.stream
    assert entry.path == (CASES[name].stream_path or CASES[name].path)
    assert request_id == (None if name == "vertex claude" else entry.request_id)
    assert [chunk.text for chunk in chunks if chunk.text] == ["seoul:", " one", " two", " three"]
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason] == ["stop"]
    assert len({chunk.id for chunk in chunks}) == 1
    last = chunks[-1]
    assert last.choices == ()
    assert last.usage is not None
    assert (last.usage.prompt_tokens, last.usage.completion_tokens, last.usage.total_tokens) == (5, 4, 9)
    assert [chunk for chunk in chunks[:-1] if chunk.usage] == []


@EVERY
def test_a_forced_tool_is_called(stage: Stage, face: Face, name: str) -> None:
    force = {"type": "function", "function": {"name": "weather"}}
    reply = face.complete(stage.deployment(name), tools=[WEATHER], tool_choice=force)
    (call,) = reply.value.choices[0].message.tool_calls or ()
    assert call.id
    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "one two three"})
    assert reply.value.choices[0].finish_reason == "tool_calls"


@EVERY
def test_streamed_tool_calls_arrive_in_pieces_that_fit_together(stage: Stage, face: Face, name: str) -> None:
    calls = [("weather", {"city": "Seoul"}), ("weather", {"city": "Busan"})]
    stage.fake.script(Reply(tool_calls=calls))
    chunks, _ = face.stream(stage.deployment(name), tools=[WEATHER])
    pieces = [call for chunk in chunks for choice in chunk.choices for call in choice.delta.tool_calls or ()]
    for place, (_, arguments) in enumerate(calls):
        own = [piece for piece in pieces if piece.index == place]
        assert own[0].id
        assert [piece.function.name for piece in own if piece.function.name] == ["weather"]
        assert (
            "".join(piece.function.arguments for piece in own).replace(" ", "") == f'{{"city":"{arguments["city"]}"}}'
        )
    assert {piece.index for piece in pieces} == {0, 1}
    finish = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    assert finish == ["tool_calls"]


@EVERY
def test_a_tool_s_result_is_sent_back(stage: Stage, face: Face, name: str) -> None:
    deployment = stage.deployment(name)
    force = {"type": "function", "function": {"name": "weather"}}
    asked = [{"role": "user", "content": "Seoul"}]
    message = face.complete(deployment, asked, tools=[WEATHER], tool_choice=force).value.choices[0].message
    call = (message.tool_calls or ())[0]
    result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
    reply = face.complete(deployment, [*asked, message, result], tools=[WEATHER])  # type: ignore[list-item]
    assert reply.value.text.startswith("seoul:")
    assert "sunny" in str(stage.fake.journal[-1].body)


@EVERY
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_json_schema_is_answered_with_json_as_text(stage: Stage, face: Face, name: str, stream: bool) -> None:
    deployment = stage.deployment(name)
    if stream:
        chunks, _ = face.stream(deployment, response_format=SCHEMA)
        text = "".join(chunk.text for chunk in chunks)
        calls = [call for chunk in chunks for choice in chunk.choices for call in choice.delta.tool_calls or ()]
        finish = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    else:
        value = face.complete(deployment, response_format=SCHEMA).value
        text, calls = value.text, list(value.choices[0].message.tool_calls or ())
        finish = [choice.finish_reason for choice in value.choices]
    assert json.loads(text) == {"answer": "one two three"}
    assert calls == []
    assert finish == ["stop"]


@EVERY
def test_an_image_in_a_message_reaches_the_provider(stage: Stage, face: Face, name: str) -> None:
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{IMAGE}"}},
    ]
    messages = [{"role": "user", "content": parts}]
    face.complete(stage.deployment(name), messages)
    assert IMAGE in stage.fake.journal[-1].raw.decode()
    assert messages[0]["content"] is parts
    assert parts[1]["image_url"] == {"url": f"data:image/png;base64,{IMAGE}"}


@EVERY
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_cached_and_reasoning_tokens_are_part_of_the_whole(stage: Stage, face: Face, name: str, stream: bool) -> None:
    stage.fake.script(
        Reply(
            text="four", reasoning="hm hm", prompt_tokens=10, cached_tokens=4, completion_tokens=7, reasoning_tokens=2
        )
    )
    deployment = stage.deployment(name)
    usage = face.stream(deployment)[0][-1].usage if stream else face.complete(deployment).value.usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (10, 7, 17)
    assert usage.prompt_tokens_details is not None
    assert usage.prompt_tokens_details.cached_tokens == 4


@pytest.mark.parametrize("name", ["openai", "gemini", "vertex"])
def test_reasoning_tokens_are_told_apart_where_the_wire_does(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(Reply(text="four", reasoning="hm hm", completion_tokens=7, reasoning_tokens=2))
    usage = face.complete(stage.deployment(name)).value.usage
    assert usage is not None
    assert usage.completion_tokens_details is not None
    assert (usage.completion_tokens, usage.completion_tokens_details.reasoning_tokens) == (7, 2)


@pytest.mark.parametrize("name", ["anthropic", "vertex claude", "bedrock"])
def test_tokens_written_to_the_cache_are_counted(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(Reply(text="four", prompt_tokens=10, cached_tokens=2, cache_write_tokens=3))
    usage = face.complete(stage.deployment(name)).value.usage
    assert usage is not None
    assert usage.prompt_tokens == 10
    assert usage.prompt_tokens_details is not None
    details = usage.prompt_tokens_details
    assert (details.cached_tokens, details.cache_creation_tokens) == (2, 3)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.embedding_model])
def test_texts_are_embedded_in_their_order(stage: Stage, face: Face, name: str) -> None:
    deployment = stage.deployment(name, CASES[name].embedding_model)
    both = face.embed(deployment, ["one", "two three"]).value
    alone = face.embed(deployment, "two three").value
    assert [item.index for item in both.data] == [0, 1]
    assert both.data[1].embedding == alone.data[0].embedding
    assert both.usage is not None
    entries = [entry for entry in stage.fake.journal if entry.operation == "embedding"]
    assert {entry.model for entry in entries} == {CASES[name].embedding_model}
    assert {entry.scheme for entry in entries} == {CASES[name].scheme}


@pytest.mark.parametrize("name", ["anthropic", "vertex claude", "bedrock", "gemini", "vertex"])
def test_reasoning_is_shown(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(Reply(text="four", reasoning="let me think"), Reply(text="four", reasoning="let me think"))
    deployment = stage.deployment(name)
    assert face.complete(deployment).value.choices[0].message.reasoning_content == "let me think"
    chunks, _ = face.stream(deployment)
    thoughts = [choice.delta.reasoning_content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(thoughts) == "let me think"


@EVERY
def test_a_content_filter_that_stops_the_answer_is_an_answer(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(Reply(text="four", finish="content_filter"))
    assert face.complete(stage.deployment(name)).value.choices[0].finish_reason == "content_filter"


@EVERY
def test_extra_headers_and_fields_are_sent_and_the_connection_s_headers_too(
    stage: Stage, face: Face, name: str
) -> None:
    deployment = stage.deployment(name, headers={"X-Team": "red"})
    face.complete(deployment, extra_headers={"X-Call": "7"}, extra_body={"custom_field": {"a": 1}})
    entry = stage.fake.journal[-1]
    assert (entry.headers["x-team"], entry.headers["x-call"]) == ("red", "7")
    assert entry.body["custom_field"] == {"a": 1}
    assert "extra_body" not in entry.body


def test_claude_s_beta_headers_add_up(stage: Stage, face: Face) -> None:
    deployment = stage.deployment("anthropic", headers={"anthropic-beta": "one-2025-01-01"})
    face.complete(deployment, extra_headers={"anthropic-beta": "two-2025-01-01"})
    assert stage.fake.journal[-1].headers["anthropic-beta"] == "two-2025-01-01"
    assert stage.fake.journal[-1].headers["anthropic-version"] in ("2026-10-21", "2023-06-01")  # litellm's is the older


def test_the_model_s_name_fills_the_placeholder_in_a_base_url(stage: Stage, face: Face) -> None:
    deployment = stage.deployment("openai", base_url=f"{stage.fake.url}/models/{{model}}/v1")
    face.complete(deployment)
    assert stage.fake.journal[-1].path == "/models/gpt-4o-mini/v1/chat/completions"


@pytest.mark.parametrize("model", ["meta-llama/Llama-3.1-8B-Instruct", "openai/gpt-oss-120b", "gpt-5-pro", "o1"])
def test_any_model_name_is_sent_to_a_compatible_server_as_it_is(stage: Stage, face: Face, model: str) -> None:
    face.complete(stage.deployment("openai", model))
    entry = stage.fake.journal[-1]
    assert (entry.path, entry.body["model"]) == ("/v1/chat/completions", model)


def test_a_stream_asks_for_usage_whatever_options_the_call_gives(stage: Stage, face: Face) -> None:
    face.stream(stage.deployment("openai"), stream_options={"include_usage": False, "include_obfuscation": False})
    assert stage.fake.journal[-1].body["stream_options"] == {"include_usage": True, "include_obfuscation": False}


def test_an_azure_deployment_s_name_is_encoded(stage: Stage, face: Face) -> None:
    face.complete(stage.deployment("azure", "my gpt/4"))
    entry = stage.fake.journal[-1]
    assert entry.path == "/openai/deployments/my%20gpt%2F4/chat/completions"
    assert entry.query == {"api-version": "2025-02-01-preview"}


def test_one_token_serves_many_calls(stage: Stage, face: Face) -> None:
    deployment = stage.deployment("vertex")
    for _ in range(3):
        face.complete(deployment)
    assert [entry.operation for entry in stage.fake.journal].count("token") == 1


def test_the_secret_never_reaches_litellm(stage: Stage, face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    from genai_sdk.drivers.litellm import interception

    given: list[str] = []
    real = interception.run
    # What is handed to litellm can be seen nowhere else.
    monkeypatch.setattr(interception, "run", lambda *a, **k: (given.append(repr((a, k))), real(*a, **k))[1])
    face.complete(stage.deployment("openai"))
    face.complete(stage.deployment("anthropic"))
    assert KEY not in "".join(given)
