"""The files of one process: written to, read, taken over from the dead, given back."""

import time
from collections.abc import Callable, Container, Sequence
from pathlib import Path

from genai_sdk import log
from genai_sdk.errors import ConfigurationError, DecryptionError
from genai_sdk.tracing.delivery import Encoded
from genai_sdk.tracing.spool.directory import SpoolDirectory
from genai_sdk.tracing.spool.entry import Entry, OpenFile, contents_of
from genai_sdk.tracing.spool.segment import ASIDE, WAITING
from genai_sdk.tracing.spool.settings import SpoolSettings

FILE_BYTES = 8 * 1024 * 1024
"""A file that has reached this is written to no more; so space comes back while an outage is made up for."""
MEASURED_FOR = 5.0
"""Seconds that a look at all files holds; what this process writes is added."""


class SpoolFiles:
    """What one process has of a spool; used by one thread at a time.

    Args:
        directory: The spool.
        settings: Its bounds.
        now: The wall clock, in seconds since 1970, which processes share.
    """

    def __init__(
        self, directory: SpoolDirectory, settings: SpoolSettings, now: Callable[[], float] = time.time
    ) -> None:
        self._directory = directory
        self._settings = settings
        self._now = now
        self._logged: set[str] = set()
        self._open: list[OpenFile] = []
        self._current: OpenFile | None = None
        self.begin()

    def begin(self) -> None:
        """Start without files, also in a forked child, which leaves the parent's to the parent."""
        for file in self._open:
            file.segment.close()
        self._open = []
        self._current = None
        self._measured, self._used, self._aside = float("-inf"), 0, 0

    @property
    def oldest(self) -> float:
        """What was written before this time has reached its age."""
        return self._now() - self._settings.max_age

    def write(self, records: list[Encoded]) -> Entry:
        """Write records; where that cannot be they are in memory alone, and the log says so once."""
        at = self._now()
        try:
            file = self._writable()
            frame = file.segment.append(contents_of(records), at)
        except (OSError, ConfigurationError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self._say(f"traces wait in memory, since the spool cannot be written: {reason}")
            return Entry(records, len(records), at)
        self._used += frame.end - frame.start
        entry = Entry(records, len(records), at, file, frame)
        file.entries.append(entry)
        return entry

    def set_aside(self, records: Sequence[Encoded], reason: str) -> bool:
        """Write records that Langfuse does not take to a file of their own; return whether that could be done.

        Such files may have half of the room, so that a key that is refused for days leaves some to what will be sent.
        """
        self._measure()
        if self._aside >= self._settings.max_bytes / 2:
            return False
        try:
            segment = self._directory.create(ASIDE)
            frame = segment.append(contents_of(records, reason), self._now())
        except (OSError, ConfigurationError):
            return False
        segment.close()
        self._used += frame.end
        self._aside += frame.end
        self._say(f"traces were set aside ({reason}), and `genai spool status` lists them", "set aside")
        return True

    def settle(self, entry: Entry) -> None:
        """Write down how far an entry's file is done with; delete it, or begin it anew, if all of it is."""
        file = entry.file
        assert file is not None
        done = None
        while file.entries and not file.entries[0].left:
            done = file.entries.pop(0).end
        try:
            if file.entries:
                if done is not None:
                    file.segment.acknowledge(done)
            elif file is self._current and file.segment.end < FILE_BYTES:
                file.segment.empty()
            else:
                self._remove(file)
        except OSError as error:
            self._say(f"the spool cannot be written, so that some of it may be sent again: {error.strerror}")

    def adopt(self, *suffixes: str, passed_over: Container[Path] = ()) -> list[Entry]:
        """Take over one file that no process uses; return what is to be sent of it, nothing if there is no file.

        Args:
            *suffixes: Of which kinds; left out, what waits.
            passed_over: Files that are left alone.
        """
        for path in self._directory.files(*(suffixes or (WAITING,))):
            if path in passed_over or any(file.segment.path == path for file in self._open):
                continue
            try:
                segment = self._directory.adopt(path)
                if segment is None:
                    continue
                file = OpenFile(segment, foreign=True)
                self._open.append(file)
                frames = list(segment.frames())
                if frames:
                    segment.read(frames[0].start, frames[0].end)
            except (DecryptionError, OSError) as error:
                self._say(f"a file of the spool is left alone, until it has reached its age: {path.name}: {error}")
                self._give_back(path)
                continue
            for frame in frames:
                entry = Entry(None, frame.records, frame.at, file, frame)
                if not file.entries or not file.entries[-1].absorb(entry):
                    file.entries.append(entry)
            if file.entries:
                return list(file.entries)
            self._remove(file)
        return []

    def give_back(self, entry: Entry) -> Path:
        """Leave the file of an entry to others as it is; return where it is."""
        assert entry.file is not None
        self._give_back(entry.file.segment.path)
        return entry.file.segment.path

    def expire(self) -> int:
        """Delete what has reached its age and has no owner; return how many records that were."""
        return self._directory.expire(self.oldest)

    def rest(self) -> None:
        """Leave no empty file behind."""
        if self._current is not None and not self._current.entries:
            self._remove(self._current)

    def close(self) -> None:
        """Give all files back; those that hold nothing are deleted."""
        self.rest()
        self.begin()

    def _measure(self) -> None:
        now = time.monotonic()
        if now - self._measured > MEASURED_FOR:
            self._measured, self._used, self._aside = now, self._directory.used(), self._directory.used(ASIDE)

    def _writable(self) -> OpenFile:
        self._measure()
        if self._used >= self._settings.max_bytes:
            raise OSError(0, f"it has reached its {self._settings.max_bytes:,} bytes")
        current = self._current
        if current is not None and (current.segment.end >= FILE_BYTES or current.segment.gone):
            self._current = None
            if not current.entries:
                self._remove(current)
        if self._current is None:
            self._current = OpenFile(self._directory.create(), foreign=False)
            self._open.append(self._current)
        return self._current

    def _give_back(self, path: Path) -> None:
        for file in [file for file in self._open if file.segment.path == path]:
            self._open.remove(file)
            file.segment.close()

    def _remove(self, file: OpenFile) -> None:
        if file is self._current:
            self._current = None
        self._open.remove(file)
        file.segment.delete()

    def _say(self, message: str, kind: str | None = None) -> None:
        """Log a message once; of a kind only the first."""
        if (kind or message) not in self._logged:
            self._logged.add(kind or message)
            log.warning("%s. This is said once.", message)
