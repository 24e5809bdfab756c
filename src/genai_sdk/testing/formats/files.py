"""OpenAI's files, which Azure has too (openai 3.57.0, types/file_object.py and file_list_params.py)."""

import re
from collections.abc import Mapping
from typing import Any

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.files import FakeFile, FakeFiles
from genai_sdk.testing.formats.chat import error_body
from genai_sdk.testing.formats.codec import CREATED, Codec, Words
from genai_sdk.testing.formats.form import read_form
from genai_sdk.testing.turn import Turn

KIND = "file-"
"""How ids begin."""

_PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
_MONTH = 30 * 86_400
_MOST = 10_000


def _read_upload(request: Request, matched: re.Match[str]) -> Call:
    form = read_form(request)
    files, purpose = form.files.get("file"), form.fields.get("purpose")
    if not files or not purpose:
        raise WrongRequestError("'file' and 'purpose' are required.")
    if purpose not in _PURPOSES:
        raise WrongRequestError(f"'{purpose}' is not one of {list(_PURPOSES)} - 'purpose'")
    seconds = form.fields.get("expires_after[seconds]")
    if seconds is not None and (form.fields.get("expires_after[anchor]") != "created_at" or not _lives(int(seconds))):
        raise WrongRequestError("Invalid value for 'expires_after'.")
    return Call(operation="file", body={**form.fields, "file": files[0], "lifetime": seconds and int(seconds)})


def _lives(seconds: int) -> bool:
    return 3_600 <= seconds <= _MONTH


def _write_upload(call: Call, turn: Turn) -> Answer:
    part, purpose, lifetime = call.body["file"], str(call.body["purpose"]), call.body["lifetime"]
    if lifetime is None and purpose == "batch":
        lifetime = _MONTH
    media = {"media_type": part.media_type} if part.media_type else {}
    file = store(call).keep(KIND, part.filename, part.data, purpose=purpose, lifetime=lifetime, **media)
    return json_answer(_body(file))


def _body(file: FakeFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "object": "file",
        "bytes": len(file.content),
        "created_at": CREATED,
        "expires_at": None if file.lifetime is None else CREATED + file.lifetime,
        "filename": file.name,
        "purpose": file.purpose,
        "status": "processed",
        "status_details": None,
    }


def _read_named(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="file", body={"id": matched["id"]})


def _write_file(call: Call, turn: Turn) -> Answer:
    file = store(call).get(call.body["id"])
    return missing("file", call) if file is None else json_answer(_body(file))


def _write_content(call: Call, turn: Turn) -> Answer:
    file = store(call).get(call.body["id"])
    if file is None:
        return missing("file", call)
    return Answer(200, {"content-type": "application/octet-stream"}, file.content)


def _write_deleted(call: Call, turn: Turn) -> Answer:
    if not store(call).remove(call.body["id"]):
        return missing("file", call)
    return json_answer({"id": call.body["id"], "object": "file", "deleted": True})


def _read_list(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="file", body=dict(request.query))


def _write_list(call: Call, turn: Turn) -> Answer:
    body = call.body
    limit, purpose = int(body.get("limit", _MOST)), body.get("purpose", "")
    files, more = store(call).newest(KIND, body.get("after", ""), limit, purpose)
    ends = {"first_id": files[0].id, "last_id": files[-1].id} if files else {}
    return json_answer({"object": "list", "data": [_body(file) for file in files], "has_more": more, **ends})


def missing(what: str, call: Call) -> Answer:
    """Say that there is no such file or batch."""
    ident = call.body.get("id") or call.body.get("input_file_id")
    words = Words(404, f"No {what} found with id '{ident}'.", kind="invalid_request_error")
    return json_answer(error_body(words), 404)


def store(call: Call) -> FakeFiles:
    """Return the files of the fake that is called."""
    assert call.files is not None, "a fake provider hands its files to every call"
    return call.files


def _rows() -> Mapping[tuple[str, str], Codec]:
    return {
        ("/files", "POST"): Codec(_read_upload, _write_upload),
        ("/files", "GET"): Codec(_read_list, _write_list),
        ("/files/(?P<id>[^/]+)/content", "GET"): Codec(_read_named, _write_content),
        ("/files/(?P<id>[^/]+)", "GET"): Codec(_read_named, _write_file),
        ("/files/(?P<id>[^/]+)", "DELETE"): Codec(_read_named, _write_deleted),
    }


FILES = _rows()
"""The codecs by path and method."""
