"""boto3 in a process of the vendors' environment, and the service model that it was made from."""

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-vendors"
REGION = "us-east-1"
KEYS = ("AKIDEXAMPLE", "bedrock-secret-key")


def needs_environment() -> None:
    """Skip a test where the environment was not made."""
    if not (ENVIRONMENT / ".ready").exists():
        pytest.skip("not tested against boto3, which needs an environment of its own: run `make peers`")


def service_model() -> dict[str, Any]:
    """Return the definition of Bedrock's runtime in the installed botocore."""
    needs_environment()
    (path,) = ENVIRONMENT.glob("lib/python3*/site-packages/botocore/data/bedrock-runtime/*/service-2.json*")
    data: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    return data


class Boto3:
    """A process with boto3 in it."""

    def __init__(self) -> None:
        needs_environment()
        command = [
            str(ENVIRONMENT / "bin" / "python"),
            "-I",
            "-W",
            "error",
            str(Path(__file__).parent / "bedrock_inside.py"),
        ]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def call(self, name: str, url: str, arguments: dict[str, Any], keys: tuple[str, ...] = KEYS) -> dict[str, Any]:
        """Make a call and return `{"value": …}` or `{"error": …, "code": …}`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"call": name, "url": url, "arguments": arguments, "keys": keys, "region": REGION}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
