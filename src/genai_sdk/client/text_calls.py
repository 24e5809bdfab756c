"""The calls for reranking, moderation and text completion, sync and async."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from genai_sdk.client.item_calls import ItemCalls
from genai_sdk.client.parameters import read_stream
from genai_sdk.lifecycle.ending import refuse_at_exit

if TYPE_CHECKING:  # loaded by the first of these calls
    from genai_sdk.client.operation_keywords import ModerationKeywords, RerankKeywords, TextKeywords
    from genai_sdk.routing.items import AsyncItemStream, ItemStream
    from genai_sdk.types.moderation import ModerationResponse
    from genai_sdk.types.rerank import RerankResponse
    from genai_sdk.types.text_completion import TextCompletion


class TextCalls(ItemCalls):
    """Reranking, moderation and text completion; a part of `GenAIClient`."""

    def rerank(
        self, model: str, query: str, documents: Sequence[str], **options: "Unpack[RerankKeywords]"
    ) -> "RerankResponse":
        """Put documents in the order of how much they say on a query.

        Args:
            model: A model's name.
            query: What they shall say something on.
            documents: Their texts; a result's `index` is the place in this list.
            **options: `top_n`, `return_documents`, `max_tokens_per_doc`, and the routing options.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> client.rerank("jina-reranker-v3", "the weather", ["a forecast", "a recipe"]).results[0].index
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_rerank
        from genai_sdk.wires.operations import RERANK

        return self._run(RERANK, read_rerank(model, query, documents, options), started)

    async def arerank(
        self, model: str, query: str, documents: Sequence[str], **options: "Unpack[RerankKeywords]"
    ) -> "RerankResponse":
        """Put documents in order; the twin of `rerank`.

        Examples:
            >>> await client.arerank("jina-reranker-v3", "the weather", ["a forecast", "a recipe"], top_n=1)
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_rerank
        from genai_sdk.wires.operations import RERANK

        return await self._arun(RERANK, read_rerank(model, query, documents, options), started)

    def moderation(
        self,
        model: str,
        input: str | Sequence[str] | Sequence[Mapping[str, Any]],  # noqa: A002 - OpenAI's name
        **options: "Unpack[ModerationKeywords]",
    ) -> "ModerationResponse":
        """Say what is objectionable in texts and pictures.

        Args:
            model: A model's name.
            input: A text, a list of texts, or a list of parts in OpenAI's shape (`text`, `image_url`).
            **options: The routing options of this call.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> client.moderation("omni-moderation-latest", "Hello!").flagged
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_moderation
        from genai_sdk.wires.operations import MODERATION

        return self._run(MODERATION, read_moderation(model, input, options), started)

    async def amoderation(
        self,
        model: str,
        input: str | Sequence[str] | Sequence[Mapping[str, Any]],  # noqa: A002 - OpenAI's name
        **options: "Unpack[ModerationKeywords]",
    ) -> "ModerationResponse":
        """Say what is objectionable; the twin of `moderation`.

        Examples:
            >>> (await client.amoderation("omni-moderation-latest", "Hello!")).flagged
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_moderation
        from genai_sdk.wires.operations import MODERATION

        return await self._arun(MODERATION, read_moderation(model, input, options), started)

    @overload
    def text_completion(
        self,
        model: str,
        prompt: str | Sequence[str],
        *,
        stream: Literal[False] = False,
        **options: "Unpack[TextKeywords]",
    ) -> "TextCompletion": ...
    @overload
    def text_completion(
        self, model: str, prompt: str | Sequence[str], *, stream: Literal[True], **options: "Unpack[TextKeywords]"
    ) -> "ItemStream[TextCompletion, TextCompletion]": ...
    def text_completion(
        self, model: str, prompt: str | Sequence[str], *, stream: bool = False, **options: "Unpack[TextKeywords]"
    ) -> "TextCompletion | ItemStream[TextCompletion, TextCompletion]":
        """Go on with a text, over the older API that has no messages.

        Args:
            model: A model's name.
            prompt: The text, or several.
            stream: Whether to return an iterator of chunks.
            **options: OpenAI's parameters (`max_tokens`, `suffix`, `stop` …), and the routing options.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> client.text_completion("gpt-3.5-turbo-instruct", "Once upon a time", max_tokens=50).text
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_text
        from genai_sdk.wires.operations import TEXT_COMPLETION

        arguments = read_text(model, prompt, options)
        return (self._stream_items if read_stream(stream) else self._run)(TEXT_COMPLETION, arguments, started)

    @overload
    async def atext_completion(
        self,
        model: str,
        prompt: str | Sequence[str],
        *,
        stream: Literal[False] = False,
        **options: "Unpack[TextKeywords]",
    ) -> "TextCompletion": ...
    @overload
    async def atext_completion(
        self, model: str, prompt: str | Sequence[str], *, stream: Literal[True], **options: "Unpack[TextKeywords]"
    ) -> "AsyncItemStream[TextCompletion, TextCompletion]": ...
    async def atext_completion(
        self, model: str, prompt: str | Sequence[str], *, stream: bool = False, **options: "Unpack[TextKeywords]"
    ) -> "TextCompletion | AsyncItemStream[TextCompletion, TextCompletion]":
        """Go on with a text; the twin of `text_completion`.

        Examples:
            >>> (await client.atext_completion("gpt-3.5-turbo-instruct", "Once upon a time")).text
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.operation_arguments import read_text
        from genai_sdk.wires.operations import TEXT_COMPLETION

        arguments = read_text(model, prompt, options)
        return await (self._astream_items if read_stream(stream) else self._arun)(TEXT_COMPLETION, arguments, started)
