"""A server as a process of its own on a free port of loopback, started, awaited and ended by its process id."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

START = 600.0
"""Seconds that a server has until it listens: some import a gigabyte first."""
STOP = 20.0
"""Seconds that it has to end by itself."""

# No server may ask anything of a host outside.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "NO_PROXY": "127.0.0.1",
}


class NotStartedError(Exception):
    """A server ended, or did not listen in time."""


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, ready: str, folder: Path, environment: Mapping[str, str]
) -> Iterator[None]:
    """Run a server until the block ends.

    Args:
        command: What starts it.
        port: Where it listens.
        ready: The path that it answers, with whatever status below 500, once it is ready.
        folder: Its working directory and home, where its output goes to `output.txt`.
        environment: Variables of its own.

    Raises:
        NotStartedError: It ended, or was not ready within `START`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "output.txt"
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **_OFFLINE, **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
        try:
            _await(process, f"http://127.0.0.1:{port}{ready}", log)
            yield
        finally:
            _end(process)


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        if process.poll() is not None:
            tail = log.read_text(errors="replace")[-2000:]
            raise NotStartedError(f"{process.args!r} ended with {process.returncode}:\n{tail}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise NotStartedError(f"{process.args!r} did not answer {url} within {START:g} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and what it started, which is its process group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP)
