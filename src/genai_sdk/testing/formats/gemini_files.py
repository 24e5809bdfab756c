"""Google AI Studio's files (google-genai 3.6.1, files.py, _extra_utils.py and _api_client.py)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.files import FakeFile
from genai_sdk.testing.formats.codec import CREATED, Codec
from genai_sdk.testing.formats.files import store
from genai_sdk.testing.formats.gemini import error_body
from genai_sdk.testing.turn import Turn

KIND = "file"
"""How ids begin, behind `files/`."""

_TWO_DAYS = 2 * 86_400


def _read_upload(request: Request, matched: re.Match[str]) -> Call:
    headers = request.headers
    command = headers.get("x-goog-upload-command", "")
    if command == "start":
        if headers.get("x-goog-upload-protocol") != "resumable":
            raise WrongRequestError("Upload protocol not supported.")
        # The SDK has the fields' names as they are in protobuf, which JSON may have too.
        facts = {_camel(name): item for name, item in ((request.json() or {}).get("file") or {}).items()}
        media_type = facts.get("mimeType") or headers.get("x-goog-upload-header-content-type")
        if not media_type:
            raise WrongRequestError("mimeType is required.")
        name = facts.get("displayName") or headers.get("x-goog-upload-file-name") or ""
        place = f"http://{headers.get('host', '')}{request.path}"
        return Call(operation="file", body={"name": name, "media_type": media_type, "place": place})
    if not command.startswith("upload") or "upload_id" not in request.query:
        raise WrongRequestError("Upload command missing.")
    ident = request.query["upload_id"]
    return Call(operation="file", body={"upload": ident, "piece": request.body, "last": "finalize" in command})


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _write_upload(call: Call, turn: Turn) -> Answer:
    body, files = call.body, store(call)
    if "upload" not in body:
        ident = files.begin(body["name"], body["media_type"])
        place = f"{body['place']}?upload_id={ident}&upload_protocol=resumable"
        return Answer(200, {"x-goog-upload-url": place, "x-goog-upload-status": "active"}, b"")
    if files.add(body["upload"], body["piece"]) is None:
        return _missing()
    if not body["last"]:
        return Answer(200, {"x-goog-upload-status": "active"}, b"")
    made = files.finish(KIND, body["upload"])
    return json_answer({"file": _body(made)}, headers={"x-goog-upload-status": "final"})


def _body(file: FakeFile) -> dict[str, Any]:
    uri = f"https://generativelanguage.googleapis.com/v1beta/files/{file.id}"
    return {
        "name": f"files/{file.id}",
        "displayName": file.name,
        "mimeType": file.media_type,
        "sizeBytes": str(len(file.content)),
        "createTime": _time(CREATED),
        "updateTime": _time(CREATED),
        "expirationTime": _time(CREATED + _TWO_DAYS),
        "sha256Hash": "",
        "uri": uri,
        **({"downloadUri": f"{uri}:download?alt=media"} if file.generated else {}),
        "state": "ACTIVE",
        "source": "GENERATED" if file.generated else "UPLOADED",
    }


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.123456Z")


def _read_named(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="file", body={"id": unquote(matched["id"])})


def _write_file(call: Call, turn: Turn) -> Answer:
    file = store(call).get(call.body["id"])
    return _missing() if file is None else json_answer(_body(file))


def _write_content(call: Call, turn: Turn) -> Answer:
    file = store(call).get(call.body["id"])
    if file is None:
        return _missing()
    if not file.generated:
        return json_answer(error_body(400, "Only generated files can be downloaded."), 400)
    return Answer(200, {"content-type": file.media_type}, file.content)


def _write_deleted(call: Call, turn: Turn) -> Answer:
    return json_answer({}) if store(call).remove(call.body["id"]) else _missing()


def _read_list(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="file", body=dict(request.query))


def _write_list(call: Call, turn: Turn) -> Answer:
    files, more = store(call).newest(KIND, call.body.get("pageToken", ""), int(call.body.get("pageSize", 10)))
    token = {"nextPageToken": files[-1].id} if more else {}
    return json_answer({"files": [_body(file) for file in files], **token})


def _missing() -> Answer:
    return json_answer(error_body(403, "You do not have permission to access the File, or it may not exist."), 403)


_VERSION = "/v1(?:alpha|beta)[^/]*/+files"

UPLOAD = Codec(_read_upload, _write_upload)
"""The upload, at a path of its own."""


def _rows() -> Mapping[tuple[str, str], Codec]:
    return {
        (_VERSION, "GET"): Codec(_read_list, _write_list),
        (f"{_VERSION}/(?P<id>[^/:]+):download", "GET"): Codec(_read_named, _write_content),
        (f"{_VERSION}/(?P<id>[^/:]+)", "GET"): Codec(_read_named, _write_file),
        (f"{_VERSION}/(?P<id>[^/:]+)", "DELETE"): Codec(_read_named, _write_deleted),
    }


FILES = _rows()
"""The codecs by path and method."""
