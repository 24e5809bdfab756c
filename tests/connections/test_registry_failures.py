"""Denied is not down: what the registry forgets and what it keeps."""

import logging
import uuid

import pytest
from tests.connections.conftest import Get
from tests.connections.records import record
from tests.connections.sources import DENIED, DOWN, Clock, ControlledSource, in_memory, key_of, settle

from genai_sdk.connections import ConnectionRegistry
from genai_sdk.errors import (
    AccessDeniedError,
    ConfigurationError,
    GenAIError,
    SourceUnavailableError,
)


def test_denied_drops_every_secret_in_that_refresh_and_recovers_by_itself(clock: Clock, get: Get) -> None:
    secret = f"sk-{uuid.uuid4()}"  # of this run alone: an earlier one may still have frames about
    source = ControlledSource(record(secret=secret))
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    assert in_memory(secret)
    source.failure = DENIED
    clock.advance(61)
    get(registry)  # served for the last time, while the source is asked
    settle()
    assert not in_memory(secret)
    for wait in (0, 59):
        clock.advance(wait)
        with pytest.raises(AccessDeniedError, match="the key pair is unknown"):
            get(registry)
    assert source.calls == 2
    source.failure = None
    clock.advance(2)
    assert key_of(get(registry)) == secret
    assert source.calls == 3


def test_denied_at_first_is_asked_again_after_a_minute(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    source.failure = DENIED
    for _ in range(2):
        with pytest.raises(AccessDeniedError):
            get(registry)
        clock.advance(59)
    assert source.calls == 1
    clock.advance(2)
    with pytest.raises(AccessDeniedError):
        get(registry)
    assert source.calls == 2


def test_down_after_denied_does_not_bring_the_secrets_back(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    source.failure = DENIED
    clock.advance(301)
    with pytest.raises(AccessDeniedError):
        get(registry)
    source.failure = DOWN
    clock.advance(61)
    with pytest.raises(SourceUnavailableError, match="on fire"):
        get(registry)


@pytest.mark.parametrize("failure", [DOWN, ConfigurationError("a GRANT is missing"), ValueError("bad JSON")])
def test_down_serves_the_last_good_set_until_it_is_too_old(
    source: ControlledSource, clock: Clock, get: Get, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    registry = ConnectionRegistry(source, now=clock, max_stale=3600)
    first = get(registry)
    source.failure = failure
    for _ in range(11):
        clock.advance(310)
        assert get(registry) is first
    assert source.calls == 12
    assert [entry.levelname for entry in caplog.records] == ["WARNING"]
    clock.advance(310)
    kind = type(failure) if isinstance(failure, GenAIError) else SourceUnavailableError
    with pytest.raises(kind):
        get(registry)
    source.failure = None
    clock.advance(2)
    assert get(registry) == first


def test_a_set_that_grows_too_old_right_after_a_failure_is_not_served(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock, max_stale=3600)
    first = get(registry)
    source.failure = DOWN
    clock.advance(3599)
    assert get(registry) is first
    clock.advance(2)
    with pytest.raises(SourceUnavailableError, match="on fire"):
        get(registry)


def test_while_down_only_one_call_in_five_minutes_waits(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    source.failure = DOWN
    clock.advance(301)
    get(registry)
    for _ in range(5):
        get(registry)
    assert source.calls == 2
    clock.advance(61)
    source.open.clear()
    get(registry)  # served while the source is asked again
    source.open.set()
    settle()
    assert source.calls == 3


def test_recovery_is_logged(source: ControlledSource, clock: Clock, get: Get, caplog: pytest.LogCaptureFixture) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    source.failure = DOWN
    clock.advance(301)
    get(registry)
    source.failure = None
    clock.advance(301)
    with caplog.at_level(logging.INFO, "genai_sdk"):
        get(registry)
    assert caplog.messages[-1] == "the controlled source answers again"


def test_max_stale_of_nothing_still_serves_what_was_just_fetched(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock, max_stale=0)
    assert key_of(get(registry)) == "sk-openai-1234"
    clock.advance(1)
    source.failure = DOWN
    with pytest.raises(SourceUnavailableError):
        get(registry)
