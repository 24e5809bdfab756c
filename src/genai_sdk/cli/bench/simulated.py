"""A simulated provider in a process of its own, so that its work is not counted as ours, and bare HTTP beside it."""

import contextlib
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import msgspec

from genai_sdk.client import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence
from genai_sdk.testing import FakeProvider, Reply
from genai_sdk.testing.langfuse import FakeLangfuse

MODEL = "gpt-6-luna"
"""What the simulated deployment is named after, and so what its calls cost."""

PAIRS = 60
"""Calls that are compared with the same exchange over bare HTTP."""

_KEY = "sk-simulated"
_WORDS = ("The sea keeps no count of its waves, and the shore keeps no record of them either. " * 2).strip()


class Simulation(msgspec.Struct, frozen=True):
    """Where the simulated provider and the Langfuse that has its connection are.

    Attributes:
        langfuse: The Langfuse's address.
        public_key: Its key pair's public key.
        secret_key: The secret key, which opens nothing but this.
        chat: Where the provider takes a chat over OpenAI's wire.
    """

    langfuse: str
    public_key: str
    secret_key: str
    chat: str


@contextlib.contextmanager
def simulation() -> Iterator[Simulation]:
    """Run the simulated provider in a process of its own.

    Raises:
        ConfigurationError: It did not start.
    """
    command = [sys.executable, "-c", "from genai_sdk.cli.bench.simulated import serve; serve()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - ourselves
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise ConfigurationError(
                    Sentence.of("bench.no_start", "the simulated provider did not start; what it printed stands above")
                )
            yield msgspec.json.decode(line, type=Simulation)
        finally:
            process.stdin.close()  # by which it ends
            try:
                process.wait(5.0)
            except subprocess.TimeoutExpired:
                process.kill()


def serve() -> None:
    """Be the simulated provider until standard input ends."""
    with FakeLangfuse() as langfuse, FakeProvider("simulated", answer=Reply(text=_WORDS)) as provider:
        now = datetime.now(UTC)
        langfuse.connections.put(
            ConnectionRecord(
                name="simulated",
                adapter="azure",
                secret=_KEY,  # type: ignore[arg-type]
                base_url=provider.base_url("azure"),
                custom_models=(MODEL,),
                created_at=now,
                updated_at=now,
            )
        )
        chat = f"{provider.base_url('openai')}/chat/completions"
        found = Simulation(langfuse.url, langfuse.public_key, langfuse.secret_key, chat)
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        sys.stdout.flush()
        sys.stdin.read()


def client_of(found: Simulation) -> GenAIClient:
    """Return a client of the simulated project, which records there, as any client does."""
    return GenAIClient(
        public_key=found.public_key, secret_key=found.secret_key, host=found.langfuse, broker_url=found.langfuse
    )


def over_raw(client: GenAIClient, found: Simulation, text: str, max_tokens: int) -> float:
    """Return the seconds that a recorded call takes longer than the same exchange over `http.client`, the median."""
    parts = urlsplit(found.chat)
    messages = [{"role": "user", "content": text}]
    body = json.dumps({"model": MODEL, "messages": messages, "max_tokens": max_tokens}).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {_KEY}"}
    more: list[float] = []
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    with contextlib.closing(connection):
        for _ in range(PAIRS):
            began = time.perf_counter()
            _exchange(connection, parts.path, body, headers)
            between = time.perf_counter()
            client.completion(f"simulated/{MODEL}", messages, max_tokens=max_tokens)
            more.append((time.perf_counter() - between) - (between - began))
    return max(0.0, median(more))


def _exchange(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> Any:
    connection.request("POST", path, body, headers)
    return json.loads(connection.getresponse().read())
