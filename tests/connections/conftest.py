"""Reading the recorded database, and registries on a source that the test controls."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.connections.sources import Clock, ControlledSource

from genai_sdk.connections import (
    ConnectionRegistry,
    ConnectionSet,
    LangfuseDatabase,
    ReadLimits,
    RefetchResult,
    SourceResult,
)
from genai_sdk.crypto import Cipher
from genai_sdk.secret import Secret

OpenDatabase = Callable[..., LangfuseDatabase]
Read = Callable[..., SourceResult]
Get = Callable[[ConnectionRegistry], ConnectionSet]
Refetch = Callable[..., RefetchResult]


@pytest.fixture
def open_database(recorded: dict[str, Any]) -> OpenDatabase:
    """Open a database with the recorded ENCRYPTION_KEY and SALT, or with others."""

    def open_(
        dsn: str, *, keys: str = recorded["encryption_key"], salt: str | None = recorded["salt"], **limits: float
    ) -> LangfuseDatabase:
        return LangfuseDatabase(
            Secret(dsn),
            Cipher(keys),
            salt=None if salt is None else Secret(salt),
            limits=ReadLimits(**limits),  # type: ignore[arg-type]
        )

    return open_


@pytest.fixture
def read(open_database: OpenDatabase, recorded: dict[str, Any]) -> Read:
    """Read with the recorded key pair, or with another."""

    def read_(
        dsn: str, names: Sequence[str] | None = None, *, pair: tuple[str, str] | None = None, **options: Any
    ) -> SourceResult:
        public_key, secret_key = pair or (recorded["public_key"], recorded["secret_key"])
        return open_database(dsn, **options).read(public_key, Secret(secret_key), names)

    return read_


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source() -> ControlledSource:
    return ControlledSource()


@pytest.fixture(params=["sync", "async"])
def get(request: pytest.FixtureRequest) -> Get:
    if request.param == "sync":
        return lambda registry: registry.get()
    return lambda registry: asyncio.run(registry.aget())


@pytest.fixture(params=["sync", "async"])
def refetch(request: pytest.FixtureRequest) -> Refetch:
    if request.param == "sync":
        return lambda registry, failed, timeout=None: registry.refetch(failed, timeout)
    return lambda registry, failed, timeout=None: asyncio.run(registry.arefetch(failed, timeout))
