"""Where a local platform says that it runs: `endpoint.json` in its data directory. `genai_sdk.local` writes it."""

import os
from pathlib import Path

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.secret import Secret, sealed
from genai_sdk.sentence import Sentence

FILE, LOCK = "endpoint.json", "lock"
"""What a platform writes, and what it holds as long as it runs."""

VERSION = 1


class PlatformEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A running local platform.

    Attributes:
        url: Its address, such as `http://127.0.0.1:4141`.
        public_key: Its project's public key.
        sealed_key: Its project's secret key, for nobody to see by chance.
        pid: The process that it is.
        version: Of this file's form.
    """

    url: str
    public_key: str
    sealed_key: Secret = msgspec.field(name="secret_key")
    pid: int
    version: int = VERSION

    @property
    def secret_key(self) -> str:
        """Its project's secret key."""
        return self.sealed_key.reveal()


def read_platform(home: Path) -> PlatformEndpoint | None:
    """Return the platform that runs on a data directory, or None.

    A platform that was killed leaves its file behind; it counts as not running, whoever has its process id by now.

    Raises:
        ConfigurationError: The file cannot be read, or is of another form.
    """
    path = home / FILE
    try:
        info = msgspec.json.decode(path.read_bytes(), type=PlatformEndpoint, dec_hook=sealed)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigurationError(
            Sentence.of(
                "platform.unreadable",
                "{path}, where a local platform says that it runs, cannot be read ({error}): start the "
                "platform anew with `genai up`, or set LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and "
                "LANGFUSE_BASE_URL",
                path=path,
                error=error,
            )
        ) from None
    if info.version != VERSION:
        raise ConfigurationError(
            Sentence.of(
                "platform.version",
                "{path} is of version {version}, and this SDK reads version {ours}: use the same version "
                "of the package for both",
                path=path,
                version=info.version,
                ours=VERSION,
            )
        )
    held = _is_held(home / LOCK)
    return info if (_runs(info.pid) if held is None else held) else None


def _is_held(lock: Path) -> bool | None:
    """Whether a process holds a lock file; None where that cannot be told."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return False


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's, but there
        return True
    return True
