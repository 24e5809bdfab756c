"""Prompts as they are used: a text that is a `str`, messages that are a `list`, both knowing where they come from."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Self

from genai_sdk.errors import InvalidRequestError
from genai_sdk.prompts.stored import StoredPrompt
from genai_sdk.prompts.template import ChatTemplate, TextTemplate
from genai_sdk.sentence import Sentence
from genai_sdk.types import PromptLink


class _Facts:
    """What is known of a prompt, beside its text."""

    __slots__ = ()

    _stored: StoredPrompt
    config: Any

    @property
    def name(self) -> str:
        """The prompt's name in Langfuse."""
        return self._stored.name

    @property
    def version(self) -> int | None:
        """Its version; None for a fallback."""
        return self._stored.version

    @property
    def labels(self) -> tuple[str, ...]:
        """The version's labels."""
        return self._stored.labels

    @property
    def tags(self) -> tuple[str, ...]:
        """The prompt's tags."""
        return self._stored.tags

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables and placeholders that `compile` needs."""
        return self._stored.template.names

    @property
    def link(self) -> PromptLink | None:
        """What a call made with it is linked to; None for a fallback."""
        return self._stored.link

    @property
    def experiment(self) -> str:
        """The label that an experiment drew, with the weights of all; empty without one."""
        return self._stored.experiment

    @property
    def is_fallback(self) -> bool:
        """Whether this is the caller's own fallback."""
        return self._stored.version is None

    def _repr_html_(self) -> str:
        """Show the prompt in a notebook."""
        from genai_sdk.display import joined, table  # only notebooks want it

        facts = (
            self.name,
            "fallback" if self.version is None else f"version {self.version}",
            ", ".join(self.labels),
            f"variables: {', '.join(self.variables)}" if self.variables else "",
        )
        messages = self if isinstance(self, list) else [{"content": str(self)}]
        return table(("role", "content"), [_shown(message) for message in messages], joined(facts))


def _shown(message: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the two cells of a message; a placeholder has neither role nor content."""
    if "content" in message:
        return message.get("role"), message["content"]
    return message.get("type"), message.get("name")


class TextPrompt(str, _Facts):
    """A text prompt: a `str` that knows its prompt.

    As the content of a message it links the call to its version by itself. f-strings and the methods of `str` return
    ordinary strings, which do not.

    Attributes:
        config: The prompt's settings, by convention `model` and its parameters; this object's own.
    """

    __slots__ = ("_stored", "config")

    def __new__(cls, text: str, stored: StoredPrompt, config: Any = None) -> Self:
        """Make the text of a stored prompt; the client does this."""
        prompt = super().__new__(cls, text)
        prompt._stored = stored
        prompt.config = deepcopy(stored.config) if config is None else config
        return prompt

    @property
    def template(self) -> str:
        """The text as it is in Langfuse, before compilation."""
        assert isinstance(self._stored.template, TextTemplate)
        return self._stored.template.text

    def compile(self, *, variables: Mapping[str, Any] | None = None, **more: Any) -> "TextPrompt":
        """Return the template with variables put in: None as nothing, all else as `str()` shows it.

        Args:
            variables: Variables by name.
            **more: Further variables.

        Raises:
            PromptVariableError: One is missing.
        """
        return compile_text(self._stored, _merged(variables, more))

    def __reduce__(self) -> tuple[Any, ...]:
        return TextPrompt, (str(self), self._stored, self.config)


class PromptMessage(dict[str, Any]):
    """A message of a chat prompt: a `dict` that knows its prompt."""

    __slots__ = ("link",)

    def __init__(self, fields: Mapping[str, Any], link: PromptLink | None = None) -> None:
        super().__init__(fields)
        self.link = link

    def copy(self) -> "PromptMessage":
        """Return a shallow copy that knows its prompt too."""
        return PromptMessage(self, self.link)


class ChatPrompt(list[PromptMessage], _Facts):
    """A chat prompt: a `list` of messages that knows its prompt, as do its messages.

    `prompt + [message]` and `[*prompt, message]` are ordinary lists, and link the call by the messages in them.

    Attributes:
        config: The prompt's settings, by convention `model` and its parameters; this object's own.
    """

    __slots__ = ("_stored", "config")

    def __init__(self, messages: Iterable[Mapping[str, Any]], stored: StoredPrompt) -> None:
        super().__init__(PromptMessage(message, stored.link) for message in messages)
        self._stored = stored
        self.config: Any = deepcopy(stored.config)

    @property
    def template(self) -> list[dict[str, Any]]:
        """The messages as they are in Langfuse, before compilation."""
        assert isinstance(self._stored.template, ChatTemplate)
        return [dict(message) for message in self._stored.template.messages]

    def compile(self, *, variables: Mapping[str, Any] | None = None, **more: Any) -> "ChatPrompt":
        """Return the messages with variables and placeholders put in.

        Args:
            variables: Variables by name, and for each placeholder a list of messages.
            **more: Further ones.

        Raises:
            PromptVariableError: One is missing, or a placeholder's is not a list of messages.
        """
        return compile_chat(self._stored, _merged(variables, more))


def compile_text(stored: StoredPrompt, variables: Mapping[str, Any] | None) -> TextPrompt:
    """Make the text of a stored prompt, with variables put in unless there are none to be."""
    assert isinstance(stored.template, TextTemplate)
    if variables is None:
        return TextPrompt(stored.template.text, stored)
    stored.check(variables)
    return TextPrompt(stored.template.fill(variables), stored)


def compile_chat(stored: StoredPrompt, variables: Mapping[str, Any] | None) -> ChatPrompt:
    """Make the messages of a stored prompt, with variables put in unless there are none to be."""
    assert isinstance(stored.template, ChatTemplate)
    if variables is None:
        return ChatPrompt(stored.template.messages, stored)
    stored.check(variables)
    return ChatPrompt(stored.template.fill(variables), stored)


def find_link(messages: Any) -> PromptLink | None:
    """Return what the first prompt in a call's messages, or the prompt itself, links the call to."""
    if isinstance(messages, TextPrompt | ChatPrompt):
        return messages.link
    # A list is what nearly every call has, and the only one that needs no asking: these are abstract classes.
    if type(messages) is not list and (isinstance(messages, str | Mapping) or not isinstance(messages, Iterable)):
        return None
    for message in messages:
        if (link := _link(message)) is not None:
            return link
    return None


def _link(message: Any) -> PromptLink | None:
    if isinstance(message, PromptMessage) and message.link is not None:
        return message.link
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, TextPrompt):
        return content.link
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        return next((text.link for text in texts if isinstance(text, TextPrompt) and text.link is not None), None)
    return None


def _merged(variables: Any, more: Mapping[str, Any]) -> Mapping[str, Any]:
    if variables is None:
        return more
    if not isinstance(variables, Mapping):
        raise InvalidRequestError(
            Sentence.of(
                "prompt.compile_variables",
                "variables must be a mapping of names to values, not {kind}; a variable that is itself "
                'called "variables" is given as variables={{"variables": …}}',
                kind=type(variables).__name__,
            )
        )
    return {**variables, **more}
