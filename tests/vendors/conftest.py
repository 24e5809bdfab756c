"""The vendors' own SDKs in a process of an environment of their own: `make peers` makes it."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.vendors.bedrock_peer import Boto3

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parents[1] / ".venv-vendors"
PATIENCE = 60.0
"""No test waits longer for anything."""


class Vendor:
    """A process of the vendors' environment, which does by name what stands in a script.

    The script reads orders as lines of JSON, `{"do": …, …}`, and answers each with one line, `{"value": …}` or
    `{"error": …, …}`.

    Args:
        script: The script's name, a file of this directory.
    """

    def __init__(self, script: str) -> None:
        command = [str(ENVIRONMENT / "bin" / "python"), "-I", "-W", "error", str(HERE / script)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, name: str, **more: Any) -> Any:
        """Do what the script has under this name, and return the line it answers with."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        bound = threading.Timer(PATIENCE, self._process.kill)
        bound.start()
        try:
            print(json.dumps({"do": name, **more}), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        finally:
            bound.cancel()
        assert answer, "the vendor's process ended, or hung"
        return json.loads(answer)

    def close(self) -> None:
        """End the process."""
        try:
            self._process.communicate(timeout=PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()


@contextmanager
def open_vendor(script: str) -> Iterator[Vendor]:
    """Open a process, or skip the test where there is no environment for it."""
    if not (ENVIRONMENT / ".ready").exists():
        pytest.skip("not tested against the vendors' SDKs, which need an environment of their own: run `make peers`")
    vendor = Vendor(script)
    try:
        yield vendor
    finally:
        vendor.close()


@pytest.fixture(scope="session")
def anthropic() -> Iterator[Vendor]:
    """Anthropic's SDK."""
    with open_vendor("anthropic_inside.py") as vendor:
        yield vendor


@pytest.fixture(scope="session")
def google() -> Iterator[Vendor]:
    """Google's SDK."""
    with open_vendor("google_inside.py") as vendor:
        yield vendor


@pytest.fixture(scope="session")
def openai() -> Iterator[Vendor]:
    """OpenAI's SDK."""
    with open_vendor("openai_inside.py") as vendor:
        yield vendor


@pytest.fixture(scope="session")
def boto3() -> Iterator[Boto3]:
    """boto3 in its process."""
    made = Boto3()
    yield made
    made.close()
