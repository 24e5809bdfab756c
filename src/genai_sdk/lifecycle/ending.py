"""What becomes of work that begins while the interpreter ends: an error that says so, and none of Python's own."""

import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from genai_sdk.errors import ClientClosedError
from genai_sdk.lifecycle.loop import running_loop
from genai_sdk.sentence import Sentence

P = ParamSpec("P")
T = TypeVar("T")


def is_ending() -> bool:
    """Tell whether the interpreter is past its main thread: from then on no thread pool can be made, or used."""
    return sys.is_finalizing() or not threading.main_thread().is_alive()


def ended() -> ClientClosedError:
    """Return the error for a call that comes too late."""
    return ClientClosedError(
        Sentence.of(
            "client.shutting_down",
            "the interpreter is shutting down: make calls before the end of the program, join "
            "threads that make them, or call warm_up earlier for those that come last",
        )
    )


async def on_thread(function: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Run a function on a thread.

    Raises:
        ClientClosedError: There are no threads any more.
        ConfigurationError: No event loop of asyncio's runs.
    """
    import asyncio  # 35 ms that a synchronous process does not pay

    running_loop()
    try:
        return await asyncio.to_thread(function, *args, **options)
    except RuntimeError:  # also of `function`, which then failed for the same reason
        if not is_ending():
            raise
    raise ended()


def refuse_at_exit() -> None:
    """Raise where a thread could no longer be started or waited for: in a finalizer of the interpreter's last moments.

    A thread started there never runs, and one that had run before may have left with a lock; both waits have no end.

    Raises:
        ClientClosedError: The interpreter is shutting down.
    """
    if sys.is_finalizing():
        raise ended()
