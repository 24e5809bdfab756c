"""Datasets, their items and the runs over them, over the paths and fields of the official SDK (langfuse 4.18.0)."""

from typing import Any
from urllib.parse import quote

import pytest
from tests.contract.wire import Langfuse

from genai_sdk.langfuse.new_dataset import run_id

NAME = "support/hard questions"
ITEM = {"datasetName": NAME, "id": "one", "input": [{"role": "user", "content": "Hi"}], "expectedOutput": "Hello"}


def write(server: Langfuse, path: str, body: dict[str, Any]) -> Any:
    reply = server.ask("POST", path, body)
    assert reply.status == 200, reply
    return reply.json


def test_a_dataset_is_written_once_for_each_name(server: Langfuse) -> None:
    first = write(server, "v2/datasets", {"name": NAME, "description": "hard", "metadata": {"team": "support"}})
    again = write(server, "v2/datasets", {"name": NAME, "description": "harder"})
    assert (again["id"], again["description"], again["metadata"]) == (first["id"], "harder", None)
    assert first["projectId"] == server.project_id
    write(server, "v2/datasets", {"name": "other"})
    assert server.get(f"v2/datasets/{quote(NAME, safe='')}")["id"] == first["id"]
    page = server.get("v2/datasets", limit=1)
    assert [each["name"] for each in page["data"]] == ["other"]
    assert page["meta"] == {"page": 1, "limit": 1, "totalItems": 2, "totalPages": 2}


def test_an_item_is_written_once_for_each_id_and_keeps_its_status(server: Langfuse) -> None:
    dataset = write(server, "v2/datasets", {"name": NAME})
    source = {"sourceTraceId": "a" * 32, "sourceObservationId": "b" * 16}
    item = write(server, "dataset-items", {**ITEM, **source, "status": "ARCHIVED", "metadata": {"hard": True}})
    assert (item["datasetId"], item["datasetName"], item["mediaReferences"]) == (dataset["id"], NAME, [])
    again = write(server, "dataset-items", {**ITEM, "expectedOutput": {"text": "Hello!"}})
    assert (again["status"], again["expectedOutput"], again["createdAt"]) == (
        "ARCHIVED",
        {"text": "Hello!"},
        item["createdAt"],
    )
    write(server, "dataset-items", {"datasetName": NAME, "input": None, **source})
    for query, count in (({"datasetName": NAME}, 2), ({"sourceTraceId": "a" * 32}, 1), ({"sourceTraceId": "x"}, 0)):
        assert server.get("dataset-items", **query)["meta"]["totalItems"] == count
    assert server.get("dataset-items/one")["input"] == ITEM["input"]
    assert server.ask("DELETE", "dataset-items/one").status == 200
    assert server.ask("GET", "dataset-items/one").json["message"] == "Dataset item not found"


def test_a_run_begins_with_its_first_item_and_has_the_id_that_everybody_derives(server: Langfuse) -> None:
    dataset = write(server, "v2/datasets", {"name": NAME})
    for item_id in ("one", "two"):
        write(server, "dataset-items", {**ITEM, "id": item_id})
    made = write(
        server,
        "dataset-run-items",
        {"runName": "v2 / mini", "datasetItemId": "one", "traceId": "c" * 32, "metadata": {"model": "mini"}},
    )
    assert made["datasetRunId"] == run_id(server.project_id, dataset["id"], "v2 / mini")
    body = {"runName": "v2 / mini", "datasetItemId": "two", "traceId": "d" * 32, "runDescription": "smaller"}
    write(server, "dataset-run-items", body)
    path = f"datasets/{quote(NAME, safe='')}/runs"
    (run,) = server.get(path)["data"]
    assert (run["description"], run["metadata"], run["datasetName"]) == ("smaller", {"model": "mini"}, NAME)
    whole = server.get(f"{path}/{quote('v2 / mini', safe='')}")
    assert [each["datasetItemId"] for each in whole["datasetRunItems"]] == ["two", "one"]
    listed = server.get("dataset-run-items", datasetId=dataset["id"], runName="v2 / mini", limit=1)
    assert (listed["data"][0]["traceId"], listed["meta"]["totalItems"]) == ("d" * 32, 2)
    assert server.ask("DELETE", f"{path}/{quote('v2 / mini', safe='')}").status == 200
    assert server.get(path)["data"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "v2/datasets/nowhere", None, 404),
        ("POST", "v2/datasets", {"name": ""}, 400),
        ("POST", "v2/datasets", {"name": "x", "inputSchema": {"type": "string"}}, 400),
        ("POST", "dataset-items", {**ITEM, "datasetName": "nowhere"}, 404),
        ("POST", "dataset-items", {**ITEM, "datasetName": "other"}, 404),
        ("POST", "dataset-items", {**ITEM, "status": "LOST"}, 400),
        ("POST", "dataset-run-items", {"runName": "r", "datasetItemId": "one"}, 400),
        ("POST", "dataset-run-items", {"runName": "r", "datasetItemId": "none", "traceId": "x"}, 404),
        ("POST", "dataset-run-items", {"runName": "r", "datasetItemId": "one", "observationId": "x"}, 404),
        ("GET", "dataset-run-items", None, 400),
        ("GET", "datasets/other/runs/none", None, 404),
        ("DELETE", "dataset-items/none", None, 404),
    ],
)
def test_what_cannot_be_done_is_refused(server: Langfuse, method: str, path: str, body: Any, status: int) -> None:
    write(server, "v2/datasets", {"name": NAME})
    write(server, "v2/datasets", {"name": "other"})
    write(server, "dataset-items", ITEM)
    reply = server.ask(method, path, body)
    assert (reply.status, bool(reply.json["message"])) == (status, True)


def test_a_bare_4_16_takes_datasets_and_no_runs(events_only: Langfuse) -> None:
    write(events_only, "v2/datasets", {"name": "new"})
    write(events_only, "dataset-items", {**ITEM, "datasetName": "new"})
    body = {"runName": "r", "datasetItemId": "one", "traceId": "c" * 32}
    for method, path in (
        ("POST", "dataset-run-items"),
        ("GET", "datasets/new/runs"),
        ("DELETE", "datasets/new/runs/r"),
    ):
        reply = events_only.ask(method, path, body if method == "POST" else None)
        assert reply.status == 404
        assert "events_only mode" in reply.json["message"]
