"""Chat, sync and async: `completion` and its twin, typed by what the answer is to be read as."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, overload

from genai_sdk.client.calls import Calls, Conversation
from genai_sdk.client.parameters import Arguments, ChatKeywords, TypedChatKeywords, read_chat, read_stream
from genai_sdk.client.prompting import apply, names_prompt, wanted
from genai_sdk.client.recorded import Recorded
from genai_sdk.types import ChatCompletion, PromptLink
from genai_sdk.wires.operation import CHAT, ChatRequest

if TYPE_CHECKING:  # loaded by those who need them
    from genai_sdk.client.prompting import Prompt
    from genai_sdk.routing import AsyncCompletionStream, CompletionStream

T = TypeVar("T")


class ChatCalls(Calls):
    """The calls of a client, chat among them."""

    @overload
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: type[T],
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[TypedChatKeywords],
    ) -> ChatCompletion[T]: ...
    @overload
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: type[T],
        stream: Literal[True],
        **options: Unpack[TypedChatKeywords],
    ) -> "CompletionStream[T]": ...
    @overload
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion: ...
    @overload
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        stream: Literal[True],
        **options: Unpack[ChatKeywords],
    ) -> "CompletionStream": ...
    @overload
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        stream: bool,
        **options: Unpack[ChatKeywords],
    ) -> "ChatCompletion | CompletionStream": ...
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        repair: int = 0,
        stream: bool = False,
        **options: Unpack[ChatKeywords],
    ) -> "ChatCompletion | CompletionStream":
        """Ask a model, whichever provider serves it.

        Args:
            model: A model's name, as `genai docs models` explains it. Left out, the prompt's config says it.
            messages: The conversation in OpenAI's shape. Left out, the prompt is the conversation.
            prompt: A managed prompt, or its name in Langfuse: links the call to the prompt's version, and supplies
                messages, model and parameters where the call gives none.
            variables: The prompt's variables, where `prompt` is a name.
            repair: How often the model is asked again, with what is wrong, where its answer does not fit the type given
                as `response_format`.
            stream: Whether to return an iterator of chunks. It has reached its first content, so that everything
                that goes wrong before it has been retried or raised here.
            **options: OpenAI's parameters, and the routing options of this call; what is None was not given.

        Raises:
            UnknownModelError: No connection serves the model.
            InvalidRequestError: An argument is unknown or of the wrong form.
            ConfigurationError: Key pair, connection or secret are not as they should be.
            SourceUnavailableError: The connections cannot be read at the moment.
            ProviderError: The provider's answer to the last attempt; `.attempts` has them all.
            PromptNotFoundError: There is no such prompt.
            PromptVariableError: A variable of the prompt is missing.
            ClientClosedError: The client was closed.

        Examples:
            >>> messages = [{"role": "user", "content": "Hello!"}]
            >>> client.completion("gpt-6-luna", messages).text
            >>> client.completion("gpt-6-luna", messages, response_format=list[int], repair=1).parsed
            >>> for chunk in client.completion("gpt-6-luna", messages, stream=True):
            ...     print(chunk.text or "", end="")
        """
        started = self._clock.now()
        stream = read_stream(stream)
        if names_prompt(prompt):
            prompt, variables = self.get_prompt(prompt, variables=wanted(variables, messages)), None
        prompted = apply(prompt, variables, model, messages, options)
        arguments = read_chat(prompted.model, prompted.messages, prompted.options)
        if repair:
            return self._repair(arguments, prompted.link, repair, stream=stream)
        if not stream:
            return self._run(CHAT, arguments, started, prompted.link)
        arguments, trace = self._recorded(CHAT, arguments, started, prompted.link, streaming=True)
        with Recorded(trace):
            call = self._begin(self._registry.get(), arguments, trace, started, streaming=True)
            return self._router.stream(call, arguments.request, arguments.answer)

    @overload
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: type[T],
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[TypedChatKeywords],
    ) -> ChatCompletion[T]: ...
    @overload
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        response_format: type[T],
        stream: Literal[True],
        **options: Unpack[TypedChatKeywords],
    ) -> "AsyncCompletionStream[T]": ...
    @overload
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        repair: int = 0,
        stream: Literal[False] = False,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion: ...
    @overload
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        stream: Literal[True],
        **options: Unpack[ChatKeywords],
    ) -> "AsyncCompletionStream": ...
    @overload
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        stream: bool,
        **options: Unpack[ChatKeywords],
    ) -> "ChatCompletion | AsyncCompletionStream": ...
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: "str | Prompt | None" = None,
        variables: Mapping[str, Any] | None = None,
        repair: int = 0,
        stream: bool = False,
        **options: Unpack[ChatKeywords],
    ) -> "ChatCompletion | AsyncCompletionStream":
        """Ask a model, whichever provider serves it; the twin of `completion`.

        Examples:
            >>> messages = [{"role": "user", "content": "Hello!"}]
            >>> (await client.acompletion("gpt-6-luna", messages)).text
            >>> async for chunk in await client.acompletion("gpt-6-luna", messages, stream=True):
            ...     print(chunk.text or "", end="")
        """
        started = self._clock.now()
        stream = read_stream(stream)
        if names_prompt(prompt):
            prompt, variables = await self.aget_prompt(prompt, variables=wanted(variables, messages)), None
        prompted = apply(prompt, variables, model, messages, options)
        arguments = read_chat(prompted.model, prompted.messages, prompted.options)
        if repair:
            return await self._arepair(arguments, prompted.link, repair, stream=stream)
        if not stream:
            return await self._arun(CHAT, arguments, started, prompted.link)
        arguments, trace = self._recorded(CHAT, arguments, started, prompted.link, streaming=True)
        with Recorded(trace):
            call = self._begin(await self._registry.aget(), arguments, trace, started, streaming=True)
            return await self._router.astream(call, arguments.request, arguments.answer)

    def _repair(
        self, arguments: Arguments[ChatRequest], link: PromptLink | None, repair: int, *, stream: bool
    ) -> ChatCompletion:
        """Answer a chat call, and ask again while the answer does not fit its type."""
        from genai_sdk.client.repair import Repairs

        repairs = Repairs(arguments, repair, self._options(arguments.routing).deadline, self._clock.now, stream=stream)
        with self._tracer.block(repairs.name, arguments.labels, arguments.request.messages) as block:
            while repairs.may_ask:
                with repairs.asking():
                    repairs.take(self._run(CHAT, repairs.arguments, self._clock.now(), link))
            block.update(output=repairs.response.choices[0].message if repairs.response.choices else None)
        return repairs.response

    async def _arepair(
        self, arguments: Arguments[ChatRequest], link: PromptLink | None, repair: int, *, stream: bool
    ) -> ChatCompletion:
        """Answer a chat call, and ask again; the twin of `_repair`."""
        from genai_sdk.client.repair import Repairs

        repairs = Repairs(arguments, repair, self._options(arguments.routing).deadline, self._clock.now, stream=stream)
        with self._tracer.block(repairs.name, arguments.labels, arguments.request.messages) as block:
            while repairs.may_ask:
                with repairs.asking():
                    repairs.take(await self._arun(CHAT, repairs.arguments, self._clock.now(), link))
            block.update(output=repairs.response.choices[0].message if repairs.response.choices else None)
        return repairs.response
