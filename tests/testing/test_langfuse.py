"""The fake Langfuse: who may ask, what goes wrong on order, traces as they come, and the broker."""

import asyncio
import gzip
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.connections.records import record
from tests.testing.langfuse_wire import ask

from genai_sdk.testing import (
    ContextWindow,
    CutBeforeHeaders,
    CutBody,
    FakeLangfuse,
    Malformed,
    Redirect,
    Reply,
    Slow,
    StallBeforeHeaders,
    Status,
)

TRACES = "/api/public/otel/v1/traces"
CONNECTIONS = "/api/genai/v1/connections"


@pytest.fixture
def fake() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as running:
        yield running


def export(name: str = "completion", trace: int = 1, *spans: dict[str, Any], **attributes: str) -> dict[str, Any]:
    """An export of one span, or of these."""
    pairs = [{"key": key.replace("__", "."), "value": {"stringValue": text}} for key, text in attributes.items()]
    span = {
        "traceId": f"{trace:032x}",
        "spanId": f"{trace:016x}",
        "name": name,
        "startTimeUnixNano": "1000000000",
        "endTimeUnixNano": "1500000000",
        "attributes": pairs,
    }
    return {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "test"}, "spans": spans or [span]}]}]}


@pytest.mark.parametrize(
    ("pair", "headers", "message"),
    [
        (None, {}, "No authorization header"),
        (None, {"authorization": "Bearer sk-lf-test"}, "Invalid authorization header"),
        (None, {"authorization": "Basic ###"}, "Invalid authorization header"),
        (("pk-lf-test", "sk-lf-other"), {}, "Invalid credentials. Confirm that you've configured the correct host."),
        (("pk-lf-other", "sk-lf-test"), {}, "Invalid credentials. Confirm that you've configured the correct host."),
    ],
)
@pytest.mark.parametrize("path", ["/api/public/projects", "/api/public/v2/prompts/x", TRACES, CONNECTIONS])
def test_whoever_has_no_good_key_pair_is_refused_everywhere(
    fake: FakeLangfuse, path: str, pair: tuple[str, str] | None, headers: dict[str, str], message: str
) -> None:
    body = export() if path == TRACES else None
    answer = ask(fake, path, body, pair=pair, headers=headers)
    assert (answer.status, answer.json["message"]) == (401, message)
    assert fake.journal[0].authenticated_as is None
    assert not fake.traces


def test_a_key_pair_can_be_revoked_and_an_organisations_pair_reads_no_project(fake: FakeLangfuse) -> None:
    fake.accept("pk-lf-org", "sk-lf-org")
    assert ask(fake, "/api/public/projects", pair=("pk-lf-org", "sk-lf-org")).status == 403
    fake.revoke(fake.public_key)
    assert ask(fake, "/api/public/projects").status == 401


def test_projects_keep_their_things_apart(fake: FakeLangfuse) -> None:
    other = fake.add_project("proj-2", "Other")
    fake.prompts.create("greeting", "mine", labels=["production"])
    other.prompts.create("greeting", "theirs", labels=["production"])
    pair = (other.public_key, other.secret_key)
    assert ask(fake, "/api/public/v2/prompts/greeting").json["prompt"] == "mine"
    assert ask(fake, "/api/public/v2/prompts/greeting", pair=pair).json["prompt"] == "theirs"
    assert ask(fake, "/api/public/projects", pair=pair).json["data"][0]["id"] == "proj-2"
    ask(fake, TRACES, export(), pair=pair)
    assert (len(fake.traces), len(other.traces)) == (0, 1)


def test_health_needs_no_key_pair_and_unknown_paths_are_a_page(fake: FakeLangfuse) -> None:
    assert ask(fake, "/api/public/health", pair=None).json == {"status": "OK", "version": "4.16.0"}
    page = ask(fake, "/api/public/nothing")
    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert ask(fake, "/api/public/projects", method="DELETE").status == 405


def test_outages_come_in_order_and_only_where_they_are_aimed(fake: FakeLangfuse) -> None:
    fake.script(Status(429, retry_after=2), Status(500), operation="otlp").script(Status(401))
    assert ask(fake, "/api/public/projects").status == 401
    limited = ask(fake, TRACES, export())
    assert (limited.status, limited.headers["retry-after"]) == (429, "2")
    assert ask(fake, TRACES, export()).status == 500
    assert not fake.traces
    assert ask(fake, TRACES, export()).status == 200
    assert [entry.status for entry in fake.requests("otlp")] == [429, 500, 200]


