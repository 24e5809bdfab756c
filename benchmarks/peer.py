"""A process that takes orders; every wait for it is bounded."""

import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE = 120.0
"""Seconds that a process may take for one order, or to begin."""


class PeerFailedError(Exception):
    """A process that cannot take part, or not any more; the message is the reason."""


class Peer:
    """A process that takes orders as lines of JSON, each answered by a line with its `result` or its `error`.

    Args:
        command: What to run.
        home: A folder for what it writes, and its working directory.
        environ: All of its variables.
        obeys: Whether it takes orders; what another one prints goes where its errors go.
    """

    def __init__(self, command: Sequence[str], home: str, environ: Mapping[str, str], *, obeys: bool = True) -> None:
        self._errors = tempfile.NamedTemporaryFile(dir=home)  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if obeys else self._errors,
            stderr=self._errors,
            env=environ,
            cwd=home,
        )

    def read(self, patience: float = PATIENCE) -> str:
        """Return the next line it prints.

        Raises:
            PeerFailedError: It prints nothing in time, or ended.
        """
        assert self._process.stdout is not None
        end, parts = time.monotonic() + patience, [b""]
        while not parts[-1].endswith(b"\n"):
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise PeerFailedError(f"no answer within {patience:g} s: {self._last_words()}")
            parts.append(os.read(self._process.stdout.fileno(), 1 << 20))
            if not parts[-1]:
                raise PeerFailedError(f"it ended: {self._last_words()}")
        return b"".join(parts).decode()

    def answer(self, patience: float = PATIENCE) -> Any:
        """Return its answer to the last order; the first one says that it is ready.

        Raises:
            PeerFailedError: It has none.
        """
        answer = json.loads(self.read(patience))
        if "error" in answer:
            raise PeerFailedError(answer["error"].splitlines()[0][:300])
        return answer["result"]

    def ask(self, patience: float = PATIENCE, **order: Any) -> Any:
        """Give an order and return the answer.

        Raises:
            PeerFailedError: It has none.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise PeerFailedError(f"it ended: {self._last_words()}") from None
        return self.answer(patience)

    def await_words(self, words: str, patience: float = PATIENCE) -> None:
        """Wait until one that takes no orders has written certain words.

        Raises:
            PeerFailedError: It does not write them in time, or ended.
        """
        end = time.monotonic() + patience
        while words not in self._written():
            if self._process.poll() is not None or time.monotonic() > end:
                raise PeerFailedError(f"it does not begin: {self._last_words()}")
            time.sleep(0.02)

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def close(self) -> None:
        """End it, by SIGKILL."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                pipe.close()

    def _written(self) -> str:
        # By its name, since whoever moved the place in this very file would move that of the process too.
        return Path(self._errors.name).read_text(errors="replace")

    def _last_words(self) -> str:
        lines = self._written().strip().splitlines()
        return " | ".join(lines[-3:])[-600:] if lines else "without a word"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
