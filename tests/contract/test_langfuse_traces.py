"""Langfuse's wire, continued: traces, observations, sessions, sums and scores, beyond what was recorded."""

import itertools
from typing import Any

import pytest
from tests.contract.wire import Langfuse, generation, span

# Traces and observations.


def test_a_span_that_comes_twice_counts_once_as_it_came_last(server: Langfuse) -> None:
    trace_id = server.trace(span("before", id="a" * 16))
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace_id, **span("after", id="a" * 16)}]}]}]}
    assert server.ask("POST", "otel/v1/traces", body).status == 200
    assert [each["name"] for each in server.get(f"traces/{trace_id}")["observations"]] == ["after"]


def test_children_may_come_before_their_parent(server: Langfuse) -> None:
    child = span("child", id="b" * 16, parent="a" * 16, start=1_800_000_001)
    trace_id = server.trace(child)
    root = span("root", id="a" * 16, start=1_800_000_000, user__id="u")
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace_id, **root}]}]}]}
    assert server.ask("POST", "otel/v1/traces", body).status == 200
    trace = server.get(f"traces/{trace_id}")
    assert (trace["name"], trace["userId"], trace["latency"]) == ("root", "u", 2.0)


def test_traces_are_filtered_by_what_they_say_of_themselves(server: Langfuse) -> None:
    mine = server.trace(generation(user__id="u1", session__id="s1", langfuse__trace__name="checkout"))
    server.trace(generation(user__id="u2", session__id="s2"))
    for query in ({"userId": "u1"}, {"sessionId": "s1"}, {"name": "checkout"}):
        assert [row["id"] for row in server.get("traces", **query)["data"]] == [mine]
    assert server.get("traces", userId="' OR 1=1 --")["meta"]["totalItems"] == 0


def test_cursors_lead_over_every_observation_once(server: Langfuse) -> None:
    # Several of one moment, so that no moment alone tells where a page ended.
    for second in range(3):
        server.trace(*(span(f"s{number}", start=1_800_000_000 + second) for number in range(5)))
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 4}
    for _ in range(10):
        answer = server.get("v2/observations", **query)
        assert len(answer["data"]) <= 4
        seen += [row["id"] for row in answer["data"]]
        if "cursor" not in answer["meta"]:
            break
        query["cursor"] = answer["meta"]["cursor"]
    assert len(seen) == len(set(seen)) == 15
    begun = [row["startTime"] for row in server.get("v2/observations", limit=100)["data"]]
    assert begun == sorted(begun, reverse=True)


def test_a_cursor_of_another_form_is_refused(server: Langfuse) -> None:
    for cursor in ("nonsense", "!!!", "W10=", "번역"):
        reply = server.ask("GET", "v2/observations", cursor=cursor)
        assert (reply.status, reply.json["message"]) == (400, "Invalid cursor format")


def test_fields_of_observations_are_shown_by_the_group(server: Langfuse) -> None:
    server.prompt("p")
    told = {"langfuse__observation__prompt__name": "p", "langfuse__observation__prompt__version": 1}
    server.trace(
        generation(
            langfuse__observation__input='[{"role": "user"}]',
            langfuse__observation__metadata__team="search",
            langfuse__trace__tags=["b", "a"],
            langfuse__release="1.2",
            **told,
        )
    )

    def shown(fields: str | None) -> Any:
        (row,) = server.get("v2/observations", **({} if fields is None else {"fields": fields}))["data"]
        return row

    usual = shown(None)
    assert usual["name"] == "call"
    assert not {"input", "metadata", "usageDetails", "promptName", "tags"} & usual.keys()
    assert "name" not in shown("core")
    assert shown("core,io")["input"] == '[{"role": "user"}]'
    assert shown("metadata")["metadata"]["team"] == "search"
    assert shown("model,usage")["model"] == "gpt-4o-mini"
    assert (shown("usage")["usageDetails"], shown("usage")["totalCost"]) == ({"input": 3, "output": 2}, 0.25)
    assert (shown("prompt")["promptName"], shown("prompt")["promptVersion"]) == ("p", 1)
    assert (shown("trace_context")["tags"], shown("trace_context")["release"]) == (["b", "a"], "1.2")
    assert shown("basic, nonsense")["level"] == "DEFAULT"


