"""What a cassette does with the calls that it meets: plays those it has, and records the others.

It meets them at the client, below all that makes calls and above all that sends them. So a replay needs neither
provider nor Langfuse, and the same cassette answers on whichever connection, wire or driver.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from genai_sdk.client.interception import AlreadyOpenError, InterceptedCall, Interception
from genai_sdk.errors import GenAIError
from genai_sdk.testing.cassettes.document import CassetteError
from genai_sdk.testing.cassettes.replay import ReplayRouter, whole
from genai_sdk.testing.cassettes.tape import tape


class Seam:
    """Puts a cassette between the clients of this process and what carries their calls out.

    Args:
        cassette: The `Cassette`, which makes this and is therefore no type here.
    """

    def __init__(self, cassette: Any) -> None:
        self.cassette = cassette
        self._interception = Interception(self)

    def open(self) -> None:
        """Begin.

        Raises:
            CassetteError: Another cassette is in use.
        """
        try:
            self._interception.open()
        except AlreadyOpenError as error:
            held = getattr(error.interceptor, "cassette", None)
            what = "something else meets the calls" if held is None else f"the cassette {held.path} is in use"
            raise CassetteError(f"{what}: close it before another one is opened") from None

    def close(self) -> None:
        """Let calls go their way again; may be repeated."""
        self._interception.close()

    def run(self, call: InterceptedCall, go_on: Callable[[], Any]) -> Any:
        """Play a whole answer, or record it."""
        asked = self.cassette.ask(call.client, call.operation, call.arguments, stream=False)
        if asked.recording is not None:
            return whole(asked.recording, call.operation, call.arguments.answer)
        try:
            answer = go_on()
        except GenAIError as error:
            asked.failed(error)
            raise
        asked.answered(answer)
        return answer

    async def arun(self, call: InterceptedCall, go_on: Callable[[], Awaitable[Any]]) -> Any:
        """Play a whole answer, or record it; the twin of `run`."""
        asked = self.cassette.ask(call.client, call.operation, call.arguments, stream=False)
        if asked.recording is not None:
            return whole(asked.recording, call.operation, call.arguments.answer)
        try:
            answer = await go_on()
        except GenAIError as error:
            asked.failed(error)
            raise
        asked.answered(answer)
        return answer

    def stream(self, call: InterceptedCall, go_on: Callable[[], Any]) -> Any:
        """Play a stream, or record it."""
        asked = self.cassette.ask(call.client, call.operation, call.arguments, stream=True)
        if asked.recording is not None:
            if asked.recording.error is not None:
                return whole(asked.recording, call.operation, None)
            return self._router(asked.recording).play(call.operation, call.arguments)
        try:
            made = go_on()
        except GenAIError as error:
            asked.failed(error)
            raise
        return tape(made, asked.tape(call.started))

    async def astream(self, call: InterceptedCall, go_on: Callable[[], Awaitable[Any]]) -> Any:
        """Play a stream, or record it; the twin of `stream`."""
        asked = self.cassette.ask(call.client, call.operation, call.arguments, stream=True)
        if asked.recording is not None:
            if asked.recording.error is not None:
                return whole(asked.recording, call.operation, None)
            return await self._router(asked.recording).aplay(call.operation, call.arguments)
        try:
            made = await go_on()
        except GenAIError as error:
            asked.failed(error)
            raise
        return tape(made, asked.tape(call.started))

    def _router(self, recording: Any) -> ReplayRouter:
        return ReplayRouter(recording, self.cassette.clock, self.cassette.pace)
