"""The processes of a campaign: started, ordered about, killed, frozen, started anew; every wait is bounded."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds that a process may take for an order, or to begin."""


class ProcessFailedError(Exception):
    """A process that ended or does not answer; the message says why."""


class Process:
    """A process that can be started, killed, frozen and started anew.

    One of ours takes orders as lines of JSON: its first line says that it is ready, and then each order is answered by
    a line with its `result`. Any other is ready once it has written certain words.

    Args:
        home: A folder for what it writes.
        command: What to run.
        environ: Variables beside the few that all have.
        ready: The words of one that takes no orders.
    """

    def __init__(
        self, home: str, command: Sequence[str], environ: Mapping[str, str] | None = None, *, ready: str | None = None
    ) -> None:
        self._home = home
        self._command = command
        self._environ = environment(home) | dict(environ or {})
        self._ready = ready
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready.

        Raises:
            ProcessFailedError: It is not.
        """
        self._errors = tempfile.NamedTemporaryFile(dir=self._home)  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if self._ready is None else self._errors,
            stderr=self._errors,
            env=self._environ,
            cwd=self._home,
        )
        if self._ready is None:
            self._read(PATIENCE)
        else:
            self._wait_for(self._ready)

    def ask(self, patience: float = PATIENCE, **order: Any) -> Any:
        """Give an order and return its result.

        Raises:
            ProcessFailedError: It has none.
        """
        with self._lock:
            assert self._process is not None
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(json.dumps(order).encode() + b"\n")
                self._process.stdin.flush()
            except BrokenPipeError:
                raise ProcessFailedError(f"it ended: {self.last_words()}") from None
            return self._read(patience)

    def kill(self) -> None:
        """Kill it by SIGKILL."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                pipe.close()
        self._process = None

    def freeze(self) -> None:
        """Stop it by SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def last_words(self) -> str:
        """Return the end of what it wrote on standard error."""
        lines = Path(self._errors.name).read_text(errors="replace").strip().splitlines()
        return " | ".join(lines[-3:])[:600] if lines else "without a word"

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _read(self, patience: float) -> Any:
        assert self._process is not None
        assert self._process.stdout is not None
        end, parts = time.monotonic() + patience, [b""]
        while not parts[-1].endswith(b"\n"):
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise ProcessFailedError(f"no answer within {patience:g} s: {self.last_words()}")
            parts.append(os.read(self._process.stdout.fileno(), 1 << 20))
            if not parts[-1]:
                raise ProcessFailedError(f"it ended: {self.last_words()}")
        answer = json.loads(b"".join(parts))
        if "error" in answer:
            raise ProcessFailedError(answer["error"])
        return answer["result"]

    def _wait_for(self, words: str) -> None:
        assert self._process is not None
        end = time.monotonic() + PATIENCE
        while words not in Path(self._errors.name).read_text(errors="replace"):
            if self._process.poll() is not None or time.monotonic() > end:
                raise ProcessFailedError(f"it does not begin: {self.last_words()}")
            time.sleep(0.02)


def module(*words: str) -> list[str]:
    """Return the command that runs a module of ours with its arguments."""
    return [sys.executable, "-m", *words]


def run(home: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Run a command to its end.

    Raises:
        ProcessFailedError: It fails, or takes too long.
    """
    whole = environment(home) | dict(environ)
    try:
        subprocess.run(command, env=whole, cwd=home, check=True, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.CalledProcessError as error:
        raise ProcessFailedError(f"{command[-1]}: {error.stderr.strip()[-300:]}") from error
    except subprocess.TimeoutExpired:
        raise ProcessFailedError(f"{command[-1]} did not end within {PATIENCE:g} s") from None


def environment(home: str) -> dict[str, str]:
    """Return what the processes see: nothing of the user's settings and keys."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": home,
        "GENAI_HOME": f"{home}/genai",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "*",
    }
