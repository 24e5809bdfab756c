"""Uvicorn's way to end, which leaves an application no last word."""

from collections.abc import Callable
from typing import Any

from genai_sdk.lifecycle.ending import on_thread


def after_shutdown(handler: object, function: Callable[[], None]) -> None:
    """Call a blocking function when a uvicorn server has shut down, if a signal's handler belongs to one.

    Uvicorn (0.54, `Server.capture_signals`) takes SIGTERM, shuts down in peace, puts back the handler it had
    found and raises the signal again. Its workers have found SIG_DFL, as they import the application later: they die
    of the signal, and no `atexit` runs. The handler is a method of the server, and stays as it is.
    """
    server: Any = getattr(handler, "__self__", None)
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(server).__mro__}
    if "uvicorn.server.Server" not in names or "shutdown" in vars(server):
        return
    shutdown = server.shutdown

    async def shutdown_and_wait(*args: Any, **options: Any) -> None:
        await shutdown(*args, **options)
        await on_thread(function)

    server.shutdown = shutdown_and_wait