def test_what_an_observation_cannot_be_filtered_by_is_not_passed_over(server: Langfuse) -> None:
    for path in ("traces", "observations", "scores"):
        reply = server.ask("GET", path, filter="[]")
        assert (reply.status, "does not know the parameter 'filter'" in reply.json["message"]) == (400, True)
    for filters in ("{", "{}", '[{"type": "string", "column": "shoe size", "operator": "=", "value": "44"}]'):
        server.trace(span("t"))
        assert server.ask("GET", "v2/observations", filter=filters).status == 400
    assert server.ask("GET", "v2/observations", parseIoAsJson="true").status == 400
    assert server.ask("GET", "v2/observations", isRootObservation="maybe").status == 400


def test_observations_are_filtered(server: Langfuse) -> None:
    trace_id = server.trace(
        span("root", id="a" * 16, user__id="u1", session__id="s1", langfuse__environment="staging"),
        generation(parent="a" * 16, id="b" * 16, langfuse__observation__level="ERROR", langfuse__version="2"),
    )
    server.trace(span("other", id="c" * 16))

    def found(**query: Any) -> set[str]:
        pages = server.get("v2/observations", **query)
        return {row["id"][0] for row in pages["data"]}

    assert found(traceId=trace_id) == {"a", "b"}
    assert found(type="GENERATION") == found(level="ERROR") == found(version="2") == {"b"}
    assert found(parentObservationId="a" * 16) == found(isRootObservation="false") == {"b"}
    assert found(isRootObservation="true") == {"a", "c"}
    assert found(userId="u1") == found(environment="staging") == {"a"}
    assert found(sessionId="s1") == {"a", "b"}
    assert found(environment=["staging", "default"]) == {"a", "b", "c"}
    assert {row["id"][0] for row in server.get("observations", type="GENERATION")["data"]} == {"b"}
    assert found(fromStartTime="2200-01-01T00:00:00Z") == set()
    assert found(toStartTime="2200-01-01T00:00:00Z") == {"a", "b", "c"}


def test_traces_are_ordered_filtered_and_shown_in_part(server: Langfuse) -> None:
    ids = [
        server.trace(span("t", start=moment, langfuse__trace__tags=tags, langfuse__environment=environment))
        for moment, tags, environment in ((1_700_000_000, ["a"], "eu"), (1_800_000_000, ["a", "b"], "us"))
    ]
    assert [row["id"] for row in server.get("traces")["data"]] == ids[::-1]
    assert [row["id"] for row in server.get("traces", orderBy="timestamp.asc")["data"]] == ids
    assert [row["id"] for row in server.get("traces", tags=["a", "b"])["data"]] == ids[1:]
    assert [row["id"] for row in server.get("traces", environment="eu")["data"]] == ids[:1]
    assert [row["id"] for row in server.get("traces", toTimestamp="2024-01-01T00:00:00+09:00")["data"]] == ids[:1]
    part = server.get("traces", fields="core")["data"][0]
    assert (part["observations"], part["latency"], part["metadata"]) == ([], -1, {})
    assert server.get("traces", fields="core,observations")["data"][0]["observations"] != []
    assert server.ask("GET", "traces", orderBy="name.asc").status == 400


def test_a_trace_is_deleted_with_all_that_belongs_to_it(server: Langfuse) -> None:
    ids = [server.trace(span("t", id=f"{number:016x}")) for number in range(1, 4)]
    server.ask("POST", "scores", {"name": "s", "value": 1, "traceId": ids[0], "id": "one"})
    assert server.ask("DELETE", f"traces/{ids[0]}").json == {"message": "Trace deleted successfully"}
    assert server.ask("DELETE", "traces", {"traceIds": ids[1:]}).status == 200
    assert server.get("traces")["meta"]["totalItems"] == server.get("observations")["meta"]["totalItems"] == 0
    assert server.ask("GET", "scores/one").status == 404
    for body in ({"traceIds": []}, {"traceIds": ["x"] * 1001}, {}, {"traceIds": [1]}):
        assert server.ask("DELETE", "traces", body).status == 400


# Sessions and sums.


