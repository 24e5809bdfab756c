"""What a forked child must do before it runs anything else."""

import os
import weakref
from collections.abc import Callable


class Process:
    """This process, as far as a fork makes another of it.

    Attributes:
        generation: Differs between a process and its forked children; to look at it costs less than to ask for the id.
    """

    generation = 0

    def fork(self) -> None:
        """Count a fork."""
        self.generation += 1


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


PROCESS = Process()
in_forked_child(PROCESS.fork)
