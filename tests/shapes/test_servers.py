"""Web servers that get SIGTERM right after a burst of requests: the trace of each call arrives, once."""

import signal
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import pytest
from tests.shapes.conftest import PATIENCE, Shape, answers, free_port

BURST = 40


def get(port: int) -> bytes:
    """Make one request of a server."""
    with urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as response:
        return bytes(response.read())


def serve(shape: Shape, port: int, *command: str, python: str | None = None) -> int:
    """Run a server, let it have a burst of requests and then SIGTERM; returns its exit status."""
    process = shape.start(*command) if python is None else shape.start(*command, python=python)
    shape.until(lambda: answers(port), process)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(get, [port] * BURST)) == {b"fake: hello"}, shape.log
    return shape.end(process, signal.SIGTERM)


def assert_burst(shape: Shape) -> None:
    """Hold what arrived to be as many calls; workers of a server count each for themselves."""
    assert shape.traces.total() == len(shape.langfuse.traces) == BURST, shape.log


def uvicorn(port: int, *arguments: str) -> tuple[str, ...]:
    """Return the command of uvicorn."""
    return ("-m", "uvicorn", "--port", str(port), "--log-level", "warning", *arguments)


def test_uvicorn_delivers_though_the_client_is_never_closed(shape: Shape) -> None:
    port = free_port()
    assert serve(shape, port, *uvicorn(port, "web:asgi")) == -signal.SIGTERM, shape.log
    shape.assert_traces(BURST)


@pytest.mark.parametrize("app", ["asgi", "threaded", "closing"])
def test_uvicorn_with_workers_delivers(shape: Shape, app: str) -> None:
    port = free_port()
    serve(shape, port, *uvicorn(port, "--workers", "2", f"web:{app}"))
    assert_burst(shape)


KINDS = {
    "sync": ("web:wsgi",),
    "gthread": ("web:wsgi", "--worker-class", "gthread", "--threads", "4"),
    "asgi": ("web:asgi", "--worker-class", "asgi"),
    "uvicorn": ("web:asgi", "--worker-class", "uvicorn_worker.UvicornWorker"),
    "uvicorn with threads": ("web:threaded", "--worker-class", "uvicorn_worker.UvicornWorker"),
}


@pytest.mark.parametrize("preload", [False, True], ids=["", "preload"])
@pytest.mark.parametrize("arguments", KINDS.values(), ids=KINDS.keys())
def test_gunicorn_delivers(shape: Shape, room: str, arguments: tuple[str, ...], preload: bool) -> None:
    port = free_port()
    command = ("-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", *["--preload"] * preload, *arguments)
    assert serve(shape, port, *command, python=room) == 0, shape.log
    assert_burst(shape)
