"""A file of the spool: sealed frames, one after another, and how far they are sent."""

import fcntl
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from genai_sdk.crypto import SALT, SealingKey
from genai_sdk.errors import DecryptionError
from genai_sdk.sentence import Sentence

WAITING = ".spool"
ASIDE = ".aside"
DRAFT = ".draft"

_PURPOSE = b"genai-sdk spool 1"
_MAGIC = _PURPOSE + b"\n"
_HEADER = struct.Struct(f">{len(_MAGIC)}s{SALT}sQ")
_UNSENT_AT = _HEADER.size - 8
_HEAD = struct.Struct(">IId")
_LARGEST = 64 * 1024 * 1024


class Contents(msgspec.Struct, array_like=True):
    """What a frame holds.

    Attributes:
        spans: JSON of spans, for each record, as Langfuse gets them.
        scores: JSON of scores.
        reason: Why it was set aside; empty where it was not.
    """

    spans: list[bytes]
    scores: list[bytes]
    reason: str = ""


class Frame(NamedTuple):
    """Where a frame is, how many records it has, and when it was written, in seconds since 1970.

    These three stand in clear, so that what cannot be opened any more can be counted, and ends at its age.
    """

    start: int
    end: int
    records: int
    at: float


class Owner(NamedTuple):
    """Whose spool it is: `name` is bound into every frame, `secret_key` opens it."""

    name: bytes
    secret_key: Callable[[], str]


class Segment:
    """One file, locked by the process that writes or sends it; the lock ends with the process, however that ends.

    The file begins with a version, a salt and the place from which on it is not sent; both it and the lengths stand in
    clear. Each frame is bound to its owner and file. Not for several threads at once.

    Attributes:
        path: Where it is.
        unsent: From which place on it is not sent.
        end: Where the last whole frame ends.
    """

    def __init__(self, path: Path, descriptor: int, salt: bytes, unsent: int, end: int, owner: Owner) -> None:
        self.path = path
        self.unsent = unsent
        self.end = end
        self._descriptor = descriptor
        self._salt = salt
        self._owner = owner
        self._sealing: SealingKey | None = None

    @classmethod
    def create(cls, directory: Path, owner: Owner, suffix: str = WAITING) -> Self:
        """Make an empty one, for this process.

        Raises:
            OSError: It cannot be written.
        """
        path = directory / f"{os.getpid()}-{os.urandom(8).hex()}{suffix}"
        draft = path.with_suffix(DRAFT)  # under this name nobody takes it over before it is locked
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            salt = os.urandom(SALT)
            _write(descriptor, _HEADER.pack(_MAGIC, salt, _HEADER.size), 0)
            draft.rename(path)
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                draft.unlink()
            raise
        return cls(path, descriptor, salt, _HEADER.size, _HEADER.size, owner)

    @classmethod
    def adopt(cls, path: Path, owner: Owner) -> Self | None:
        """Take over the file of a process that ended; None if it has an owner, or is gone.

        Raises:
            DecryptionError: It is not of this version's form.
            OSError: It cannot be read.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        header = os.pread(descriptor, _HEADER.size, 0)
        if not os.fstat(descriptor).st_nlink:  # another one has sent and deleted it meanwhile
            os.close(descriptor)
            return None
        if len(header) < _HEADER.size or not header.startswith(_MAGIC):
            os.close(descriptor)
            raise DecryptionError(Sentence.of("spool.version", "it is not of this version's form"))
        _, salt, unsent = _HEADER.unpack(header)
        segment = cls(path, descriptor, salt, unsent, os.fstat(descriptor).st_size, owner)
        for frame in segment.frames():
            unsent = frame.end
        segment.end = unsent  # what follows was cut off by the end of its writer
        return segment

    def frames(self) -> Iterator[Frame]:
        """Yield every whole frame that is not sent."""
        start = self.unsent
        while start + _HEAD.size <= self.end:
            length, records, at = _HEAD.unpack(os.pread(self._descriptor, _HEAD.size, start))
            end = start + _HEAD.size + length
            if end > self.end or length > _LARGEST:
                return
            yield Frame(start, end, records, at)
            start = end

    def append(self, contents: Contents, at: float) -> Frame:
        """Write a frame to the end.

        Raises:
            OSError: It cannot be written; the file is as it was.
        """
        plain = zlib.compress(msgspec.msgpack.encode(contents), 1)
        records = len(contents.spans) + len(contents.scores)
        # A nonce and a tag are as long for every frame, so that the head can be bound in before there is a body.
        head = _HEAD.pack(len(plain) + 28, records, at)
        sealed = self._key.seal(plain, self._bound(head))
        try:
            _write(self._descriptor, head + sealed, self.end)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self.end)
            raise
        start, self.end = self.end, self.end + len(head) + len(sealed)
        return Frame(start, self.end, records, at)

    def read(self, start: int, end: int) -> list[Contents]:
        """Return the frames from one place to another.

        Raises:
            DecryptionError: Another key pair wrote them, or they were altered.
            OSError: They cannot be read.
        """
        read = []
        while start < end:
            head = os.pread(self._descriptor, _HEAD.size, start)
            length = _HEAD.unpack(head)[0] if len(head) == _HEAD.size else _LARGEST + 1
            if length > _LARGEST:
                raise DecryptionError(Sentence.of("seal.short", "it is cut short"))
            plain = self._key.open(os.pread(self._descriptor, length, start + _HEAD.size), self._bound(head))
            try:
                read.append(msgspec.msgpack.decode(zlib.decompress(plain), type=Contents))
            except (zlib.error, msgspec.DecodeError):
                raise DecryptionError(Sentence.of("spool.version", "it is not of this version's form")) from None
            start += _HEAD.size + length
        return read

    def acknowledge(self, place: int) -> None:
        """Write down that all before a place is done with.

        Raises:
            OSError: It cannot be written; it is then sent once more than needed.
        """
        self.unsent = place
        _write(self._descriptor, place.to_bytes(8, "big"), _UNSENT_AT)

    def empty(self) -> None:
        """Forget what is sent, to be written anew.

        Raises:
            OSError: It cannot be.
        """
        os.ftruncate(self._descriptor, _HEADER.size)  # first, so that nothing is sent twice should this be the end
        self.end = _HEADER.size
        self.acknowledge(_HEADER.size)

    @property
    def gone(self) -> bool:
        """Whether somebody deleted the file."""
        return not os.fstat(self._descriptor).st_nlink

    def delete(self) -> None:
        """Delete and close it."""
        with suppress(OSError):
            self.path.unlink()
        self.close()

    def close(self) -> None:
        """Let another process have it; in a forked child, leave it to the parent. May be repeated."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        self.close()

    @property
    def _key(self) -> SealingKey:
        if self._sealing is None:
            self._sealing = SealingKey(self._owner.secret_key(), self._salt, _PURPOSE)
        return self._sealing

    def _bound(self, head: bytes) -> bytes:
        return b"\0".join([self._owner.name, self._salt, head])


def _write(descriptor: int, data: bytes, place: int) -> None:
    """Write all of it; a write that is cut short says why when it is gone on with."""
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, place)
        view, place = view[written:], place + written
