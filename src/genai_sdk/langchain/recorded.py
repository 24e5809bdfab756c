"""A chat model whose runs are recorded once, by its client: where a run belongs is found out here, at each way in."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Literal, Self

from langchain_core.callbacks import BaseCallbackManager, Callbacks
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import LLMResult
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ensure_config
from pydantic import ConfigDict, Field, model_validator

from genai_sdk.client import GenAIClient
from genai_sdk.errors import InvalidRequestError
from genai_sdk.langchain.callbacks import records_the_same, take_place
from genai_sdk.sentence import Sentence

PLACE = "genai_place"
"""The keyword by which a run's place comes to the call: LangChain hands no run manager to a model's stream."""


class RecordedModel(BaseChatModel):
    """LangChain's chat model, with a client that records its calls and no handler that would record them too.

    Args:
        client: Makes the calls; left out, one of its own from the environment.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    client: GenAIClient = Field(default_factory=GenAIClient, exclude=True, repr=False)

    @model_validator(mode="after")
    def _refuse_a_second_record(self) -> Self:
        callbacks = self.callbacks.handlers if isinstance(self.callbacks, BaseCallbackManager) else self.callbacks or []
        if any(records_the_same(handler, self.client) for handler in callbacks):
            raise InvalidRequestError(
                Sentence.of(
                    "langchain.handler",
                    "this client records the calls of a ChatGenAI itself: give Langfuse's handler to the "
                    'run, as config={{"callbacks": [handler]}}, for the chains and tools around them',
                )
            )
        return self

    def _get_invocation_params(self, stop: list[str] | None = None, **kwargs: Any) -> dict[str, Any]:
        kwargs.pop(PLACE, None)
        return super()._get_invocation_params(stop=stop, **kwargs)

    def _get_llm_string(self, stop: list[str] | None = None, **kwargs: Any) -> str:
        kwargs.pop(PLACE, None)
        return super()._get_llm_string(stop=stop, **kwargs)

    def generate(
        self,
        messages: list[list[BaseMessage]],
        stop: list[str] | None = None,
        callbacks: Callbacks = None,
        **kwargs: Any,
    ) -> LLMResult:
        """Answer several conversations, as `invoke` and `batch` do; see LangChain's `BaseChatModel`."""
        callbacks, kwargs = self._placed(callbacks, kwargs.get("metadata"), kwargs)
        return super().generate(messages, stop, callbacks, **kwargs)

    async def agenerate(
        self,
        messages: list[list[BaseMessage]],
        stop: list[str] | None = None,
        callbacks: Callbacks = None,
        **kwargs: Any,
    ) -> LLMResult:
        """Answer several conversations; the twin of `generate`."""
        callbacks, kwargs = self._placed(callbacks, kwargs.get("metadata"), kwargs)
        return await super().agenerate(messages, stop, callbacks, **kwargs)

    def stream(
        self,
        input: LanguageModelInput,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> Iterator[AIMessageChunk]:
        """Answer in chunks; see LangChain's `BaseChatModel`."""
        config, kwargs = self._configured(config, kwargs)
        return super().stream(input, config, stop=stop, **kwargs)

    def astream(
        self,
        input: LanguageModelInput,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[AIMessageChunk]:
        """Answer in chunks; the twin of `stream`."""
        config, kwargs = self._configured(config, kwargs)
        return super().astream(input, config, stop=stop, **kwargs)

    def stream_events(
        self,
        input: LanguageModelInput,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        *,
        version: Literal["v1", "v2", "v3"] = "v2",
        **kwargs: Any,
    ) -> Any:
        """Answer in events; see LangChain's `BaseChatModel`."""
        if version == "v3":  # the others go through `stream`
            config, kwargs = self._configured(config, kwargs)
        return super().stream_events(input, config, version=version, **kwargs)

    def astream_events(
        self,
        input: LanguageModelInput,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        *,
        version: Literal["v1", "v2", "v3"] = "v2",
        **kwargs: Any,
    ) -> Any:
        """Answer in events; the twin of `stream_events`."""
        if version == "v3":
            config, kwargs = self._configured(config, kwargs)
        return super().astream_events(input, config, version=version, **kwargs)

    def _configured(
        self, config: RunnableConfig | None, kwargs: dict[str, Any]
    ) -> tuple[RunnableConfig, dict[str, Any]]:
        run = ensure_config(config)
        callbacks, kwargs = self._placed(run.get("callbacks"), run.get("metadata"), kwargs)
        return {**run, "callbacks": callbacks}, kwargs

    def _placed(
        self, callbacks: Callbacks, metadata: Mapping[str, Any] | None, kwargs: dict[str, Any]
    ) -> tuple[Callbacks, dict[str, Any]]:
        if PLACE in kwargs:
            return callbacks, kwargs
        callbacks, place = take_place(callbacks, metadata, self.client)
        return callbacks, {**kwargs, PLACE: place} if place.handlers else kwargs
