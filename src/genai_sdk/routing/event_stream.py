"""What a streamed call in a vendor's own shape returns: an iterator of that vendor's events."""

from collections.abc import Callable

from genai_sdk.errors import ProviderError, StreamInterruptedError
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.opening import AsyncOpened, Opened, ended_early
from genai_sdk.routing.reading import AsyncReading, Describe, S, StreamState, SyncReading
from genai_sdk.routing.run import AsyncRunner, Runner
from genai_sdk.routing.steps import Steps
from genai_sdk.routing.stream import interrupted
from genai_sdk.types import Usage
from genai_sdk.wires.batch import E, EventAssembly, EventBatch
from genai_sdk.wires.operation import A


class _Events(StreamState[S, E, A]):
    """What a stream of events comes to."""

    _assemble: Callable[[], EventAssembly[E, A]]
    _assembly: EventAssembly[E, A]

    @property
    def usage(self) -> Usage | None:
        """The tokens, once the provider has reported them."""
        return self._assembly.usage

    @property
    def text(self) -> str:
        """The text that has arrived so far."""
        return self._assembly.text

    def _gathered(self) -> A:
        return self._assembly.response

    def _tier(self) -> str | None:
        return self._assembly.tier

    def _start_over(self) -> None:
        self._assembly = self._assemble()
        self._pending.append(self._assembly.restarted())

    def _take(self, item: EventBatch[E]) -> None:
        self._assembly.add(item)
        self._pending.extend(item.events)

    def _early(self) -> ProviderError | None:
        return None if self._assembly.finished else ended_early(self._served)

    def _broken(self, failure: ProviderError) -> StreamInterruptedError:
        return interrupted(failure, self.text)


class EventStream(_Events[Opened, E, A], SyncReading[E, A]):
    """An iterator of a vendor's events; also a context manager.

    Raises while iterating:
        StreamInterruptedError: The stream broke after its first content; `.text` is what had arrived.
        ClientClosedError: The client was closed meanwhile.
    """

    def __init__(
        self,
        call: Call[Opened],
        steps: Steps,
        runner: Runner[Opened],
        describe: Describe,
        assemble: Callable[[], EventAssembly[E, A]],
    ) -> None:
        self._assemble, self._assembly = assemble, assemble()
        super().__init__(call, steps, runner, describe)


class AsyncEventStream(_Events[AsyncOpened, E, A], AsyncReading[E, A]):
    """An async iterator of a vendor's events; the twin of `EventStream`."""

    def __init__(
        self,
        call: Call[AsyncOpened],
        steps: Steps,
        runner: AsyncRunner[AsyncOpened],
        describe: Describe,
        assemble: Callable[[], EventAssembly[E, A]],
    ) -> None:
        self._assemble, self._assembly = assemble, assemble()
        super().__init__(call, steps, runner, describe)
