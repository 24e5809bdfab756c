"""No parameter is ignored: each one changes what arrives, or the call is refused with its name and nothing is sent."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.drivers.stage import CASES, HELLO, Face, Messages, Stage

from genai_sdk.catalogue import CHAT_PARAMETERS, EMBEDDING_PARAMETERS
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.litellm.refusal import untranslatable
from genai_sdk.errors import BadRequestError
from genai_sdk.testing import NetworkGuard

EVERY = pytest.mark.parametrize("name", list(CASES))
WEATHER = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
CHAT: dict[str, Any] = {
    "audio": {"voice": "alloy", "format": "wav"},
    "extra_body": {"custom_field": 1},
    "extra_headers": {"x-call": "7"},
    "frequency_penalty": 0.5,
    "logit_bias": {"5": 1},
    "logprobs": True,
    "max_completion_tokens": 77,
    "max_tokens": 77,
    "modalities": ["text", "audio"],
    "n": 2,
    "parallel_tool_calls": False,
    "prediction": {"type": "content", "content": "four"},
    "presence_penalty": 0.5,
    "prompt_cache_key": "shared",
    "prompt_cache_retention": "24h",
    "reasoning_effort": "low",
    "response_format": {"type": "json_object"},
    "safety_identifier": "somebody",
    "safety_settings": [{"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "BLOCK_NONE"}],
    "seed": 3,
    "service_tier": "flex",
    "stop": ["a"],
    "store": True,
    "stream_options": {"include_obfuscation": False},
    "temperature": 0.3,
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "tool_choice": "required",
    "tools": [WEATHER],
    "top_k": 5,
    "top_logprobs": 2,
    "top_p": 0.4,
    "user": "somebody",
    "verbosity": "low",
    "web_search_options": {},
}
EMBEDDING: dict[str, Any] = {
    "dimensions": 5,
    "encoding_format": "base64",
    "extra_body": {"custom_field": 1},
    "extra_headers": {"x-call": "7"},
    "user": "somebody",
}
# What a parameter needs beside it to mean something.
BESIDE: dict[str, dict[str, Any]] = {name: {"tools": [WEATHER]} for name in ("parallel_tool_calls", "tool_choice")}
# What means something in a stream alone; a whole call leaves it out.
STREAMED = frozenset({"stream_options"})


def arrived(stage: Stage) -> tuple[bytes, str | None]:
    """What a call's parameters can change of the last request."""
    entry = stage.fake.journal[-1]
    return entry.raw, entry.headers.get("x-call")


def refusal(call: Callable[[], object]) -> str | None:
    """What the driver says of a call that it does not send; None if it sends it."""
    try:
        call()
    except BadRequestError as error:
        return error.message.partition("cannot be sent this call")[2]
    return None


def chats(stage: Stage) -> int:
    return len([entry for entry in stage.fake.journal if entry.operation != "token"])


def test_every_parameter_of_the_catalogue_is_tried() -> None:
    assert set(CHAT) == set(CHAT_PARAMETERS)
    assert set(EMBEDDING) == set(EMBEDDING_PARAMETERS)


@EVERY
@pytest.mark.parametrize("parameter", list(CHAT))
def test_a_parameter_of_chat_arrives_or_is_refused(stage: Stage, driver: Driver, name: str, parameter: str) -> None:
    face, deployment = Face(driver, is_async=False), stage.deployment(name)
    call = face.stream if parameter in STREAMED else face.complete
    beside = BESIDE.get(parameter, {})
    with NetworkGuard() as guard:
        call(deployment, **beside)
        without, sent = arrived(stage), chats(stage)
        refused = refusal(lambda: call(deployment, **beside, **{parameter: CHAT[parameter]}))
    assert guard.refused == []
    assert chats(stage) == sent + (refused is None)
    assert arrived(stage) != without if refused is None else parameter in refused


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.embedding_model])
@pytest.mark.parametrize("parameter", list(EMBEDDING))
def test_a_parameter_of_embeddings_arrives_or_is_refused(
    stage: Stage, driver: Driver, name: str, parameter: str
) -> None:
    face, deployment = Face(driver, is_async=False), stage.deployment(name, CASES[name].embedding_model)
    face.embed(deployment, "one")
    without, sent = arrived(stage), chats(stage)
    # Our own wire asks Azure for base64 by itself.
    item = "float" if (name, parameter) == ("azure", "encoding_format") else EMBEDDING[parameter]
    refused = refusal(lambda: face.embed(deployment, "one", **{parameter: item}))
    assert chats(stage) == sent + (refused is None)
    assert arrived(stage) != without if refused is None else parameter in refused


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.embedding_model])
def test_nothing_of_litellm_s_own_is_in_a_body(stage: Stage, face: Face, name: str) -> None:
    face.embed(stage.deployment(name, CASES[name].embedding_model), "one")
    assert b'"_' not in stage.fake.journal[-1].raw
    face.complete(stage.deployment(name))
    assert b'"_' not in stage.fake.journal[-1].raw


