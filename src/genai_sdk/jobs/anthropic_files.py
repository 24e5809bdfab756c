"""Anthropic's files.

https://platform.claude.com/docs/en/build-with-claude/files; paths and fields are those of anthropic 2.14.0,
resources/files.py and types/file_metadata.py. Only what a tool has made can be downloaded.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from genai_sdk.jobs.file_wire import FileState
from genai_sdk.jobs.wire import Read, Steps, behind, moment
from genai_sdk.wires.anthropic.words import API_VERSION
from genai_sdk.wires.multipart import File, fields_of, multipart
from genai_sdk.wires.wire import Endpoint, HttpRequest, HttpResponse

_VERSION: Mapping[str, str] = MappingProxyType({"anthropic-version": API_VERSION})
_PAGE = 1_000  # anthropic 2.14.0, types/file_list_params.py


class AnthropicFiles:
    """Anthropic's files.

    Args:
        endpoint: Where they are.
        read: Reads a response's JSON.
    """

    def __init__(self, endpoint: Endpoint, read: Read) -> None:
        self._root = f"{endpoint.root}/v1/files"
        self._read = read

    def create(self, file: File, _purpose: str, expires_after: int | None) -> Steps[FileState]:
        """Upload a file."""
        headers, body = multipart(fields_of({"expires_in_seconds": expires_after}), [("file", file)])
        return self._state((yield HttpRequest(self._root, body, {**_VERSION, **headers})))

    def retrieve(self, vendor_id: str) -> Steps[FileState]:
        """Look at a file."""
        return self._state((yield _get(self._url(vendor_id))))

    def list(self, limit: int, after: str, _purpose: str) -> Steps[Sequence[FileState]]:
        """Look at the newest files, page by page."""
        states: list[FileState] = []
        cursor = ""
        while len(states) < limit:
            more = f"&page={quote(cursor, safe='')}" if cursor else ""
            size = _PAGE if after else min(_PAGE, limit - len(states))
            page = self._read((yield _get(f"{self._root}?limit={size}{more}")))
            states += [_state_of(data) for data in page.get("data") or ()]
            if after:  # pages begin at cursors, which no id tells
                states, after = behind(states, after)
            cursor = str(page.get("next_page") or "")
            if not cursor or not page.get("data"):
                break
        return states[:limit]

    def delete(self, vendor_id: str) -> Steps[None]:
        """Delete a file."""
        yield HttpRequest(self._url(vendor_id), b"", _VERSION, "DELETE")

    def content(self, vendor_id: str) -> Steps[bytes]:
        """Download a file."""
        return (yield _get(f"{self._url(vendor_id)}/content")).body

    def _url(self, vendor_id: str) -> str:
        return f"{self._root}/{quote(vendor_id, safe='')}"

    def _state(self, response: HttpResponse) -> FileState:
        return _state_of(self._read(response))


def _get(url: str) -> HttpRequest:
    return HttpRequest(url, b"", _VERSION, "GET")


def _state_of(data: Mapping[str, Any]) -> FileState:
    return FileState(
        vendor_id=str(data.get("id") or ""),
        name=str(data.get("filename") or ""),
        size=data.get("size_bytes") or 0,
        media_type=str(data.get("mime_type") or ""),
        created_at=moment(data.get("created_at")) or 0,
        expires_at=moment(data.get("expires_at")),
    )


WIRE = AnthropicFiles
