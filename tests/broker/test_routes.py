"""The broker's wire over HTTP, on the local platform's storage."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.wire import Langfuse, Reply

from genai_sdk.local import Platform

PATH = "/api/genai/v1/connections"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Langfuse]:
    with Platform(tmp_path / "platform", port=0) as platform:
        known = platform.credentials
        server = Langfuse(platform.url, (known.public_key, known.secret_key), known.project_id)
        for name in ("a", "연결/b"):
            body = {
                "provider": name,
                "adapter": "openai",
                "secretKey": f"sk-{name}",
                "extraHeaders": {"x-team": "search"},
            }
            assert server.ask("PUT", "llm-connections", body).status == 201
        yield server


def names(reply: Reply) -> list[str]:
    return [each["name"] for each in reply.json["connections"]]


def test_every_connection_is_handed_out_in_clear_and_kept_by_nobody_between(broker: Langfuse) -> None:
    reply = broker.ask("GET", PATH)
    assert (reply.status, reply.json["version"], reply.json["project"]["id"]) == (200, 1, broker.project_id)
    assert reply.headers["cache-control"] == "no-store"
    first = reply.json["connections"][0]
    assert (first["name"], first["secret"], first["extra_headers"], first["error"]) == (
        "a",
        "sk-a",
        {"x-team": "search"},
        None,
    )


def test_only_the_names_asked_for_are_sent_with_those_that_there_are(broker: Langfuse) -> None:
    reply = broker.ask("GET", PATH, name=["연결/b", "unknown"])
    assert names(reply) == ["연결/b"]
    assert reply.json["available"] == ["a", "연결/b"]
    assert names(broker.ask("GET", PATH, name="unknown")) == []


def test_what_the_caller_has_is_not_sent_again_until_it_changes(broker: Langfuse) -> None:
    tag = broker.ask("GET", PATH).headers["etag"]
    again = broker.ask("GET", PATH, headers={"if-none-match": tag})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    broker.ask("PUT", "llm-connections", {"provider": "a", "adapter": "openai", "secretKey": "sk-rotated"})
    assert broker.ask("GET", PATH, headers={"if-none-match": tag}).json["connections"][0]["secret"] == "sk-rotated"


@pytest.mark.parametrize("pair", [None, ("pk-lf-x", "sk-lf-x"), ("", "")])
def test_nobody_else_gets_anything(broker: Langfuse, pair: tuple[str, str] | None) -> None:
    reply = broker.ask("GET", PATH, pair=pair)
    assert (reply.status, reply.headers["cache-control"]) == (401, "no-store")
    assert b"sk-" not in reply.body


def test_another_method_is_refused(broker: Langfuse) -> None:
    assert broker.ask("POST", PATH, {}).status == 405
