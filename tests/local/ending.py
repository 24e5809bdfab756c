"""Platforms in processes of their own, and requests to them."""

import base64
import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds that anything may take on a busy machine."""

_RUN = """
import sys
from pathlib import Path
from genai_sdk.local import Platform
platform = Platform(Path(sys.argv[1]), port=0)
platform.run(lambda: print(platform.url, flush=True))
"""
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def started(directory: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Give a platform's process and its address; it is killed in the end."""
    process = subprocess.Popen([sys.executable, "-c", _RUN, str(directory)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the platform did not start"
        yield process, url
    finally:
        process.kill()
        process.wait(PATIENCE)
        assert process.stdout is not None
        process.stdout.close()


def ask(url: str, method: str = "GET", body: Any = None, pair: tuple[str, str] | None = None) -> Any:
    """Send a request and return the JSON of its answer.

    Raises:
        OSError: It was refused, or there was no answer.
    """
    headers = {"content-type": "application/json"}
    if pair is not None:
        headers["authorization"] = "Basic " + base64.b64encode(":".join(pair).encode()).decode()
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with _DIRECT.open(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read() or b"null")


def pair_of(directory: Path) -> tuple[str, str]:
    """Return the key pair of the platform on a directory."""
    keys = json.loads((directory / "credentials.json").read_bytes())
    return keys["public_key"], keys["secret_key"]
