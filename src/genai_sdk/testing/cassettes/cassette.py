"""A cassette: the recordings of one test, and what becomes of the calls that are made with it."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from genai_sdk.client.calls import Calls
from genai_sdk.client.parameters import Arguments
from genai_sdk.errors import ClientClosedError, GenAIError
from genai_sdk.routing import Clock
from genai_sdk.testing.cassettes.canonical import canonical, key_of
from genai_sdk.testing.cassettes.difference import difference, nearest
from genai_sdk.testing.cassettes.document import CassetteError, Recording, read, write
from genai_sdk.testing.cassettes.scrub import scrubber
from genai_sdk.testing.cassettes.seam import Seam
from genai_sdk.testing.cassettes.tape import Tape
from genai_sdk.testing.cassettes.values import attempt_dumped, dumped, error_dumped, info_dumped, is_lasting
from genai_sdk.types import CallInfo
from genai_sdk.wires.operation import Operation

__all__ = ["Cassette", "CassetteError", "CassetteMissError", "Mode"]

Mode = Literal["once", "replay", "new"]
"""`once` records where there is no file yet, else replays; `replay` never calls; `new` replays and records the rest."""

MODES: tuple[Mode, ...] = ("once", "replay", "new")


class CassetteMissError(AssertionError):
    """A call was made that the cassette has no recording of.

    It is no `GenAIError`, so that nobody takes it for a provider's failure, and falls back.
    """


class Cassette:
    """Answers the calls of every client in this process from a file, or records them into it; a context manager.

    Args:
        path: The file, JSON.
        mode: `"once"`, `"replay"` or `"new"`.
        pace: How many times as long as recorded a stream's waits are: 0, the default, for none; 1 for the recorded.
        scrub: Returns a text without what must not be committed; called for each text that is asked or recorded,
            beside what is scrubbed anyway.
        clock: Waits, and tells time.

    Attributes:
        path: The file.
        misses: What was said of every call without a recording.

    Raises:
        CassetteError: The file is no cassette, or another cassette is in use.

    Examples:
        >>> with Cassette("tests/cassettes/greeting.json"):
        ...     client.completion("gpt-6-luna", [{"role": "user", "content": "Hello!"}]).text
    """

    def __init__(
        self,
        path: str | Path,
        mode: Mode = "once",
        *,
        pace: float = 0,
        scrub: Callable[[str], str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}, not {mode!r}")
        if pace < 0:
            raise ValueError(f"pace must be 0 or more, not {pace!r}")
        self.path = Path(path)
        self.pace = pace
        self.clock = clock or Clock()
        self.misses: list[str] = []
        self._scrub = scrubber(scrub)
        self._recorded = read(self.path)
        self._replays = mode != "once" or self.path.exists()
        self._records = mode == "new" or not self._replays
        self._by_key: dict[str, deque[Recording]] = {}
        for recording in self._recorded if self._replays else ():
            self._by_key.setdefault(key_of(recording.request), deque()).append(recording)
        self._played: set[int] = set()
        self._made: list[tuple[int, Recording]] = []
        self._count = 0
        self._lock = threading.Lock()
        self._seam = Seam(self)

    @property
    def is_recording(self) -> bool:
        """Whether a call without a recording is made, and recorded."""
        return self._records

    @property
    def unused(self) -> list[Mapping[str, Any]]:
        """The recorded requests that no call has asked for so far."""
        return [each.request for each in self._recorded if id(each) not in self._played]

    def ask(
        self, client: Calls, operation: Operation[Any, Any, Any], arguments: Arguments[Any], *, stream: bool
    ) -> "Asked":
        """Return what becomes of a call.

        Raises:
            CassetteMissError: It has no recording, and is not to be made.
            ClientClosedError: The client was closed.
        """
        if client._closed:
            raise ClientClosedError("this client was closed; make another one")
        asked = canonical(operation, arguments.model, arguments.request, stream=stream, scrub=self._scrub)
        with self._lock:
            self._count += 1
            recording = self._next(key_of(asked))
            if recording is None and not self._records:
                self.misses.append(message := self._miss(asked))
                raise CassetteMissError(message)
            return Asked(self, client, asked, recording, self._count)

    def _next(self, key: str) -> Recording | None:
        """Return the next recording of a call; the last one answers ever after."""
        queue = self._by_key.get(key)
        if queue is None:
            return None
        recording = queue.popleft() if len(queue) > 1 else queue[0]
        self._played.add(id(recording))
        return recording

    def _miss(self, asked: Mapping[str, Any]) -> str:
        what = f"{asked['operation']} of {asked['model']!r}"
        again = "--genai-cassette=new (or mode='new') records it beside the others; deleting the file records all anew"
        if not self.path.exists():
            return f"{self.path} does not exist, so {what} has no recording: record it with --genai-cassette=once"
        closest = nearest(asked, [each.request for each in self._recorded])
        if closest is None:
            return f"{self.path} is empty, so {what} has no recording. {again}"
        return (
            f"{self.path} has no recording of this {what}. The nearest one differs in:\n\n"
            f"{difference(closest, asked)}\n\n{again}."
        )

    def keep(self, order: int, recording: Recording, client: Calls) -> None:
        """Keep a recording, without any secret that is known here."""
        known = client._registry.known
        redactions = [one.redact for one in (known.connections if known is not None else ())]

        def scrubbed(item: Any) -> Any:
            if isinstance(item, dict):
                return {key: scrubbed(part) for key, part in item.items()}
            if isinstance(item, list):
                return [scrubbed(part) for part in item]
            if isinstance(item, str):
                for redact in redactions:
                    item = redact(item)
            return item

        facts = {
            name: scrubbed(self._scrub(getattr(recording, name)))
            for name in ("request", "response", "items", "error", "genai")
        }
        with self._lock:
            self._made.append((order, Recording(**facts, closed=recording.closed)))

    def __enter__(self) -> Self:
        self._seam.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(save=error is None)

    def close(self, *, save: bool = True) -> None:
        """Let calls go their way again, and write what was recorded unless `save` is False. May be repeated.

        What a failed test has recorded is half a cassette, which the next run would take for a whole one.
        """
        self._seam.close()
        with self._lock:
            made, self._made = sorted(self._made, key=lambda pair: pair[0]), []
        if made and save:
            self._recorded = [*(self._recorded if self._replays else ()), *(recording for _, recording in made)]
            write(self.path, self._recorded)


class Asked:
    """One call that is made with a cassette.

    Attributes:
        recording: What answers it, or None where it is to be made and recorded.
    """

    def __init__(
        self, cassette: Cassette, client: Calls, asked: dict[str, Any], recording: Recording | None, order: int
    ) -> None:
        self.recording = recording
        self._cassette = cassette
        self._client = client
        self._asked = asked
        self._order = order

    def answered(self, response: Any) -> None:
        """Record a whole answer."""
        self._keep(response=dumped(response), genai=info_dumped(response.genai))

    def failed(self, error: GenAIError) -> None:
        """Record a failure that the same call would meet again."""
        if is_lasting(error):
            rows = [attempt_dumped(row) for row in getattr(error, "attempts", ())]
            self._keep(error=error_dumped(error), genai={"attempts": rows} if rows else {})

    def tape(self, started: float) -> Tape:
        """Return what records a stream of the call that began at `started`."""
        now = self._client._clock.now
        return Tape(self._streamed, now, now() - started)

    def _streamed(self, items: list[dict[str, Any]], info: CallInfo, closed: bool) -> None:
        self._keep(items=items, genai=info_dumped(info), closed=closed)

    def _keep(self, **facts: Any) -> None:
        self._cassette.keep(self._order, Recording(request=self._asked, **facts), self._client)
