"""Files of one key pair in a directory, each sealed with a key of its own derived from the secret key."""

import hashlib
import os
import struct
from contextlib import suppress
from pathlib import Path

import msgspec

from genai_sdk import log
from genai_sdk.crypto import open_sealed, seal
from genai_sdk.errors import DecryptionError
from genai_sdk.snapshot.private import writable_by_others

_MAGIC = b"genai-sdk snapshot 1\n"
_SAVED_AT = struct.Struct(">d")
_LARGEST = 64 * 1024 * 1024


class Saved(msgspec.Struct, frozen=True):
    """What was saved; `at` is when, in seconds of the wall clock."""

    at: float
    content: bytes

    def __repr__(self) -> str:
        return f"Saved(at={self.at!r})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("at", self.at)]


class Snapshot:
    """Saves and loads bytes that only this key pair on this host can open.

    A file holds a version line and AES-256-GCM: the key is HKDF-SHA256 of the secret key with a random salt, and host,
    public key and part are bound in. It is written for its owner alone and replaced in one step. Nothing here raises: a
    file that cannot be written, read or opened is left alone, and the log says so once for each reason.

    Args:
        directory: Where the files are; made for its owner alone if it is not there, not used if others may write to it.
        host: Langfuse's address, or what else tells this Langfuse from another.
        public_key: The project's public key.
        secret_key: Its secret key.
    """

    def __init__(self, directory: str | Path, *, host: str, public_key: str, secret_key: str) -> None:
        self._directory = Path(directory).expanduser()
        self._owner = f"{host}\0{public_key}".encode()
        self._secret_key = secret_key
        self._prefix = hashlib.sha256(self._owner).hexdigest()[:16]
        self._warned: set[str] = set()

    def __repr__(self) -> str:
        return f"Snapshot({str(self._directory)!r})"

    def save(self, part: str, content: bytes, at: float) -> None:
        """Write `part` anew; `at` is the wall clock's time of the content."""
        sealed = seal(self._secret_key, _SAVED_AT.pack(at) + content, belongs_to=self._bound(part))
        path = self._path(part)
        draft = path.with_suffix(f".{os.urandom(8).hex()}.tmp")
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_ours():
                return
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(_MAGIC + sealed)
            os.replace(draft, path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            self._say(f"the snapshot {path} cannot be written: {error.strerror}")

    def load(self, part: str) -> Saved | None:
        """Return `part` as it was last saved, or None where there is none that opens."""
        path = self._path(part)
        try:
            if not path.exists() or not self._is_ours():
                return None
            with path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            self._say(f"the snapshot {path} cannot be read: {error.strerror}")
            return None
        if not data.startswith(_MAGIC) or len(data) > _LARGEST:
            self._say(f"the snapshot {path} is ignored: it is not of this version's format")
            return None
        try:
            plain = open_sealed(self._secret_key, data[len(_MAGIC) :], belongs_to=self._bound(part))
        except DecryptionError as error:
            self._say(f"the snapshot {path} is ignored: {error}")
            return None
        return Saved(_SAVED_AT.unpack_from(plain)[0], plain[_SAVED_AT.size :])

    def delete(self) -> None:
        """Delete every part of this key pair."""
        try:
            for path in self._directory.glob(f"{self._prefix}-*"):
                path.unlink(missing_ok=True)
        except OSError as error:
            self._say(f"the snapshots in {self._directory} cannot be deleted: {error.strerror}")

    def _path(self, part: str) -> Path:
        return self._directory / f"{self._prefix}-{part}.snapshot"

    def _bound(self, part: str) -> bytes:
        return _MAGIC + self._owner + b"\0" + part.encode()

    def _is_ours(self) -> bool:
        """Whether nobody else can put files into the directory."""
        if writable_by_others(self._directory):
            self._say(
                f"the snapshot directory {self._directory} is not used, for others can write to it; give one that "
                "belongs to this user alone, or that does not exist yet"
            )
            return False
        return True

    def _say(self, message: str) -> None:
        if message not in self._warned:
            self._warned.add(message)
            log.warning("%s", message)
