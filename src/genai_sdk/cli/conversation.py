"""A conversation in a terminal: what was said, with which model and prompt, and what the commands in it do."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genai_sdk.client import GenAIClient
from genai_sdk.client.prompt_config import PromptConfigError, read_config
from genai_sdk.errors import ConfigurationError, GenAIError, InvalidRequestError
from genai_sdk.prompts import ChatPrompt
from genai_sdk.routing import CompletionStream
from genai_sdk.sentence import Sentence

TRACE = "genai chat"
"""The name of a turn's trace."""

_APART = frozenset({"response_format", "stream_options", "tools", "tool_choice"})
"""Parameters of a prompt's config that make no sense where a person reads and nobody runs tools."""


class Turn(msgspec.Struct, kw_only=True):
    """An answer.

    Attributes:
        text: What was answered.
        connection: Who served it; empty where nobody did.
        model: The model that was asked there.
        latency: Seconds to its end.
        input_tokens: Tokens that went in, or None.
        output_tokens: Tokens that came out, or None.
        cost: US dollars, or None where unknown.
        trace_id: The call's trace, or None.
        trace_url: Where Langfuse shows it, or None.
        attempts: Those that failed before it, as text.
        error: Why there is no whole answer, or empty.
    """

    text: str = ""
    connection: str = ""
    model: str = ""
    latency: float = 0.0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    trace_id: str | None = None
    trace_url: str | None = None
    attempts: list[str] = []
    error: str = ""


class Conversation:
    """What was said so far.

    Args:
        client: Who calls.
        model: The model to ask, or None for that of the prompt.
        system: What the model is told first, or None.
        session: What ties the turns together in Langfuse.
    """

    def __init__(self, client: GenAIClient, model: str | None, system: str | None, session: str) -> None:
        self._client = client
        self._asked: str | None = model
        self._system: list[Any] = [] if system is None else [{"role": "system", "content": system}]
        self._options: dict[str, Any] = {}
        self._session = session
        self._prompt_model: str | None = None
        self.messages: list[Any] = []

    @property
    def model(self) -> str | None:
        """The model that is asked: the one that was named, else the prompt's."""
        return self._asked or self._prompt_model

    def ask_model(self, name: str) -> None:
        """Ask another model from now on.

        Raises:
            GenAIError: Nobody serves it.
        """
        self._client.explain(name)
        self._asked = name

    def variables(self, name: str, label: str | None) -> tuple[str, ...]:
        """Return which variables a prompt needs, placeholders apart: those are for what was said before."""
        prompt = self._client.get_prompt(name, label=label)
        return tuple(each for each in prompt.variables if each not in _placeholders(prompt))

    def use_prompt(self, name: str, label: str | None, variables: Mapping[str, str]) -> int | None:
        """Begin anew with a prompt, and return its version.

        A text is what the model is told first; messages are what was said so far. Placeholders stay empty.

        Raises:
            GenAIError: There is none, a variable is missing, or its config is of the wrong form.
        """
        raw = self._client.get_prompt(name, label=label)
        prompt = raw.compile(variables={**{each: [] for each in _placeholders(raw)}, **variables})
        try:
            config = read_config(prompt.config)
        except PromptConfigError as error:
            raise ConfigurationError(
                Sentence.of(
                    "chat.prompt_failed",
                    "prompt {name!r} (version {version}): {error}",
                    name=name,
                    version=prompt.version,
                    error=error,
                )
            ) from None
        self._options = {key: value for key, value in config.options.items() if key not in _APART}
        self._prompt_model = config.model
        self._system = [*prompt] if isinstance(prompt, ChatPrompt) else [{"role": "system", "content": prompt}]
        self.messages = []
        return prompt.version

    def clear(self) -> None:
        """Forget what was said, and keep the model and the prompt."""
        self.messages = []

    def say(self, text: str) -> "Iterator[str | Turn]":
        """Say something and yield the answer piece by piece, and last what is known of it.

        Closing the iterator, or interrupting it, keeps what had arrived.

        Args:
            text: What is said.
        """
        if self.model is None:
            raise InvalidRequestError(
                Sentence.of("chat.none_chosen", "no model is chosen: /model NAME, or a prompt whose config names one")
            )
        said = {"role": "user", "content": text}
        turn = Turn()
        stream: Any = None
        try:
            stream = self._client.completion(
                self.model,
                [*self._system, *self.messages, said],
                stream=True,
                trace_name=TRACE,
                session_id=self._session,
                **self._options,
            )
            assert isinstance(stream, CompletionStream)
            for chunk in stream:
                if chunk.text:
                    turn.text += chunk.text
                    yield chunk.text
        except GenAIError as error:
            turn.error = error.sentence
            turn.attempts = [_attempt(row) for row in getattr(error, "attempts", ())]
            turn.trace_id, turn.trace_url = error.trace_id, error.trace_url
        finally:
            if stream is not None:
                stream.close()
            if turn.text:
                self.messages += [said, {"role": "assistant", "content": turn.text}]
        if stream is not None and not turn.error:
            info, usage = stream.genai, stream.usage
            turn.connection, turn.model, turn.latency = info.connection, info.model, info.latency
            turn.cost, turn.trace_id, turn.trace_url = info.cost, info.trace_id, info.trace_url
            turn.attempts = [_attempt(row) for row in info.attempts if row.reason != "ok"]
            if usage is not None:
                turn.input_tokens, turn.output_tokens = usage.prompt_tokens, usage.completion_tokens
        yield turn


def _placeholders(prompt: Any) -> tuple[str, ...]:
    if not isinstance(prompt, ChatPrompt):
        return ()
    return tuple(part["name"] for part in prompt.template if part.get("type") == "placeholder")


def _attempt(row: Any) -> str:
    return Sentence.of(
        "chat.attempt",
        "{connection}/{model}: {reason} after {latency:.2f} s",
        connection=row.connection,
        model=row.model,
        reason=row.reason,
        latency=row.latency,
    )
