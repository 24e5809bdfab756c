"""Reading the recorded database."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from genai_sdk.connections import Delivery, LangfuseDatabase, Limits
from genai_sdk.crypto import Cipher

OpenDatabase = Callable[..., LangfuseDatabase]
Read = Callable[..., Delivery]


@pytest.fixture
def open_database(recorded: dict[str, Any]) -> OpenDatabase:
    """Open a database with the recorded ENCRYPTION_KEY and SALT, or with others."""

    def open_(
        dsn: str, *, keys: str = recorded["encryption_key"], salt: str | None = recorded["salt"], **limits: float
    ) -> LangfuseDatabase:
        return LangfuseDatabase(dsn, Cipher(keys), salt=salt, limits=Limits(**limits))  # type: ignore[arg-type]

    return open_


@pytest.fixture
def read(open_database: OpenDatabase, recorded: dict[str, Any]) -> Read:
    """Read with the recorded key pair, or with another."""

    def read_(
        dsn: str, names: Sequence[str] | None = None, *, pair: tuple[str, str] | None = None, **options: Any
    ) -> Delivery:
        public_key, secret_key = pair or (recorded["public_key"], recorded["secret_key"])
        return open_database(dsn, **options).read(public_key, secret_key, names)

    return read_
