"""A process that plays a framework's situations, where the framework is."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.gateway.conftest import Stage
from tests.integrations.pages import environ, packages

PROGRAMS = Path(__file__).parent / "programs"
PATIENCE = 120.0
"""Seconds after which a situation is not waited for any longer."""


class Player:
    """The process, which does one situation after the other."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    def play(self, situation: str, side: str) -> None:
        """Play a situation, and wait until all that it recorded has been sent."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        bound = threading.Timer(PATIENCE, self._process.kill)
        bound.start()
        try:
            print(json.dumps([situation, side]), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        finally:
            bound.cancel()
        error = json.loads(answer) if answer else "it ended or hung"
        assert not error, f"{error}\n{self._log.read_text()[-4000:]}"


@contextlib.contextmanager
def playing(framework: str, environment: str, records: str, stage: Stage, folder: Path) -> Iterator[Player]:
    """Run a framework's program until the end of a block.

    Args:
        framework: The name of its program.
        environment: The environment that has it.
        records: Who records: `own`, or `official` for the framework's own integration beside.
        stage: What it talks to.
        folder: Where it may write.
    """
    env = {**environ(stage, packages(environment)), "HOME": str(folder)}
    command = [sys.executable, str(PROGRAMS / "main.py"), framework, records]
    log = folder / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        )
        try:
            yield Player(process, log)
            process.communicate(timeout=PATIENCE)
            assert process.returncode == 0, log.read_text()[-4000:]
        finally:
            process.kill()
            process.wait()
