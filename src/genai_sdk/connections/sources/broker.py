"""A broker as a source of connections: neither the database's address nor its key leaves the platform."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from genai_sdk.connections.broker_wire import ACCEPT, PATH, SEALED, SHORT_LIVED, VERSION, open_answer
from genai_sdk.connections.connection import Project
from genai_sdk.connections.record import ConnectionRecord, SourceResult, decode_record
from genai_sdk.errors import (
    AccessDeniedError,
    ConfigurationError,
    DecryptionError,
    GenAIError,
    SourceUnavailableError,
)
from genai_sdk.http import (
    BasicAuthEndpoint,
    Deadline,
    ReadTimedOut,
    Request,
    SyncResponse,
    SyncTransport,
    TransportError,
    error_message_of,
)
from genai_sdk.sentence import Sentence
from genai_sdk.version import __version__

# A broker that knows nothing of sealing reads no such header, and answers in clear.
_HEADERS = (("user-agent", f"genai-sdk/{__version__}"), (ACCEPT, f"{SEALED}, {SHORT_LIVED}"))
# RFC 9111, 5.2.1.4: the answer is to be checked where it comes from.
_NO_CACHE = ("cache-control", "no-cache")

ASKED_AGAIN = 2.0
"""Seconds of silence after which a question is put once more, on a new connection: the old one may have been forgotten
on the way, and a broker that has to read for so long shares its answer among all who ask."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_EPOCH = datetime.fromtimestamp(0, UTC)


class CachedResponse(msgspec.Struct, frozen=True):
    """The broker's last answer and its tag, which makes the next one short where nothing changed."""

    names: tuple[str, ...] | None
    tag: str
    delivery: SourceResult

    def __repr__(self) -> str:
        return f"CachedResponse({self.tag!r})"


