"""Credentials that end: renewed ahead of it, and no longer used after it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.connections.conftest import Get
from tests.connections.records import record
from tests.connections.sources import DOWN, Clock, ControlledSource, settle

from genai_sdk.connections import ConnectionRegistry


def short(clock: Clock, secret: str, seconds: float) -> Any:
    return record(name="short", secret=secret, expires_at=datetime.fromtimestamp(clock.now + seconds, UTC))


@pytest.fixture
def lasting():
    return record(name="lasting")


def key(registry: ConnectionRegistry, get: Get, name: str = "short") -> str | None:
    found = get(registry).get(name)
    assert found is not None
    return found.credentials["key"] if found.credentials is not None else str(found.error)


def test_what_ends_soon_is_renewed_beside_the_calls(clock: Clock, get: Get, lasting) -> None:
    source = ControlledSource(short(clock, "sk-1", 150), lasting)
    registry = ConnectionRegistry(source, now=clock)
    assert key(registry, get) == "sk-1"
    source.records = (short(clock, "sk-2", 3600), lasting)
    source.open.clear()
    clock.advance(40)  # fresh for another 20 s, but within two minutes of its end
    assert key(registry, get) == "sk-1"
    source.open.set()
    settle()
    assert key(registry, get) == "sk-2"
    assert source.calls == 2


def test_what_has_ended_is_waited_for(clock: Clock, get: Get, lasting) -> None:
    source = ControlledSource(short(clock, "sk-1", 30), lasting)
    registry = ConnectionRegistry(source, now=clock)
    assert key(registry, get) == "sk-1"
    settle()
    source.records = (short(clock, "sk-2", 3600), lasting)
    clock.advance(30)
    assert key(registry, get) == "sk-2"


def test_while_the_source_is_down_only_what_has_ended_is_broken(clock: Clock, get: Get, lasting) -> None:
    source = ControlledSource(short(clock, "sk-1", 200), lasting)
    registry = ConnectionRegistry(source, now=clock)
    assert key(registry, get) == "sk-1"
    source.failure = DOWN
    clock.advance(200)
    assert "its short-lived credential has ended" in (key(registry, get) or "")
    assert key(registry, get, "lasting") != "sk-1"
    calls = source.calls
    assert get(registry) is get(registry)
    assert source.calls == calls
    source.failure = None
    source.records = (short(clock, "sk-2", 3600), lasting)
    clock.advance(10)
    assert key(registry, get) == "sk-2"
