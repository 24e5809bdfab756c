"""The processes of a campaign: started, ordered about, killed, frozen, started anew; every wait is bounded."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peer import Peer, PeerFailedError

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds that a process may take for an order, or to begin."""


class Process:
    """A process that can be started, killed, frozen and started anew; safe between threads.

    Args:
        home: A folder for what it writes.
        command: What to run.
        environ: Variables beside the few that all have.
        ready: What one that takes no orders writes once it is ready.
    """

    def __init__(
        self, home: str, command: Sequence[str], environ: Mapping[str, str] | None = None, *, ready: str | None = None
    ) -> None:
        self._home = home
        self._command = command
        self._environ = environment(home) | dict(environ or {})
        self._ready = ready
        self._lock = threading.Lock()
        self._peer: Peer | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready.

        Raises:
            PeerFailedError: It is not.
        """
        self._peer = Peer(self._command, self._home, self._environ, obeys=self._ready is None)
        if self._ready is None:
            self._peer.answer(PATIENCE)
        else:
            self._peer.await_words(self._ready, PATIENCE)

    def ask(self, patience: float = PATIENCE, **order: Any) -> Any:
        """Give an order and return its result.

        Raises:
            PeerFailedError: It has none.
        """
        with self._lock:
            assert self._peer is not None
            return self._peer.ask(patience, **order)

    def signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self._peer is not None:
            self._peer.signal(number)

    def kill(self) -> None:
        """Kill it by SIGKILL."""
        if self._peer is not None:
            self._peer.close()
            self._peer = None

    def freeze(self) -> None:
        """Stop it by SIGSTOP."""
        assert self._peer is not None
        self._peer.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._peer is not None
        self._peer.signal(signal.SIGCONT)


def module(*words: str) -> list[str]:
    """Return the command that runs a module of ours with its arguments."""
    return [sys.executable, "-m", *words]


def run(home: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Run a command to its end.

    Raises:
        PeerFailedError: It fails, or takes too long.
    """
    whole = environment(home) | dict(environ)
    try:
        subprocess.run(command, env=whole, cwd=home, check=True, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.CalledProcessError as error:
        raise PeerFailedError(f"{command[-1]}: {error.stderr.strip()[-300:]}") from error
    except subprocess.TimeoutExpired:
        raise PeerFailedError(f"{command[-1]} did not end within {PATIENCE:g} s") from None


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