def test_a_session_has_its_traces(server: Langfuse) -> None:
    ids = {server.trace(generation(session__id="chat/1", langfuse__environment="eu")) for _ in range(2)}
    server.trace(generation(session__id="chat/2"))
    assert {row["id"] for row in server.get("sessions")["data"]} == {"chat/1", "chat/2"}
    (listed,) = server.get("sessions", environment="eu")["data"]
    assert (listed["id"], listed["projectId"]) == ("chat/1", server.project_id)
    assert {row["id"] for row in server.get("sessions/chat%2F1")["traces"]} == ids
    reply = server.ask("GET", "sessions/none")
    assert (reply.status, reply.json["message"]) == (404, "Session not found within authorized project")


def test_days_are_summed_up(server: Langfuse) -> None:
    day = 1_799_971_200  # 2027-01-15T00:00:00Z
    server.trace(
        generation("gpt-4o", tokens=(10, 5), cost=1.5, start=day + 10, langfuse__trace__name="x"),
        generation("gpt-4o-mini", tokens=(1, 1), cost=0.5, start=day + 20),
        span("tool", start=day + 30),
    )
    server.trace(generation("gpt-4o", tokens=(1, 2), cost=0.25, start=day + 86_399))
    server.trace(generation("gpt-4o", tokens=(7, 7), cost=4.0, start=day + 86_400))
    later, first = server.get("metrics/daily")["data"]
    assert (later["date"], later["countTraces"], later["totalCost"]) == ("2027-01-16", 1, 4.0)
    assert (first["date"], first["countTraces"], first["countObservations"]) == ("2027-01-15", 2, 4)
    assert first["totalCost"] == 2.25
    assert first["usage"] == [
        {
            "model": "gpt-4o",
            "inputUsage": 11,
            "outputUsage": 7,
            "totalUsage": 18,
            "countTraces": 2,
            "countObservations": 2,
            "totalCost": 1.75,
        },
        {
            "model": "gpt-4o-mini",
            "inputUsage": 1,
            "outputUsage": 1,
            "totalUsage": 2,
            "countTraces": 1,
            "countObservations": 1,
            "totalCost": 0.5,
        },
    ]
    assert server.get("metrics/daily", traceName="x")["data"][0]["totalCost"] == 2.0
    assert server.get("metrics/daily", limit=1)["meta"] == {"page": 1, "limit": 1, "totalItems": 2, "totalPages": 2}


# Scores.


def test_scores_are_written_one_by_one_together_and_as_events(server: Langfuse) -> None:
    trace_id = server.trace(span("judged"))
    one = {"name": "helpful", "value": 0.5, "traceId": trace_id, "comment": "half"}
    assert server.ask("POST", "scores", {**one, "id": "a"}).json == {"id": "a"}
    together = server.ask("POST", "scores", [{**one, "id": "b", "value": "kind"}, {**one, "id": "c"}])
    assert (together.status, together.json) == (202, {"message": "Accepted"})
    events = [
        {"id": "e1", "type": "score-create", "timestamp": "2027-01-01T00:00:00Z", "body": {**one, "id": "d"}},
        {"id": "e2", "type": "trace-create", "timestamp": "2027-01-01T00:00:00Z", "body": {}},
        {"id": "e3", "type": "score-create", "timestamp": "2027-01-01T00:00:00Z", "body": {"name": "x"}},
    ]
    taken = server.ask("POST", "ingestion", {"batch": events})
    assert (taken.status, taken.json["successes"]) == (207, [{"id": "e1", "status": 201}])
    assert [(each["id"], each["status"]) for each in taken.json["errors"]] == [("e2", 400), ("e3", 400)]
    assert {score["id"] for score in server.get(f"traces/{trace_id}")["scores"]} == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    "body", [{}, {"name": "x"}, {"value": 1}, {"name": "x", "value": None}, [1], "x", {"name": "x", "value": [1]}]
)
def test_a_score_of_the_wrong_form_is_refused(server: Langfuse, body: Any) -> None:
    assert server.ask("POST", "scores", body).status == 400


