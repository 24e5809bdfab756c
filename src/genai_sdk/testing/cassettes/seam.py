"""Where calls come to a cassette: at the client, below all that makes calls and above all that sends them.

Every call of every client, those of `as_openai()` and of tools among them, goes through one of these methods: by then
it is checked and its prompt filled in, and no connection was fetched yet. So a replay needs neither provider nor
Langfuse, and the same cassette answers on whichever connection, wire or driver. They are replaced while a cassette is
in use, as the network guard replaces sockets: without one, a call pays for nothing.
"""

import threading
from collections.abc import Callable
from typing import Any

from genai_sdk.client.calls import Calls
from genai_sdk.client.chat import ChatCalls
from genai_sdk.client.item_calls import ItemCalls
from genai_sdk.client.native_edges import NativeEdges
from genai_sdk.client.native_parameters import read_kept
from genai_sdk.client.parameters import Arguments
from genai_sdk.errors import GenAIError
from genai_sdk.testing.cassettes.document import CassetteError
from genai_sdk.testing.cassettes.replay import ReplayRouter, whole
from genai_sdk.testing.cassettes.tape import tape
from genai_sdk.wires.operation import CHAT
from genai_sdk.wires.responses.operation import RESPONSES

_LOCK = threading.Lock()
_in_use: list[Any] = []


class Seam:
    """Puts a cassette between the clients of this process and what carries their calls out.

    Args:
        cassette: The `Cassette`, which makes this and is therefore no type here.
    """

    def __init__(self, cassette: Any) -> None:
        self._cassette = cassette
        self._restore: list[Callable[[], None]] = []

    def open(self) -> None:
        """Begin.

        Raises:
            CassetteError: Another cassette is in use.
        """
        with _LOCK:
            if _in_use:
                raise CassetteError(f"the cassette {_in_use[0].path} is in use: close it before another one is opened")
            _in_use.append(self._cassette)
            self._replace(Calls, "_run", self._run)
            self._replace(Calls, "_arun", self._arun)
            self._replace(ChatCalls, "_stream_chat", self._stream_chat)
            self._replace(ChatCalls, "_astream_chat", self._astream_chat)
            self._replace(ItemCalls, "_stream_items", self._stream)
            self._replace(ItemCalls, "_astream_items", self._astream)
            self._replace(NativeEdges, "_streamed", self._stream)
            self._replace(NativeEdges, "_astreamed", self._astream)
            self._replace(NativeEdges, "_responded", self._responded)
            self._replace(NativeEdges, "_aresponded", self._aresponded)
            self._replace(NativeEdges, "_kept", self._kept)
            self._replace(NativeEdges, "_akept", self._akept)

    def close(self) -> None:
        """Let calls go their way again; may be repeated."""
        with _LOCK:
            if self._restore:
                _in_use.remove(self._cassette)
            while self._restore:
                self._restore.pop()()

    def _replace(self, owner: type[Any], name: str, replacing: Callable[[Any], Any]) -> None:
        original = vars(owner)[name]
        self._restore.append(lambda: setattr(owner, name, original))
        setattr(owner, name, replacing(original))

    def _run(self, original: Any) -> Any:
        def run(client: Any, operation: Any, arguments: Any, started: float, link: Any = None) -> Any:
            asked = self._cassette.ask(client, operation, arguments, stream=False)
            if asked.recording is not None:
                return whole(asked.recording, operation, arguments.answer)
            try:
                answer = original(client, operation, arguments, started, link)
            except GenAIError as error:
                asked.failed(error)
                raise
            asked.answered(answer)
            return answer

        return run

    def _arun(self, original: Any) -> Any:
        async def run(client: Any, operation: Any, arguments: Any, started: float, link: Any = None) -> Any:
            asked = self._cassette.ask(client, operation, arguments, stream=False)
            if asked.recording is not None:
                return whole(asked.recording, operation, arguments.answer)
            try:
                answer = await original(client, operation, arguments, started, link)
            except GenAIError as error:
                asked.failed(error)
                raise
            asked.answered(answer)
            return answer

        return run

    def _responded(self, original: Any) -> Any:
        def responded(client: Any, arguments: Any, started: float, link: Any, wait: float) -> Any:
            run = self._run(lambda *_: original(client, arguments, started, link, wait))
            return run(client, RESPONSES, arguments, started, link)

        return responded

    def _aresponded(self, original: Any) -> Any:
        async def responded(client: Any, arguments: Any, started: float, link: Any, wait: float) -> Any:
            run = self._arun(lambda *_: original(client, arguments, started, link, wait))
            return await run(client, RESPONSES, arguments, started, link)

        return responded

    def _kept(self, original: Any) -> Any:
        def kept(client: Any, operation: Any, response: Any, model: str | None) -> Any:
            run = self._run(lambda *_: original(client, operation, response, model))
            return run(client, operation, Arguments(*read_kept(response, model), {}), 0.0)

        return kept

    def _akept(self, original: Any) -> Any:
        async def kept(client: Any, operation: Any, response: Any, model: str | None) -> Any:
            run = self._arun(lambda *_: original(client, operation, response, model))
            return await run(client, operation, Arguments(*read_kept(response, model), {}), 0.0)

        return kept

    def _stream_chat(self, original: Any) -> Any:
        def make(client: Any, _: Any, arguments: Any, started: float, link: Any = None) -> Any:
            return original(client, arguments, started, link)

        stream = self._stream(make)
        return lambda client, arguments, started, link=None: stream(client, CHAT, arguments, started, link)

    def _astream_chat(self, original: Any) -> Any:
        async def make(client: Any, _: Any, arguments: Any, started: float, link: Any = None) -> Any:
            return await original(client, arguments, started, link)

        stream = self._astream(make)
        return lambda client, arguments, started, link=None: stream(client, CHAT, arguments, started, link)

    def _stream(self, original: Any) -> Any:
        cassette = self._cassette

        def stream(client: Any, operation: Any, arguments: Any, started: float, *link: Any) -> Any:
            asked = cassette.ask(client, operation, arguments, stream=True)
            if asked.recording is not None:
                if asked.recording.error is not None:
                    return whole(asked.recording, operation, None)
                return ReplayRouter(asked.recording, cassette.clock, cassette.pace).play(operation, arguments)
            try:
                made = original(client, operation, arguments, started, *link)
            except GenAIError as error:
                asked.failed(error)
                raise
            return tape(made, asked.tape(started))

        return stream

    def _astream(self, original: Any) -> Any:
        cassette = self._cassette

        async def stream(client: Any, operation: Any, arguments: Any, started: float, *link: Any) -> Any:
            asked = cassette.ask(client, operation, arguments, stream=True)
            if asked.recording is not None:
                if asked.recording.error is not None:
                    return whole(asked.recording, operation, None)
                router = ReplayRouter(asked.recording, cassette.clock, cassette.pace)
                return await router.aplay(operation, arguments)
            try:
                made = await original(client, operation, arguments, started, *link)
            except GenAIError as error:
                asked.failed(error)
                raise
            return tape(made, asked.tape(started))

        return stream
