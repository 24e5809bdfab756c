"""Langfuse as it is deployed today: what a real 4.16 in its mode `events_only` was recorded to answer.

What Langfuse prices by itself, and its own table of models, are not asked of the others.
"""

import json
from typing import Any

import pytest
from tests.contract.recording import EXCHANGES_V4, WHEN_STORED, Comparison, replay
from tests.contract.wire import Langfuse, Reply, export, generation, span

BY_NAME = {each["name"]: each for each in EXCHANGES_V4}
EXPORT: dict[str, Any] = BY_NAME["v4_export"]["request"]["json"]
EARLIER = 44_437_000_000
"""How long before the recorded export another one of the same calls was made, in nanoseconds."""

OWN_MODELS = {"internalModelId"}
PRICED_BY_ITSELF = {
    *("usageDetails", "inputUsage", "outputUsage", "totalUsage", "costDetails", "inputCost", "outputCost", "totalCost")
}
"""What Langfuse fills in where a generation does not say."""

NOT_COMPARED = {
    "models": "Langfuse's own models",
    "models_last_page": "Langfuse's own models",
    "v2_metrics_by_model": "what else was there",
    "v2_metrics_by_day": "what else was there",
    "v2_observations_page_2": "the order of what began at one moment",
}
REFUSED_HERE = {"v4_export_bad_trace_id"}
"""What Langfuse takes into its queue, and nobody sees again: here it is said at once."""

exchanges = pytest.mark.parametrize("exchange", EXCHANGES_V4, ids=lambda exchange: exchange["name"])


