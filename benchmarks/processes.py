"""The processes of a benchmark: the server, and one for each contender; every wait for them is bounded."""

import json
import os
import resource
import select
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.contenders.roster import ROSTER
from benchmarks.machine import divided
from benchmarks.trust import vouch

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120.0
"""Seconds that a contender may take for one order."""


class ContenderFailedError(Exception):
    """A contender that cannot take part, or not any more; the message is the reason."""


def environment(home: str) -> dict[str, str]:
    """Return what the processes see: nothing of the user's settings and keys."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": home,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        "NO_PROXY": "*",
        # Without these, litellm asks the network for its prices, and reads a .env above its own folder.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MODE": "PRODUCTION",
    }


class Peer:
    """A process that takes orders.

    Args:
        command: What to run.
        home: A folder for what it writes.
    """

    def __init__(self, command: Sequence[str], home: str) -> None:
        self._errors = tempfile.TemporaryFile(dir=home)  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, env=environment(home), cwd=home
        )

    def read(self, patience: float = PATIENCE) -> str:
        """Return the next line it says.

        Raises:
            ContenderFailedError: It says nothing in time, or ended.
        """
        assert self._process.stdout is not None
        end, data = time.monotonic() + patience, b""
        while not data.endswith(b"\n"):
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise ContenderFailedError(f"no answer within {patience:g} s")
            more = os.read(self._process.stdout.fileno(), 65_536)
            if not more:
                raise ContenderFailedError(f"it ended: {self._last_words()}")
            data += more
        return data.decode()

    def answer(self, patience: float = PATIENCE) -> Any:
        """Return its answer to the last order.

        Raises:
            ContenderFailedError: It has none.
        """
        said = json.loads(self.read(patience))
        if "error" in said:
            raise ContenderFailedError(said["error"].splitlines()[0][:300])
        return said["result"]

    def ask(self, patience: float = PATIENCE, **order: Any) -> Any:
        """Give an order and return the answer."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ContenderFailedError(f"it ended: {self._last_words()}") from None
        return self.answer(patience)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                pipe.close()

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "without a word"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Stage:
    """What a benchmark runs on: interpreters that have the peers, a server, a folder for what they write.

    Args:
        python: The interpreter of the environment "bench", in which we and the server are too.
        home: The folder.
        **others: The interpreters of other environments; whose is not there takes part in the first.

    Attributes:
        url: The server's address.
        secure_url: Its address over TLS, which those who trust `ca`, a file of PEM, can use.
    """

    def __init__(self, python: str, home: str, **others: str) -> None:
        self.home = home
        self._pythons = {"bench": python, **others}
        self.ca, pem = vouch(home)
        core, _ = divided()
        command = [python, "-m", "benchmarks.server", pem, *([] if core is None else [str(core)])]
        self._server = Peer(command, home)
        port, secure_port = map(int, self._server.read(30).split())
        self.url, self.secure_url = f"http://127.0.0.1:{port}", f"https://127.0.0.1:{secure_port}"

    def interpreter(self, name: str) -> str:
        """Return the interpreter that has a contender."""
        entry = ROSTER.get(name)
        return self._pythons.get(entry.environment if entry else "bench", self._pythons["bench"])

    def contender(self, name: str, *, tls: bool = False, **options: Any) -> Peer:
        """Start a contender, which asks over TLS or without, and wait until it is ready.

        Raises:
            ContenderFailedError: It cannot take part.
        """
        url, options = (self.secure_url, {**options, "ca": self.ca}) if tls else (self.url, options)
        peer = Peer([self.interpreter(name), "-m", "benchmarks.worker", name, url, json.dumps(options)], self.home)
        try:
            peer.answer()
        except ContenderFailedError:
            peer.close()
            raise
        return peer

    def run(self, name: str, *arguments: str) -> tuple[str, float, float]:
        """Run a contender's interpreter to its end; return what it printed, and its seconds of CPU and by the clock."""
        begun = time.perf_counter()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [self.interpreter(name), *arguments],
            env=environment(self.home),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            words = done.stderr.strip().splitlines() or ["without a word"]
            raise ContenderFailedError(words[-1][:300])
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return done.stdout, cpu, wall

    def close(self) -> None:
        """End the server."""
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