def test_a_score_is_shown_by_its_type(server: Langfuse) -> None:
    given: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"value": 0.5}, {"dataType": "NUMERIC", "value": 0.5}),
        ({"value": "kind"}, {"dataType": "CATEGORICAL", "stringValue": "kind"}),
        ({"value": 1, "dataType": "BOOLEAN"}, {"dataType": "BOOLEAN", "value": 1.0, "stringValue": "True"}),
        ({"value": "long text", "dataType": "TEXT"}, {"dataType": "TEXT", "stringValue": "long text"}),
    ]
    for number, (written, shown) in enumerate(given):
        body = {"name": "s", "id": f"s{number}", "traceId": "a" * 32, "metadata": {"k": 1}, **written}
        assert server.ask("POST", "scores", body).status == 200
        for path in ("scores", "v2/scores"):
            answer = server.get(f"{path}/s{number}")
            assert {name: answer[name] for name in shown} == shown
            assert answer["metadata"] == {"k": 1}
    assert server.get("v2/scores", dataType="BOOLEAN")["meta"]["totalItems"] == 1
    assert server.get("v2/scores", scoreIds="s0,s1")["meta"]["totalItems"] == 2
    deleted = server.ask("DELETE", "scores/s0")
    assert deleted.status == 202
    assert server.ask("GET", "scores/s0").status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"value": 2, "dataType": "BOOLEAN"},
        {"value": "x", "dataType": "NUMERIC"},
        {"value": 1, "dataType": "CATEGORICAL"},
        {"value": "", "dataType": "TEXT"},
        {"value": 1, "dataType": "OTHER"},
        {"value": 1, "metadata": "x", "environment": 7},
    ],
)
def test_a_value_must_fit_its_type(server: Langfuse, body: dict[str, Any]) -> None:
    assert server.ask("POST", "scores", {"name": "s", **body}).status == 400
    assert server.get("scores")["meta"]["totalItems"] == 0


def test_scores_are_listed_by_cursors_with_their_value_in_one_field(server: Langfuse) -> None:
    subjects: list[dict[str, Any]] = [
        {"traceId": "a" * 32},
        {"traceId": "a" * 32, "observationId": "b" * 16},
        {"sessionId": "s1"},
    ]
    values: list[dict[str, Any]] = [{"value": 0.5}, {"value": True, "dataType": "BOOLEAN"}, {"value": "kind"}]
    for number, (subject, value) in enumerate(itertools.product(subjects, values)):
        body = {"name": f"n{number % 3}", "id": f"s{number}", **subject, **value}
        assert server.ask("POST", "scores", body).status == 200
    seen, query = [], {"limit": 4, "fields": "details,subject,annotation"}
    while True:
        answer = server.get("v3/scores", **query)
        seen += answer["data"]
        if "cursor" not in answer["meta"]:
            break
        query["cursor"] = answer["meta"]["cursor"]
    assert sorted(row["id"] for row in seen) == [f"s{number}" for number in range(9)]
    by_id = {row["id"]: row for row in seen}
    assert [by_id[f"s{number}"]["value"] for number in range(3)] == [0.5, True, "kind"]
    assert by_id["s3"]["subject"] == {"kind": "observation", "id": "b" * 16, "traceId": "a" * 32}
    assert by_id["s8"]["subject"] == {"kind": "session", "id": "s1"}

    def found(**query: Any) -> list[str]:
        return sorted(row["id"] for row in server.get("v3/scores", **query)["data"])

    assert found(name="n0,n1", traceId="a" * 32) == ["s0", "s1", "s3", "s4"]
    assert found(dataType="boolean", value="true", sessionId="s1") == ["s7"]
    assert found(dataType="CATEGORICAL", value="kind,rude") == ["s2", "s5", "s8"]
    assert found(dataType="NUMERIC", valueMin=0.4, valueMax=0.6) == ["s0", "s3", "s6"]
    assert found(dataType="NUMERIC", valueMin=0.6) == found(source="EVAL") == []
    assert found(traceId="a" * 32, observationId="b" * 16) == ["s3", "s4", "s5"]


@pytest.mark.parametrize(
    "query",
    [
        {"fields": "everything"},
        {"dataType": "FANCY"},
        {"value": "1"},
        {"value": "x", "dataType": "NUMERIC"},
        {"value": "1", "dataType": "BOOLEAN"},
        {"valueMin": "nan", "dataType": "NUMERIC"},
        {"valueMin": "1"},
        {"observationId": "x"},
        {"traceId": "x", "sessionId": "y"},
        {"userId": "u"},
        {"page": "2"},
        {"cursor": "x"},
        {"limit": "101"},
    ],
)
def test_a_list_of_scores_that_cannot_be_given_is_refused(server: Langfuse, query: dict[str, str]) -> None:
    assert server.ask("GET", "v3/scores", **query).status == 400
