"""OpenAI's batches, which Azure has too (openai 3.57.0, types/batch.py)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from genai_sdk.testing.answer import Answer, dump, json_answer
from genai_sdk.testing.batches import FakeBatch, FakeBatches, FakeLine
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.files import FakeFiles
from genai_sdk.testing.formats.chat import error_body
from genai_sdk.testing.formats.codec import Codec, Words
from genai_sdk.testing.formats.files import KIND, missing, store
from genai_sdk.testing.turn import Turn

_MOST = 50_000
_DAY = 86_400
_ENDPOINTS = ("/chat/completions", "/embeddings", "/responses", "/completions", "/moderations")


def _read_create(request: Request, matched: re.Match[str]) -> Call:
    body = request.json()
    if not body["endpoint"].endswith(_ENDPOINTS) or body["completion_window"] != "24h":
        raise WrongRequestError("Invalid value for 'endpoint' or 'completion_window'.")
    return Call(operation="batch", body=body)


def _write_create(call: Call, turn: Turn) -> Answer:
    body = call.body
    file = store(call).get(body["input_file_id"])
    if file is None:
        return missing("file", call)
    lines, errors = _lines(file.content, body["endpoint"])
    facts = {name: body.get(name) for name in ("endpoint", "input_file_id", "metadata")}
    return json_answer(_batch(_batches(call).make("batch_", lines, facts, errors), "validating"))


def _lines(content: bytes, endpoint: str) -> tuple[list[FakeLine], list[str]]:
    lines: list[FakeLine] = []
    errors: list[str] = []
    for number, text in enumerate(content.splitlines(), 1):
        try:
            row = json.loads(text)
            line = FakeLine(row["custom_id"], row["url"], row["body"])
            wrong = row["method"] != "POST" or row["url"] != endpoint
        except (ValueError, KeyError, TypeError):
            errors.append(f"This line is not parseable as valid JSON. (line {number})")
            continue
        if wrong:
            errors.append(f"The provided URL does not match the batch endpoint. (line {number})")
        elif any(line.custom_id == other.custom_id for other in lines):
            errors.append(f"The custom_id {line.custom_id!r} is a duplicate. (line {number})")
        lines.append(line)
    if not lines or len(lines) > _MOST or len({line.body.get("model") for line in lines}) > 1:
        errors.append("A batch has 1 to 50000 requests, of one model.")
    return lines, errors


def _read_batch(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="batch", body={"id": matched["id"]})


def _write_batch(call: Call, turn: Turn) -> Answer:
    batch = _batches(call).look(call.body["id"])
    if batch is None:
        return missing("batch", call)
    if batch.over and batch.answers and "output_file_id" not in batch.facts:
        _write_results(store(call), batch, call.request_id)
    return json_answer(_batch(batch, batch.end if batch.over else "in_progress"))


def _write_cancelled(call: Call, turn: Turn) -> Answer:
    batch = _batches(call).cancel(call.body["id"])
    if batch is None:
        return missing("batch", call)
    if batch.over:
        words = Words(409, f"Cannot cancel a batch with status '{batch.end}'.", kind="invalid_request_error")
        return json_answer(error_body(words), 409)
    return json_answer(_batch(batch, "cancelling"))


def _read_list(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="batch", body=dict(request.query))


def _write_list(call: Call, turn: Turn) -> Answer:
    batches, more = _batches(call).newest("batch_", call.body.get("after", ""), int(call.body.get("limit", 20)))
    data = [_batch(batch, batch.end if batch.over else "in_progress") for batch in batches]
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {}
    return json_answer({"object": "list", "data": data, "has_more": more, **ends})


def _write_results(files: FakeFiles, batch: FakeBatch, request_id: str) -> None:
    good: list[bytes] = []
    bad: list[bytes] = []
    for place, (line, answer) in enumerate(zip(batch.lines, batch.answers, strict=True)):
        row: dict[str, Any] = {"id": f"batch_req_{place}", "custom_id": line.custom_id, "response": None, "error": None}
        if answer is None:
            row["error"] = {"code": f"batch_{batch.end}", "message": f"This request was not run: {batch.end}."}
        else:
            body = json.loads(answer.body or b"null")
            row["response"] = {"status_code": answer.status, "request_id": f"{request_id}_{place}", "body": body}
        (good if answer is not None and answer.status < 300 else bad).append(dump(row) + b"\n")
    for name, rows in (("output_file_id", good), ("error_file_id", bad)):
        batch.facts[name] = _kept(files, f"{batch.id}_{name}.jsonl", rows) if rows else None


def _kept(files: FakeFiles, name: str, rows: list[bytes]) -> str:
    return files.keep(KIND, name, b"".join(rows), purpose="batch_output", generated=True).id


def _batch(batch: FakeBatch, status: str) -> dict[str, Any]:
    errors = [{"code": "invalid_request", "message": text, "line": None, "param": None} for text in batch.errors]
    bad = len(batch.lines) - batch.done if batch.over else 0
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": batch.facts["endpoint"],
        "errors": {"object": "list", "data": errors} if errors and batch.over else None,
        "input_file_id": batch.facts["input_file_id"],
        "completion_window": "24h",
        "status": status,
        "output_file_id": batch.facts.get("output_file_id"),
        "error_file_id": batch.facts.get("error_file_id"),
        "created_at": batch.created,
        "expires_at": batch.created + _DAY,
        **({f"{batch.end}_at": batch.ended} if batch.over else {}),
        "request_counts": {"total": len(batch.lines), "completed": batch.done, "failed": bad},
        "metadata": batch.facts.get("metadata"),
        "model": str(batch.lines[0].body.get("model")) if batch.lines else None,
    }


def _batches(call: Call) -> FakeBatches:
    assert call.batches is not None, "a fake provider hands its batches to every call"
    return call.batches


def _rows() -> Mapping[tuple[str, str], Codec]:
    return {
        ("/batches", "POST"): Codec(_read_create, _write_create),
        ("/batches", "GET"): Codec(_read_list, _write_list),
        ("/batches/(?P<id>[^/]+)/cancel", "POST"): Codec(_read_batch, _write_cancelled),
        ("/batches/(?P<id>[^/]+)", "GET"): Codec(_read_batch, _write_batch),
    }


BATCHES = _rows()
"""The codecs by path and method."""