def test_a_step_that_lasts_gives_way_to_a_queued_one(fake: FakeLangfuse) -> None:
    fake.always(Status(503)).script(Reply())
    assert [ask(fake, "/api/public/projects").status for _ in range(2)] == [200, 503]
    fake.clear()
    assert ask(fake, "/api/public/projects").status == 200
    assert len(fake.journal) == 1


def test_steps_that_answer_in_its_stead_leave_no_trace_and_broken_answers_do(fake: FakeLangfuse) -> None:
    fake.script(Redirect("http://elsewhere"), Malformed("html"), CutBeforeHeaders(), CutBody(), Malformed("truncated"))
    assert ask(fake, TRACES, export(trace=1)).status == 307
    assert b"Bad Gateway" in ask(fake, TRACES, export(trace=2)).body
    with pytest.raises(ConnectionError):
        ask(fake, TRACES, export(trace=3))
    with pytest.raises(http.client.IncompleteRead):
        ask(fake, TRACES, export(trace=4))
    with pytest.raises(json.JSONDecodeError):
        assert ask(fake, TRACES, export(trace=5)).json
    assert [int(trace.id, 16) for trace in fake.traces] == [4, 5]


def test_a_slow_or_silent_answer_ends_when_the_client_leaves(fake: FakeLangfuse) -> None:
    fake.script(Slow(0.01), StallBeforeHeaders())
    assert ask(fake, "/api/public/projects").status == 200
    connection = http.client.HTTPConnection("127.0.0.1", int(fake.url.rsplit(":", 1)[1]))
    connection.request("GET", "/api/public/projects")
    fake.journal.wait_for(2)
    connection.close()
    assert [entry.path for entry in fake.journal.wait_aborted()] == ["/api/public/projects"]


def test_a_step_that_means_nothing_here_is_refused_when_it_is_ordered(fake: FakeLangfuse) -> None:
    with pytest.raises(TypeError, match="cannot do ContextWindow; it can do Reply, Slow"):
        fake.script(Slow(1, then=ContextWindow()))


def test_it_goes_down_and_comes_up_on_the_same_port(fake: FakeLangfuse) -> None:
    url = fake.url
    fake.down()
    with pytest.raises(ConnectionRefusedError):
        ask(fake, "/api/public/health")
    fake.up()
    assert ask(fake, "/api/public/health").status == 200
    assert fake.url == url


def test_bodies_above_the_limit_are_too_large() -> None:
    with FakeLangfuse(max_body_bytes=1000) as fake:
        assert ask(fake, TRACES, export()).status == 200
        assert ask(fake, TRACES, export(x="y" * 1000)).status == 413
        assert len(fake.traces) == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (json.dumps(export("", 1, {"traceId": "1" * 32, "spanId": "2" * 16}, {"traceId": "1" * 32})).encode(), {}),
        (b"\x0a\xff", {"content-type": "application/x-protobuf"}),
        (b"\x0b", {"content-type": "application/x-protobuf"}),
    ],
)
def test_of_an_export_of_the_wrong_form_nothing_is_taken(
    fake: FakeLangfuse, body: bytes, headers: dict[str, str]
) -> None:
    answer = ask(fake, TRACES, body, headers=headers)
    assert (answer.status, answer.json["error"]) == (400, "InvalidRequestError")
    assert not fake.traces


def test_gzipped_spans_are_taken(fake: FakeLangfuse) -> None:
    body = gzip.compress(json.dumps(export()).encode())
    assert ask(fake, TRACES, body, headers={"content-encoding": "gzip"}).status == 200
    assert fake.traces[0].root.name == "completion"


def test_protobuf_spans_are_taken(fake: FakeLangfuse) -> None:
    body = (Path(__file__).parents[1] / "langfuse" / "data" / "plain.pb").read_bytes()
    assert ask(fake, TRACES, body, headers={"content-type": "application/x-protobuf"}).status == 200
    assert [each.name for each in fake.traces[0].observations] == ["checkout", "chat gpt-4o-mini", "retry"]


