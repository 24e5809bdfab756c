"""Anthropic's batches of messages (anthropic 2.14.0, types/messages/message_batch.py)."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from genai_sdk.testing.answer import Answer, dump, json_answer
from genai_sdk.testing.batches import FakeBatch, FakeBatches, FakeLine
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats.codec import Codec
from genai_sdk.testing.formats.messages import error_body
from genai_sdk.testing.turn import Turn

_DAY = 86_400


def _read_create(request: Request, matched: re.Match[str]) -> Call:
    _version(request)
    requests = request.json()["requests"]
    ids = [row["custom_id"] for row in requests]
    if not requests or len(set(ids)) < len(ids) or not all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in ids):
        raise WrongRequestError("requests: each needs a custom_id of its own, of 1 to 64 letters, digits, - and _")
    return Call(operation="batch", body={"requests": requests, "origin": _origin(request)})


def _origin(request: Request) -> str:
    return f"http://{request.headers.get('host', '')}"


def _version(request: Request) -> None:
    if not request.headers.get("anthropic-version"):
        raise WrongRequestError("anthropic-version: header is required")


def _write_create(call: Call, turn: Turn) -> Answer:
    lines = [FakeLine(row["custom_id"], "/v1/messages", row["params"]) for row in call.body["requests"]]
    return json_answer(_batch(_store(call).make("msgbatch_", lines, {}), call.body["origin"]))


def _read_batch(request: Request, matched: re.Match[str]) -> Call:
    _version(request)
    return Call(operation="batch", body={"id": matched["id"], "origin": _origin(request)})


def _write_batch(call: Call, turn: Turn) -> Answer:
    batch = _store(call).look(call.body["id"])
    return _missing(call) if batch is None else json_answer(_batch(batch, call.body["origin"]))


def _write_cancelled(call: Call, turn: Turn) -> Answer:
    batch = _store(call).cancel(call.body["id"])
    return _missing(call) if batch is None else json_answer(_batch(batch, call.body["origin"]))


def _write_results(call: Call, turn: Turn) -> Answer:
    batch = _store(call).look(call.body["id"])
    if batch is None or not batch.over:
        return _missing(call)
    rows = [
        dump({"custom_id": line.custom_id, "result": _result(batch, answer)}) + b"\n"
        for line, answer in zip(batch.lines, batch.answers, strict=True)
    ]
    return Answer(200, {"content-type": "application/x-jsonl"}, b"".join(rows))


def _result(batch: FakeBatch, answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"type": "canceled" if batch.end == "cancelled" else "expired"}
    body = json.loads(answer.body or b"null")
    return {"type": "succeeded", "message": body} if answer.status < 300 else {"type": "errored", "error": body}


def _read_list(request: Request, matched: re.Match[str]) -> Call:
    _version(request)
    return Call(operation="batch", body={**request.query, "origin": _origin(request)})


def _write_list(call: Call, turn: Turn) -> Answer:
    batches, more = _store(call).newest("msgbatch_", call.body.get("after_id", ""), int(call.body.get("limit", 20)))
    data = [_batch(batch, call.body["origin"]) for batch in batches]
    first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
    return json_answer({"data": data, "has_more": more, "first_id": first, "last_id": last})


def _batch(batch: FakeBatch, origin: str) -> dict[str, Any]:
    counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
    if not batch.over:
        counts["processing"] = len(batch.lines)
    for answer in batch.answers:
        kind = _result(batch, answer)["type"]
        counts[kind] += 1
    status = "ended" if batch.over else "canceling" if batch.cancelling else "in_progress"
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": status,
        "request_counts": counts,
        "created_at": _time(batch.created),
        "expires_at": _time(batch.created + _DAY),
        "ended_at": _time(batch.ended) if batch.over else None,
        "cancel_initiated_at": _time(batch.created + 60) if batch.cancelling else None,
        "archived_at": None,
        "results_url": f"{origin}/v1/messages/batches/{batch.id}/results" if batch.over else None,
    }


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _missing(call: Call) -> Answer:
    return json_answer(error_body(404, f"No batch {call.body['id']} with results"), 404)


def _store(call: Call) -> FakeBatches:
    assert call.batches is not None, "a fake provider hands its batches to every call"
    return call.batches


def _rows() -> Mapping[tuple[str, str], Codec]:
    return {
        ("/v1/messages/batches", "POST"): Codec(_read_create, _write_create),
        ("/v1/messages/batches", "GET"): Codec(_read_list, _write_list),
        ("/v1/messages/batches/(?P<id>[^/]+)/cancel", "POST"): Codec(_read_batch, _write_cancelled),
        ("/v1/messages/batches/(?P<id>[^/]+)/results", "GET"): Codec(_read_batch, _write_results),
        ("/v1/messages/batches/(?P<id>[^/]+)", "GET"): Codec(_read_batch, _write_batch),
    }


BATCHES = _rows()
"""The codecs by path and method."""
