"""LangChain's chat model on a client."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from difflib import get_close_matches
from typing import Any, Literal

from langchain_core.callbacks import (
    AsyncCallbackManagerForLLMRun,
    CallbackManagerForLLMRun,
)
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.base import LangSmithParams
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict, Field, model_validator

from genai_sdk.client.parameters import ChatKeywords
from genai_sdk.errors import InvalidRequestError
from genai_sdk.langchain.answers import read_answer, read_chunk, read_end
from genai_sdk.langchain.callbacks import Place
from genai_sdk.langchain.messages import write_messages
from genai_sdk.langchain.recorded import PLACE, RecordedModel
from genai_sdk.langchain.structured import Method, answer_reader, response_format
from genai_sdk.sentence import Sentence

OPTIONS = frozenset(ChatKeywords.__annotations__) | {"prompt", "variables"}
"""What a model takes beside LangChain's own fields; `tags` and `metadata` are LangChain's there."""


class ChatGenAI(RecordedModel):
    """LangChain's chat model, whose calls a `GenAIClient` makes, with its connections, fallbacks, retries and traces.

    It takes every option of `client.completion` as a keyword (`temperature`, `max_tokens`, `fallbacks`, `user_id`,
    `prompt` …), here for all calls, and in `invoke`, `stream` and `bind` for one. A message that comes back has the
    tokens in `usage_metadata`, and in `response_metadata["genai"]` what `response.genai` has.
    `max_retries` is LangChain's name for `num_retries`.

    Args:
        model: A model's name; see docs/models.md. Left out, the config of `prompt` says it.
        client: Makes the calls; left out, one of its own from the environment.
        streaming: Whether `invoke` asks for a stream too.
        **options: The options of `client.completion`, and LangChain's own fields of a chat model.

    Raises:
        InvalidRequestError: There is no such option.
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    model: str | None = None
    streaming: bool = False
    options: dict[str, Any] = Field(default_factory=dict)

    def __init__(self, model: str | None = None, **options: Any) -> None:
        super().__init__(**{"model": model, **options})

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        fields = {name: item for name, item in values.items() if name in cls.model_fields}
        options = {name: item for name, item in values.items() if name not in fields}
        if "max_retries" in options:
            options.setdefault("num_retries", options.pop("max_retries"))
        for name in options:
            if name not in OPTIONS:
                close = get_close_matches(name, sorted({*OPTIONS, *cls.model_fields}), 1)
                hint = f"did you mean {close[0]!r}? " if close else ""
                raise InvalidRequestError(
                    Sentence.of(
                        "langchain.unknown",
                        "ChatGenAI does not know {name!r}: {hint}It takes the options of client.completion; a "
                        "vendor's own parameter goes into extra_body={{{name!r}: …}}.",
                        name=name,
                        hint=hint,
                    )
                )
        return {**fields, "options": {**fields.get("options", {}), **options}}

    @property
    def _llm_type(self) -> str:
        return "genai"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, **self.options}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        named = {**self._identifying_params, **kwargs}
        own: str | list[str] | None = named.pop("stop", None)
        return super()._get_ls_params(stop=stop or ([own] if isinstance(own, str) else own), **named)

    def _arguments(
        self, messages: Sequence[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], Place]:
        place: Place = kwargs.pop(PLACE, Place())
        kwargs.pop("stream", None)  # by which a caller of LangChain says whether to stream; it has
        named = {**place.labels, **self.options, **kwargs}
        if stop is not None:
            named["stop"] = stop
        return {"model": self.model, **named, "messages": write_messages(messages)}, place

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        arguments, place = self._arguments(messages, stop, kwargs)
        with place.entered():
            answer = self.client.completion(**arguments)
        place.tell(answer.genai.trace_id)
        return read_answer(answer)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        arguments, place = self._arguments(messages, stop, kwargs)
        with place.entered():
            answer = await self.client.acompletion(**arguments)
        place.tell(answer.genai.trace_id)
        return read_answer(answer)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        arguments, place = self._arguments(messages, stop, kwargs)
        _refuse_several(arguments)
        with place.entered():
            stream = self.client.completion(**arguments, stream=True)
        place.tell(stream.genai.trace_id)
        with closing(stream):
            for chunk in stream:
                if (made := read_chunk(chunk)) is not None:
                    yield made
            yield read_end(stream.response)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        arguments, place = self._arguments(messages, stop, kwargs)
        _refuse_several(arguments)
        with place.entered():
            stream = await self.client.acompletion(**arguments, stream=True)
        place.tell(stream.genai.trace_id)
        async with aclosing(stream):
            async for chunk in stream:
                if (made := read_chunk(chunk)) is not None:
                    yield made
            yield read_end(stream.response)

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | bool | Mapping[str, Any] | None = None,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return this model with tools.

        Args:
            tools: Functions, pydantic models, LangChain's tools, or OpenAI's own form.
            tool_choice: `"auto"`, `"none"`, `"any"` or True (some tool has to be called), the name of one, or
                OpenAI's form.
            strict: Whether arguments have to fit the schema, where a provider can promise that.
            **kwargs: Further options of the call, such as `parallel_tool_calls`.
        """
        made = [convert_to_openai_tool(tool, strict=strict) for tool in tools]
        if tool_choice:
            kwargs["tool_choice"] = _choice(tool_choice)
        return self.bind(tools=made, **kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: Method | Literal["function_calling"] = "json_schema",
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """Return this model with answers of a type.

        Args:
            schema: A pydantic model, which answers are instances of, or a TypedDict or JSON schema, of dicts.
            include_raw: Whether to return a dict of `raw` (the message), `parsed` and `parsing_error`.
            method: `"json_schema"` on every wire, by a tool where it has no schemas of its own; `"json_mode"`: any
                JSON, the schema being told by the prompt; `"function_calling"`: by a tool of the schema's name.
            strict: Whether the answer has to fit, where a provider can promise that.
            **kwargs: Further options of the call.
        """
        if method == "function_calling":
            made = super().with_structured_output(schema, include_raw=include_raw)
            return (
                made
                if not kwargs
                else self.model_copy(update={"options": {**self.options, **kwargs}}).with_structured_output(
                    schema, include_raw=include_raw, method=method
                )
            )
        form = response_format(schema, method, strict)
        told = {"kwargs": {"method": method, "strict": strict}, "schema": schema}
        return answer_reader(
            self.bind(response_format=form, ls_structured_output_format=told, **kwargs), schema, include_raw=include_raw
        )


def _refuse_several(arguments: Mapping[str, Any]) -> None:
    if (arguments.get("n") or 1) > 1:
        raise InvalidRequestError(
            Sentence.of("langchain.one_answer", "a stream of LangChain's is one answer: leave n out, or call generate")
        )


def _choice(wanted: str | bool | Mapping[str, Any]) -> str | Mapping[str, Any]:
    if wanted is True or wanted == "any":
        return "required"
    if isinstance(wanted, str) and wanted not in ("auto", "none", "required"):
        return {"type": "function", "function": {"name": wanted}}
    return wanted if not isinstance(wanted, bool) else "auto"
