"""Google AI Studio's batches, whose requests and results stand in the batch (google-genai 3.6.1, batches.py)."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.batches import FakeBatch, FakeBatches, FakeLine
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats.codec import Codec
from genai_sdk.testing.formats.gemini import error_body
from genai_sdk.testing.turn import Turn

_STATES = {"completed": "SUCCEEDED", "cancelled": "CANCELLED", "expired": "EXPIRED", "failed": "FAILED"}
# google.rpc.Code of an HTTP status.
_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 429: 8, 503: 14}


def _read_create(request: Request, matched: re.Match[str]) -> Call:
    rows = request.json()["batch"]["inputConfig"]["requests"]["requests"]
    if not rows:
        raise WrongRequestError("batch.input_config.requests must not be empty.")
    model = unquote(matched["model"])
    return Call(operation="batch", model=model, body={"rows": rows, **request.json()["batch"]})


def _write_create(call: Call, turn: Turn) -> Answer:
    path = f"/v1beta/models/{call.model}:generateContent"
    rows = call.body["rows"]
    lines = [FakeLine(str(place), path, row["request"]) for place, row in enumerate(rows)]
    metadata = [row.get("metadata") for row in rows]
    facts = {"model": call.model, "metadata": metadata, "name": call.body.get("displayName")}
    return json_answer(_batch(_store(call).make("", lines, facts), looked=False))


def _read_batch(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="batch", body={"id": unquote(matched["id"])})


def _write_batch(call: Call, turn: Turn) -> Answer:
    batch = _store(call).look(call.body["id"])
    return _missing() if batch is None else json_answer(_batch(batch))


def _write_cancelled(call: Call, turn: Turn) -> Answer:
    return _missing() if _store(call).cancel(call.body["id"]) is None else json_answer({})


def _read_list(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="batch", body=dict(request.query))


def _write_list(call: Call, turn: Turn) -> Answer:
    batches, more = _store(call).newest("", call.body.get("pageToken", ""), int(call.body.get("pageSize", 50)))
    token = {"nextPageToken": batches[-1].id} if more else {}
    return json_answer({"operations": [_batch(batch) for batch in batches], **token})


def _batch(batch: FakeBatch, *, looked: bool = True) -> dict[str, Any]:
    total = len(batch.lines)
    failed = total - batch.done if batch.over else 0
    state = _STATES[batch.end] if batch.over else "RUNNING" if looked else "PENDING"
    facts: dict[str, Any] = {
        "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
        "model": f"models/{batch.facts['model']}",
        "displayName": batch.facts["name"],
        "name": f"batches/{batch.id}",
        "state": f"BATCH_STATE_{state}",
        "createTime": _time(batch.created),
        "updateTime": _time(batch.created),
        "batchStats": {
            "requestCount": str(total),
            "successfulRequestCount": str(batch.done),
            "failedRequestCount": str(failed),
            "pendingRequestCount": str(total - batch.done - failed),
        },
    }
    if not batch.over:
        return {"name": f"batches/{batch.id}", "metadata": facts}
    facts["endTime"] = _time(batch.ended)
    if batch.end != "completed":  # nothing of it can be read
        return {"name": f"batches/{batch.id}", "metadata": facts, "done": True}
    pairs = zip(batch.facts["metadata"], batch.answers, strict=True)
    rows = [{**_result(answer), **({"metadata": metadata} if metadata else {})} for metadata, answer in pairs]
    facts["output"] = {"inlinedResponses": {"inlinedResponses": rows}}
    return {"name": f"batches/{batch.id}", "metadata": facts, "done": True}


def _result(answer: Answer | None) -> dict[str, Any]:
    assert answer is not None, "every request of a batch that was completed is answered"
    body = json.loads(answer.body or b"null")
    if answer.status < 300:
        return {"response": body}
    return {"error": {"code": _CODES.get(answer.status, 13), "message": body["error"]["message"]}}


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.123456789Z")


def _missing() -> Answer:
    return json_answer(error_body(404, "Requested entity was not found."), 404)


def _store(call: Call) -> FakeBatches:
    assert call.batches is not None, "a fake provider hands its batches to every call"
    return call.batches


CREATE = Codec(_read_create, _write_create)
"""`batchGenerateContent`, below a model."""


def _rows() -> Mapping[tuple[str, str], Codec]:
    return {
        ("/v1(?:alpha|beta)[^/]*/+batches", "GET"): Codec(_read_list, _write_list),
        ("/v1(?:alpha|beta)[^/]*/+batches/(?P<id>[^/:]+):cancel", "POST"): Codec(_read_batch, _write_cancelled),
        ("/v1(?:alpha|beta)[^/]*/+batches/(?P<id>[^/:]+)", "GET"): Codec(_read_batch, _write_batch),
    }


BATCHES = _rows()
"""The codecs by path and method."""
