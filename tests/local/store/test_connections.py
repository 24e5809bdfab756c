"""Connections at rest: ciphertext that the deployment's cipher opens, and how their last check went."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from tests.local.store.conftest import KEY
from tests.printers import printed

from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_connection import NewConnection, read_connection
from genai_sdk.local.store import Store
from genai_sdk.local.store.checks import Check
from genai_sdk.secret import Sealed, Secret


def _new(name: str = "one", secret: str = "sk-canary-0001", **facts: object) -> NewConnection:
    return NewConnection(provider=name, adapter="openai", secret_key=Secret(secret), **facts)  # type: ignore[arg-type]


def test_a_connection_is_shown_without_secrets_and_delivered_with_them(store: Store) -> None:
    store.connections.put(_new(custom_models=["m"], extra_headers=Sealed({"X-Team": "canary"})))
    (shown,), total = store.connections.page(10, 0)
    assert (total, shown.display_secret, shown.header_names, shown.custom_models) == (1, "...0001", ("X-Team",), ("m",))
    assert "canary" not in repr(shown)
    (record,), names = store.connections.records(None)
    assert (record.secret, record.headers, names) == (Secret("sk-canary-0001"), {"X-Team": "canary"}, ("one",))


def test_secrets_at_rest_are_what_the_cipher_opens(file: Path, store: Store) -> None:
    store.connections.put(_new(extra_headers=Sealed({"X-Team": "canary"})))
    raw = sqlite3.connect(file)
    secret, headers = raw.execute("SELECT secret, extra_headers FROM connections").fetchone()
    raw.close()
    assert Cipher(KEY).decrypt(secret) == "sk-canary-0001"
    assert Cipher(KEY).decrypt(headers) == '{"X-Team":"canary"}'


def test_writing_a_connection_anew_keeps_its_id_and_beginning_and_moves_its_update(store: Store) -> None:
    first, is_new = store.connections.put(_new())
    second, is_still_new = store.connections.put(_new(secret="sk-canary-0002"))
    assert (is_new, is_still_new) == (True, False)
    assert (first.id, first.created_at) == (second.id, second.created_at)
    assert second.updated_at > first.updated_at
    assert store.connections.records(None)[0][0].secret == Secret("sk-canary-0002")


def test_a_connection_that_another_key_wrote_breaks_itself_alone(file: Path, store: Store) -> None:
    store.connections.put(_new("old"))
    store.close()
    other = Store(file, Cipher("cd" * 32))
    other.connections.put(_new("new"))
    old, new = other.connections.records(None)[0]
    other.close()
    assert (old.secret, new.secret) == (None, Secret("sk-canary-0001"))
    assert old.error
    assert "canary" not in old.error


def test_connections_are_delivered_oldest_first_and_by_name(store: Store) -> None:
    for name in ("b", "a", "c"):
        store.connections.put(_new(name))
    records, names = store.connections.records(["c", "b", "nobody"])
    assert ([each.name for each in records], names) == (["b", "c"], ("b", "a", "c"))


def test_the_last_check_is_kept_until_the_connection_goes(store: Store) -> None:
    written, _ = store.connections.put(_new())
    refused = Check(moment=datetime(2026, 1, 1, tzinfo=UTC), ok=False, model="gpt-4o", message="Incorrect API key")
    passed = Check(moment=datetime(2026, 1, 2, tzinfo=UTC), ok=True, model="gpt-4o", latency=0.5)
    assert store.checks.put("one", refused)
    assert store.checks.all() == {"one": refused}
    assert store.checks.put("one", passed)
    assert store.checks.all() == {"one": passed}
    store.connections.put(_new(secret="sk-other"))
    assert store.checks.all() == {"one": passed}
    assert not store.checks.put("nobody", passed)
    store.connections.delete(written.id)
    assert store.checks.all() == {}


def test_a_connection_goes_once(store: Store) -> None:
    written, _ = store.connections.put(_new())
    assert store.connections.delete(written.id)
    assert not store.connections.delete(written.id)
    assert store.connections.find("one") is None


def test_a_connection_that_is_registered_can_be_printed_and_carried_away_nowhere() -> None:
    body = b'{"provider": "c", "adapter": "openai", "secretKey": "canary-1", "extraHeaders": {"x": "canary-2"}}'
    new = read_connection(body)
    assert (new.secret_key.reveal(), new.extra_headers and new.extra_headers.reveal()) == (
        "canary-1",
        {"x": "canary-2"},
    )
    assert "canary" not in printed(new)


@pytest.mark.parametrize(("name", "value"), [("secretKey", 1), ("extraHeaders", {"x": 1}), ("extraHeaders", [])])
def test_a_secret_of_another_form_is_refused_by_its_field(name: str, value: object) -> None:
    body = {"provider": "c", "adapter": "openai", "secretKey": "canary-1", name: value}
    with pytest.raises(ApiError) as refused:
        read_connection(msgspec.json.encode(body))
    assert (refused.value.status, refused.value.error[0]["path"]) == (400, [name])
