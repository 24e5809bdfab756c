"""Runs of tools, sync and async: the model calls Python functions until it answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, overload

from genai_sdk.client.calls import Conversation
from genai_sdk.client.chat import ChatCalls
from genai_sdk.client.parameters import RunKeywords, read_stream
from genai_sdk.client.prompting import PromptedCall, apply, names_prompt, wanted
from genai_sdk.tracing import LABELS, TraceBlock, read_labels

if TYPE_CHECKING:  # loaded by those who need them
    from genai_sdk.client.prompting import Prompt
    from genai_sdk.client.tools import AsyncToolStream, Tool, ToolRun, ToolStream
    from genai_sdk.client.tools.loop import ToolLoop

T = TypeVar("T")


class ToolCalls(ChatCalls):
    """The calls of a client, runs of tools among them."""

    @overload
    def run_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: type[T],
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[RunKeywords],
    ) -> "ToolRun[T]": ...
    @overload
    def run_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: type[T],
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        stream: Literal[True],
        **options: Unpack[RunKeywords],
    ) -> "ToolStream[T]": ...
    @overload
    def run_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: Any = None,
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[RunKeywords],
    ) -> "ToolRun": ...
    @overload
    def run_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: Any = None,
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        stream: Literal[True],
        **options: Unpack[RunKeywords],
    ) -> "ToolStream": ...
    def run_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: Any = None,
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        repair: int = 0,
        stream: bool = False,
        **options: Unpack[RunKeywords],
    ) -> "ToolRun | ToolStream":
        """Ask a model that may call Python functions, and go on until it answers.

        The model's calls of one round run side by side, functions on threads of their own; what they return or raise is
        told to the model. Every round is a generation, and every call a tool, in one trace. See `genai docs tools`.

        Args:
            messages: The conversation in OpenAI's shape. Left out, the prompt is the conversation.
            tools: Python functions (their annotations and docstrings say what the model is told), `Tool`s, and dicts of
                tools that a vendor's server runs.
            model: A model's name. Left out, the prompt's config says it.
            prompt: A managed prompt, or its name in Langfuse.
            variables: The prompt's variables, where `prompt` is a name.
            response_format: A type that the last answer is read as (`.parsed`), or a dict in OpenAI's form.
            max_rounds: How often the model may be asked.
            max_cost: US dollars for the model's answers, after which it is asked no more; None for no bound.
            tool_timeout: Seconds that the tools of a round may take; the model is told which took longer.
            repair: As for `completion`.
            stream: Whether to return an iterator of what happens, pieces of answers among it.
            **options: As for `completion`; the labels are those of the run. A `tool_choice` that makes the model call a
                tool holds for the first round.

        Raises:
            RunLimitError: A bound was reached and the model still calls tools; `.run` has what there is.
            InvalidRequestError: An argument is of the wrong form, or a function cannot be described.
            GenAIError: As `completion`.

        Examples:
            >>> def get_weather(city: str) -> str:
            ...     "Return the weather of a city."
            ...     return f"clear in {city}"
            >>> messages = [{"role": "user", "content": "How is the weather in Seoul?"}]
            >>> run = client.run_tools(messages, tools=[get_weather], model="gpt-6-luna")
            >>> run.text, run.cost, [result.content for result in run.results]
        """
        from genai_sdk.client.tools import ToolStream

        if names_prompt(prompt):
            prompt, variables = self.get_prompt(prompt, variables=wanted(variables, messages)), None
        keywords = {**options, "response_format": response_format, "repair": repair, "tools": ()}
        prompted = apply(prompt, variables, model, messages, keywords)
        bounds = (max_rounds, max_cost, tool_timeout)
        loop, block = self._begin_run(prompted, prompt, tools, bounds, is_async=False)
        run = ToolStream[Any](self, loop, block, self._tracer, self._clock.now, stream=read_stream(stream))
        if stream:
            return run
        for _ in run:
            pass
        return run.run

    @overload
    async def arun_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: type[T],
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[RunKeywords],
    ) -> "ToolRun[T]": ...
    @overload
    async def arun_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: type[T],
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        stream: Literal[True],
        **options: Unpack[RunKeywords],
    ) -> "AsyncToolStream[T]": ...
    @overload
    async def arun_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: Any = None,
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[RunKeywords],
    ) -> "ToolRun": ...
    @overload
    async def arun_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: Any = None,
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        stream: Literal[True],
        **options: Unpack[RunKeywords],
    ) -> "AsyncToolStream": ...
    async def arun_tools(
        self,
        messages: Conversation | None = None,
        *,
        tools: "Sequence[Callable[..., Any] | Tool | Mapping[str, Any]]",
        model: str | None = None,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: Any = None,
        max_rounds: int = 10,
        max_cost: float | None = None,
        tool_timeout: float = 60,
        repair: int = 0,
        stream: bool = False,
        **options: Unpack[RunKeywords],
    ) -> "ToolRun | AsyncToolStream":
        """Ask a model that may call Python functions, coroutine functions too; the twin of `run_tools`.

        Examples:
            >>> async def get_weather(city: str) -> str:
            ...     "Return the weather of a city."
            ...     return f"clear in {city}"
            >>> messages = [{"role": "user", "content": "How is the weather in Seoul?"}]
            >>> (await client.arun_tools(messages, tools=[get_weather], model="gpt-6-luna")).text
        """
        from genai_sdk.client.tools import AsyncToolStream

        if names_prompt(prompt):
            prompt, variables = await self.aget_prompt(prompt, variables=wanted(variables, messages)), None
        keywords = {**options, "response_format": response_format, "repair": repair, "tools": ()}
        prompted = apply(prompt, variables, model, messages, keywords)
        bounds = (max_rounds, max_cost, tool_timeout)
        loop, block = self._begin_run(prompted, prompt, tools, bounds, is_async=True)
        run = AsyncToolStream[Any](self, loop, block, self._tracer, self._clock.now, stream=read_stream(stream))
        if stream:
            return run
        async for _ in run:
            pass
        return run.run

    def _begin_run(
        self, prompted: PromptedCall, prompt: Any, tools: Any, bounds: tuple[Any, Any, Any], *, is_async: bool
    ) -> "tuple[ToolLoop, TraceBlock]":
        """Read the arguments of a run, and begin its trace."""
        from genai_sdk.client.tools.loop import Bounds, ToolLoop

        labels = read_labels(prompted.options)
        options = {
            name: item
            for name, item in {**prompted.options, "prompt": prompt}.items()
            if item is not None and (name not in LABELS or name == "generation_name")
        }
        loop = ToolLoop(prompted.model, prompted.messages, tools, options, Bounds(*bounds), is_async=is_async)
        name = (None if labels is None else labels.trace_name) or (prompted.link and prompted.link.name) or "run_tools"
        return loop, self._tracer.block(name, labels, prompted.messages, "agent").begin()
