"""OpenAI's and Azure's files, which their batches are made of too.

https://platform.openai.com/docs/api-reference/files; the fields are those of openai 3.57.0, types/file_object.py.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from genai_sdk.catalogue import azure_path
from genai_sdk.jobs.file import FileStatus
from genai_sdk.jobs.file_wire import FileState
from genai_sdk.jobs.wire import Read, Steps, moment
from genai_sdk.wires.multipart import File, fields_of, multipart
from genai_sdk.wires.wire import Endpoint, HttpRequest, HttpResponse

NO_BODY: Mapping[str, str] = MappingProxyType({})
_PAGE = 10_000  # openai 3.57.0, types/file_list_params.py
# Azure's own words are there too: `OpenAIFile.status` of its authoring API, 2024-10-21.
_STATUSES: Mapping[str, FileStatus] = MappingProxyType(
    {"error": "failed", "deleted": "failed", "pending": "processing", "running": "processing", "uploaded": "processed"}
)


class OpenAIFiles:
    """OpenAI's and Azure's files.

    Args:
        endpoint: Where they are.
        read: Reads a response's JSON.
    """

    def __init__(self, endpoint: Endpoint, read: Read) -> None:
        self._root = endpoint.root
        self._read = read
        self._query = azure_path(endpoint.base_url or "", endpoint.model)[1] if endpoint.adapter == "azure" else ""

    def create(self, file: File, purpose: str, expires_after: int | None) -> Steps[FileState]:
        """Upload a file."""
        lifetime = None if expires_after is None else {"anchor": "created_at", "seconds": expires_after}
        headers, body = multipart(fields_of({"purpose": purpose, "expires_after": lifetime}), [("file", file)])
        return self._state((yield HttpRequest(self.url("/files"), body, headers)))

    def retrieve(self, vendor_id: str) -> Steps[FileState]:
        """Look at a file."""
        return self._state((yield self.get(_path(vendor_id))))

    def list(self, limit: int, after: str, purpose: str) -> Steps[Sequence[FileState]]:
        """Look at the newest files, page by page."""
        states: list[FileState] = []
        while len(states) < limit:
            pairs = {"limit": min(_PAGE, limit - len(states)), "after": after, "purpose": purpose}
            query = urlencode({name: item for name, item in pairs.items() if item})
            page = self._read((yield self.get("/files", query)))
            states += [_state_of(data) for data in page.get("data") or ()]
            after = states[-1].vendor_id if states else ""
            if not page.get("has_more") or not page.get("data"):
                break
        return states[:limit]  # Azure and some servers know no limit

    def delete(self, vendor_id: str) -> Steps[None]:
        """Delete a file."""
        yield HttpRequest(self.url(_path(vendor_id)), b"", NO_BODY, "DELETE")

    def content(self, vendor_id: str) -> Steps[bytes]:
        """Download a file."""
        return (yield self.get(f"{_path(vendor_id)}/content")).body

    def url(self, path: str, query: str = "") -> str:
        """Return the URL of a path below the root."""
        pairs = "&".join(part for part in (query, self._query) if part)
        return f"{self._root}{path}{'?' if pairs else ''}{pairs}"

    def get(self, path: str, query: str = "") -> HttpRequest:
        """Return what asks for a path."""
        return HttpRequest(self.url(path, query), b"", NO_BODY, "GET")

    def _state(self, response: HttpResponse) -> FileState:
        return _state_of(self._read(response))


def _path(vendor_id: str) -> str:
    return f"/files/{quote(vendor_id, safe='')}"


def _state_of(data: Mapping[str, Any]) -> FileState:
    return FileState(
        vendor_id=str(data.get("id") or ""),
        name=str(data.get("filename") or ""),
        size=data.get("bytes") or 0,
        status=_STATUSES.get(str(data.get("status")).lower(), "processed"),
        purpose=str(data.get("purpose") or ""),
        created_at=moment(data.get("created_at")) or 0,
        expires_at=moment(data.get("expires_at")),
    )


WIRE = OpenAIFiles