class BrokerSource:
    """The connections of one key pair's project, delivered by a broker.

    Args:
        endpoint: The broker's address and the key pair; from `read_endpoint(…, secure=True)`.
        transport: Sends the requests, takes answers of at most 64 MiB and follows no redirect; not closed here.
        connect_timeout: Seconds that connecting may take.
        timeout: Seconds that an answer may take in all.
    """

    def __init__(
        self,
        endpoint: BasicAuthEndpoint,
        transport: SyncTransport,
        *,
        connect_timeout: float = 3.0,
        timeout: float = 10.0,
    ) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self._connect_timeout = connect_timeout
        self._timeout = timeout
        self._held: CachedResponse | None = None
        self._closed = False

    def fetch(self, names: Sequence[str] | None, *, anew: bool = False) -> SourceResult:
        """Ask the broker for the connections called `names`, or for all.

        Args:
            names: Which.
            anew: Whether the broker is to read them anew, rather than answer with what it keeps for some seconds.

        Raises:
            AccessDeniedError: The key pair was refused.
            ConfigurationError: What answers is no broker, redirects, or speaks another version of its wire.
            SourceUnavailableError: No answer, or none that can be used.
        """
        wanted = None if names is None else tuple(names)
        held = self._held if self._held is not None and self._held.names == wanted else None
        query = tuple(("name", name) for name in wanted or ())
        condition = (("if-none-match", held.tag),) if held is not None else ()
        request = self._endpoint.get(PATH, query, (*_HEADERS, *condition, *((_NO_CACHE,) if anew else ())))
        response, body = self._send(request)
        if response.status == 304 and held is not None:
            return held.delivery
        if response.status != 200:
            if response.status in (401, 403):
                self._held = None
            raise self._explain(response, body)
        delivery = self._read(body)
        tag = response.header("etag")
        self._held = CachedResponse(wanted, tag, delivery) if tag and not self._closed else None
        return delivery

    def describe(self) -> str:
        """Name the source."""
        return Sentence.of("source.broker", "the broker at {url}", url=self._endpoint.url)

    def close(self) -> None:
        """Drop the last answer."""
        self._closed = True
        self._held = None

    def _send(self, request: Request) -> tuple[SyncResponse, bytes]:
        whole = Deadline(self._timeout, connect=self._connect_timeout)
        try:
            try:
                return self._exchange(request, Deadline(self._timeout, gap=ASKED_AGAIN, connect=self._connect_timeout))
            except ReadTimedOut:
                return self._exchange(request, whole)
        except TransportError as error:
            raise SourceUnavailableError(
                Sentence.of(
                    "source.no_answer", "{source} does not answer: {error}", source=self.describe(), error=error
                )
            ) from error

    def _exchange(self, request: Request, deadline: Deadline) -> tuple[SyncResponse, bytes]:
        with self._transport.open(request, deadline) as response:
            return response, response.read()

    def _explain(self, response: SyncResponse, body: bytes) -> GenAIError:
        status, reason = response.status, error_message_of(body)
        if status in (401, 403):
            return AccessDeniedError(
                Sentence.of(
                    "source.refused",
                    "{source} refused the key pair of {public_key!r} with {status} ({reason}); check "
                    "LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY",
                    source=self.describe(),
                    public_key=self._endpoint.public_key,
                    status=status,
                    reason=reason or "no reason given",
                )
            )
        if status in (404, 405):
            return ConfigurationError(
                Sentence.of(
                    "source.no_broker",
                    "{url}: this host is a Langfuse without a broker: set GENAI_BROKER_URL or GENAI_DATABASE_URL",
                    url=self._endpoint.url,
                )
            )
        if status in _REDIRECTS:
            return ConfigurationError(
                Sentence.of(
                    "source.redirects",
                    "{source} redirects to {place}, which is not followed with a key pair: set "
                    "GENAI_BROKER_URL to the address that it leads to",
                    source=self.describe(),
                    place=_place(response.header("location")),
                )
            )
        return SourceUnavailableError(
            Sentence.of(
                "source.answered",
                "{source} answered {status}{reason}",
                source=self.describe(),
                status=status,
                reason=f": {reason}" if reason else "",
            )
        )

    def _read(self, body: bytes) -> SourceResult:
        try:
            envelope = _decode_envelope(body)
            version = envelope.version
            if version != VERSION:
                raise ConfigurationError(
                    Sentence.of(
                        "source.version",
                        "{source} speaks version {version} of its wire, and this SDK version {ours}: update {what}",
                        source=self.describe(),
                        version=version,
                        ours=VERSION,
                        what="the SDK" if version > VERSION else "the broker",
                    )
                )
            if envelope.sealed is not None:
                body = open_answer(self._endpoint.secret_key.reveal(), envelope.project, envelope.sealed)
            answer = _decode_answer(body)
            records = tuple(map(_record, answer.connections))
        except DecryptionError as error:
            raise SourceUnavailableError(
                Sentence.of(
                    "source.sealed",
                    "{source} sealed an answer that does not open: {error}",
                    source=self.describe(),
                    error=error,
                )
            ) from None
        except (msgspec.DecodeError, RecursionError):
            raise SourceUnavailableError(
                Sentence.of(
                    "source.no_list",
                    "{source} answered with something that is no list of connections",
                    source=self.describe(),
                )
            ) from None
        return SourceResult(project=answer.project, connections=records, available=answer.available)


class _Envelope(msgspec.Struct):
    version: int
    project: Any = None
    sealed: str | None = None


class _Answer(msgspec.Struct):
    connections: list[msgspec.Raw]
    project: Project | None = None
    available: tuple[str, ...] | None = None


class _Named(msgspec.Struct):
    name: str
    adapter: Any = ""


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_answer = msgspec.json.Decoder(_Answer).decode
_decode_named = msgspec.json.Decoder(_Named).decode


def _record(raw: msgspec.Raw) -> ConnectionRecord:
    """Read a connection; a malformed one breaks only itself, as long as it has a name."""
    try:
        return decode_record(raw)
    except msgspec.ValidationError as error:  # whose message names places and types, and quotes nothing
        named = _decode_named(raw)
        reason = str(error)
    return ConnectionRecord(
        name=named.name,
        adapter=str(named.adapter),
        created_at=_EPOCH,
        updated_at=_EPOCH,
        error=f"the broker delivered it malformed: {reason}",
    )


def _place(location: str | None) -> str:
    """Return where a redirect leads, without what may be secret in it."""
    try:
        parts = urlsplit(location or "")
        return f"{parts.scheme}://{parts.hostname}{parts.path}" if parts.hostname else parts.path or "nowhere"
    except ValueError:
        return "another place"
