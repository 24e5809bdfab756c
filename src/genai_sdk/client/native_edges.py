"""What the calls in a vendor's own shape do, sync and async, once their arguments are known."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from genai_sdk.client.calls import Calls
from genai_sdk.client.parameters import Arguments
from genai_sdk.client.prompting import names_prompt, wanted
from genai_sdk.client.recorded import Recorded
from genai_sdk.tracing import UNRECORDED, CallTrace
from genai_sdk.types import PromptLink
from genai_sdk.wires.operation import A, Operation, Q

if TYPE_CHECKING:  # loaded by those who make such calls
    from genai_sdk.client.response_homes import ResponseHomes
    from genai_sdk.routing.event_stream import AsyncEventStream, EventStream
    from genai_sdk.types.responses import ResponsesResponse
    from genai_sdk.wires.batch import E, EventBatch
    from genai_sdk.wires.responses.call import ResponsesRequest
    from genai_sdk.wires.responses.retrieval import KeptRequest


class NativeEdges(Calls):
    """Answers calls in a vendor's own shape."""

    @property
    def _homes(self) -> "ResponseHomes":
        """Who made the responses of this client."""
        homes: ResponseHomes | None = self.__dict__.get("_response_homes")
        if homes is None:
            from genai_sdk.client import response_homes

            # One, whoever comes first: from Python 3.12 on a `cached_property` may be made twice.
            made = response_homes.ResponseHomes(self._clock.now)
            first: ResponseHomes = self.__dict__.setdefault("_response_homes", made)
            return first
        return homes

    def _with_prompt(self, options: Mapping[str, Any], given: Any) -> Mapping[str, Any]:
        """Return keywords with the prompt that they name."""
        if not names_prompt(prompt := options.get("prompt")):
            return options
        found = self.get_prompt(prompt, variables=wanted(options.get("variables"), given))
        return {**options, "prompt": found, "variables": None}

    async def _awith_prompt(self, options: Mapping[str, Any], given: Any) -> Mapping[str, Any]:
        """Return keywords with the prompt that they name; the twin of `_with_prompt`."""
        if not names_prompt(prompt := options.get("prompt")):
            return options
        found = await self.aget_prompt(prompt, variables=wanted(options.get("variables"), given))
        return {**options, "prompt": found, "variables": None}

    def _streamed(
        self,
        operation: "Operation[Q, A, EventBatch[E]]",
        arguments: Arguments[Q],
        started: float,
        link: PromptLink | None,
    ) -> "EventStream[E, A]":
        arguments, trace = self._recorded(operation, arguments, started, link, streaming=True)
        with Recorded(trace):
            trace = self._noting(operation, trace, started)
            call = self._begin(self._registry.get(), arguments, trace, started, operation, streaming=True)
            return self._router.stream_events(operation, call, arguments.request, arguments.answer)

    async def _astreamed(
        self,
        operation: "Operation[Q, A, EventBatch[E]]",
        arguments: Arguments[Q],
        started: float,
        link: PromptLink | None,
    ) -> "AsyncEventStream[E, A]":
        arguments, trace = self._recorded(operation, arguments, started, link, streaming=True)
        with Recorded(trace):
            trace = self._noting(operation, trace, started)
            call = self._begin(await self._registry.aget(), arguments, trace, started, operation, streaming=True)
            return await self._router.astream_events(operation, call, arguments.request, arguments.answer)

    def _noting(self, operation: "Operation[Any, Any, Any]", trace: CallTrace, started: float) -> CallTrace:
        """Return the trace of a call that takes note of who makes a response."""
        return self._homes.noting(trace, started) if operation.name == "responses" else trace

    def _responded(
        self, arguments: "Arguments[ResponsesRequest]", started: float, link: PromptLink | None, wait: float
    ) -> "ResponsesResponse":
        """Answer a request for a response whole; of one in the background the end is waited for so many seconds."""
        from genai_sdk.wires.responses.operation import RESPONSES

        arguments, trace = self._recorded(RESPONSES, arguments, started, link)
        with Recorded(trace):
            noting = self._homes.noting(trace, started)
            call = self._begin(self._registry.get(), arguments, noting, started, RESPONSES)
            if not wait:
                response: ResponsesResponse = self._router.run(RESPONSES, call, arguments.request, arguments.answer)
                return response
            from genai_sdk.routing.background import run_to_end

            return run_to_end(self._router, self._clock, call, arguments.request, arguments.answer, wait)

    async def _aresponded(
        self, arguments: "Arguments[ResponsesRequest]", started: float, link: PromptLink | None, wait: float
    ) -> "ResponsesResponse":
        """Answer a request for a response whole; the twin of `_responded`."""
        from genai_sdk.wires.responses.operation import RESPONSES

        arguments, trace = self._recorded(RESPONSES, arguments, started, link)
        with Recorded(trace):
            noting = self._homes.noting(trace, started)
            call = self._begin(await self._registry.aget(), arguments, noting, started, RESPONSES)
            if not wait:
                answered: ResponsesResponse = await self._router.arun(
                    RESPONSES, call, arguments.request, arguments.answer
                )
                return answered
            from genai_sdk.routing.background import arun_to_end

            return await arun_to_end(self._router, self._clock, call, arguments.request, arguments.answer, wait)

    def _kept(
        self, operation: "Operation[KeptRequest, A, Any]", response: "ResponsesResponse | str", model: str | None
    ) -> A:
        from genai_sdk.client.native_parameters import read_kept

        name, request = read_kept(response, model)
        arguments = Arguments(name, request, {})
        call = self._begin(self._registry.get(), arguments, UNRECORDED, self._clock.now(), operation)
        answer: A = self._router.run(operation, call, request)
        return answer

    async def _akept(
        self, operation: "Operation[KeptRequest, A, Any]", response: "ResponsesResponse | str", model: str | None
    ) -> A:
        from genai_sdk.client.native_parameters import read_kept

        name, request = read_kept(response, model)
        arguments = Arguments(name, request, {})
        call = self._begin(await self._registry.aget(), arguments, UNRECORDED, self._clock.now(), operation)
        answer: A = await self._router.arun(operation, call, request)
        return answer
