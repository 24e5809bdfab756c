"""The event loop that an async call runs on, or an error that says what to do."""

import sys
from typing import TYPE_CHECKING

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    import asyncio


def running_loop() -> "asyncio.AbstractEventLoop":
    """Return the running event loop of asyncio.

    Raises:
        ConfigurationError: There is none: another library drives the call.
    """
    from asyncio import get_running_loop  # 35 ms that a synchronous process does not pay

    try:
        return get_running_loop()
    except RuntimeError:
        pass
    raise no_loop()


def no_loop() -> ConfigurationError:
    """Return the error for an async call that runs on no event loop of asyncio's."""
    loaded = " (trio is loaded)" if "trio" in sys.modules else ""
    return ConfigurationError(
        Sentence.of(
            "client.no_loop",
            "the async methods run on asyncio, and no event loop of asyncio runs here{loaded}: under "
            "trio call the sync methods on a thread, await "
            "trio.to_thread.run_sync(client.completion, ...), or run the program on asyncio, such as "
            'anyio.run(main, backend="asyncio")',
            loaded=loaded,
        )
    )
