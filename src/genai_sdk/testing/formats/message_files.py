"""Anthropic's files (anthropic 2.14.0, resources/files.py and types/file_metadata.py)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.files import FakeFile
from genai_sdk.testing.formats.codec import CREATED, Codec
from genai_sdk.testing.formats.files import store
from genai_sdk.testing.formats.form import read_form
from genai_sdk.testing.formats.messages import error_body
from genai_sdk.testing.turn import Turn

KIND = "file_"
"""How ids begin."""

_DAY = 86_400


def _read_upload(request: Request, matched: re.Match[str]) -> Call:
    form = read_form(request)
    files, seconds = form.files.get("file"), form.fields.get("expires_in_seconds")
    if not files:
        raise WrongRequestError("file: Field required")
    if seconds is not None and not 3_600 <= int(seconds) <= 90 * _DAY:
        raise WrongRequestError("expires_in_seconds: must be between 3600 and 7776000")
    if unknown := set(form.fields) - {"expires_in_seconds"}:
        raise WrongRequestError(f"{sorted(unknown)[0]}: Extra inputs are not permitted")
    return Call(operation="file", body={"file": files[0], "lifetime": seconds and int(seconds)})


def _write_upload(call: Call, turn: Turn) -> Answer:
    part, media = call.body["file"], {}
    if part.media_type:
        media = {"media_type": part.media_type}
    return json_answer(_body(store(call).keep(KIND, part.filename, part.data, lifetime=call.body["lifetime"], **media)))


def _body(file: FakeFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "type": "file",
        "filename": file.name,
        "mime_type": file.media_type,
        "size_bytes": len(file.content),
        "created_at": _time(CREATED),
        "downloadable": file.generated,
        "expires_at": None if file.lifetime is None else _time(CREATED + file.lifetime),
    }


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _read_named(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="file", body={"id": matched["id"]})


def _write_file(call: Call, turn: Turn) -> Answer:
    file = store(call).get(call.body["id"])
    return _missing(call) if file is None else json_answer(_body(file))


def _write_content(call: Call, turn: Turn) -> Answer:
    file = store(call).get(call.body["id"])
    if file is None:
        return _missing(call)
    if not file.generated:
        return json_answer(error_body(400, f"File '{file.id}' is not downloadable"), 400)
    return Answer(200, {"content-type": file.media_type}, file.content)


def _write_deleted(call: Call, turn: Turn) -> Answer:
    if not store(call).remove(call.body["id"]):
        return _missing(call)
    return json_answer({"id": call.body["id"], "type": "file_deleted"})


def _read_list(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="file", body=dict(request.query))


def _write_list(call: Call, turn: Turn) -> Answer:
    after = call.body.get("page", "").removeprefix("page_")
    files, more = store(call).newest(KIND, after, int(call.body.get("limit", 20)))
    return json_answer({"data": [_body(file) for file in files], "next_page": f"page_{files[-1].id}" if more else None})


def _missing(call: Call) -> Answer:
    return json_answer(error_body(404, f"File not found: {call.body['id']}"), 404)


def _rows() -> Mapping[tuple[str, str], Codec]:
    return {
        ("/v1/files", "POST"): Codec(_read_upload, _write_upload),
        ("/v1/files", "GET"): Codec(_read_list, _write_list),
        ("/v1/files/(?P<id>[^/]+)/content", "GET"): Codec(_read_named, _write_content),
        ("/v1/files/(?P<id>[^/]+)", "GET"): Codec(_read_named, _write_file),
        ("/v1/files/(?P<id>[^/]+)", "DELETE"): Codec(_read_named, _write_deleted),
    }


FILES = _rows()
"""The codecs by path and method."""
