"""What tells a call's trace that it failed before it was answered."""

from types import TracebackType

from genai_sdk.tracing import CallTrace


class Recorded:
    """Tells the trace what a call ends with, if it ends with an error before it is answered."""

    __slots__ = ("_trace",)

    def __init__(self, trace: CallTrace) -> None:
        self._trace = trace

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._trace.failed(error)