def give_it_the_same_past(server: Langfuse) -> None:
    """Write what the recorded server held before the recording began, as far as it shows."""
    known = BY_NAME["prompt_plain"]["response"]["json"]
    server.prompt(known["name"], known["prompt"], labels=["production"], config=known["config"])
    past = json.loads(json.dumps(EXPORT).replace("0000b000", "0000a000"))
    for each in past["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for name in ("startTimeUnixNano", "endTimeUnixNano"):
            each[name] = str(int(each[name]) - EARLIER)
    assert server.ask("POST", "otel/v1/traces", past).status == 200
    row = BY_NAME["v2_observations_by_level"]["response"]["json"]["data"][-1]
    told = {"langfuse__observation__type": "generation", "langfuse__observation__level": row["level"]}
    told |= {"langfuse__observation__status_message": row["statusMessage"], "user__id": row["userId"]}
    told |= {"session__id": row["sessionId"], "langfuse__environment": row["environment"]}
    for before in (0, 1):  # the one that ends the recorded page, and one that lies beyond it
        older = span(row["name"], id=f"{int(row['id'], 16) - before:016x}", parent=row["parentObservationId"], **told)
        begun = 1795847346873000000 - before * 1_000_000_000
        older |= {"startTimeUnixNano": str(begun), "traceId": f"{int(row['traceId'], 16) - before:032x}"}
        older["endTimeUnixNano"] = str(begun + round(row["latency"] * 1000) * 1_000_000)
        assert server.ask("POST", "otel/v1/traces", export(older)).status == 200
    for number in (0, 1):
        score = {"traceId": "a" * 32, "name": "helpful", "value": 1, "id": f"score-v4-{number}"}
        assert server.ask("POST", "scores", score).status == 200
    assert server.ask("POST", "models", {"modelName": "house-gpt", "matchPattern": "(?i)^(house-gpt)$"}).status == 200


@pytest.fixture(scope="module")
def answers(recorded_v4: Langfuse) -> dict[str, Reply]:
    """The answers to every recorded request, in the recorded order; cursors and tags are the server's own."""
    if not recorded_v4.is_recording:
        give_it_the_same_past(recorded_v4)
    found: dict[str, Reply] = {}
    for exchange in EXCHANGES_V4:
        request = exchange["request"]
        if not recorded_v4.is_recording:
            if exchange["name"] == "v2_observations_page_2":
                cursor = found["v2_observations_page_1"].json["meta"]["cursor"]
                request = {**request, "params": {**request["params"], "cursor": cursor}}
            if exchange["name"] == "prompt_if_none_match":
                request = {**request, "headers": {"if-none-match": found["prompt_plain"].headers["etag"]}}
        found[exchange["name"]] = replay(recorded_v4, {**exchange, "request": request})
    return found


@exchanges
def test_every_recorded_request_is_answered_with_the_recorded_status(
    exchange: dict[str, Any], answers: dict[str, Reply], recorded_v4: Langfuse
) -> None:
    answer = answers[exchange["name"]]
    if exchange["name"] in REFUSED_HERE and not recorded_v4.is_recording:
        assert (answer.status, answer.json["message"]) == (400, "Failed to parse OTel JSON Trace")
        return
    assert answer.status == exchange["response"]["status"], answer
    assert answer.headers["content-type"].startswith("application/json")
    if exchange["request"]["method"] == "GET" and answer.status in {200, 304}:
        assert answer.headers["etag"]


@exchanges
def test_every_recorded_answer_has_the_recorded_meaning(
    exchange: dict[str, Any], answers: dict[str, Reply], recorded_v4: Langfuse
) -> None:
    recorded, answer = exchange["response"]["json"], answers[exchange["name"]]
    if exchange["name"] in REFUSED_HERE and not recorded_v4.is_recording:
        return
    if answer.status == 304:
        assert answer.body == b""
    elif exchange["name"] in NOT_COMPARED:
        assert (shape_of(answer.json["data"][0]), answer.json.keys()) == (
            shape_of(recorded["data"][0]),
            recorded.keys(),
        )
    else:
        besides = OWN_MODELS | (PRICED_BY_ITSELF if exchange["name"].endswith(("inferred", "no_usage")) else set())
        meta, answered = recorded.get("meta", {}), answer.json
        if "cursor" in meta:  # where a page ends is written in a way of one's own
            assert answered["meta"].pop("cursor")
            recorded = {**recorded, "meta": {name: part for name, part in meta.items() if name != "cursor"}}
        when = WHEN_STORED | ({"timestamp"} if "scores" in exchange["name"] else set())
        Comparison(recorded_v4.project_id, when_stored=when, besides=besides).compare(recorded, answered)


def test_pages_hold_every_observation_once(answers: dict[str, Reply]) -> None:
    first, second = (answers[f"v2_observations_page_{number}"].json["data"] for number in (1, 2))
    ids = {(row["traceId"], row["id"]) for row in (*first, *second)}
    assert (len(first), len(second), len(ids)) == (2, 2, 4)
    assert {row["startTime"] for row in second} == {"2026-11-28T07:17:02.354Z"}


def shape_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return the names in a row, those in its lists and objects too."""
    return {
        name: sorted(part) if isinstance(part, dict) and name not in {"prices", "tokenizerConfig"} else None
        for name, part in row.items()
    }


# Beyond what was recorded.


@pytest.mark.parametrize("path", ["traces/x", "observations/x", "sessions/x", "scores/x", "v2/scores/x"])
def test_old_reads_of_one_thing_are_refused_too(events_only: Langfuse, path: str) -> None:
    reply = events_only.ask("GET", path)
    assert (reply.status, "events_only mode" in reply.json["message"]) == (404, True)


def test_whoever_has_no_key_pair_is_not_told_the_mode(events_only: Langfuse) -> None:
    assert events_only.ask("GET", "traces", pair=None).status == 401


def test_what_is_written_and_deleted_is_not_refused(events_only: Langfuse) -> None:
    trace_id = events_only.trace(span("t"))
    assert events_only.ask("POST", "scores", {"traceId": trace_id, "name": "s", "value": 1, "id": "s"}).status == 200
    events = [{"id": "e", "type": "trace-create", "body": {}}]
    assert events_only.ask("POST", "ingestion", {"batch": events}).json["errors"]
    assert events_only.ask("DELETE", "scores/s").status == 202
    assert events_only.ask("DELETE", f"traces/{trace_id}").status == 200
    assert events_only.get("v2/observations")["data"] == []


def condition(kind: str, column: str, operator: str, value: Any = None, key: str | None = None) -> str:
    return json.dumps([{"type": kind, "column": column, "operator": operator, "value": value, "key": key}])


@pytest.mark.parametrize(
    "filters",
    [
        condition("string", "name", "=", "wanted"),
        condition("string", "name", "contains", "ant"),
        condition("string", "providedModelName", "starts with", "gpt-4o"),
        condition("stringOptions", "level", "any of", ["ERROR", "WARNING"]),
        condition("stringOptions", "environment", "none of", ["default"]),
        condition("arrayOptions", "tags", "all of", ["a", "b"]),
        condition("stringObject", "metadata", "=", "seoul", key="connection"),
        condition("number", "totalCost", ">", 0.2),
        condition("boolean", "isRootObservation", "=", True)[:-1]
        + ", "
        + condition("string", "name", "=", "wanted")[1:],
        condition("datetime", "startTime", "<", "2027-01-15T08:00:00.500Z")[:-1]
        + ", "
        + condition("null", "userId", "is not null")[1:],
    ],
)
def test_observations_are_found_by_conditions(events_only: Langfuse, filters: str) -> None:
    told = {"langfuse__environment": "production", "langfuse__observation__level": "ERROR", "user__id": "u"}
    told |= {"langfuse__observation__metadata__connection": "seoul"}
    wanted = generation(name="wanted", langfuse__trace__tags=["a", "b"], **told)
    events_only.trace(wanted)
    events_only.trace(span("other", start=1_800_000_001))
    assert [row["name"] for row in events_only.get("v2/observations", filter=filters)["data"]] == ["wanted"]


def test_pages_of_what_is_found_by_conditions_go_on(events_only: Langfuse) -> None:
    for number in range(7):
        events_only.trace(span(f"{'odd' if number % 2 else 'even'} {number}", start=1_800_000_000 + number))
    filters = condition("string", "name", "starts with", "odd")
    page = events_only.get("v2/observations", filter=filters, limit=2)
    assert [row["name"] for row in page["data"]] == ["odd 5", "odd 3"]
    page = events_only.get("v2/observations", filter=filters, limit=2, cursor=page["meta"]["cursor"])
    assert ([row["name"] for row in page["data"]], page["meta"]) == (["odd 1"], {})


def sums(server: Langfuse, **query: Any) -> list[dict[str, Any]]:
    whole = {"view": "observations", "fromTimestamp": "2027-01-01T00:00:00Z", "toTimestamp": "2027-02-01T00:00:00Z"}
    data: list[dict[str, Any]] = server.get("v2/metrics", query=json.dumps({**whole, **query}))["data"]
    return data


def metric(measure: str, aggregation: str) -> dict[str, str]:
    return {"measure": measure, "aggregation": aggregation}


def test_observations_are_summed_up_as_a_query_asks(events_only: Langfuse) -> None:
    for number in range(3):
        events_only.trace(generation(start=1_800_000_000 + number * 86_400, seconds=number + 1))
    events_only.trace(span("other", start=1_800_000_000))
    metrics = [
        metric("count", "count"),
        metric("totalCost", "sum"),
        metric("latency", "p50"),
        metric("totalTokens", "sum"),
    ]
    by_model = sums(events_only, metrics=metrics, dimensions=[{"field": "providedModelName"}])
    assert by_model[0] == {
        "providedModelName": "gpt-4o-mini",
        "count_count": 3,
        "sum_totalCost": 0.75,
        "p50_latency": 2000,
        "sum_totalTokens": 15,
    }
    assert (by_model[1]["providedModelName"], by_model[1]["count_count"]) == (None, 1)
    by_day = sums(events_only, metrics=metrics[:1], timeDimension={"granularity": "day"})
    assert [(row["time_dimension"], row["count_count"]) for row in by_day] == [
        ("2027-01-15", 2),
        ("2027-01-16", 1),
        ("2027-01-17", 1),
    ]
    filters = [{"type": "string", "column": "type", "operator": "=", "value": "SPAN"}]
    assert sums(events_only, metrics=metrics[:1], filters=filters) == [{"count_count": 1}]
    ordered = sums(
        events_only,
        metrics=metrics[:1],
        dimensions=[{"field": "name"}],
        orderBy=[{"field": "count_count", "direction": "asc"}],
        config={"row_limit": 1},
    )
    assert ordered == [{"name": "other", "count_count": 1}]


def test_scores_are_summed_up_as_a_query_asks(events_only: Langfuse) -> None:
    for value in (0.5, 1):
        events_only.ask("POST", "scores", {"traceId": "a" * 32, "name": "helpful", "value": value})
    events_only.ask("POST", "scores", {"traceId": "a" * 32, "name": "tone", "value": "kind"})
    query = {"dimensions": [{"field": "name"}], "toTimestamp": "2127-01-01T00:00:00Z"}
    query["fromTimestamp"] = "2020-01-01T00:00:00Z"
    numbers = sums(events_only, view="scores-numeric", metrics=[metric("value", "avg")], **query)
    assert numbers == [{"name": "helpful", "avg_value": 0.75}]
    kinds = sums(
        events_only,
        view="scores-categorical",
        metrics=[metric("count", "count")],
        **{**query, "dimensions": [{"field": "stringValue"}]},
    )
    assert kinds == [{"stringValue": "kind", "count_count": 1}]


@pytest.mark.parametrize(
    "query",
    [
        "nonsense",
        "[]",
        json.dumps({"view": "traces"}),
        json.dumps({"view": "observations", "metrics": [metric("cost", "sum")]}),
        json.dumps({"view": "observations", "metrics": [metric("count", "most")]}),
        json.dumps({"view": "observations", "metrics": [], "dimensions": [{"field": "shoe"}]}),
        json.dumps({"view": "observations", "metrics": [], "fromTimestamp": "soon", "toTimestamp": "later"}),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(events_only: Langfuse, query: str) -> None:
    reply = events_only.ask("GET", "v2/metrics", query=query)
    assert (reply.status, reply.json["message"]) == (400, "Invalid request data")


def test_models_of_the_project_are_written_listed_and_deleted(events_only: Langfuse) -> None:
    new = {"modelName": "house", "matchPattern": "(?i)^house$", "unit": "TOKENS", "inputPrice": 1e-06}
    written = events_only.ask("POST", "models", new).json
    assert events_only.get(f"models/{written['id']}") == written
    assert events_only.get("models", limit=1)["data"] == [written]
    assert (written["isLangfuseManaged"], written["prices"]) == (False, {"input": {"price": 1e-06}})
    assert events_only.ask("DELETE", f"models/{written['id']}").status == 200
    assert events_only.ask("GET", f"models/{written['id']}").status == 404
    for wrong in ({"matchPattern": "("}, {"modelName": ""}, {"totalPrice": 1}, {"inputPrice": "free"}):
        assert events_only.ask("POST", "models", {**new, **wrong}).status == 400
