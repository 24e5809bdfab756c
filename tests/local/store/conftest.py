"""A store on a file of its own, and spans to put into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from genai_sdk.crypto import Cipher
from genai_sdk.local.store import Store

KEY = "ab" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "platform.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    store = Store(file, Cipher(KEY))
    yield store
    store.close()
