"""The official Langfuse SDK's typed reads of the local platform, each where that version of the SDK has it."""

import json

from tests.beside.conftest import Peer, on_platform_of_4, on_platforms, on_strict, on_strict_of_4


@on_platform_of_4
def test_a_trace_and_its_observations_are_read(peer: Peer) -> None:
    recorded = peer.do("record_session", "reads-1")
    (row,) = peer.do("api", "trace.list", session_id="reads-1")["data"]
    assert (row["id"], row["userId"], row["tags"], len(row["observations"])) == (
        recorded["trace"],
        "user-7",
        ["a", "b"],
        2,
    )
    whole = peer.do("api", "trace.get", trace_id=recorded["trace"])
    assert {each["name"] for each in whole["observations"]} == {"observed", "asked"}
    assert whole["totalCost"] == 0.5
    asked = peer.do("api", "legacy.observations_v1.get", observation_id=recorded["span"])
    assert (asked["name"], asked["usageDetails"]) == ("asked", {"input": 3, "output": 2})
    many = peer.do("api", "legacy.observations_v1.get_many", trace_id=recorded["trace"])
    assert many["meta"]["totalItems"] == 2


@on_platforms
def test_a_trace_is_deleted(peer: Peer) -> None:
    ids = [peer.do("record")["trace"] for _ in range(3)]
    assert "deleted" in peer.do("api", "trace.delete", trace_id=ids[0])["message"]
    assert "deleted" in peer.do("api", "trace.delete_multiple", trace_ids=ids[1:])["message"]
    assert peer.server.traces() == []


@on_platform_of_4
def test_a_session_is_read(peer: Peer) -> None:
    recorded = peer.do("record_session", "reads-2")
    assert "reads-2" in {row["id"] for row in peer.do("api", "sessions.list")["data"]}
    assert [row["id"] for row in peer.do("api", "sessions.get", session_id="reads-2")["traces"]] == [recorded["trace"]]
    assert peer.do("api", "sessions.get", session_id="none")["status"] == 404


@on_platforms
def test_scores_of_every_type_are_read(peer: Peer) -> None:
    trace_id = peer.do("record")["trace"]
    client = "legacy.score_v1.create" if peer.version == "4" else "scores.create"
    created = [
        {"name": "n", "value": 0.5},
        {"name": "c", "value": "kind"},
        {"name": "b", "value": 1, "data_type": "BOOLEAN"},
        {"name": "t", "value": "long", "data_type": "TEXT"},
    ]
    if peer.version == "4":
        for each in created:
            assert peer.do("api", client, trace_id=trace_id, metadata={"k": 1}, **each)["id"]
    else:
        peer.do("create_scores", trace_id, created)
    many = "scores_v3.get_many_v3" if peer.version == "4" else "scores.get_many"
    rows = peer.do("api", many, trace_id=trace_id, fields="details,subject,annotation")["data"]
    assert {row["name"]: row["value"] for row in rows} == {"n": 0.5, "c": "kind", "b": True, "t": "long"}
    assert {row["subject"]["id"] for row in rows} == {trace_id}
    first = peer.do("api", many, trace_id=trace_id, limit=3)
    assert len(first["data"]) == 3
    assert len(peer.do("api", many, trace_id=trace_id, limit=3, cursor=first["meta"]["cursor"])["data"]) == 1


@on_platform_of_4
def test_scores_are_read_as_they_were_before(peer: Peer) -> None:
    observed = peer.do("score")
    rows = peer.do("api", "scores.get_many", trace_id=observed["trace"])["data"]
    assert {row["name"]: (row["dataType"], row["value"]) for row in rows} == {
        "helpful": ("NUMERIC", 0.5),
        "tone": ("CATEGORICAL", 0),
    }
    one = peer.do("api", "scores.get_by_id", score_id=rows[0]["id"])
    assert one["name"] == rows[0]["name"]