@EVERY
def test_to_ask_for_what_every_wire_does_anyway_is_no_fault(stage: Stage, face: Face, name: str) -> None:
    options = {
        "n": 1,
        "logprobs": False,
        "presence_penalty": 0,
        "frequency_penalty": 0.0,
        "response_format": {"type": "text"},
        "stop": None,
    }
    assert face.complete(stage.deployment(name), **options).value.text == "seoul: one two three"
    assert face.stream(stage.deployment(name), stream_options={"include_usage": True})[0]
    face.complete(stage.deployment(name), tools=[WEATHER], parallel_tool_calls=True)


@pytest.mark.parametrize("name", ["openai", "responses", "azure", "azure v1"])
def test_the_retention_of_the_cache_is_a_field_of_openai_s_body(stage: Stage, face: Face, name: str) -> None:
    face.complete(stage.deployment(name), prompt_cache_retention="24h")
    assert stage.fake.journal[-1].body["prompt_cache_retention"] == "24h"


def test_claude_on_bedrock_is_told_of_parallel_calls_where_the_model_listens(stage: Stage, face: Face) -> None:
    deployment = stage.deployment("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0")
    face.complete(deployment, tools=[WEATHER], parallel_tool_calls=False)
    assert b'"disable_parallel_tool_use":true' in stage.fake.journal[-1].raw.replace(b" ", b"")


def test_a_refusal_names_every_parameter_at_once(stage: Stage, face: Face) -> None:
    messages: Messages = HELLO
    with pytest.raises(BadRequestError, match=r"no place for seed, stop on this provider's wire .*nothing was sent"):
        face.complete(stage.deployment("responses"), messages, seed=3, stop=["a"], temperature=0.1)
    assert chats(stage) == 0


@pytest.mark.parametrize(
    ("name", "model", "parameter", "item"),
    [
        ("bedrock", "openai.gpt-oss-120b-1:0", "top_k", 5),
        ("bedrock", "meta.llama3-1-70b-instruct-v1:0", "top_k", 5),
        ("gemini", "gemini-3-pro-preview", "frequency_penalty", 0.5),
        ("gemini", "gemini-3-pro-preview", "presence_penalty", 0.5),
    ],
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_what_litellm_leaves_out_for_one_model_is_refused_for_it(
    stage: Stage, face: Face, name: str, model: str, parameter: str, item: float, stream: bool
) -> None:
    call = face.stream if stream else face.complete
    with pytest.raises(BadRequestError, match=f"no place for {parameter} with this model"):
        call(stage.deployment(name, model), **{parameter: item})
    assert chats(stage) == 0
    call(stage.deployment(name), **{parameter: item})
    assert chats(stage) == 1


def test_a_traceback_of_litellm_s_is_no_part_of_an_error(stage: Stage) -> None:
    foreign = ValueError(
        "litellm.APIConnectionError: no such route\nTraceback (most recent call last):\n  File main.py"
    )
    error = untranslatable(stage.deployment("openai"), foreign)
    assert error.message.endswith("cannot be sent this call: no such route (leave it out, or ask another model; "
                                  "nothing was sent)")  # fmt: skip
