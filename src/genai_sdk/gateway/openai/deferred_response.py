"""A response of the HTTP library's that is made when somebody looks at it, which hardly anybody does."""

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

from genai_sdk.gateway.openai.application import AsyncEvents, Events


@cache
def deferred_response(http: ModuleType) -> Any:
    """Return the class of such responses, for `httpx` or `httpx2`."""
    library: Any = http
    return type("DeferredResponse", (_Deferred, library.Response), {})


class _Deferred:
    """What of a response is there before it is made.

    Args:
        make: Makes the response, with its request.
        body: Its body; the events of a stream are closed with it.
    """

    def __init__(self, make: Callable[[], Any], body: Any) -> None:
        self._make: Callable[[], Any] | None = make
        self._body = body
        self._is_closed_early = False

    def __getattr__(self, name: str) -> Any:
        make = self.__dict__.get("_make")
        if make is None or name.startswith("__"):
            raise AttributeError(name)
        self._make = None
        self.__dict__.update(vars(make()))
        if self._is_closed_early:
            self.is_closed = True
        return getattr(self, name)

    def close(self) -> None:
        """Close it, and free what it is read from."""
        if self._make is None:
            super().close()  # type: ignore[misc]  # the library's
            return
        self._is_closed_early = True
        if isinstance(self._body, Events):
            self._body.close()

    async def aclose(self) -> None:
        """Close it; the twin of `close`."""
        if self._make is None:
            await super().aclose()  # type: ignore[misc]  # the library's
            return
        self._is_closed_early = True
        if isinstance(self._body, AsyncEvents):
            await self._body.aclose()
