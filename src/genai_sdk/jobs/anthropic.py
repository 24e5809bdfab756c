"""Anthropic's batches: requests are sent in one body, and results are downloaded line by line.

https://platform.claude.com/docs/en/build-with-claude/batch-processing; the fields are those of anthropic 2.14.0,
types/messages/message_batch.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import msgspec

from genai_sdk.jobs.batch import BatchCounts, BatchStatus
from genai_sdk.jobs.wire import Limits, Line, Outcome, Read, State, Steps, json_lines, moment, whole
from genai_sdk.wires.anthropic.words import API_VERSION, ERROR_TYPES
from genai_sdk.wires.json_text import read_json
from genai_sdk.wires.wire import Endpoint, HttpRequest, HttpResponse

_LIMITS = Limits(
    100_000, 256_000_000, "https://platform.claude.com/docs/en/build-with-claude/batch-processing#batch-limitations"
)
_VERSION: Mapping[str, str] = MappingProxyType({"anthropic-version": API_VERSION})
_PAGE = 1_000  # anthropic 2.14.0, types/messages/batch_list_params.py


class AnthropicBatches:
    """Anthropic's batches.

    Args:
        endpoint: Where they are.
        read: Reads a response's JSON.
    """

    def __init__(self, endpoint: Endpoint, read: Read) -> None:
        self._root = f"{endpoint.root}/v1/messages/batches"
        self._read = read

    def limits(self) -> Limits:
        """Return what one batch may hold."""
        return _LIMITS

    def create(self, lines: Sequence[Line]) -> Steps[State]:
        """Make a batch."""
        requests = [{"custom_id": line.custom_id, "params": msgspec.Raw(whole(line.request.body))} for line in lines]
        body = msgspec.json.encode({"requests": requests})
        return self._state((yield HttpRequest(self._root, body, lines[0].request.headers)))

    def retrieve(self, vendor_id: str) -> Steps[State]:
        """Look at a batch."""
        return self._state((yield self._get(self._url(vendor_id))))

    def cancel(self, vendor_id: str) -> Steps[State]:
        """Have a batch ended."""
        return self._state((yield HttpRequest(f"{self._url(vendor_id)}/cancel", b"", _VERSION)))

    def list(self, limit: int, after: str = "") -> Steps[Sequence[State]]:
        """Look at the newest batches, page by page."""
        states: list[State] = []
        while len(states) < limit:
            more = f"&after_id={quote(after, safe='')}" if after else ""
            page = self._read((yield self._get(f"{self._root}?limit={min(_PAGE, limit - len(states))}{more}")))
            states += [_state_of(data) for data in page.get("data") or ()]
            after = states[-1].vendor_id if states else ""
            if not page.get("has_more") or not page.get("data"):
                break
        return states[:limit]

    def results(self, state: State) -> Steps[Iterator[Outcome]]:
        """Download the results: from where they are, not from where the answer says, which would be sent the key."""
        body = (yield self._get(f"{self._url(state.vendor_id)}/results")).body
        return map(_outcome, json_lines(body))

    def _url(self, vendor_id: str) -> str:
        return f"{self._root}/{quote(vendor_id, safe='')}"

    def _get(self, url: str) -> HttpRequest:
        return HttpRequest(url, b"", _VERSION, "GET")

    def _state(self, response: HttpResponse) -> State:
        return _state_of(self._read(response))


def _state_of(data: Mapping[str, Any]) -> State:
    counts = {name: int(number) for name, number in (data.get("request_counts") or {}).items()}
    good, expired = counts.get("succeeded", 0), counts.get("expired", 0)
    return State(
        vendor_id=str(data.get("id") or ""),
        status=_status_of(data, expired),
        counts=BatchCounts(sum(counts.values()), good, sum(counts.values()) - good - counts.get("processing", 0)),
        created_at=moment(data.get("created_at")) or 0,
        ended_at=moment(data.get("ended_at")),
        expires_at=moment(data.get("expires_at")),
        operation="chat",
        data=data,
    )


def _status_of(data: Mapping[str, Any], expired: int) -> BatchStatus:
    word = data.get("processing_status")
    if word == "ended":
        return "cancelled" if data.get("cancel_initiated_at") else "expired" if expired else "completed"
    return "cancelling" if word == "canceling" else "in_progress"


def _outcome(line: bytes) -> Outcome:
    row = read_json(line)
    ident, result = str(row.get("custom_id")), row.get("result") or {}
    headers = {"content-type": "application/json"}
    match result.get("type"):
        case "succeeded":
            return Outcome(ident, HttpResponse(200, headers, msgspec.json.encode(result.get("message"))))
        case "errored":
            error = result.get("error") or {}
            status = ERROR_TYPES.get(str((error.get("error") or {}).get("type")), 500)
            return Outcome(ident, HttpResponse(status, headers, msgspec.json.encode(error)))
        case "canceled":
            return Outcome(ident, missing="cancelled")
        case other:
            return Outcome(ident, missing=str(other))


WIRE = AnthropicBatches
