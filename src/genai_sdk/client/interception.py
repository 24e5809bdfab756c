"""Where every call of this process can be met before it is carried out: for what records, replays or forbids calls.

Every call of every client, those of `as_openai()` and of tools among them, ends in one of the methods named here: by
then it is checked and its prompt filled in, and no connection was fetched yet. They give way while an interception is
open, and only then: without one, a call pays for nothing.
"""

import threading
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec

from genai_sdk.client.calls import Calls
from genai_sdk.client.chat import ChatCalls
from genai_sdk.client.item_calls import ItemCalls
from genai_sdk.client.native import NativeCalls
from genai_sdk.client.native_parameters import read_kept
from genai_sdk.client.parameters import Arguments
from genai_sdk.errors import UsageError
from genai_sdk.wires.operation import CHAT, Operation
from genai_sdk.wires.responses.operation import RESPONSES

_LOCK = threading.Lock()
_open: "list[Interception]" = []


class InterceptedCall(msgspec.Struct, frozen=True):
    """A call that is about to be carried out.

    Attributes:
        client: Whose it is.
        operation: What is asked.
        arguments: The model as it was named, the request, the options, and what the answer is read as.
        started: When it began, in seconds of the client's clock.
    """

    client: Any
    operation: Operation[Any, Any, Any]
    arguments: Arguments[Any]
    started: float


class Interceptor(Protocol):
    """Who meets calls: answers each, lets it go on, or raises. Sync and async calls come to twins."""

    def run(self, call: InterceptedCall, go_on: Callable[[], Any], /) -> Any:
        """Return a whole answer, as `go_on()` would."""
        ...

    async def arun(self, call: InterceptedCall, go_on: Callable[[], Awaitable[Any]], /) -> Any:
        """Return a whole answer, as `await go_on()` would."""
        ...

    def stream(self, call: InterceptedCall, go_on: Callable[[], Any], /) -> Any:
        """Return a stream, as `go_on()` would."""
        ...

    async def astream(self, call: InterceptedCall, go_on: Callable[[], Awaitable[Any]], /) -> Any:
        """Return a stream, as `await go_on()` would."""
        ...


class AlreadyOpenError(UsageError):
    """Another interception is open: a process has one at a time.

    Attributes:
        interceptor: Whose it is.
    """

    def __init__(self, interceptor: Interceptor) -> None:
        super().__init__("calls are intercepted already: close that interception before another one is opened")
        self.interceptor = interceptor


class Interception:
    """Sends the calls of all clients of this process through an interceptor; a context manager.

    Clients made before, at import, in a framework or on another thread are met without being handed anything.

    Args:
        interceptor: Who meets them.
    """

    def __init__(self, interceptor: Interceptor) -> None:
        self._interceptor = interceptor
        self._restore: list[Callable[[], None]] = []

    def open(self) -> None:
        """Begin.

        Raises:
            AlreadyOpenError: Another one is open.
        """
        with _LOCK:
            if _open:
                raise AlreadyOpenError(_open[0]._interceptor)
            _open.append(self)
            for owner, name, twin, replacing in (
                (Calls, "_run", "_arun", self._run),
                (ChatCalls, "_stream_chat", "_astream_chat", self._stream_chat),
                (ItemCalls, "_stream_items", "_astream_items", self._stream),
                (NativeCalls, "_streamed", "_astreamed", self._stream),
                (NativeCalls, "_awaited", "_aawaited", self._awaited),
                (NativeCalls, "_kept", "_akept", self._kept),
            ):
                self._replace(owner, name, replacing, is_async=False)
                self._replace(owner, twin, replacing, is_async=True)

    def close(self) -> None:
        """Let calls go their way again; may be repeated."""
        with _LOCK:
            if self._restore:
                _open.remove(self)
            while self._restore:
                self._restore.pop()()

    def __enter__(self) -> "Interception":
        self.open()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _replace(self, owner: type[Any], name: str, replacing: Callable[..., Any], *, is_async: bool) -> None:
        original = vars(owner)[name]
        self._restore.append(lambda: setattr(owner, name, original))
        setattr(owner, name, replacing(original, is_async=is_async))

    def _run(self, original: Any, *, is_async: bool) -> Any:
        meet = self._interceptor.arun if is_async else self._interceptor.run

        def run(client: Any, operation: Any, arguments: Any, started: float, link: Any = None) -> Any:
            call = InterceptedCall(client, operation, arguments, started)
            return meet(call, lambda: original(client, operation, arguments, started, link))

        return run

    def _stream(self, original: Any, *, is_async: bool) -> Any:
        meet = self._interceptor.astream if is_async else self._interceptor.stream

        def stream(client: Any, operation: Any, arguments: Any, started: float) -> Any:
            call = InterceptedCall(client, operation, arguments, started)
            return meet(call, lambda: original(client, operation, arguments, started))

        return stream

    def _stream_chat(self, original: Any, *, is_async: bool) -> Any:
        meet = self._interceptor.astream if is_async else self._interceptor.stream

        def stream(client: Any, arguments: Any, started: float, link: Any = None) -> Any:
            call = InterceptedCall(client, CHAT, arguments, started)
            return meet(call, lambda: original(client, arguments, started, link))

        return stream

    def _awaited(self, original: Any, *, is_async: bool) -> Any:
        meet = self._interceptor.arun if is_async else self._interceptor.run

        def awaited(client: Any, arguments: Any, started: float, wait: float) -> Any:
            call = InterceptedCall(client, RESPONSES, arguments, started)
            return meet(call, lambda: original(client, arguments, started, wait))

        return awaited

    def _kept(self, original: Any, *, is_async: bool) -> Any:
        meet = self._interceptor.arun if is_async else self._interceptor.run

        def kept(client: Any, operation: Any, response: Any, model: str | None) -> Any:
            call = InterceptedCall(client, operation, Arguments(*read_kept(response, model), {}), 0.0)
            return meet(call, lambda: original(client, operation, response, model))

        return kept
