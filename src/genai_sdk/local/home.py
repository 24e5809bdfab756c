"""The platform's data directory: nobody but its owner reads it, and one platform at a time writes it."""

import fcntl
import os
import secrets
import stat
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from genai_sdk.client.platform import FILE, LOCK, PlatformEndpoint
from genai_sdk.crypto import Cipher
from genai_sdk.errors import ConfigurationError
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.secret import Secret, opened, sealed
from genai_sdk.sentence import Sentence

DATABASE = "platform.sqlite"
CREDENTIALS = "credentials.json"
VERSION = 1
"""Of the form of the file with the keys."""

_OWNER_ONLY, _PRIVATE = 0o700, 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_TRIES, _PAUSE = 20, 0.05  # for the lock; the pause in seconds
_SHOWN = 500  # characters of a path in a message


class PlatformCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """The platform's only project, its key pair, and what its secrets are encrypted with.

    Attributes:
        project_id: The project's id.
        project_name: Its name.
        public_key: Its public key.
        sealed_key: Its secret key, for nobody to see by chance.
        sealed_encryption_key: What its secrets are encrypted with, likewise.
        version: Of this file's form.
    """

    project_id: str
    project_name: str
    public_key: str
    sealed_key: Secret = msgspec.field(name="secret_key")
    sealed_encryption_key: Secret = msgspec.field(name="encryption_key")
    version: int = VERSION

    @property
    def secret_key(self) -> str:
        """Its secret key."""
        return self.sealed_key.reveal()

    @property
    def encryption_key(self) -> str:
        """64 hex characters; whoever has them and the database has every provider key."""
        return self.sealed_encryption_key.reveal()


class Home:
    """A data directory, held until it is closed.

    Args:
        directory: The directory, made if it is not there.

    Attributes:
        directory: The directory.
        credentials: The project's keys, made when the directory was new.
        is_new: Whether they were made just now.

    Raises:
        ConfigurationError: Another platform holds it, it is somebody else's, or its keys are missing or unreadable.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.is_new = False
        try:
            self.directory = directory.expanduser().absolute()
            self.directory.mkdir(_OWNER_ONLY, parents=True, exist_ok=True)
            self._close_to_others()
            self._lock = self._take_lock()
        except (OSError, RuntimeError, ValueError) as error:  # no home directory, a path with a zero byte
            reason = "it is a file" if isinstance(error, FileExistsError) else getattr(error, "strerror", None) or error
            raise ConfigurationError(
                Sentence.of(
                    "platform.directory",
                    "the data directory {directory} cannot be used: {reason}; name another with --data or GENAI_HOME",
                    directory=str(self.directory)[:_SHOWN],
                    reason=reason,
                )
            ) from error
        in_forked_child(self._forget)
        try:
            self.credentials = self._read_credentials()
        except BaseException:
            self._forget()
            raise

    @property
    def database(self) -> Path:
        """The SQLite file, made empty and for its owner alone if it is not there."""
        path = self.directory / DATABASE
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _PRIVATE)
        try:
            _close_to_others(descriptor)
        finally:
            os.close(descriptor)
        return path

    def announce(self, url: str) -> None:
        """Say where the platform runs, for clients that look for it."""
        known = self.credentials
        endpoint = PlatformEndpoint(url=url, public_key=known.public_key, sealed_key=known.sealed_key, pid=os.getpid())
        self._write(FILE, msgspec.json.encode(endpoint, enc_hook=opened))
        os.pwrite(self._lock, f"process {os.getpid()} at {url}\n".encode().ljust(200), 0)

    def close(self) -> None:
        """Say that the platform runs no more, and let go of the directory; may be called again."""
        if self._lock < 0:
            return
        try:
            (self.directory / FILE).unlink(missing_ok=True)
            os.ftruncate(self._lock, 0)
        except OSError:  # a client sees by the lock alone that it does not run
            pass
        finally:
            self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _close_to_others(self) -> None:
        status = self.directory.stat()
        if status.st_uid != os.geteuid():
            raise ConfigurationError(
                Sentence.of(
                    "platform.foreign_directory",
                    "the data directory {directory} belongs to another user: name one of your own with --data",
                    directory=self.directory,
                )
            )
        if stat.S_IMODE(status.st_mode) != _OWNER_ONLY:
            self.directory.chmod(_OWNER_ONLY)

    def _forget(self) -> None:
        """Let go of the lock: at the end, and in a forked child, which would hold it beyond the platform's own end."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _take_lock(self) -> int:
        descriptor = os.open(self.directory / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _PRIVATE)
        try:
            self._wait_for_lock(descriptor)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another process"
            os.close(descriptor)
            raise ConfigurationError(
                Sentence.of(
                    "platform.already_runs",
                    "a local platform already runs on {directory} ({holder}): use it, stop it, or give this "
                    "one another directory with --data",
                    directory=self.directory,
                    holder=holder,
                )
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _wait_for_lock(self, descriptor: int) -> None:
        """Take the lock. A client that looks whether a platform runs holds it too, but for a moment only."""
        for _ in range(_TRIES):
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE)
        return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _read_credentials(self) -> PlatformCredentials:
        path = self.directory / CREDENTIALS
        try:
            with path.open("rb") as file:
                _close_to_others(file.fileno())
                return _read(file.read())
        except FileNotFoundError:
            if (self.directory / DATABASE).exists():
                raise ConfigurationError(
                    Sentence.of(
                        "platform.keys_gone",
                        "{path} is gone, and without it nobody can open the provider keys in {database} beside "
                        "it: put it back, or remove {database} and begin anew",
                        path=path,
                        database=DATABASE,
                    )
                ) from None
        except (OSError, ValueError, ConfigurationError) as error:
            raise ConfigurationError(
                Sentence.of(
                    "platform.keys_unreadable",
                    "{path}, the platform's keys, cannot be read ({error}): put a copy of it back, or remove "
                    "it and {database} and begin anew",
                    path=path,
                    error=error,
                    database=DATABASE,
                )
            ) from None
        made = PlatformCredentials(
            project_id=f"local-{secrets.token_hex(4)}",
            project_name="Local",
            public_key=f"pk-lf-{uuid.uuid4()}",
            sealed_key=Secret(f"sk-lf-{uuid.uuid4()}"),
            sealed_encryption_key=Secret(secrets.token_hex(32)),
        )
        self._write(CREDENTIALS, msgspec.json.encode(made, enc_hook=opened))
        self.is_new = True
        return made

    def _write(self, name: str, content: bytes) -> None:
        """Write a file for the owner alone: wholly, or not at all."""
        path, draft = self.directory / name, self.directory / f".{name}.new"
        draft.unlink(missing_ok=True)  # one that a kill left behind, or somebody's link
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, _PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        draft.replace(path)
        folder = os.open(self.directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(content: bytes) -> PlatformCredentials:
    credentials = msgspec.json.decode(content, type=PlatformCredentials, dec_hook=sealed)
    if credentials.version != VERSION:
        raise ValueError(f"it is of version {credentials.version}, and this package reads version {VERSION}")
    if not all((credentials.project_id, credentials.public_key, credentials.secret_key)):
        raise ValueError("a key is empty")
    Cipher(credentials.encryption_key)
    return credentials


def _close_to_others(descriptor: int) -> None:
    if os.fstat(descriptor).st_mode & _OTHERS:
        os.fchmod(descriptor, _PRIVATE)
