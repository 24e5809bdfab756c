"""The spool's directory: who may use it, and what is in it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec

from genai_sdk.errors import ConfigurationError, DecryptionError
from genai_sdk.sentence import Sentence
from genai_sdk.snapshot import writable_by_others
from genai_sdk.tracing.spool.segment import ASIDE, DRAFT, WAITING, Owner, Segment

State = Literal["in use", "waiting", "unreadable", "set aside"]


class SpoolFile(msgspec.Struct, frozen=True):
    """A file of the spool, as `status` shows it.

    Attributes:
        name: Its name.
        state: `in use` by a process that lives; `waiting` to be sent; `unreadable` with this key; `set aside`.
        records: How many records it holds that are not sent; None while it is in use.
        size: Its bytes.
        oldest: When the oldest was written, in seconds since 1970; None if there is none.
        reason: Why it was set aside, or cannot be read.
    """

    name: str
    state: State
    records: int | None
    size: int
    oldest: float | None
    reason: str | None = None


class SpoolDirectory:
    """The part of a directory that belongs to one project of one Langfuse.

    Args:
        directory: What the setting names; made for its owner alone where it is not there.
        host: Langfuse's address.
        public_key: The project's public key.
        secret_key: Returns its secret key, from which the keys of the files are derived.

    Raises:
        ConfigurationError: It is no directory; or others own it or may write to it.
    """

    def __init__(self, directory: str | Path, *, host: str, public_key: str, secret_key: Callable[[], str]) -> None:
        self._root = Path(directory).expanduser()
        name = f"{host.rstrip('/')}\0{public_key}".encode()
        self._owner = Owner(name, secret_key)
        self.path = self._root / hashlib.sha256(name).hexdigest()[:16]
        self._check()

    def create(self, suffix: str = WAITING) -> Segment:
        """Make a file for this process.

        Raises:
            ConfigurationError: Others may write to the directory.
            OSError: It cannot be written.
        """
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700, exist_ok=True)
        self._check()
        return Segment.create(self.path, self._owner, suffix)

    def adopt(self, path: Path) -> Segment | None:
        """Take over a file; as `Segment.adopt`."""
        return Segment.adopt(path, self._owner)

    def files(self, *suffixes: str) -> list[Path]:
        """Return the files with one of these endings, those that were written to longest ago first."""
        found = []
        with suppress(OSError):
            for entry in os.scandir(self.path):
                if entry.name.endswith(suffixes):
                    with suppress(FileNotFoundError):
                        found.append((entry.stat(follow_symlinks=False).st_mtime, entry.name))
        return [self.path / name for _, name in sorted(found)]

    def used(self, *suffixes: str) -> int:
        """Return how many bytes the files with one of these endings have together; left out, all files."""
        used = 0
        for path in self.files(*(suffixes or (WAITING, ASIDE, DRAFT))):
            with suppress(FileNotFoundError):
                used += path.stat().st_size
        return used

    def expire(self, before: float) -> int:
        """Delete what was written before a time and belongs to no living process, readable or not; return how much."""
        expired = 0
        for path in self.files(WAITING, ASIDE, DRAFT):
            with suppress(OSError):
                expired += self._expire(path, before)
        return expired

    def drop(self, *suffixes: str) -> int:
        """Delete every file that no living process uses; return how many records those held."""
        dropped = 0
        for path in self.files(*suffixes):
            with suppress(OSError):
                dropped += self._expire(path, float("inf"))
        return dropped

    def survey(self) -> Iterator[SpoolFile]:
        """Yield every file, those that were written to longest ago first."""
        for path in self.files(WAITING, ASIDE):
            with suppress(FileNotFoundError):
                yield self._look(path)

    def _look(self, path: Path) -> SpoolFile:
        size = path.stat().st_size
        try:
            segment = self.adopt(path)
        except (DecryptionError, OSError) as error:
            return SpoolFile(path.name, "unreadable", 0, size, path.stat().st_mtime, str(error))
        if segment is None:
            return SpoolFile(path.name, "in use", None, size, None)
        state: State = "set aside" if path.suffix == ASIDE else "waiting"
        frames, reason = list(segment.frames()), None
        try:
            if frames:
                reason = segment.read(frames[0].start, frames[0].end)[0].reason or None
        except (DecryptionError, OSError) as error:
            state, reason = "unreadable", str(error)
        finally:
            segment.close()
        records = sum(frame.records for frame in frames)
        return SpoolFile(path.name, state, records, size, min((frame.at for frame in frames), default=None), reason)

    def _expire(self, path: Path, before: float) -> int:
        if path.stat().st_mtime >= before:
            return 0  # what was written later is in it
        try:
            segment = self.adopt(path)
        except DecryptionError:
            path.unlink()
            return 0
        if segment is None:
            return 0
        frames = list(segment.frames())
        if any(frame.at >= before for frame in frames):
            segment.close()
            return 0
        segment.delete()
        return sum(frame.records for frame in frames)

    def _check(self) -> None:
        for directory in (self._root, self.path):
            try:
                if writable_by_others(directory):
                    raise ConfigurationError(
                        Sentence.of(
                            "spool.foreign",
                            "the spool directory {directory} is not used, for others own it or can write to it; give "
                            "one that belongs to this user alone, or that does not exist yet (spool or GENAI_SPOOL)",
                            directory=directory,
                        )
                    )
                if not directory.is_dir():
                    raise ConfigurationError(
                        Sentence.of(
                            "spool.no_directory",
                            "spool={directory!r} is no directory (spool or GENAI_SPOOL)",
                            directory=str(directory),
                        )
                    )
            except FileNotFoundError:
                return
            except OSError as error:
                raise ConfigurationError(
                    Sentence.of(
                        "spool.unusable",
                        "the spool directory {directory} cannot be used: {strerror}",
                        directory=directory,
                        strerror=error.strerror,
                    )
                ) from error
