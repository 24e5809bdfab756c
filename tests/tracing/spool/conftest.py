import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.tracing.conftest import MakeTracer, make_tracer, receiver
from tests.tracing.receiver import PUBLIC_KEY, SECRET_KEY, Receiver

from genai_sdk.tracing import SpoolSettings, Tracer
from genai_sdk.tracing.spool.directory import SpoolDirectory
from genai_sdk.tracing.spool.segment import Segment
from genai_sdk.tracing.stats import TracingStats

__all__ = ["make_tracer", "receiver"]

MakeSpooling = Callable[..., Tracer]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def spooling(make_tracer: MakeTracer, place: Path) -> MakeSpooling:
    """Make tracers with a spool."""

    def make(*args: Any, max_bytes: int = 1 << 28, max_age: float = 86_400.0, **settings: Any) -> Tracer:
        spool = SpoolSettings(directory=str(place), max_bytes=max_bytes, max_age=max_age)
        return make_tracer(*args, spool=spool, **settings)

    return make


@pytest.fixture
def directory(place: Path, receiver: Receiver) -> SpoolDirectory:
    return SpoolDirectory(place, host=receiver.url, public_key=PUBLIC_KEY, secret_key=lambda: SECRET_KEY)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def until(tracer: Tracer, true: Callable[[TracingStats], Any]) -> TracingStats:
    """Wait until the counts are such."""
    for _ in range(3_000):
        stats = tracer.stats()
        if true(stats):
            return stats
        threading.Event().wait(0.01)
    raise AssertionError(tracer.stats())


def adopted(directory: SpoolDirectory) -> Segment:
    """Take over the only file of a process that ended, once its thread has let go of it."""
    (path,) = directory.files(".spool")
    for _ in range(3_000):
        if (segment := directory.adopt(path)) is not None:
            return segment
        threading.Event().wait(0.01)
    raise AssertionError(f"{path} is still held")


def directory_of(place: Path, host: str, secret_key: str = SECRET_KEY) -> SpoolDirectory:
    return SpoolDirectory(place, host=host, public_key=PUBLIC_KEY, secret_key=lambda: secret_key)


def texts(place: Path) -> bytes:
    return b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
