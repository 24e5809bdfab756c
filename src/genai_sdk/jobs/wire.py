"""What a vendor's API of batches is: generators that yield requests and are sent the responses. They do no I/O.

Whoever runs one throws the error into it that a request ends with; a response that it is sent is of 2xx.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias, TypeVar

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.jobs.batch import BatchCounts, BatchStatus
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView
from genai_sdk.wires.wire import Endpoint, HttpRequest, HttpResponse

T = TypeVar("T")

Steps: TypeAlias = Generator[HttpRequest, HttpResponse, T]
"""Yields what is to be sent, is sent what came back, returns what that comes to."""


class Line(msgspec.Struct, frozen=True):
    """One request of a batch, encoded as a call of its own would be.

    Attributes:
        custom_id: The request's own id.
        request: What a call would send.
    """

    custom_id: str
    request: HttpRequest


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A batch in no vendor's words; the fields are those of `Batch`.

    Attributes:
        vendor_id: The vendor's own id.
        status: How far it is.
        counts: How many of its requests are where.
        created_at: When it was made, in seconds since 1970.
        ended_at: When it was over.
        expires_at: When its vendor gives it up.
        errors: Why it failed as a whole.
        model: The model, if the vendor says it.
        operation: The operation's name, if the vendor says it.
        lost: Whether it ended early, and nothing of it can be read.
        data: The vendor's own object.
        endpoint: The path that its requests are for, as OpenAI calls it.
        files: The vendor's ids of its files: of the requests, of the answers, of the errors.
        metadata: What it was made with.
    """

    vendor_id: str
    status: BatchStatus
    counts: BatchCounts = BatchCounts()
    created_at: int = 0
    ended_at: int | None = None
    expires_at: int | None = None
    errors: tuple[str, ...] = ()
    model: str = ""
    operation: str = ""
    lost: bool = False
    data: Mapping[str, Any] = {}
    endpoint: str = ""
    files: tuple[str | None, str | None, str | None] = (None, None, None)
    metadata: Mapping[str, str] = {}


class Outcome(msgspec.Struct, frozen=True):
    """What came of one request: a response as a call of its own would have got, or in words why there is none.

    Attributes:
        custom_id: The request's own id.
        response: The response, of any status; None where the request was never run.
        missing: Why it was not: `"expired"`, `"cancelled"` or the vendor's words.
    """

    custom_id: str
    response: HttpResponse | None = None
    missing: str = ""


class Limits(msgspec.Struct, frozen=True):
    """What one batch may hold.

    Attributes:
        requests: How many requests; None where nobody says.
        size: How many bytes they may have together.
        source: Where that is said.
    """

    requests: int | None
    size: int
    source: str


class BatchWire(Protocol):
    """A vendor's API of batches at one endpoint."""

    def limits(self) -> Limits:
        """Return what one batch may hold."""
        ...

    def create(self, lines: Sequence[Line]) -> Steps[State]:
        """Make a batch."""
        ...

    def retrieve(self, vendor_id: str) -> Steps[State]:
        """Look at a batch."""
        ...

    def cancel(self, vendor_id: str) -> Steps[State]:
        """Have a batch ended."""
        ...

    def list(self, limit: int, after: str = "") -> Steps[Sequence[State]]:
        """Look at the newest batches, or those behind one."""
        ...

    def results(self, state: State) -> Steps[Iterator[Outcome]]:
        """Return what came of the requests of a batch that has ended."""
        ...


Read = Callable[[HttpResponse], dict[str, Any]]
"""Returns the JSON object that a response of 2xx is; raises a `ProviderError` where it is none."""

_HOMES: Mapping[str, str] = MappingProxyType(
    {"openai": "openai", "azure": "openai", "anthropic": "anthropic", "google-ai-studio": "gemini"}
)

_NO_RESPONSES = "Results could not be read without their requests: ask with `messages`"

# Why a vendor's batches cannot be reached with what a connection holds.
_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        # https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html
        "bedrock": "Bedrock reads batches from an S3 bucket of yours, under an IAM role that it assumes, and a "
        "connection has neither",
        # https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/batch-prediction-gemini
        "google-vertex-ai": "Vertex AI reads batches from Cloud Storage or BigQuery, and a connection has neither",
    }
)

# Vendors whose batches are of chat alone, and why.
_CHAT_ALONE: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("anthropic", "embedding"): "Anthropic has no embeddings",
        # google-genai 3.6.1, batches.py: `asyncBatchEmbedContent`, which it calls experimental.
        ("google-ai-studio", "embedding"): "Google AI Studio's batches of embeddings are experimental, and are not "
        "spoken here",
        ("anthropic", "responses"): _NO_RESPONSES,
        ("google-ai-studio", "responses"): _NO_RESPONSES,
    }
)


def refusal(view: ConnectionView, operation: str = "chat") -> str | None:
    """Return why a connection has no batches of an operation; None if it has."""
    if view.adapter not in _HOMES:
        return _REFUSED.get(view.adapter, f"{view.adapter} has no batches that are spoken here")
    if operation == "responses" and _HOMES[view.adapter] == "openai":
        from genai_sdk.wires.openai.responses.native import has_responses

        return None if has_responses(view) else f"{view.name} is not known to have /responses. {_NO_RESPONSES}"
    return _CHAT_ALONE.get((view.adapter, operation))


def file_batch_refusal(view: ConnectionView) -> str | None:
    """Return why a connection makes no batches of files in OpenAI's form; None if it does."""
    if _HOMES.get(view.adapter) == "openai":
        return None
    return refusal(view) or "its batches are made of no files: client.batches.create takes the requests themselves"


def batch_wire(endpoint: Endpoint, read: Read) -> BatchWire:
    """Return the API of batches at an endpoint, importing it if nobody has yet.

    Raises:
        InvalidRequestError: It has none.
    """
    home = _HOMES.get(endpoint.adapter)
    if home is None:
        raise InvalidRequestError(
            Sentence.of(
                "batch.no_wire",
                "{why}",
                why=_REFUSED.get(endpoint.adapter, f"{endpoint.adapter} has no batches"),
            )
        )
    wire: BatchWire = import_module(f"genai_sdk.jobs.{home}").WIRE(endpoint, read)
    return wire


def moment(given: Any) -> int | None:
    """Return a time in seconds since 1970, which it may be already, or of ISO 8601; None for none."""
    if isinstance(given, str):
        return int(datetime.fromisoformat(given).timestamp())
    return int(given) if isinstance(given, int | float) else None


def json_lines(body: bytes) -> Iterable[bytes]:
    """Return the lines of JSONL that hold something."""
    return (line for line in body.split(b"\n") if line.strip())


def whole(body: bytes | tuple[bytes, ...]) -> bytes:
    """Return a body in one piece."""
    return body if isinstance(body, bytes) else b"".join(body)