QUERY = {
    "view": "observations",
    "metrics": [{"measure": "count", "aggregation": "count"}],
    "fromTimestamp": "2020-01-01T00:00:00Z",
    "toTimestamp": "2200-01-01T00:00:00Z",
}


@on_strict
def test_what_a_langfuse_of_today_answers_is_read(peer: Peer) -> None:
    recorded = peer.do("record_session", "strict-1")
    fields = "core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context"
    rows = peer.do("api", "observations.get_many", trace_id=recorded["trace"], fields=fields)["data"]
    assert {row["name"] for row in rows} == {"observed", "asked"}
    (sums,) = peer.do("api", "metrics.metrics", query=json.dumps(QUERY))["data"]
    assert sums["count_count"] >= 2
    assert peer.do("api", "models.list")["meta"]["totalItems"] == 0
    new = {"model_name": "house", "match_pattern": "(?i)^house$", "unit": "TOKENS", "input_price": 1e-6}
    written = peer.do("api", "models.create", **new)
    assert peer.do("api", "models.get", id=written["id"])["modelName"] == "house"
    peer.do("api", "models.delete", id=written["id"])


@on_strict_of_4
def test_what_a_langfuse_of_today_refuses_is_said(peer: Peer) -> None:
    asked: dict[str, dict[str, str]] = {"trace.list": {}, "trace.get": {"trace_id": "0" * 32}, "sessions.list": {}}
    asked |= {"legacy.observations_v1.get_many": {}, "legacy.metrics_v1.metrics": {"query": "{}"}}
    for name, options in asked.items():
        answer = peer.do("api", name, **options)
        assert (answer["status"], "events_only mode" in answer["body"]["message"]) == (404, True)


@on_platforms
def test_a_dataset_with_its_items_is_written_and_read(peer: Peer) -> None:
    dataset = peer.do("api", "datasets.create", name="hard/ones", metadata={"team": "support"})
    item = {"dataset_name": "hard/ones", "id": "item-1", "input": {"q": 1}, "expected_output": "one"}
    created = peer.do("api", "dataset_items.create", **item, source_trace_id="a" * 32)
    assert (created["datasetId"], created["status"]) == (dataset["id"], "ACTIVE")
    assert peer.do("api", "datasets.get", dataset_name="hard%2Fones")["name"] == "hard/ones"
    (row,) = peer.do("api", "dataset_items.list", dataset_name="hard/ones")["data"]
    assert (row["input"], row["expectedOutput"], row["sourceTraceId"]) == ({"q": 1}, "one", "a" * 32)
    assert peer.do("read_dataset", "hard/ones") == ["item-1"]
    assert "deleted" in peer.do("api", "dataset_items.delete", id="item-1")["message"]


@on_platform_of_4
def test_a_run_over_a_dataset_is_written_and_read(peer: Peer) -> None:
    trace_id = peer.do("record")["trace"]
    dataset = peer.do("api", "datasets.create", name="runs of 4")
    peer.do("api", "dataset_items.create", dataset_name="runs of 4", id="item-2", input="q")
    made = {"run_name": "mini", "dataset_item_id": "item-2", "trace_id": trace_id, "metadata": {"model": "mini"}}
    linked = peer.do("api", "dataset_run_items.create", **made)
    run = peer.do("api", "datasets.get_run", dataset_name="runs of 4", run_name="mini")
    assert [each["traceId"] for each in run["datasetRunItems"]] == [trace_id]
    assert (run["id"], run["metadata"]) == (linked["datasetRunId"], {"model": "mini"})
    assert peer.do("api", "datasets.get_runs", dataset_name="runs of 4")["meta"]["totalItems"] == 1
    listed = peer.do("api", "dataset_run_items.list", dataset_id=dataset["id"], run_name="mini")
    assert [each["id"] for each in listed["data"]] == [linked["id"]]
    assert "deleted" in peer.do("api", "datasets.delete_run", dataset_name="runs of 4", run_name="mini")["message"]
