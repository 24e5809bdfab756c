"""What `explain` says of an operation is what a call of it meets, over every wire that has it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.operations.conftest import Face, Project
from tests.operations.rows import COLUMNS, ROWS

from genai_sdk import GenAIClient
from genai_sdk.catalogue import CHAT_PARAMETERS, EMBEDDING_PARAMETERS, operation_parameters
from genai_sdk.catalogue.native_parameters import MESSAGES_PARAMETERS, RESPONSES_PARAMETERS
from genai_sdk.errors import GenAIError, InvalidRequestError
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.formats.images import png

TABLES = {
    "completion": CHAT_PARAMETERS,
    "responses": RESPONSES_PARAMETERS,
    "messages": MESSAGES_PARAMETERS,
    "embedding": EMBEDDING_PARAMETERS,
    "text_completion": operation_parameters.TEXT_PARAMETERS,
    "image_generation": operation_parameters.IMAGE_PARAMETERS,
    "image_edit": {**operation_parameters.IMAGE_EDIT_PARAMETERS, "mask": "a picture"},
    "speech": operation_parameters.SPEECH_PARAMETERS,
    "transcription": operation_parameters.TRANSCRIPTION_PARAMETERS,
    "rerank": operation_parameters.RERANK_PARAMETERS,
    "moderation": operation_parameters.MODERATION_PARAMETERS,
}
# Values that say something; of the others a text does for any.
FUNCTION = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
VALUES: dict[str, Any] = {
    "audio": {"voice": "alloy", "format": "wav"},
    "background": True,
    "betas": ["a-beta"],
    "dimensions": 5,
    "echo": True,
    "encoding_format": "base64",
    "extra_body": {"custom": 1},
    "extra_headers": {"x-custom": "1"},
    "frequency_penalty": 0.5,
    "include": ["reasoning.encrypted_content"],
    "logit_bias": {"5": 1},
    "logprobs": True,
    "max_chunks_per_doc": 3,
    "max_completion_tokens": 50,
    "max_output_tokens": 50,
    "max_tokens": 50,
    "max_tokens_per_doc": 50,
    "max_tool_calls": 2,
    "modalities": ["text"],
    "n": 2,
    "output_config": {"effort": "low"},
    "parallel_tool_calls": False,
    "prediction": {"type": "content", "content": "-"},
    "presence_penalty": 0.5,
    "quality": "high",
    "reasoning": {"effort": "low"},
    "reasoning_effort": "low",
    "response_format": {"type": "json_object"},
    "return_documents": True,
    "safety_settings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
    "seed": 7,
    "service_tier": "auto",
    "speed": 1.5,
    "stop": ["END"],
    "stop_sequences": ["END"],
    "store": True,
    "temperature": 0.5,
    "text": {"verbosity": "low"},
    "thinking": {"type": "enabled", "budget_tokens": 1_024},
    "timestamp_granularities": ["word"],
    "tool_choice": "auto",
    "tools": [FUNCTION],
    "top_k": 5,
    "top_logprobs": 2,
    "top_n": 1,
    "top_p": 0.5,
    "user": "somebody",
    "verbosity": "low",
    "web_search_options": {},
}
OWN: dict[tuple[str, str], Any] = {
    ("messages", "tool_choice"): {"type": "auto"},
    ("messages", "tools"): [{"name": "f", "input_schema": {"type": "object", "properties": {}}}],
    ("responses", "tools"): [{"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}],
    ("responses", "prompt"): {"id": "pmpt_1"},
    ("image_edit", "mask"): png("mask"),
    ("image_generation", "response_format"): "b64_json",
    ("image_edit", "response_format"): "url",
    ("image_generation", "size"): "1024x1024",
    ("image_edit", "size"): "2K",
    ("speech", "response_format"): "wav",
    ("speech", "speed"): 1.5,
    ("messages", "speed"): "fast",
    ("text_completion", "logprobs"): 2,
    ("transcription", "response_format"): "verbose_json",
    ("transcription", "prompt"): "names",
}
# What is for streams alone, and what a test of its own has.
STREAMED = {"stream_options", "stream_format", "partial_images", "text_format"}
CELLS = [(row.method, adapter) for row in ROWS for adapter in COLUMNS if adapter in row.models]
ARGUMENTS = {row.method: row.arguments for row in ROWS}
MODELS = {row.method: row.models for row in ROWS}


@pytest.fixture
def client(project: Project, fake: FakeProvider) -> Iterator[GenAIClient]:
    for adapter in COLUMNS:
        models = dict.fromkeys(row.models[adapter] for row in ROWS if adapter in row.models)
        project.connect(adapter, adapter, fake, *models)
    return project.client(tracing=False)


def sent(fake: FakeProvider) -> list[Any]:
    return [entry for entry in fake.journal if entry.operation != "token"]


def holds(entry: Any, name: str) -> bool:
    """Whether what was sent has a field of a name: a key of JSON, or a part of a form."""
    return any(re.search(rf'"{name}(\[[^"]*)?"', text) for text in (entry.raw.decode("latin-1"), entry.path))


@pytest.mark.parametrize(("method", "adapter"), CELLS)
def test_a_plan_names_who_would_do_it_and_asks_nobody(
    face: Face, client: GenAIClient, fake: FakeProvider, method: str, adapter: str
) -> None:
    model = MODELS[method][adapter]
    plan = face.call(client, "explain", f"{adapter}/{model}", operation=method)
    assert (plan.operation, [(one.connection, one.model) for one in plan.candidates]) == (method, [(adapter, model)])
    assert str(plan).startswith(f"{adapter}/{model}{'' if method == 'completion' else f', {method}'}\n")
    assert not sent(fake)


@pytest.mark.parametrize(
    ("method", "adapter"), [(row.method, adapter) for row in ROWS for adapter in COLUMNS if adapter not in row.models]
)
def test_a_plan_of_what_nobody_can_raises_what_the_call_raises(
    face: Face, client: GenAIClient, fake: FakeProvider, method: str, adapter: str
) -> None:
    model = f"{adapter}/some-model"
    with pytest.raises(InvalidRequestError, match=f"has no {method}: ") as planned:
        face.call(client, "explain", model, operation=method)
    with pytest.raises(InvalidRequestError) as raised:
        face.call(client, method, model, **ARGUMENTS[method])
    assert str(planned.value) == str(raised.value)
    assert not sent(fake)


def strayed(face: Face, client: GenAIClient, fake: FakeProvider, method: str, model: str, name: str) -> str:
    """Return how a call with a parameter differs from the plan of it; nothing where it does not."""
    beside = {item: value for item, value in ARGUMENTS[method].items() if item in TABLES[method]}
    if name in ("tool_choice", "parallel_tool_calls"):
        beside["tools"] = OWN.get((method, "tools"), VALUES["tools"])
    options = {**beside, name: OWN.get((method, name), VALUES.get(name, "-"))}
    plan = face.call(client, "explain", model, operation=method, **options)
    if sent(fake):
        return "the plan asked somebody"
    (planned,) = plan.parameters.values()
    error: GenAIError | None = None
    try:
        row = face.call(client, method, model, **{**ARGUMENTS[method], **options}).genai.attempts[0]
    except GenAIError as raised:  # a value that the vendor does not like was sent all the same
        error, row = raised, raised.attempts[0]
    if row.parameters != planned:
        return f"planned {planned}, and was {row.parameters}"
    if planned.refused:
        return "" if isinstance(error, InvalidRequestError) and not sent(fake) else f"refused, and then {error}"
    (entry, *_) = sent(fake)
    if name in planned.sent and name not in ("extra_headers", "extra_body") and not holds(entry, name):
        return f"{name} is said to be sent"
    place = planned.translated.get(name, "")
    if place.startswith("the header "):
        return "" if place.removeprefix("the header ") in entry.headers else f"{name} is not in {place}"
    last = re.fullmatch(r"[A-Za-z_.]+\.([A-Za-z_]+)", place)
    return f"{name} is not in {place}" if last is not None and not holds(entry, last[1]) else ""


@pytest.mark.parametrize(("method", "adapter"), CELLS)
def test_what_a_plan_says_of_each_parameter_is_what_the_call_s_ledger_says(
    face: Face, client: GenAIClient, fake: FakeProvider, method: str, adapter: str
) -> None:
    wrong = {}
    for name in TABLES[method].keys() - STREAMED:
        fake.clear()
        wrong[name] = strayed(face, client, fake, method, f"{adapter}/{MODELS[method][adapter]}", name)
    assert {name: how for name, how in wrong.items() if how} == {}


def test_who_cannot_is_among_those_who_refuse_and_their_fallback_is_asked_instead(
    face: Face, project: Project, fake: FakeProvider
) -> None:
    project.connect("claude", "anthropic", fake, "voice")
    project.connect("google", "google-ai-studio", fake, "voice", "gemini-2.5-flash-preview-tts")
    project.connect("here", "openai", fake, "voice")
    client = project.client(tracing=False)
    plan = face.call(client, "explain", "voice", operation="speech", fallbacks=["claude/voice"])
    assert [one.connection for one in plan.candidates] == ["here"]
    assert [(one.connection, one.reason) for one in plan.refusals] == [
        ("claude", "voice has no speech there"),
        ("google", "voice has no speech there"),
    ]
    assert [row.reason for row in plan.fallbacks] == ["nobody there has speech"]
    plan = face.call(client, "explain", "claude/voice", operation="speech", fallbacks=["here/voice"])
    assert (plan.instead, [one.connection for one in plan.candidates]) == ("here/voice", ["here"])
    assert str(plan).startswith("claude/voice, speech: nobody who serves it has that, here/voice is asked\n")
    speech = face.call(client, "speech", "claude/voice", "Hello!", voice="alloy", fallbacks=["here/voice"])
    assert speech.genai.connection == "here"


def test_a_plan_drops_as_the_call_drops(face: Face, client: GenAIClient, fake: FakeProvider) -> None:
    model = "google-ai-studio/gemini-2.5-flash-image"
    options = {"size": "1024x1024", "aspect_ratio": "16:9", "drop_params": True}
    plan = face.call(client, "explain", model, operation="image_generation", **options)
    made = face.call(client, "image_generation", model, "a bridge", **options)
    (row,) = made.genai.attempts
    assert plan.parameters[model] == row.parameters
    assert "size" in row.parameters.dropped
    assert row.parameters.translated == {"aspect_ratio": "generationConfig.imageConfig.aspectRatio"}


def test_a_stream_s_own_parameters_want_stream_in_a_plan_too(face: Face, client: GenAIClient) -> None:
    with pytest.raises(InvalidRequestError, match="give stream=True with it"):
        face.call(client, "explain", "openai/tts-1", operation="speech", stream_format="sse")
    plan = face.call(client, "explain", "openai/tts-1", operation="speech", stream_format="sse", stream=True)
    assert plan.parameters["openai/tts-1"].sent == ("stream_format",)


def test_a_model_whose_name_says_that_it_embeds_is_planned_for_that(face: Face, client: GenAIClient) -> None:
    plan = face.call(client, "explain", "openai/text-embedding-3-small", dimensions=5)
    assert (plan.operation, plan.parameters["openai/text-embedding-3-small"].sent) == ("embedding", ("dimensions",))
    with pytest.raises(InvalidRequestError, match="embedding does not know 'temperature'"):
        face.call(client, "explain", "openai/text-embedding-3-small", temperature=1)


def test_a_parameter_that_an_operation_does_not_know_is_named_before_anybody_is_looked_for(
    face: Face, project: Project
) -> None:
    client = project.client(tracing=False)
    with pytest.raises(InvalidRequestError, match="speech does not know 'voise': did you mean 'voice'"):
        face.call(client, "explain", "nobody-serves-this", operation="speech", voise="alloy")
