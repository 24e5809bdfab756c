"""Google AI Studio's files: an upload begins with a request that is answered with where the bytes go.

https://ai.google.dev/gemini-api/docs/files; headers and fields are those of google-genai 3.6.1, _extra_utils.py,
_api_client.py and types.py. Only what Google has made can be downloaded.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from genai_sdk.jobs.file import FileStatus
from genai_sdk.jobs.file_wire import FileState
from genai_sdk.jobs.wire import Read, Steps, behind, moment
from genai_sdk.wires.multipart import File
from genai_sdk.wires.wire import Endpoint, HttpRequest, HttpResponse

_NO_BODY: Mapping[str, str] = MappingProxyType({})
_PAGE = 100
_UPLOAD_URL = "x-goog-upload-url"
_LONGEST_NAME = 512  # google-genai 3.6.1, types.py: File.display_name
_STATUSES: Mapping[str, FileStatus] = MappingProxyType({"PROCESSING": "processing", "FAILED": "failed"})


class GeminiFiles:
    """Google AI Studio's files.

    Args:
        endpoint: Where they are.
        read: Reads a response's JSON.
    """

    def __init__(self, endpoint: Endpoint, read: Read) -> None:
        self._root = endpoint.root
        self._read = read

    def create(self, file: File, _purpose: str, _expires_after: int | None) -> Steps[FileState]:
        """Upload a file: say what comes, then send it to where the answer says."""
        before, _, version = self._root.rpartition("/")
        facts = {"displayName": file.name[:_LONGEST_NAME], "mimeType": file.media_type, "sizeBytes": len(file.data)}
        headers = {
            "content-type": "application/json",
            "x-goog-upload-protocol": "resumable",
            "x-goog-upload-command": "start",
            "x-goog-upload-header-content-length": str(len(file.data)),
            "x-goog-upload-header-content-type": file.media_type,
        }
        start = HttpRequest(f"{before}/upload/{version}/files", msgspec.json.encode({"file": facts}), headers)
        began = yield start
        place = began.headers.get(_UPLOAD_URL)
        if not place:
            self._read(HttpResponse(began.status, began.headers))  # raises: there is nothing to go on with
        send = {
            "content-type": file.media_type,
            "x-goog-upload-command": "upload, finalize",
            "x-goog-upload-offset": "0",
        }
        made = self._read((yield HttpRequest(self._here(str(place)), file.data, send)))
        return _state_of(made.get("file") or {})

    def retrieve(self, vendor_id: str) -> Steps[FileState]:
        """Look at a file."""
        return self._state((yield self._get(_path(vendor_id))))

    def list(self, limit: int, after: str, _purpose: str) -> Steps[Sequence[FileState]]:
        """Look at the files, page by page."""
        states: list[FileState] = []
        token = ""
        while len(states) < limit:
            more = f"&pageToken={quote(token, safe='')}" if token else ""
            size = _PAGE if after else min(_PAGE, limit - len(states))
            page = self._read((yield self._get(f"/files?pageSize={size}{more}")))
            states += [_state_of(data) for data in page.get("files") or ()]
            if after:  # pages begin at tokens, which no id tells
                states, after = behind(states, after)
            token = str(page.get("nextPageToken") or "")
            if not token:
                break
        return states[:limit]

    def delete(self, vendor_id: str) -> Steps[None]:
        """Delete a file."""
        yield HttpRequest(f"{self._root}{_path(vendor_id)}", b"", _NO_BODY, "DELETE")

    def content(self, vendor_id: str) -> Steps[bytes]:
        """Download a file."""
        return (yield self._get(f"{_path(vendor_id)}:download?alt=media")).body

    def _here(self, place: str) -> str:
        """Return where the bytes go, on the connection's own host: another one would be sent the key."""
        mine, named = urlsplit(self._root), urlsplit(place)
        return urlunsplit((mine.scheme, mine.netloc, named.path, named.query, ""))

    def _get(self, path: str) -> HttpRequest:
        return HttpRequest(f"{self._root}{path}", b"", _NO_BODY, "GET")

    def _state(self, response: HttpResponse) -> FileState:
        return _state_of(self._read(response))


def _path(vendor_id: str) -> str:
    return f"/files/{quote(vendor_id, safe='')}"


def _state_of(data: Mapping[str, Any]) -> FileState:
    return FileState(
        vendor_id=str(data.get("name") or "").removeprefix("files/"),
        name=str(data.get("displayName") or ""),
        size=int(data.get("sizeBytes") or 0),  # JSON has 64-bit numbers as texts
        status=_STATUSES.get(str(data.get("state")), "processed"),
        media_type=str(data.get("mimeType") or ""),
        created_at=moment(data.get("createTime")) or 0,
        expires_at=moment(data.get("expirationTime")),
    )


WIRE = GeminiFiles
