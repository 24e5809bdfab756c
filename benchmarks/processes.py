"""The processes of a benchmark: the server, and one for each contender; every wait for them is bounded."""

import json
import os
import resource
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.contenders.roster import ROSTER
from benchmarks.machine import divided
from benchmarks.peer import PATIENCE, Peer, PeerFailedError
from benchmarks.trust import vouch

ROOT = Path(__file__).resolve().parent.parent


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
        self._server = Peer(command, home, environment(home))
        port, secure_port = map(int, self._server.read(30).split())
        self.url, self.secure_url = f"http://127.0.0.1:{port}", f"https://127.0.0.1:{secure_port}"

    def interpreter(self, name: str) -> str:
        """Return the interpreter that has a contender."""
        entry = ROSTER.get(name)
        return self._pythons.get(entry.environment if entry else "bench", self._pythons["bench"])

    def contender(self, name: str, *, tls: bool = False, **options: Any) -> Peer:
        """Start a contender, which asks over TLS or without, and wait until it is ready.

        Raises:
            PeerFailedError: It cannot take part.
        """
        url, options = (self.secure_url, {**options, "ca": self.ca}) if tls else (self.url, options)
        command = [self.interpreter(name), "-m", "benchmarks.worker", name, url, json.dumps(options)]
        peer = Peer(command, self.home, environment(self.home))
        try:
            peer.answer()
        except PeerFailedError:
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
            raise PeerFailedError(words[-1][:300])
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
