"""The calls in a vendor's own shape, sync and async: OpenAI's responses, and Anthropic's messages."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from genai_sdk.client.calls import Calls, Recorded
from genai_sdk.client.parameters import Arguments, read_stream
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.wires.operation import A, Operation, Q

if TYPE_CHECKING:  # loaded by those who make such calls
    from genai_sdk.client.native_parameters import MessagesKeywords, ResponsesKeywords
    from genai_sdk.routing.event_stream import AsyncEventStream, EventStream
    from genai_sdk.types.messages import MessagesEvent, MessagesResponse
    from genai_sdk.types.responses import ResponsesEvent, ResponsesResponse
    from genai_sdk.wires.batch import E, EventBatch

    ResponsesStream = EventStream[ResponsesEvent, ResponsesResponse]
    AsyncResponsesStream = AsyncEventStream[ResponsesEvent, ResponsesResponse]
    MessagesStream = EventStream[MessagesEvent, MessagesResponse]
    AsyncMessagesStream = AsyncEventStream[MessagesEvent, MessagesResponse]

Objects = Sequence[Mapping[str, Any]]
Input = str | Objects


class NativeCalls(Calls):
    """The calls in a vendor's own shape."""

    @overload
    def responses(
        self,
        model: str,
        input: Input,
        *,
        stream: Literal[False] = False,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse": ...
    @overload
    def responses(
        self,
        model: str,
        input: Input,
        *,
        stream: Literal[True],
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesStream": ...
    @overload
    def responses(
        self,
        model: str,
        input: Input,
        *,
        stream: bool,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse | ResponsesStream": ...
    def responses(
        self,
        model: str,
        input: Input,  # noqa: A002 - OpenAI's name
        *,
        stream: bool = False,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse | ResponsesStream":
        """Ask a model in the shape of OpenAI's Responses API, whichever provider serves it; see docs/responses.md.

        Where the wire has that API, items and events come and go as they are; on all others the call is put as chat.

        Args:
            model: A model's name.
            input: A text, or OpenAI's items; those of an earlier answer (`response.output`) may be among them.
            stream: Whether to return an iterator of OpenAI's events. It has reached its first content.
            **options: OpenAI's parameters, and the routing options of this call; what is None was not given.

        Raises:
            GenAIError: As `completion`.
        """
        started = self._clock.now()
        refuse_at_exit()  # nothing can be imported then
        from genai_sdk.client.native_parameters import read_responses
        from genai_sdk.wires.responses.operation import RESPONSES

        arguments = read_responses(model, input, options)
        if read_stream(stream):
            return self._streamed(RESPONSES, arguments, started)
        return self._run(RESPONSES, arguments, started)

    @overload
    async def aresponses(
        self,
        model: str,
        input: Input,
        *,
        stream: Literal[False] = False,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse": ...
    @overload
    async def aresponses(
        self,
        model: str,
        input: Input,
        *,
        stream: Literal[True],
        **options: "Unpack[ResponsesKeywords]",
    ) -> "AsyncResponsesStream": ...
    @overload
    async def aresponses(
        self,
        model: str,
        input: Input,
        *,
        stream: bool,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse | AsyncResponsesStream": ...
    async def aresponses(
        self,
        model: str,
        input: Input,  # noqa: A002 - OpenAI's name
        *,
        stream: bool = False,
        **options: "Unpack[ResponsesKeywords]",
    ) -> "ResponsesResponse | AsyncResponsesStream":
        """Ask a model in the shape of OpenAI's Responses API; the twin of `responses`."""
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.native_parameters import read_responses
        from genai_sdk.wires.responses.operation import RESPONSES

        arguments = read_responses(model, input, options)
        if read_stream(stream):
            return await self._astreamed(RESPONSES, arguments, started)
        return await self._arun(RESPONSES, arguments, started)

    @overload
    def messages(
        self,
        model: str,
        messages: Objects,
        max_tokens: int,
        *,
        stream: Literal[False] = False,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse": ...
    @overload
    def messages(
        self,
        model: str,
        messages: Objects,
        max_tokens: int,
        *,
        stream: Literal[True],
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesStream": ...
    @overload
    def messages(
        self, model: str, messages: Objects, max_tokens: int, *, stream: bool, **options: "Unpack[MessagesKeywords]"
    ) -> "MessagesResponse | MessagesStream": ...
    def messages(
        self,
        model: str,
        messages: Objects,
        max_tokens: int,
        *,
        stream: bool = False,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse | MessagesStream":
        """Ask a model in the shape of Anthropic's Messages API, whichever provider serves it; see docs/responses.md.

        Claude is asked in that shape at Anthropic, on Vertex AI and on Bedrock; for all others the call is put as chat.

        Args:
            model: A model's name.
            messages: The conversation in Anthropic's shape; an earlier answer may be among them.
            max_tokens: The most tokens to generate.
            stream: Whether to return an iterator of Anthropic's events. It has reached its first content.
            **options: Anthropic's parameters, and the routing options of this call; what is None was not given.

        Raises:
            GenAIError: As `completion`.
        """
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.native_parameters import read_messages
        from genai_sdk.wires.messages.operation import MESSAGES

        arguments = read_messages(model, messages, max_tokens, options)
        if read_stream(stream):
            return self._streamed(MESSAGES, arguments, started)
        return self._run(MESSAGES, arguments, started)

    @overload
    async def amessages(
        self,
        model: str,
        messages: Objects,
        max_tokens: int,
        *,
        stream: Literal[False] = False,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse": ...
    @overload
    async def amessages(
        self,
        model: str,
        messages: Objects,
        max_tokens: int,
        *,
        stream: Literal[True],
        **options: "Unpack[MessagesKeywords]",
    ) -> "AsyncMessagesStream": ...
    @overload
    async def amessages(
        self, model: str, messages: Objects, max_tokens: int, *, stream: bool, **options: "Unpack[MessagesKeywords]"
    ) -> "MessagesResponse | AsyncMessagesStream": ...
    async def amessages(
        self,
        model: str,
        messages: Objects,
        max_tokens: int,
        *,
        stream: bool = False,
        **options: "Unpack[MessagesKeywords]",
    ) -> "MessagesResponse | AsyncMessagesStream":
        """Ask a model in the shape of Anthropic's Messages API; the twin of `messages`."""
        started = self._clock.now()
        refuse_at_exit()
        from genai_sdk.client.native_parameters import read_messages
        from genai_sdk.wires.messages.operation import MESSAGES

        arguments = read_messages(model, messages, max_tokens, options)
        if read_stream(stream):
            return await self._astreamed(MESSAGES, arguments, started)
        return await self._arun(MESSAGES, arguments, started)

    def _streamed(
        self, operation: "Operation[Q, A, EventBatch[E]]", arguments: Arguments[Q], started: float
    ) -> "EventStream[E, A]":
        arguments, trace = self._recorded(operation, arguments, started, None, streaming=True)
        with Recorded(trace):
            call = self._begin(self._registry.get(), arguments, trace, started, operation, streaming=True)
            return self._router.stream_events(operation, call, arguments.request, arguments.answer)

    async def _astreamed(
        self, operation: "Operation[Q, A, EventBatch[E]]", arguments: Arguments[Q], started: float
    ) -> "AsyncEventStream[E, A]":
        arguments, trace = self._recorded(operation, arguments, started, None, streaming=True)
        with Recorded(trace):
            call = self._begin(await self._registry.aget(), arguments, trace, started, operation, streaming=True)
            return await self._router.astream_events(operation, call, arguments.request, arguments.answer)
