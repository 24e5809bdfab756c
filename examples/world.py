"""A small world to call into: recorded Langfuse rows in an embedded PostgreSQL, and fakes on loopback.

Two regions of providers, and a stand-in for Langfuse that keeps prompts and traces.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from examples.langfuse_database import create_schema, load_rows, postgresql, read_rows

from genai_sdk.crypto import Cipher
from genai_sdk.testing import FakeLangfuse, FakeProvider


class World:
    """What the demo calls into.

    Attributes:
        seoul: The region behind the connection `gemini_seoul`.
        usa: The region behind every other connection.
        langfuse: What stands in for Langfuse's server: it keeps prompts and traces, and has no pages.
        environ: The environment variables that a client needs.
    """

    def __init__(
        self, seoul: FakeProvider, usa: FakeProvider, langfuse: FakeLangfuse, environ: Mapping[str, str]
    ) -> None:
        self.seoul = seoul
        self.usa = usa
        self.langfuse = langfuse
        self.environ = environ


@contextmanager
def running() -> Iterator[World]:
    """Start everything, and stop it in the end."""
    recorded = read_rows()
    with (
        tempfile.TemporaryDirectory() as directory,
        postgresql(Path(directory)) as dsn,
        FakeProvider("seoul") as seoul,
        FakeProvider("usa") as usa,
        FakeLangfuse(public_key=recorded["public_key"], secret_key=recorded["secret_key"]) as langfuse,
    ):
        create_schema(dsn)
        load_rows(dsn, changes(recorded, seoul, usa))
        environ = {
            "LANGFUSE_PUBLIC_KEY": recorded["public_key"],
            "LANGFUSE_SECRET_KEY": recorded["secret_key"],
            "LANGFUSE_BASE_URL": langfuse.url,
            "GENAI_DATABASE_URL": dsn,
            "GENAI_ENCRYPTION_KEY": recorded["encryption_key"],
            "GENAI_SALT": recorded["salt"],
        }
        yield World(seoul, usa, langfuse, environ)


def changes(recorded: Mapping[str, Any], seoul: FakeProvider, usa: FakeProvider) -> dict[str, dict[str, Any]]:
    """Point every recorded connection at a fake, and give the Vertex ones a key that can sign.

    Langfuse's own rows stay as they are otherwise: same keys, same ciphertext.
    """
    cipher = Cipher(recorded["encryption_key"])
    changed: dict[str, dict[str, Any]] = {}
    for entry in recorded["llm_api_keys"]:
        name, adapter = entry["row"]["provider"], entry["row"]["adapter"]
        region = seoul if name == "gemini_seoul" else usa
        changed[name] = {"base_url": region.base_url(adapter)}
        if "service_account" in entry["expected"]["secret_key"]:
            changed[name]["secret_key"] = cipher.encrypt(json.dumps(region.service_account()))
    return changed
