"""A managed prompt on a call: what it supplies, and what the call says itself. Pure."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

import msgspec

from genai_sdk.catalogue import CHAT_PARAMETERS
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.types import PromptLink

if TYPE_CHECKING:
    from genai_sdk.prompts import ChatPrompt, TextPrompt

    Prompt = TextPrompt | ChatPrompt

PROMPTS = "genai_sdk.prompts.values"
"""The module of prompts as values. It is not imported before somebody asks for one: until then nobody can have one."""

_NAMES: Mapping[str, str] = {name: name for name in CHAT_PARAMETERS}


class PromptedCall(msgspec.Struct, frozen=True):
    """A call with what its prompt supplied.

    Attributes:
        model: The model to ask.
        messages: The conversation.
        options: The call's keywords, with the prompt's own parameters where the call gave none.
        link: What ties the call to the prompt's version, or None.
    """

    model: Any
    messages: Any
    options: Mapping[str, Any]
    link: PromptLink | None


def names_prompt(prompt: Any) -> TypeGuard[str]:
    """Whether `prompt` is a name that is still to be looked up."""
    if type(prompt) is str or not isinstance(prompt, str):
        return type(prompt) is str
    from genai_sdk.prompts import TextPrompt

    return not isinstance(prompt, TextPrompt)


def link_of(request: Any) -> PromptLink | None:
    """Return what links a call beside chat to a managed prompt: the first one in it, its parameters last."""
    from genai_sdk.prompts import TextPrompt, find_link

    fields = [getattr(request, name) for name in request.__struct_fields__ if name not in ("encoded", "options")]
    for part in (*fields, *getattr(request, "options", {}).values()):
        texts = [{"content": each} for each in part if isinstance(each, TextPrompt)] if type(part) is list else []
        if (link := find_link(texts or part)) is not None:
            return link
    return None


def wanted(variables: Mapping[str, Any] | None, messages: Any) -> Mapping[str, Any] | None:
    """Return the variables to compile a named prompt with: none at all where it only links."""
    return {} if variables is None and messages is None else variables


def apply(
    prompt: Any,
    variables: Mapping[str, Any] | None,
    model: Any,
    messages: Any,
    options: Mapping[str, Any],
    names: Mapping[str, str] = _NAMES,
) -> PromptedCall:
    """Put a prompt under a call: what the call says itself counts first.

    Without messages the prompt supplies them, a text as the user's; with messages it only links. `model` and the
    parameters in its config count where the call gives none; what else is in the config is the team's own.

    Args:
        prompt: The prompt, or None.
        variables: What it is compiled with.
        model: The call's model, or None.
        messages: The call's messages, or None.
        options: The call's keywords.
        names: What the call calls the parameters of a config.

    Raises:
        InvalidRequestError: There is no model, or `prompt` is no prompt.
    """
    if prompt is None and variables is None and model and isinstance(model, str) and PROMPTS not in sys.modules:
        return PromptedCall(model, messages, options, None)
    from genai_sdk.prompts import ChatPrompt, TextPrompt, find_link

    if prompt is not None and not isinstance(prompt, TextPrompt | ChatPrompt):
        raise InvalidRequestError(
            Sentence.of(
                "prompt.argument",
                "prompt must be a prompt's name or what get_prompt returned, not {prompt}",
                prompt=repr(prompt)[:80],
            )
        )
    if variables is not None:
        if prompt is None:
            raise InvalidRequestError(
                Sentence.of("prompt.variables_alone", "variables belong to a prompt: give prompt= too")
            )
        prompt = prompt.compile(variables=variables)
    config = prompt.config if prompt is not None and isinstance(prompt.config, Mapping) else {}
    model = model if model is not None else config.get("model")
    if model is not None and not isinstance(model, str):
        raise InvalidRequestError(
            Sentence.of(
                "prompt.model", 'model must be a name such as "gpt-6-luna", not {model}', model=repr(model)[:80]
            )
        )
    if not model:
        where = "nor does the prompt's config" if prompt is not None else "and there is no prompt to take one from"
        raise InvalidRequestError(
            Sentence.of(
                "prompt.no_model", 'the call names no model, {where}: give model=, such as "gpt-6-luna"', where=where
            )
        )
    link = find_link(prompt) if prompt is not None else find_link(messages)
    if isinstance(messages, TextPrompt):
        messages = [{"role": "user", "content": messages}]
    if messages is None and prompt is not None:
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, TextPrompt) else prompt
    own = {names[name]: item for name, item in config.items() if name in names and options.get(names[name]) is None}
    return PromptedCall(model, messages, {**options, **own}, link)
