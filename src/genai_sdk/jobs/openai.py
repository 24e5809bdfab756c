"""OpenAI's and Azure's batches: a file of requests is uploaded, and files of results are downloaded.

https://platform.openai.com/docs/api-reference/batch and
https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from genai_sdk.catalogue import azure_path
from genai_sdk.errors import ProviderError
from genai_sdk.jobs.batch import BatchCounts, BatchStatus
from genai_sdk.jobs.jsonl import path_off
from genai_sdk.jobs.openai_files import NO_BODY, OpenAIFiles
from genai_sdk.jobs.wire import Limits, Line, Outcome, Read, State, Steps, json_lines, moment, whole
from genai_sdk.wires.json_text import read_json
from genai_sdk.wires.multipart import File
from genai_sdk.wires.wire import Endpoint, HttpRequest, HttpResponse

_MEGABYTE = 1_000_000
_LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "openai": Limits(50_000, 200 * _MEGABYTE, "openai 3.57.0, types/batch_create_params.py"),
        "azure": Limits(
            100_000, 200 * _MEGABYTE, "https://learn.microsoft.com/azure/ai-foundry/openai/quotas-limits#batch-limits"
        ),
    }
)
_PAGE = 100  # openai 3.57.0, types/batch_list_params.py

# openai 3.57.0, types/batch.py: `status`. Azure has the same words, in its reference of REST with a capital, and there
# times of ISO 8601 and counts of null (learn.microsoft.com/azure/ai-foundry/openai/how-to/batch).
_STATUSES: Mapping[str, BatchStatus] = MappingProxyType(
    {
        "validating": "validating",
        "failed": "failed",
        "in_progress": "in_progress",
        "finalizing": "finalizing",
        "completed": "completed",
        "expired": "expired",
        "cancelling": "cancelling",
        "cancelled": "cancelled",
    }
)
_ENDS = ("completed_at", "failed_at", "expired_at", "cancelled_at")

# By `endpoint`; on a connection whose chat goes over `/responses`, these are chat.
_OPERATIONS: Mapping[str, str] = MappingProxyType(
    {"/v1/chat/completions": "chat", "/v1/responses": "responses", "/v1/embeddings": "embedding"}
)


class OpenAIBatches:
    """OpenAI's and Azure's batches.

    Args:
        endpoint: Where they are.
        read: Reads a response's JSON.
    """

    def __init__(self, endpoint: Endpoint, read: Read) -> None:
        self._endpoint = endpoint
        self._read = read
        self._files = OpenAIFiles(endpoint, read)

    def limits(self) -> Limits:
        """Return what one batch may hold."""
        return _LIMITS[self._endpoint.adapter]

    def create(self, lines: Sequence[Line]) -> Steps[State]:
        """Upload the requests and make a batch of them; a file that no batch was made of is deleted."""
        path = self._path_of(lines[0].request)
        content = b"".join(_encoded(line, path) for line in lines)
        file = yield from self._files.create(File("batch.jsonl", content, "application/jsonl"), "batch", None)
        fields = {"input_file_id": file.vendor_id, "endpoint": path, "completion_window": "24h"}
        try:
            made = yield HttpRequest(self._files.url("/batches"), msgspec.json.encode(fields))
        except ProviderError:
            with suppress(ProviderError):
                yield from self._files.delete(file.vendor_id)
            raise
        return self._state(made)

    def retrieve(self, vendor_id: str) -> Steps[State]:
        """Look at a batch."""
        return self._state((yield self._files.get(f"/batches/{quote(vendor_id, safe='')}")))

    def cancel(self, vendor_id: str) -> Steps[State]:
        """Have a batch ended."""
        url = self._files.url(f"/batches/{quote(vendor_id, safe='')}/cancel")
        return self._state((yield HttpRequest(url, b"", NO_BODY)))

    def start(self, file: str, path: str, facts: Mapping[str, Any]) -> Steps[State]:
        """Make a batch of a file that was uploaded before."""
        fields = {"input_file_id": file, "endpoint": path, "completion_window": "24h", **facts}
        return self._state((yield HttpRequest(self._files.url("/batches"), msgspec.json.encode(fields))))

    def list(self, limit: int, after: str = "") -> Steps[Sequence[State]]:
        """Look at the newest batches, page by page."""
        states: list[State] = []
        while len(states) < limit:
            size = min(_PAGE, limit - len(states))
            query = f"limit={size}" + (f"&after={quote(after, safe='')}" if after else "")
            page = self._read((yield self._files.get("/batches", query)))
            states += map(self._state_of, page.get("data") or ())
            after = states[-1].vendor_id if states else ""
            if not page.get("has_more") or not page.get("data"):
                break
        return states[:limit]  # Azure and some servers know no limit

    def results(self, state: State) -> Steps[Iterator[Outcome]]:
        """Download what was answered, and what was not."""
        bodies = []
        for name in ("output_file_id", "error_file_id"):
            if ident := state.data.get(name):
                bodies.append((yield from self._files.content(str(ident))))
        return (_outcome(line) for body in bodies for line in json_lines(body))

    def _path_of(self, request: HttpRequest) -> str:
        """Return what a batch calls the path of its requests: `/v1` and what is below the root."""
        endpoint = self._endpoint
        below, query = "", ""
        if endpoint.adapter == "azure":
            below, query = azure_path(endpoint.base_url or "", endpoint.model)
        path = urlsplit(request.url).path.removeprefix(urlsplit(endpoint.root).path + below)
        # Azure's reference of its dated wire has the paths without `/v1`.
        return path if query else f"/v1{path}"

    def _state(self, response: HttpResponse) -> State:
        return self._state_of(self._read(response))

    def _state_of(self, data: Mapping[str, Any]) -> State:
        state = _state_of(data)
        is_chat = state.operation == "responses" and self._endpoint.use_responses_api
        return msgspec.structs.replace(state, operation="chat") if is_chat else state


def _encoded(line: Line, path: str) -> bytes:
    fields = {
        "custom_id": line.custom_id,
        "method": "POST",
        "url": path,
        "body": msgspec.Raw(whole(line.request.body)),
    }
    return msgspec.json.encode(fields) + b"\n"


def _state_of(data: Mapping[str, Any]) -> State:
    counts = data.get("request_counts") or {}
    errors = (data.get("errors") or {}).get("data") or ()
    endpoint = path_off(str(data.get("endpoint") or ""))
    return State(
        vendor_id=str(data.get("id") or ""),
        status=_STATUSES.get(str(data.get("status")).lower(), "in_progress"),
        counts=BatchCounts(counts.get("total") or 0, counts.get("completed") or 0, counts.get("failed") or 0),
        created_at=moment(data.get("created_at")) or 0,
        ended_at=next((ended for name in _ENDS if (ended := moment(data.get(name)))), None),
        expires_at=moment(data.get("expires_at")),
        errors=tuple(str(error.get("message") or error.get("code")) for error in errors),
        model=str(data.get("model") or ""),
        operation=_OPERATIONS.get(endpoint, endpoint.removeprefix("/v1/")),
        data=data,
        endpoint=endpoint,
        files=(data.get("input_file_id"), data.get("output_file_id"), data.get("error_file_id")),
        metadata=data.get("metadata") or {},
    )


def _outcome(line: bytes) -> Outcome:
    row = read_json(line)
    ident, response, error = str(row.get("custom_id")), row.get("response"), row.get("error")
    if not response:
        code = str((error or {}).get("code") or "")
        missing = {"batch_expired": "expired", "batch_cancelled": "cancelled"}.get(code)
        return Outcome(ident, missing=missing or str((error or {}).get("message") or code or "no reason given"))
    headers = {"content-type": "application/json", "x-request-id": str(response.get("request_id") or "")}
    status = int(response.get("status_code") or 200)
    return Outcome(ident, HttpResponse(status, headers, msgspec.json.encode(response.get("body"))))


WIRE = OpenAIBatches
