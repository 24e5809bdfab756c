"""The platform's data directory: nobody but its owner reads it, and one platform at a time writes it."""

import fcntl
import os
import secrets
import stat
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from genai_sdk.client.platform import FILE, PlatformEndpoint
from genai_sdk.errors import ConfigurationError

DATABASE = "platform.sqlite"
CREDENTIALS = "credentials.json"
LOCK = "lock"

_OWNER_ONLY = 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """The platform's only project, its key pair, and what its secrets are encrypted with.

    Attributes:
        project_id: The project's id.
        project_name: Its name.
        public_key: Its public key.
        secret_key: Its secret key.
        encryption_key: 64 hex characters; whoever has them and the database has every provider key.
        version: Of this file's form.
    """

    project_id: str
    project_name: str
    public_key: str
    secret_key: str
    encryption_key: str
    version: int = 1

    def __repr__(self) -> str:
        return f"Credentials({self.project_id!r}, {self.public_key!r})"


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
        self.directory = directory.expanduser().absolute()
        self.is_new = False
        try:
            self.directory.mkdir(_OWNER_ONLY, parents=True, exist_ok=True)
            self._close_to_others()
            self._lock = self._take_lock()
        except OSError as error:
            raise ConfigurationError(f"the data directory {self.directory} cannot be used: {error.strerror}") from error
        try:
            self.credentials = self._read_credentials()
        except BaseException:
            os.close(self._lock)
            raise

    @property
    def database(self) -> Path:
        """The SQLite file, made empty and for its owner alone if it is not there."""
        path = self.directory / DATABASE
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        return path

    def announce(self, url: str) -> None:
        """Say where the platform runs, for clients that look for it."""
        known = self.credentials
        endpoint = PlatformEndpoint(url=url, public_key=known.public_key, secret_key=known.secret_key, pid=os.getpid())
        self._write(FILE, msgspec.json.encode(endpoint))
        os.pwrite(self._lock, f"process {os.getpid()} at {url}\n".encode().ljust(200), 0)

    def close(self) -> None:
        """Say that the platform runs no more, and let go of the directory; may be called again."""
        if self._lock < 0:
            return
        (self.directory / FILE).unlink(missing_ok=True)
        os.ftruncate(self._lock, 0)
        os.close(self._lock)
        self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _close_to_others(self) -> None:
        found = self.directory.stat()
        if found.st_uid != os.geteuid():
            raise ConfigurationError(
                f"the data directory {self.directory} belongs to another user: name one of your own with --data"
            )
        if found.st_mode & _OTHERS:
            self.directory.chmod(_OWNER_ONLY)

    def _take_lock(self) -> int:
        descriptor = os.open(self.directory / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another process"
            os.close(descriptor)
            raise ConfigurationError(
                f"a local platform already runs on {self.directory} ({holder}): use it, stop it, or give this one "
                "another directory with --data"
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _read_credentials(self) -> Credentials:
        path = self.directory / CREDENTIALS
        try:
            return msgspec.json.decode(path.read_bytes(), type=Credentials)
        except FileNotFoundError:
            if (self.directory / DATABASE).exists():
                raise ConfigurationError(
                    f"{path} is gone, and without it nobody can open the provider keys in {DATABASE} beside it: put "
                    f"it back, or remove {DATABASE} and begin anew"
                ) from None
        except (OSError, msgspec.DecodeError) as error:
            raise ConfigurationError(f"{path}, the platform's keys, cannot be read: {error}") from None
        made = Credentials(
            project_id=f"local-{secrets.token_hex(4)}",
            project_name="Local",
            public_key=f"pk-lf-{uuid.uuid4()}",
            secret_key=f"sk-lf-{uuid.uuid4()}",
            encryption_key=secrets.token_hex(32),
        )
        self._write(CREDENTIALS, msgspec.json.encode(made))
        self.is_new = True
        return made

    def _write(self, name: str, content: bytes) -> None:
        """Write a file for the owner alone: wholly, or not at all."""
        path, draft = self.directory / name, self.directory / f".{name}.new"
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.replace(path)
        folder = os.open(self.directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
