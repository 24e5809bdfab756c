"""The steps a fake has still before it."""

import threading
from collections import deque
from collections.abc import Callable

import msgspec

from genai_sdk.testing.call import Call
from genai_sdk.testing.steps import Reply, Step

_NO_CALLS = frozenset({"batch", "file", "models", "token", "unknown"})
"""What a fake is asked beside calls of models."""


class Aim(msgspec.Struct, frozen=True):
    """Which calls a step is for.

    Attributes:
        model: The model, or None for any.
        operation: The operation, or None for any but `models`, `token`, `file` and `batch`.
    """

    model: str | None = None
    operation: str | None = None

    def fits(self, call: Call) -> bool:
        """Whether a call is aimed at."""
        fits = call.operation not in _NO_CALLS if self.operation is None else call.operation == self.operation
        return self.model in (None, call.model) and fits


class Script:
    """A queue of steps, each for the first call that it fits, and steps that hold for good; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[tuple[Aim, Step]] = deque()
        self._lasting: dict[Aim, Step | Callable[[Call], Step]] = {}

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, aim: Aim, steps: tuple[Step, ...]) -> None:
        """Queue steps."""
        with self._lock:
            self._queue.extend((aim, step) for step in steps)

    def hold(self, aim: Aim, step: Step | Callable[[Call], Step]) -> None:
        """Let a step, or what gives one, hold for every call that no queued one fits."""
        with self._lock:
            self._lasting[aim] = step

    def clear(self) -> None:
        """Forget every step."""
        with self._lock:
            self._queue.clear()
            self._lasting.clear()

    def take(self, call: Call) -> Step:
        """Return the step for a call and use it up."""
        with self._lock:
            for place, (aim, step) in enumerate(self._queue):
                if aim.fits(call):
                    del self._queue[place]
                    return step
            fitting = [(aim.model is not None, step) for aim, step in self._lasting.items() if aim.fits(call)]
        lasting = max(fitting, key=lambda pair: pair[0])[1] if fitting else Reply()
        return lasting if isinstance(lasting, Step) else lasting(call)
