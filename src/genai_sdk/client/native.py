"""The calls in a vendor's own shape, sync and async: OpenAI's responses, and Anthropic's messages."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from genai_sdk.client.native_edges import NativeEdges
from genai_sdk.client.parameters import read_stream
from genai_sdk.lifecycle.ending import refuse_at_exit

if TYPE_CHECKING:  # loaded by those who make such calls
    from genai_sdk.client.native_parameters import MessagesKeywords, ResponsesKeywords
    from genai_sdk.routing.event_stream import AsyncEventStream, EventStream
    from genai_sdk.types.messages import MessagesEvent, MessagesResponse
    from genai_sdk.types.responses import ResponsesEvent, ResponsesResponse

    ResponsesStream = EventStream[ResponsesEvent, ResponsesResponse]
    AsyncResponsesStream = AsyncEventStream[ResponsesEvent, ResponsesResponse]
    MessagesStream = EventStream[MessagesEvent, MessagesResponse]
    AsyncMessagesStream = AsyncEventStream[MessagesEvent, MessagesResponse]

Objects = Sequence[Mapping[str, Any]]
Input = str | Objects


class NativeCalls(NativeEdges):
    """The calls in a vendor's own shape."""

    @overload
    def responses(
        self,
        model: str | None = None,
        input: Input | None = None,
        *,
        stream: Literal[False] = False,
        wait: float | None = None,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse": ...
    @overload
    def responses(
        self,
        model: str | None = None,
        input: Input | None = None,
        *,
        stream: Literal[True],
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesStream": ...
    @overload
    def responses(
        self,
        model: str | None = None,
        input: Input | None = None,
        *,
        stream: bool,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse | ResponsesStream": ...
    def responses(
        self,
        model: str | None = None,
        input: Input | None = None,  # noqa: A002 - OpenAI's name
        *,
        stream: bool = False,
        wait: float | None = None,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse | ResponsesStream":
        """Ask a model in the shape of OpenAI's Responses API, whichever provider serves it; see `genai docs responses`.

        Where the wire has that API, items and events come and go as they are; on all others the call is put as chat.

        Args:
            model: A model's name. Left out, the config of a managed prompt says it.
            input: A text, or OpenAI's items; those of an earlier answer (`response.output`) may be among them.
            stream: Whether to return an iterator of OpenAI's events. It has reached its first content.
            wait: With `background=True`, the most seconds that the end of the response is waited for, within the call's
                `deadline`; left out, the response comes back as it is at once.
            **options: OpenAI's parameters, and the routing options of this call; what is None was not given.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> client.responses("gpt-6-luna", "Hello!").output_text
            >>> for event in client.responses("gpt-6-luna", "Hello!", stream=True):
            ...     print(event.text, end="")
        """
        started = self._clock.now()
        refuse_at_exit()  # nothing can be imported then
        from genai_sdk.client.native_parameters import read_wait
        from genai_sdk.client.native_prompts import responses_call
        from genai_sdk.wires.responses.operation import RESPONSES

        arguments, link = responses_call(model, input, self._with_prompt(options, input))
        stream, arguments = read_stream(stream), self._homes.led(arguments)
        seconds = read_wait(wait, arguments.request.options, stream=stream)
        if stream:
            return self._streamed(RESPONSES, arguments, started, link)
        return self._responded(arguments, started, link, seconds)

    @overload
    async def aresponses(
        self,
        model: str | None = None,
        input: Input | None = None,
        *,
        stream: Literal[False] = False,
        wait: float | None = None,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse": ...
    @overload
    async def aresponses(
        self,
        model: str | None = None,
        input: Input | None = None,
        *,
        stream: Literal[True],
        **options: "Unpack[ResponsesKeywords]",
    ) -> "AsyncResponsesStream": ...
    @overload
    async def aresponses(
        self,
        model: str | None = None,
        input: Input | None = None,
        *,
        stream: bool,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse | AsyncResponsesStream": ...
    async def aresponses(
        self,
        model: str | None = None,
        input: Input | None = None,  # noqa: A002 - OpenAI's name
        *,
        stream: bool = False,
        wait: float | None = None,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse | AsyncResponsesStream":
        """Ask a model in the shape of OpenAI's Responses API; the twin of `responses`.

        Examples:
            >>> (await client.aresponses("gpt-6-luna", "Hello!")).output_text
            >>> async for event in await client.aresponses("gpt-6-luna", "Hello!", stream=True):
            ...     print(event.text, end="")
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.native_parameters import read_wait
        from genai_sdk.client.native_prompts import responses_call
        from genai_sdk.wires.responses.operation import RESPONSES

        arguments, link = responses_call(model, input, await self._awith_prompt(options, input))
        stream, arguments = read_stream(stream), self._homes.led(arguments)
        seconds = read_wait(wait, arguments.request.options, stream=stream)
        if stream:
            return await self._astreamed(RESPONSES, arguments, started, link)
        return await self._aresponded(arguments, started, link, seconds)

    def retrieve_response(self, response: "ResponsesResponse | str", model: str | None = None) -> "ResponsesResponse":
        """Return a response that the vendor keeps, as it is now. It is no call of a model, and not recorded.

        Args:
            response: A response of `responses`, or its id.
            model: With an id that this client was not answered with, who keeps it: `connection/model`.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> response = client.responses("gpt-6-luna", "Hello!")
            >>> if not response.is_over:
            ...     response = client.retrieve_response(response)
        """
        refuse_at_exit()
        from genai_sdk.wires.responses.retrieval import RETRIEVAL

        return self._kept(RETRIEVAL, response, model or self._homes.name_of(response))

    async def aretrieve_response(
        self, response: "ResponsesResponse | str", model: str | None = None
    ) -> "ResponsesResponse":
        """Return a response that the vendor keeps, as it is now; the twin of `retrieve_response`.

        Examples:
            >>> response = await client.aresponses("gpt-6-luna", "Hello!")
            >>> if not response.is_over:
            ...     response = await client.aretrieve_response(response)
        """
        refuse_at_exit()
        from genai_sdk.wires.responses.retrieval import RETRIEVAL

        return await self._akept(RETRIEVAL, response, model or self._homes.name_of(response))

    def cancel_response(self, response: "ResponsesResponse | str", model: str | None = None) -> "ResponsesResponse":
        """Give up a response in the background; arguments as of `retrieve_response`.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> response = client.responses("gpt-6-luna", "Hello!")
            >>> if not response.is_over:
            ...     response = client.cancel_response(response)
        """
        refuse_at_exit()
        from genai_sdk.wires.responses.retrieval import CANCELLATION

        return self._kept(CANCELLATION, response, model or self._homes.name_of(response))

    async def acancel_response(
        self, response: "ResponsesResponse | str", model: str | None = None
    ) -> "ResponsesResponse":
        """Give up a response in the background; the twin of `cancel_response`.

        Examples:
            >>> response = await client.aresponses("gpt-6-luna", "Hello!")
            >>> if not response.is_over:
            ...     response = await client.acancel_response(response)
        """
        refuse_at_exit()
        from genai_sdk.wires.responses.retrieval import CANCELLATION

        return await self._akept(CANCELLATION, response, model or self._homes.name_of(response))

    @overload
    def messages(
        self,
        model: str | None = None,
        messages: Objects | None = None,
        max_tokens: int | None = None,
        *,
        stream: Literal[False] = False,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse": ...
    @overload
    def messages(
        self,
        model: str | None = None,
        messages: Objects | None = None,
        max_tokens: int | None = None,
        *,
        stream: Literal[True],
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesStream": ...
    @overload
    def messages(
        self,
        model: str | None = None,
        messages: Objects | None = None,
        max_tokens: int | None = None,
        *,
        stream: bool,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse | MessagesStream": ...
    def messages(
        self,
        model: str | None = None,
        messages: Objects | None = None,
        max_tokens: int | None = None,
        *,
        stream: bool = False,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse | MessagesStream":
        """Ask a model in the shape of Anthropic's Messages API, whoever serves it; see `genai docs responses`.

        Claude is asked in that shape at Anthropic, on Vertex AI and on Bedrock; for all others the call is put as chat.

        Args:
            model: A model's name. Left out, the config of a managed prompt says it.
            messages: The conversation in Anthropic's shape; an earlier answer may be among them.
            max_tokens: The most tokens to generate.
            stream: Whether to return an iterator of Anthropic's events. It has reached its first content.
            **options: Anthropic's parameters, and the routing options of this call; what is None was not given.

        Raises:
            GenAIError: As `completion`.

        Examples:
            >>> messages = [{"role": "user", "content": "Hello!"}]
            >>> client.messages("gpt-6-luna", messages, max_tokens=200).text
            >>> for event in client.messages("gpt-6-luna", messages, max_tokens=200, stream=True):
            ...     print(event.text, end="")
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.native_prompts import messages_call
        from genai_sdk.wires.messages.operation import MESSAGES

        arguments, link = messages_call(model, messages, max_tokens, self._with_prompt(options, messages))
        return (self._streamed if read_stream(stream) else self._run)(MESSAGES, arguments, started, link)

    @overload
    async def amessages(
        self,
        model: str | None = None,
        messages: Objects | None = None,
        max_tokens: int | None = None,
        *,
        stream: Literal[False] = False,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse": ...
    @overload
    async def amessages(
        self,
        model: str | None = None,
        messages: Objects | None = None,
        max_tokens: int | None = None,
        *,
        stream: Literal[True],
        **options: "Unpack[MessagesKeywords]",
    ) -> "AsyncMessagesStream": ...
    @overload
    async def amessages(
        self,
        model: str | None = None,
        messages: Objects | None = None,
        max_tokens: int | None = None,
        *,
        stream: bool,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse | AsyncMessagesStream": ...
    async def amessages(
        self,
        model: str | None = None,
        messages: Objects | None = None,
        max_tokens: int | None = None,
        *,
        stream: bool = False,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse | AsyncMessagesStream":
        """Ask a model in the shape of Anthropic's Messages API; the twin of `messages`.

        Examples:
            >>> messages = [{"role": "user", "content": "Hello!"}]
            >>> (await client.amessages("gpt-6-luna", messages, max_tokens=200)).text
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.native_prompts import messages_call
        from genai_sdk.wires.messages.operation import MESSAGES

        arguments, link = messages_call(model, messages, max_tokens, await self._awith_prompt(options, messages))
        if read_stream(stream):
            return await self._astreamed(MESSAGES, arguments, started, link)
        return await self._arun(MESSAGES, arguments, started, link)
