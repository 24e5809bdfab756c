"""What no longer works while the interpreter shuts down."""

import sys

from genai_sdk.errors import ClientClosedError


def refuse_at_exit() -> None:
    """Raise where a thread could no longer be started or waited for: in a finalizer of the interpreter's last moments.

    A thread started there never runs, and one that had run before may have left with a lock; both waits have no end.

    Raises:
        ClientClosedError: The interpreter is shutting down.
    """
    if sys.is_finalizing():
        raise ClientClosedError(
            "the interpreter is shutting down: make calls before the script ends, or in a function given to atexit"
        )
