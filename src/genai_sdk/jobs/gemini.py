"""Google AI Studio's batches: requests are sent in one body, and results stand in the batch itself.

https://ai.google.dev/gemini-api/docs/batch-api; the fields are those of google-genai 3.6.1, batches.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import msgspec

from genai_sdk.jobs.batch import BatchCounts, BatchStatus
from genai_sdk.jobs.wire import Limits, Line, Outcome, Read, State, Steps, behind, moment, whole
from genai_sdk.wires.gemini.urls import model_url, plain_name
from genai_sdk.wires.wire import Endpoint, HttpRequest, HttpResponse

_LIMITS = Limits(None, 20_000_000, "https://ai.google.dev/gemini-api/docs/batch-api")
_NO_BODY: Mapping[str, str] = MappingProxyType({})
_PAGE = 100
_KEY = "key"

# google-genai 3.6.1, types.py: JobState; the API's own words begin with BATCH_STATE (_transformers.py, t_job_state).
_STATUSES: Mapping[str, BatchStatus] = MappingProxyType(
    {
        "UNSPECIFIED": "validating",
        "QUEUED": "validating",
        "PENDING": "validating",
        "RUNNING": "in_progress",
        "PAUSED": "in_progress",
        "UPDATING": "in_progress",
        "SUCCEEDED": "completed",
        "PARTIALLY_SUCCEEDED": "completed",
        "FAILED": "failed",
        "CANCELLING": "cancelling",
        "CANCELLED": "cancelled",
        "EXPIRED": "expired",
    }
)

# https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto: each code and its HTTP status.
_CODES: Mapping[int, int] = MappingProxyType(
    {1: 499, 3: 400, 4: 504, 5: 404, 7: 403, 8: 429, 9: 400, 11: 400, 12: 501, 13: 500, 14: 503, 16: 401}
)


class GeminiBatches:
    """Google AI Studio's batches.

    Args:
        endpoint: Where they are.
        read: Reads a response's JSON.
    """

    def __init__(self, endpoint: Endpoint, read: Read) -> None:
        self._endpoint = endpoint
        self._read = read

    def limits(self) -> Limits:
        """Return what one batch may hold."""
        return _LIMITS

    def create(self, lines: Sequence[Line]) -> Steps[State]:
        """Make a batch."""
        requests = [
            {"request": msgspec.Raw(whole(line.request.body)), "metadata": {_KEY: line.custom_id}} for line in lines
        ]
        name = f"{len(lines)} requests from GenAI SDK"
        body = {"batch": {"displayName": name, "inputConfig": {"requests": {"requests": requests}}}}
        url = f"{model_url(self._endpoint)}:batchGenerateContent"
        return self._state((yield HttpRequest(url, msgspec.json.encode(body))))

    def retrieve(self, vendor_id: str) -> Steps[State]:
        """Look at a batch."""
        return self._state((yield self._get(self._path(vendor_id))))

    def cancel(self, vendor_id: str) -> Steps[State]:
        """Have a batch ended, and look at it: the answer itself is empty."""
        yield HttpRequest(f"{self._endpoint.root}{self._path(vendor_id)}:cancel", b"{}")
        return self._state((yield self._get(self._path(vendor_id))))

    def list(self, limit: int, after: str = "") -> Steps[Sequence[State]]:
        """Look at the newest batches, page by page."""
        states: list[State] = []
        token = ""
        while len(states) < limit:
            size = _PAGE if after else min(_PAGE, limit - len(states))
            more = f"&pageToken={quote(token, safe='')}" if token else ""
            page = self._read((yield self._get(f"/batches?pageSize={size}{more}")))
            states += [_state_of(data) for data in page.get("operations") or ()]
            if after:  # Google's pages begin at tokens, which no id tells
                states, after = behind(states, after)
            token = str(page.get("nextPageToken") or "")
            if not token:
                break
        return states[:limit]

    def results(self, state: State) -> Steps[Iterator[Outcome]]:
        """Return the results, which came with the batch; those in a file are another API's."""
        yield from ()
        return map(_outcome, _rows(state.data))

    def _path(self, vendor_id: str) -> str:
        return f"/batches/{quote(vendor_id, safe='')}"

    def _get(self, path: str) -> HttpRequest:
        return HttpRequest(f"{self._endpoint.root}{path}", b"", _NO_BODY, "GET")

    def _state(self, response: HttpResponse) -> State:
        return _state_of(self._read(response))


def _rows(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    output = (data.get("metadata") or {}).get("output") or data.get("response") or {}
    return (output.get("inlinedResponses") or {}).get("inlinedResponses") or ()


def _state_of(data: Mapping[str, Any]) -> State:
    facts = data.get("metadata") or {}
    word = str(facts.get("state") or "").partition("STATE_")[2]
    counts, error = facts.get("batchStats") or {}, data.get("error") or {}

    def count(name: str) -> int:
        return int(counts.get(name) or 0)  # JSON has 64-bit numbers as texts

    status = _STATUSES.get(word, "in_progress")
    return State(
        vendor_id=str(data.get("name") or "").removeprefix("batches/"),
        status=status,
        counts=BatchCounts(count("requestCount"), count("successfulRequestCount"), count("failedRequestCount")),
        created_at=moment(facts.get("createTime")) or 0,
        ended_at=moment(facts.get("endTime")),
        errors=(str(error.get("message")),) if error else (),
        model=plain_name(str(facts.get("model") or "")),
        operation="chat",
        lost=status in ("expired", "cancelled") and not _rows(data),
        data=data,
    )


def _outcome(row: Mapping[str, Any]) -> Outcome:
    ident = str((row.get("metadata") or {}).get(_KEY))
    headers = {"content-type": "application/json"}
    if (error := row.get("error")) is None:
        return Outcome(ident, HttpResponse(200, headers, msgspec.json.encode(row.get("response") or {})))
    status = _CODES.get(error.get("code"), error.get("code") or 500)
    if status == _CODES[1]:
        return Outcome(ident, missing="cancelled")
    status = status if 400 <= status < 600 else 500
    return Outcome(ident, HttpResponse(status, headers, msgspec.json.encode({"error": {**error, "code": status}})))


WIRE = GeminiBatches
