"""Prompts that run: a prompt's config says the model, the parameters, the fallbacks, the tools and the form."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, overload

from genai_sdk.client.calls import Messages
from genai_sdk.client.chat import ChatCalls
from genai_sdk.client.parameters import ChatKeywords, TypedChatKeywords
from genai_sdk.errors import ConfigurationError, GenAIError, InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.types import ChatCompletion

if TYPE_CHECKING:  # loaded by those who need them
    from genai_sdk.client.prompt_config import PromptConfigError
    from genai_sdk.client.prompting import Prompt
    from genai_sdk.routing import AsyncCompletionStream, CompletionStream

T = TypeVar("T")


class PromptRuns(ChatCalls):
    """The calls of a client, runs of prompts among them."""

    @overload
    def run(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        response_format: type[T],
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[TypedChatKeywords],
    ) -> ChatCompletion[T]: ...
    @overload
    def run(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        response_format: type[T],
        stream: Literal[True],
        **options: Unpack[TypedChatKeywords],
    ) -> "CompletionStream[T]": ...
    @overload
    def run(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion: ...
    @overload
    def run(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        stream: Literal[True],
        **options: Unpack[ChatKeywords],
    ) -> "CompletionStream": ...
    @overload
    def run(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        stream: bool,
        **options: Unpack[ChatKeywords],
    ) -> "ChatCompletion | CompletionStream": ...
    def run(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        repair: int = 0,
        stream: bool = False,
        **options: Unpack[ChatKeywords],
    ) -> "ChatCompletion | CompletionStream":
        """Run a managed prompt: its config says what it is run with, and the call may say otherwise.

        Args:
            name: Its name in Langfuse.
            variables: Its variables, and for each placeholder a list of messages.
            label: The label wanted; without label and version, `production`.
            version: The version wanted, in place of a label.
            experiment: Weights by label, one of which is drawn; see `get_prompt`.
            key: Whom it is drawn for; `user_id` where it is left out.
            fallback: A text or messages to take where Langfuse delivers nothing; the call has to name a model then.
            model: The model, in place of the config's.
            repair: As for `completion`, with a type as `response_format`.
            stream: Whether to return an iterator of chunks.
            **options: Parameters and routing options, in place of the config's.

        Raises:
            ConfigurationError: A field of the config is of the wrong form, or names no model and the call neither; the
                message says which field, and where the prompt is.
            GenAIError: As `get_prompt` and `completion`.

        Examples:
            >>> variables = {"name": "Mina"}
            >>> response = client.run("greeting", variables=variables, model="gpt-6-luna", fallback="Hello {{name}}!")
        """
        prompt = self.get_prompt(
            name,
            variables={} if variables is None else variables,
            label=label,
            version=version,
            fallback=fallback,
            experiment=experiment,
            key=key if key is not None else options.get("user_id"),
        )
        from genai_sdk.client.prompt_config import PromptConfigError

        try:
            made = _made(prompt, model, repair, options)
        except PromptConfigError as error:
            problem = error
        else:
            return self.completion(prompt=prompt, stream=stream, **made)
        with suppress(GenAIError):
            self._registry.get()  # the project's id comes with the connections
        raise self._misconfigured(prompt, problem)

    @overload
    async def arun(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        response_format: type[T],
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[TypedChatKeywords],
    ) -> ChatCompletion[T]: ...
    @overload
    async def arun(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        response_format: type[T],
        stream: Literal[True],
        **options: Unpack[TypedChatKeywords],
    ) -> "AsyncCompletionStream[T]": ...
    @overload
    async def arun(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion: ...
    @overload
    async def arun(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        stream: Literal[True],
        **options: Unpack[ChatKeywords],
    ) -> "AsyncCompletionStream": ...
    @overload
    async def arun(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        stream: bool,
        **options: Unpack[ChatKeywords],
    ) -> "ChatCompletion | AsyncCompletionStream": ...
    async def arun(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
        fallback: str | Messages | None = None,
        model: str | None = None,
        repair: int = 0,
        stream: bool = False,
        **options: Unpack[ChatKeywords],
    ) -> "ChatCompletion | AsyncCompletionStream":
        """Run a managed prompt; the twin of `run`.

        Examples:
            >>> variables = {"name": "Mina"}
            >>> await client.arun("greeting", variables=variables, model="gpt-6-luna", fallback="Hello {{name}}!")
        """
        prompt = await self.aget_prompt(
            name,
            variables={} if variables is None else variables,
            label=label,
            version=version,
            fallback=fallback,
            experiment=experiment,
            key=key if key is not None else options.get("user_id"),
        )
        from genai_sdk.client.prompt_config import PromptConfigError

        try:
            made = _made(prompt, model, repair, options)
        except PromptConfigError as error:
            problem = error
        else:
            return await self.acompletion(prompt=prompt, stream=stream, **made)
        with suppress(GenAIError):
            await self._registry.aget()
        raise self._misconfigured(prompt, problem)

    def _misconfigured(self, prompt: "Prompt", problem: "PromptConfigError") -> ConfigurationError:
        version = "" if prompt.version is None else f" (version {prompt.version})"
        where = self._tracer.prompt_url(prompt.name, prompt.version)
        return ConfigurationError(
            Sentence.of(
                "prompt.config",
                "prompt {name!r}{version}: {problem}; change it at {where}",
                name=prompt.name,
                version=version,
                problem=problem,
                where=where,
            )
        )


def _made(prompt: "Prompt", model: str | None, repair: int, options: ChatKeywords) -> dict[str, Any]:
    """Return the arguments of the call that runs a prompt: the call's own, and below them the config's.

    Raises:
        PromptConfigError: A field of the config is of the wrong form.
        InvalidRequestError: The call gives what the prompt supplies.
    """
    from genai_sdk.client.prompt_config import PromptConfigError, read_config

    if taken := {"messages", "prompt"} & options.keys():
        what = " and ".join(sorted(taken))
        raise InvalidRequestError(
            Sentence.of(
                "prompt.run_takes_no",
                "run takes no {what}: what is said before goes into a placeholder of the prompt",
                what=what,
            )
        )
    config = read_config(prompt.config)
    model = config.model if model is None else model
    if model is None:
        raise PromptConfigError("config.model is missing and the call gives no model=")
    own = {name: item for name, item in options.items() if item is not None}
    return {**config.options, **own, "model": model, "repair": repair}
