"""What is tried in place of what was recorded: another model, another version of a prompt, or both."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.catalogue import CHAT_PARAMETERS
from genai_sdk.cli.prompts.stored import PromptStore
from genai_sdk.cli.replay.generation import Generation
from genai_sdk.cli.replay.template import replaced, variables_of
from genai_sdk.client import GenAIClient
from genai_sdk.errors import ConfigurationError, PromptVariableError
from genai_sdk.prompts.template import ChatTemplate, TextTemplate
from genai_sdk.sentence import Sentence

_OF_STREAMS = {"stream", "stream_options"}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A call to be made.

    Attributes:
        model: The name that is asked.
        messages: The conversation.
        options: Tools and parameters.
        prompt: The prompt it is made with, to link the trace to it; or None.
    """

    model: str
    messages: list[Any]
    options: dict[str, Any]
    prompt: Any = None


class Variant:
    """Turns recorded generations into the calls that try it.

    Args:
        client: Reads prompts.
        store: Reads versions as they were written.
        model: The model to ask; None for the one in the prompt's config, else the recorded one.
        prompt: `NAME`, `NAME@label` or `NAME@version` of the prompt to put in; None to leave messages as they are.

    Raises:
        PromptNotFoundError: There is no such prompt.
    """

    def __init__(self, client: GenAIClient, store: PromptStore, model: str | None, prompt: str | None) -> None:
        self._store = store
        self._model = model
        self._old: dict[int, tuple[TextTemplate | ChatTemplate, Mapping[str, Any]]] = {}
        self._prompt = None if prompt is None else client.get_prompt(**named_prompt(prompt))
        config = None if self._prompt is None else self._prompt.config
        self._config: Mapping[str, Any] = config if isinstance(config, Mapping) else {}

    @property
    def name(self) -> str:
        """What it is called in a run's name: the model, the prompt's version, or both."""
        prompt = self._prompt
        parts = [self._model, None if prompt is None else f"{prompt.name} v{prompt.version}"]
        return ", ".join(part for part in parts if part)

    @property
    def prompt(self) -> tuple[str, int] | None:
        """Name and version of the prompt that is put in."""
        return None if self._prompt is None else (self._prompt.name, self._prompt.version or 0)

    def request(self, generation: Generation) -> Request | str:
        """Return the call that tries it on a generation, or why there is none."""
        model = self._model or self._config.get("model") or generation.model
        if not model:
            return "its model was not recorded"
        taken = CHAT_PARAMETERS.keys() - _OF_STREAMS
        parameters = {name: item for name, item in generation.parameters.items() if name in taken}
        if generation.tools:
            parameters["tools"] = generation.tools
        if self._prompt is None:
            return Request(model=model, messages=generation.messages, options=parameters)
        if generation.prompt is None or generation.prompt[0] != self._prompt.name:
            return f"it was not made with the prompt {self._prompt.name!r}"
        template, config = self._version(generation.prompt[1])
        variables = variables_of(template, generation.messages)
        if variables is None:
            return f"its variables cannot be told from its messages and version {generation.prompt[1]} of the prompt"
        try:
            filled = self._prompt.compile(variables=variables)
        except PromptVariableError as error:
            return str(error)
        messages = replaced(template, generation.messages, filled)
        own = {name: item for name, item in parameters.items() if config.get(name) != item}
        return Request(model=model, messages=list(messages or ()), options=own, prompt=filled)

    def _version(self, number: int) -> tuple[TextTemplate | ChatTemplate, Mapping[str, Any]]:
        if number not in self._old:
            assert self._prompt is not None
            document = self._store.get(self._prompt.name, version=number, resolve=True).document
            config = document.config if isinstance(document.config, Mapping) else {}
            self._old[number] = document.template, config
        return self._old[number]


def named_prompt(text: str) -> dict[str, Any]:
    """Read `NAME`, `NAME@label` or `NAME@version` as arguments of `get_prompt`.

    Raises:
        ConfigurationError: It is none of these.
    """
    name, at, which = text.rpartition("@")
    if not at:
        return {"name": text}
    if not name or not which:
        raise ConfigurationError(
            Sentence.of(
                "replay.prompt_form", "{named!r} is no prompt: write NAME, NAME@label or NAME@version", named=text
            )
        )
    return {"name": name, "version": int(which)} if which.isdecimal() else {"name": name, "label": which}
