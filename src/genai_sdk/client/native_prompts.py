"""Managed prompts on the calls in a vendor's own shape: what a prompt supplies there. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.catalogue.native_parameters import MESSAGES_PARAMETERS, RESPONSES_PARAMETERS
from genai_sdk.client.native_parameters import read_messages, read_responses
from genai_sdk.client.parameters import Arguments
from genai_sdk.client.prompting import PromptedCall, apply
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.types import PromptLink
from genai_sdk.wires.messages.call import MessagesRequest
from genai_sdk.wires.responses.call import ResponsesRequest

# What a config calls otherwise that is written for chat.
_RESPONSES_NAMES = {
    **{name: name for name in RESPONSES_PARAMETERS if name != "prompt"},
    **dict.fromkeys(("max_tokens", "max_completion_tokens"), "max_output_tokens"),
}
_MESSAGES_NAMES = {
    **{name: name for name in MESSAGES_PARAMETERS},
    **dict.fromkeys(("max_tokens", "max_completion_tokens"), "max_tokens"),
    "stop": "stop_sequences",
}
_SYSTEM = ("system", "developer")


def responses_call(
    model: Any, items: Any, options: Mapping[str, Any]
) -> tuple[Arguments[ResponsesRequest], PromptLink | None]:
    """Return the arguments of a call for a response with what its prompt supplies, and what links it to that.

    Raises:
        InvalidRequestError: An argument is unknown or of the wrong form.
    """
    called = for_responses(model, items, options)
    return read_responses(called.model, called.messages, called.options), called.link


def messages_call(
    model: Any, messages: Any, max_tokens: Any, options: Mapping[str, Any]
) -> tuple[Arguments[MessagesRequest], PromptLink | None]:
    """Return the arguments of a call for a message with what its prompt supplies; raises as `responses_call`."""
    called = for_messages(model, messages, max_tokens, options)
    given = {name: item for name, item in called.options.items() if name != "max_tokens"}
    return read_messages(called.model, called.messages, called.options.get("max_tokens"), given), called.link


def for_responses(model: Any, items: Any, options: Mapping[str, Any]) -> PromptedCall:
    """Put a prompt under a call for a response, as `prompting.apply` does under one of chat.

    OpenAI's own `prompt`, a mapping with an id that OpenAI keeps, stays a parameter.

    Raises:
        InvalidRequestError: There is no model, or `prompt` is no prompt.
    """
    prompt, variables, rest = _apart(options)
    if not isinstance(prompt, Mapping):
        return apply(prompt, variables, model, items, rest, _RESPONSES_NAMES)
    if variables is not None:
        raise InvalidRequestError(
            Sentence.of(
                "call.stored_prompt",
                'OpenAI\'s own prompt has its variables inside: prompt={{"id": …, "variables": …}}',
            )
        )
    return apply(None, None, model, items, {**rest, "prompt": prompt})


def for_messages(model: Any, messages: Any, max_tokens: Any, options: Mapping[str, Any]) -> PromptedCall:
    """Put a prompt under a call for a message, whose `max_tokens` is among the options of what is returned.

    What the prompt's system says is the call's `system`, since no message of Anthropic's is the system's.

    Raises:
        InvalidRequestError: There is no model, or `prompt` is no prompt.
    """
    prompt, variables, rest = _apart(options)
    called = apply(prompt, variables, model, messages, {**rest, "max_tokens": max_tokens}, _MESSAGES_NAMES)
    if prompt is None or messages is not None:
        return called
    said = [each["content"] for each in called.messages if each["role"] in _SYSTEM]
    left = [each for each in called.messages if each["role"] not in _SYSTEM]
    if not said or called.options.get("system") is not None:
        return msgspec.structs.replace(called, messages=left)
    return msgspec.structs.replace(
        called, messages=left, options={**called.options, "system": "\n\n".join(map(str, said))}
    )


def _apart(options: Mapping[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    rest = {name: item for name, item in options.items() if name not in ("prompt", "variables")}
    return options.get("prompt"), options.get("variables"), rest
