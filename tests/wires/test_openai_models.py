"""What OpenAI's own models do not take."""

from typing import Any

import pytest

from genai_sdk.wires.openai.wire import WIRE
from genai_sdk.wires.operation import CHAT, ChatRequest
from genai_sdk.wires.unsupported import UnsupportedError
from genai_sdk.wires.wire import Codec, Endpoint

HELLO = [{"role": "user", "content": "Hello!"}]


def codec(model: str, *, adapter: str = "openai", base_url: str | None = None, **more: Any) -> Codec[Any, Any, Any]:
    made = WIRE.codec(CHAT, Endpoint(adapter=adapter, model=model, root="https://x/v1", base_url=base_url, **more))
    assert made is not None
    return made


def refused(model: str, options: dict[str, Any], **place: Any) -> set[str]:
    """The parameters that are refused, whichever way."""
    one = codec(model, **place)
    names = set(one.unsupported(ChatRequest(HELLO, options)))
    try:
        one.encode(ChatRequest(HELLO, options), stream=False)
    except UnsupportedError as error:
        names |= set(error.refused)
    return names


@pytest.mark.parametrize(
    ("model", "options", "names"),
    [
        ("gpt-4o", {"top_k": 3, "thinking": {}, "temperature": 0.2}, {"top_k", "thinking"}),
        ("gpt-4.1-mini", {"reasoning_effort": "low", "verbosity": "low"}, {"reasoning_effort", "verbosity"}),
        ("gpt-6-luna", {"reasoning_effort": "low", "verbosity": "low"}, set()),
        ("gpt-6-luna", {"stop": ["x"], "presence_penalty": 0.5, "frequency_penalty": 0}, {"stop", "presence_penalty"}),
        ("gpt-6-luna", {"temperature": 0.2, "reasoning_effort": "low"}, {"temperature"}),
        ("gpt-6-luna", {"temperature": 0.2, "reasoning_effort": {"effort": "low"}}, {"temperature"}),
        ("gpt-6-luna", {"temperature": 0.2, "reasoning_effort": "none"}, set()),
        ("gpt-6-luna", {"temperature": 0.2}, set()),  # its default effort is not known
        ("gpt-5.1", {"top_p": 0.2, "reasoning_effort": "high"}, {"top_p"}),
        ("gpt-5-mini-2025-08-07", {"temperature": 0.2, "logprobs": True}, {"temperature", "logprobs"}),
        ("gpt-5-mini", {"temperature": 1, "top_p": 1.0, "logprobs": False}, set()),
        ("gpt-5-chat-latest", {"temperature": 0.2, "stop": "x"}, set()),
        ("o4-mini", {"temperature": 0.2, "stop": "x", "reasoning_effort": "low"}, {"temperature", "stop"}),
        ("gpt-4o-search-preview", {"web_search_options": {}}, set()),
    ],
)
def test_the_rows_say_what_openai_refuses(model: str, options: dict[str, Any], names: set[str]) -> None:
    assert refused(model, options) == names
    assert refused(model, options, base_url="https://eu.api.openai.com/v1") == names
    assert refused(model, options, adapter="azure", base_url="https://x.openai.azure.com/openai/v1") == names


def test_nothing_is_said_against_a_server_or_a_deployment_that_may_be_anything() -> None:
    options = {"top_k": 3, "temperature": 0.2, "stop": "x", "reasoning_effort": "low"}
    assert refused("gpt-5", options, base_url="http://127.0.0.1:9/v1") == set()
    assert refused("gpt-5", options, adapter="azure", base_url="http://127.0.0.1:9/openai/v1") == set()
    assert refused("house-model", options, adapter="azure", base_url="https://x.openai.azure.com/openai/v1") == set()


def test_over_responses_the_same_is_true_of_sampling() -> None:
    assert refused("o4-mini", {"temperature": 0.2}, use_responses_api=True) == {"temperature"}
    assert refused("o4-mini", {"temperature": 1}, use_responses_api=True) == set()
