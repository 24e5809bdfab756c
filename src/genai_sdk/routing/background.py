"""A response that its vendor makes in the background is waited for, within bounds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from genai_sdk.errors import GenAIError
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.router import Router
from genai_sdk.tracing import CallTrace
from genai_sdk.types import Attempt, Response
from genai_sdk.types.call import AnswerReader
from genai_sdk.types.responses import ResponsesResponse
from genai_sdk.wires.responses.call import ResponsesRequest
from genai_sdk.wires.responses.operation import RESPONSES
from genai_sdk.wires.responses.retrieval import RETRIEVAL, KeptRequest

FIRST, LONGEST, FACTOR = 1.0, 10.0, 1.5
"""Seconds before the vendor is asked again, at first and at most, and how they grow."""


class HeldTrace(CallTrace):
    """The trace of a call whose answer is not its end; all else goes on to it.

    Args:
        trace: The trace.
    """

    def __init__(self, trace: CallTrace) -> None:
        self.trace = trace
        self.trace_id = trace.trace_id
        self.encoded = trace.encoded

    @property
    def trace_url(self) -> str | None:
        """Where Langfuse shows the trace."""
        return self.trace.trace_url

    def attempt(self, row: Attempt, began: float, ended: float) -> None:
        """Take note of an attempt that is over."""
        self.trace.attempt(row, began, ended)

    def warmed(self, seconds: float) -> None:
        """Take note of how long the call waited for a driver to be loaded."""
        self.trace.warmed(seconds)

    def failed(self, error: BaseException, partial: Response | None = None) -> None:
        """End the call with its error."""
        self.trace.failed(error, partial)


class Waiting:
    """When a vendor is asked again.

    Args:
        clock: The time.
        seconds: How long the response is waited for.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.now() + seconds
        self._next = FIRST

    def pause(self) -> float | None:
        """Return how long to wait now; None where the time is up."""
        seconds, left = self._next, self._end - self._clock.now()
        self._next = min(self._next * FACTOR, LONGEST)
        return min(seconds, left) if left > 0 else None


@contextmanager
def _naming(response: ResponsesResponse) -> Iterator[None]:
    """Let an error say which response it is about: at the vendor it may go on."""
    try:
        yield
    except GenAIError as error:
        made_by = f"{response.genai.connection}/{response.genai.model}"
        error.add_note(f"the response is {response.id} of {made_by}: client.retrieve_response(…) reads it again")
        raise


def run_to_end(
    router: Router, clock: Clock, call: Call[Any], request: ResponsesRequest, reader: AnswerReader | None, wait: float
) -> ResponsesResponse:
    """Answer a request, and wait for its end where it is answered in the background.

    Args:
        router: Makes the calls.
        clock: The time.
        call: The call.
        request: What is asked.
        reader: What the text is read as.
        wait: Seconds from now.
    """
    waiting, call.trace = Waiting(clock, min(wait, call.options.deadline)), (held := HeldTrace(call.trace))
    response: ResponsesResponse = router.run(RESPONSES, call, request, reader)
    while not response.is_over and (seconds := waiting.pause()) is not None:
        clock.sleep(seconds)
        with _naming(response):
            response = router.run(RETRIEVAL, call.continuing(), KeptRequest(response.id), reader)
    held.trace.answered(response)
    return response


async def arun_to_end(
    router: Router, clock: Clock, call: Call[Any], request: ResponsesRequest, reader: AnswerReader | None, wait: float
) -> ResponsesResponse:
    """Answer a request, and wait for its end; the twin of `run_to_end`."""
    waiting, call.trace = Waiting(clock, min(wait, call.options.deadline)), (held := HeldTrace(call.trace))
    response: ResponsesResponse = await router.arun(RESPONSES, call, request, reader)
    while not response.is_over and (seconds := waiting.pause()) is not None:
        await clock.asleep(seconds)
        with _naming(response):
            response = await router.arun(RETRIEVAL, call.continuing(), KeptRequest(response.id), reader)
    held.trace.answered(response)
    return response