def test_a_trace_is_read_as_a_tree_whatever_order_its_spans_come_in(fake: FakeLangfuse) -> None:
    def span(number: int, parent: int | None, name: str, *pairs: tuple[str, str]) -> dict[str, Any]:
        return {
            "traceId": f"{1:032x}",
            "spanId": f"{number:016x}",
            **({} if parent is None else {"parentSpanId": f"{parent:016x}"}),
            "name": name,
            "startTimeUnixNano": str(number * 10**9),
            "endTimeUnixNano": str(9 * 10**9),
            "attributes": [{"key": f"langfuse.{key}", "value": {"stringValue": text}} for key, text in pairs],
        }

    ask(fake, TRACES, export("", 1, span(3, 2, "attempt 1", ("observation.level", "ERROR"))))
    ask(
        fake,
        TRACES,
        export(
            "",
            1,
            span(2, 1, "completion", ("observation.type", "generation"), ("observation.model.name", "gpt-4o")),
            span(1, None, "checkout", ("trace.name", "buy"), ("trace.metadata.team", "search")),
        ),
    )
    (trace,) = fake.traces.wait_for(1)
    assert (trace.name, trace.root.name, trace.metadata) == ("buy", "checkout", {"team": "search"})
    assert [each.name for each in trace.observations] == ["checkout", "completion", "attempt 1"]
    assert [each.name for each in trace.children(trace.root)] == ["completion"]
    assert [each.name for each in trace.find(attributes={"langfuse.observation.level": "ERROR"})] == ["attempt 1"]
    assert str(trace).splitlines() == [
        "buy · 8.00 s",
        "└─ SPAN checkout · 8.00 s",
        "   └─ GENERATION completion · 7.00 s · gpt-4o",
        "      └─ SPAN attempt 1 · 6.00 s · ERROR",
    ]


def test_a_span_that_comes_twice_counts_once(fake: FakeLangfuse) -> None:
    for name in ("first", "second"):
        ask(fake, TRACES, export(name))
    assert [each.name for each in fake.traces.observations()] == ["second"]


async def test_waiting_for_traces_ends_when_they_come_and_says_what_is_missing(fake: FakeLangfuse) -> None:
    threading.Timer(0.02, ask, (fake, TRACES, export())).start()
    (trace,) = await asyncio.to_thread(fake.traces.wait_for, 1)
    assert fake.traces[trace.id].root.id == trace.root.id
    with pytest.raises(TimeoutError, match="2 traces; there are 1"):
        fake.traces.wait_for(2, timeout=0.01)
    with pytest.raises(TimeoutError, match="2 observations; there are 1"):
        fake.traces.wait_for_observations(2, timeout=0.01)


def test_scores_are_kept_once_for_each_id(fake: FakeLangfuse) -> None:
    for value in (1, 0.5):
        answer = ask(fake, "/api/public/scores", {"id": "s-1", "name": "good", "value": value, "traceId": f"{1:032x}"})
        assert (answer.status, answer.json) == (200, {"id": "s-1"})
    (score,) = fake.scores.wait_for(1)
    assert (score.name, score.value, score.trace_id) == ("good", 0.5, f"{1:032x}")
    assert ask(fake, "/api/public/scores", {"name": "good"}).status == 400
    ask(fake, TRACES, export())
    assert ask(fake, f"/api/public/traces/{1:032x}").json["scores"][0]["value"] == 0.5


def test_the_broker_delivers_connections_with_a_tag_and_never_for_keeping(fake: FakeLangfuse) -> None:
    fake.connections.put(record(name="one"), record("anthropic", name="two"))
    answer = ask(fake, CONNECTIONS)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json["version"] == 1
    assert answer.json["project"] == {"id": "proj-test", "name": "TestProject"}
    assert [each["name"] for each in answer.json["connections"]] == ["one", "two"]
    tag = {"if-none-match": answer.headers["etag"]}
    same = ask(fake, CONNECTIONS, headers=tag)
    assert (same.status, same.body, same.headers["etag"]) == (304, b"", answer.headers["etag"])
    fake.connections.change("one", secret="sk-new")
    changed = ask(fake, CONNECTIONS, headers=tag)
    assert (changed.status, changed.json["connections"][0]["secret"]) == (200, "sk-new")


def test_the_broker_delivers_only_what_is_asked_for(fake: FakeLangfuse) -> None:
    fake.connections.put(record(name="one"), record(name="two & three"), record(name="four"))
    answer = ask(fake, f"{CONNECTIONS}?name=two+%26+three&name=nine&name=one")
    assert sorted(each["name"] for each in answer.json["connections"]) == ["one", "two & three"]
    fake.connections.remove("one")
    assert [each.name for each in fake.connections] == ["two & three", "four"]


def test_a_langfuse_without_a_broker_has_no_such_page() -> None:
    with FakeLangfuse(broker=False) as fake:
        assert ask(fake, CONNECTIONS).status == 404


@pytest.mark.parametrize("use", [lambda fake: fake.url, lambda fake: fake.down()])
def test_a_fake_that_is_not_running_says_so(use: Callable[[FakeLangfuse], object]) -> None:
    with pytest.raises(RuntimeError, match="context manager"):
        use(FakeLangfuse())


def test_the_plugin_gives_a_running_one(fake_langfuse: FakeLangfuse) -> None:
    assert ask(fake_langfuse, "/api/public/projects").status == 200
