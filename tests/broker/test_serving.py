"""`genai broker` as it is run: a process beside Langfuse's PostgreSQL, and clients of it."""

import json
import subprocess
import sys

import pytest
from tests.broker.conftest import Run
from tests.broker.projects import Projects

from genai_sdk import GenAIClient
from genai_sdk.testing import FakeProvider


@pytest.fixture
def provider():
    with FakeProvider("lab", keys={"sk-one", "sk-two"}) as fake:
        yield fake


def test_a_client_gets_its_projects_connections_and_calls_with_them(run: Run, projects: Projects, provider) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one", "base_url": provider.base_url("openai")}})
    projects.add("two", {"other": {"secret": "sk-two", "base_url": provider.base_url("openai")}})
    broker = run()
    with GenAIClient(
        public_key=one.public_key, secret_key=one.secret_key, broker_url=broker.url, tracing=False
    ) as client:
        response = client.completion(model="m", messages=[{"role": "user", "content": "Hello!"}])
        assert (response.text, response.genai.connection) == ("lab: Hello!", "lab")
        assert [each.name for each in client.connections()] == ["lab"]
    line = json.loads(broker.written[0])
    assert line["public_key"] == "pk-lf-one"
    assert line["project"] == "proj-one"
    assert line["connections"] == {"lab": "2026-01-01T00:00:00.000Z"}
    assert line["from"] == "127.0.0.1"
    assert line["sdk"].startswith("genai-sdk/")
    assert line["sealed"] is True
    assert "sk-" not in "".join(broker.written + broker.status_text)


def test_an_unchanged_set_is_a_304_and_a_rotated_one_a_new_tag(run: Run, projects: Projects) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}, "lab/b": {"secret": "sk-b"}})
    broker = run()
    first = broker.ask_as(one.pair)
    again = broker.ask_as(one.pair, headers={"if-none-match": first.headers["etag"]})
    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-store"
    named = json.loads(broker.ask_as(one.pair, "?name=lab%2Fb&name=none").body)
    assert [each["name"] for each in named["connections"]] == ["lab/b"]
    assert named["available"] == ["lab", "lab/b"]


def test_replicas_give_the_same_tag(run: Run, projects: Projects) -> None:
    one = projects.add("one", {name: {"secret": f"sk-{name}"} for name in "abcdefgh"})
    tags = {run().ask_as(one.pair).headers["etag"] for _ in range(2)}
    assert len(tags) == 1


def test_what_changes_in_the_database_is_known_within_a_minute(run: Run, projects: Projects) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    two = projects.add("two", {"lab": {"secret": "sk-two"}})
    broker = run()
    tag = broker.ask_as(one.pair).headers["etag"]
    assert broker.ask_as(two.pair).status == 200
    projects.rotate(one, "lab", "sk-rotated")
    projects.revoke(two)
    refused = _until(broker, two.pair, lambda reply: reply.status != 200)
    assert (refused.status, json.loads(refused.body)["error"]) == (401, "UnauthorizedError")
    assert b"sk-" not in refused.body
    rotated = _until(broker, one.pair, lambda reply: reply.headers["etag"] != tag)
    assert b"sk-rotated" in rotated.body


@pytest.mark.parametrize(
    "pair",
    [
        ("pk-lf-one", "sk-lf-two-secret"),
        ("pk-lf-nobody", "sk-lf-one-secret"),
        ("sk-lf-one-secret", "pk-lf-one"),
        ("", ""),
    ],
)
def test_nobody_else_gets_anything(run: Run, projects: Projects, pair: tuple[str, str]) -> None:
    projects.add("one", {"lab": {"secret": "sk-one"}})
    projects.add("two", {"lab": {"secret": "sk-two"}})
    broker = run()
    reply = broker.ask_as(pair)
    assert (reply.status, reply.headers["cache-control"]) == (401, "no-store")
    assert b"sk-" not in reply.body
    assert broker.ask().status == 401
    assert broker.ask(headers={"authorization": "Bearer x"}).status == 401
    broker.stop()
    assert "-secret" not in "".join(broker.written)


def test_it_says_whether_it_lives_and_whether_it_is_ready(run: Run) -> None:
    broker = run()
    assert broker.ask("/health").status == 200
    assert json.loads(broker.ask("/ready").body) == {"ready": True}
    assert broker.ask("/else").status == 404
    assert broker.ask(method="POST").status == 405
    assert broker.stop() == 0


def test_a_broker_whose_database_is_away_lives_but_is_not_ready(run: Run) -> None:
    broker = run(GENAI_DATABASE_URL="postgresql://u:secretpassword@127.0.0.1:1/langfuse")
    assert broker.ask("/health").status == 200
    assert broker.ask("/ready").status == 503
    reply = broker.ask_as(("pk-lf-a", "sk-lf-a"))
    assert (reply.status, reply.headers["retry-after"]) == (503, "2")
    assert b"127.0.0.1" not in reply.body
    broker.stop()
    assert "secretpassword" not in "".join(broker.status_text + broker.written) + str(reply.body)


def test_several_workers_answer_and_end_together(run: Run, projects: Projects) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one"}})
    broker = run("--workers", "2")
    assert {broker.ask_as(one.pair).status for _ in range(20)} == {200}
    assert broker.stop() == 0


def test_check_says_what_would_be_wrong(environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "genai_sdk.cli", "broker", "--check"]
    good = subprocess.run([*command, "--audit", "off"], env=environ, capture_output=True, text=True, check=True)
    assert "The database answers" in good.stdout
    assert "No audit lines are written." in good.stdout
    for wrong, said in (
        ({**environ, "GENAI_DATABASE_URL": ""}, "set GENAI_DATABASE_URL"),
        ({**environ, "GENAI_ENCRYPTION_KEY": "abc"}, "64 hex characters"),
        ({**environ, "GENAI_BROKER_AUTH": "ldap"}, "it is one of database, langfuse"),
        ({**environ, "GENAI_BROKER_AUTH": "langfuse"}, "set LANGFUSE_BASE_URL"),
        ({**environ, "GENAI_BROKER_TLS_CERT": "/none"}, "name both --tls-cert and --tls-key"),
        ({**environ, "GENAI_BROKER_AUDIT": "/none/audit"}, "/none/audit cannot be written"),
        ({**environ, "GENAI_BROKER_RATE": "many"}, "GENAI_BROKER_RATE must be a number"),
        ({**environ, "GENAI_DATABASE_URL": environ["GENAI_DATABASE_URL"].replace("dbname=", "dbname=no")}, "does not"),
        ({**environ, "GENAI_BROKER_REDIS_URL": "redis://127.0.0.1:1/0"}, "Redis (GENAI_BROKER_REDIS_URL) does not"),
    ):
        bad = subprocess.run(command, env=wrong, capture_output=True, text=True)
        assert bad.returncode == 1, said
        assert said in bad.stderr
        assert "Traceback" not in bad.stderr


def _until(broker, pair, fits):
    """Ask until an answer fits; the broker has promised that within a minute."""
    import time

    end = time.monotonic() + 60
    while not fits(reply := broker.ask_as(pair)):
        assert time.monotonic() < end, "not within a minute"
        time.sleep(0.2)
    return reply
