"""What a forked child must do before it runs anything else."""

import os
import weakref
from collections.abc import Callable


def in_forked_child(method: Callable[[], None]) -> None:
    """Call a bound method in every forked child for as long as its owner lives.

    Python cannot take such a call back, so each owner leaves an empty closure behind, and nothing else.
    """
    reference = weakref.WeakMethod(method)

    def call() -> None:
        if (bound := reference()) is not None:
            bound()

    if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
        os.register_at_fork(after_in_child=call)
