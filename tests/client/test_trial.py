"""A connection is tried by one real call before anybody saves it."""

import socket
from datetime import UTC, datetime
from typing import Any

import pytest

from genai_sdk.catalogue import ADAPTERS, DEFAULT_MODELS, ended, price_of
from genai_sdk.client.trial import try_connection
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider, Slow, Status

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def record(fake: FakeProvider | None = None, **facts: Any) -> ConnectionRecord:
    url = None if fake is None else fake.base_url("openai")
    given = {"adapter": "openai", "secret": "sk-canary", "base_url": url, "custom_models": ("gpt-4o-mini",)}
    return ConnectionRecord(**{"name": "new", "created_at": NOW, "updated_at": NOW, **given, **facts})


def test_a_provider_that_answers_says_so_with_its_model_and_one_call(fake_provider: FakeProvider):
    trial = try_connection(record(fake_provider, custom_models=("text-embedding-3-small", "gpt-4o")))
    assert (trial.ok, trial.connection, trial.model, trial.error) == (True, "new", "gpt-4o", "")
    assert trial.latency > 0
    assert len(fake_provider.journal) == 1


def test_a_connection_with_nothing_but_vectors_is_tried_by_one(fake_provider: FakeProvider):
    assert try_connection(record(fake_provider, custom_models=("text-embedding-3-small",))).ok
    (request,) = fake_provider.journal
    assert request.path.endswith("/embeddings")


@pytest.mark.parametrize(("status", "words"), [(401, "canned reason"), (503, "canned reason")])
def test_a_provider_that_says_no_is_quoted_after_one_attempt(fake_provider: FakeProvider, status: int, words: str):
    fake_provider.always(Status(status, message=words))
    trial = try_connection(record(fake_provider))
    assert (trial.ok, trial.status) == (False, status)
    assert words in trial.error
    assert "canary" not in repr(trial)
    assert len(fake_provider.journal) == 1


def test_a_provider_that_is_silent_is_given_up(fake_provider: FakeProvider):
    fake_provider.always(Slow(30))
    trial = try_connection(record(fake_provider), timeout=0.3)
    assert not trial.ok
    assert "0.3" in trial.error


def test_a_trial_says_how_it_ended(fake_provider: FakeProvider):
    def outcome(**facts: Any) -> str:
        return try_connection(record(fake_provider, **facts), timeout=2).outcome

    assert outcome() == "answered"
    assert outcome(secret=None) == "unusable"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert outcome(base_url=f"http://127.0.0.1:{closed.getsockname()[1]}/v1") == "unreachable"
    for status, expected in ((401, "refused"), (400, "refused"), (503, "failed")):
        fake_provider.always(Status(status, message="no"))
        assert outcome() == expected
    fake_provider.always(Slow(30))
    assert try_connection(record(fake_provider), timeout=0.3).outcome == "late"


def test_a_malformed_connection_is_not_asked(fake_provider: FakeProvider):
    trial = try_connection(record(fake_provider, secret=None))
    assert (trial.ok, trial.model) == (False, None)
    assert "it has no secret" in trial.error


def test_without_a_model_to_ask_it_says_so_and_one_can_be_named(fake_provider: FakeProvider):
    nothing = record(fake_provider, custom_models=())
    assert "no model to try it with" in try_connection(nothing).error
    assert len(fake_provider.journal) == 0
    assert try_connection(nothing, model="gpt-4o").ok


def test_every_default_to_try_with_is_offered_and_has_a_price():
    for adapter in ADAPTERS.values():
        offered = set(DEFAULT_MODELS[adapter.name]) - ended(adapter.name)
        assert (adapter.trial_model is None) == (not offered)
        if adapter.trial_model is not None:
            assert adapter.trial_model in offered
            assert price_of(adapter.name, adapter.trial_model) is not None
