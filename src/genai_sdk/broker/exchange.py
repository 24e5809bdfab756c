"""Short-lived credentials: what lasts stays with the broker, and its caller is handed what ends."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from genai_sdk.broker.policy import ShortLived
from genai_sdk.connections import Connection, ConnectionRecord, parse
from genai_sdk.connections.credentials import ACCESS_TOKEN
from genai_sdk.drivers.auth.aws.sts import Session, field, read_session, session_request, sts_endpoint
from genai_sdk.drivers.auth.errors import TokenError
from genai_sdk.drivers.auth.google import GoogleTokens, project_of
from genai_sdk.drivers.auth.sigv4 import AwsKeys
from genai_sdk.errors import ConfigurationError, GenAIError, SourceUnavailableError
from genai_sdk.http import Deadline, SyncTransport, TransportError
from genai_sdk.lifecycle import Cache, Fetch, Freshness
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

_SECONDS = 4.0
_SESSIONS = 1_000
# A session that is handed out is at most ten minutes old, of half an hour or more.
_FRESHNESS = Freshness(fresh_for=600.0, retry_after=10.0, shared=1.0, final=(ConfigurationError,))
_MARGIN = 300.0
"""Seconds before its end from which a session is handed out no more."""

PERIOD = 600
"""Seconds for which callers may keep what they were given: the part of a tag that a short-lived credential stands for.

Every process of a broker gets credentials of its own, and a tag must not depend on which of them answered. What is
handed out lasts 20 minutes more, so that it outlives the period and a caller's own minute until its next question.
"""


class _Exchange(msgspec.Struct, frozen=True):
    """Which session: hashed and compared by all of its fields."""

    keys: AwsKeys
    region: str
    rule: ShortLived


class CredentialExchange:
    """Exchanges credentials that last for such that end; keeps each until it is due. Blocking, for several threads.

    Args:
        transport: What Google and AWS are asked over; not closed here.
        now: The wall clock in seconds.
    """

    def __init__(self, transport: SyncTransport, *, now: Callable[[], float] = time.time) -> None:
        self._transport = transport
        self._now = now
        self._google = GoogleTokens(transport, now=now)
        self._sessions: Cache[_Exchange, Session] = Cache(
            self._load,
            _FRESHNESS,
            source=lambda: "AWS's token service",
            thread="genai-broker-sts",
            timeout=_SECONDS,
            grace=0.5,
            size=_SESSIONS,
            expires_at=lambda session: session.expires.timestamp() - _MARGIN,
            now=now,
        )

    def shorten(self, wanted: Sequence[tuple[ConnectionRecord, ShortLived]]) -> dict[str, ConnectionRecord]:
        """Return connections, by name, with credentials that end, or the reason why there is none; never with a key.

        Args:
            wanted: The connections with their keys, and by which rule they are handed out for a while only.
        """
        for record, rule in wanted:
            self._shorten(record, rule, Deadline(0.0))  # begins every exchange that is due, and waits for none
        budget = Deadline(_SECONDS)
        return {record.name: self._shorten(record, rule, budget) for record, rule in wanted}

    def close(self) -> None:
        """Forget every credential."""
        self._google.close()
        self._sessions.close()

    def _shorten(self, record: ConnectionRecord, rule: ShortLived, budget: Deadline) -> ConnectionRecord:
        if record.error is not None:
            return record
        try:
            return self._exchanged(record, parse(record), rule, budget)
        except TokenError as error:
            reason = f"who gives short-lived credentials refused: {error}"
        except GenAIError as error:
            reason = f"the broker got no short-lived credential: {error}"
        return without_secret(record, reason)

    def _exchanged(
        self, record: ConnectionRecord, connection: Connection, rule: ShortLived, budget: Deadline
    ) -> ConnectionRecord:
        if connection.error is not None or connection.credentials is None:
            return without_secret(record, f"it cannot be used: {connection.error}")
        credentials = connection.credentials
        match credentials.kind:
            case "service_account":
                key_file = credentials.fields["json"]
                token, project = self._google.token(key_file, budget), project_of(key_file)
                fields = {
                    "type": ACCESS_TOKEN,
                    "access_token": token.value.reveal(),
                    "project_id": project,
                }
                return _replaced(record, fields, datetime.fromtimestamp(token.expires, UTC))
            case "aws_keys":
                keys = AwsKeys(credentials.fields["access_key_id"], credentials.fields["secret_access_key"])
                wanted = _Exchange(keys, connection.view.region or "", rule)
                session = self._sessions.get(wanted, timeout=budget.remaining())
                fields = {
                    "accessKeyId": session.keys.access_key_id.reveal(),
                    "secretAccessKey": session.keys.secret_access_key.reveal(),
                    "sessionToken": session.keys.token.reveal() if session.keys.token is not None else "",
                }
                return _replaced(record, fields, session.expires)
            case _:
                return without_secret(record, "the policy wants it short-lived, but its key cannot be exchanged")

    def _load(self, fetch: Fetch[_Exchange, Session]) -> Session:
        wanted, rule = fetch.key, fetch.key.rule
        fields = {"Action": rule.action, "DurationSeconds": str(rule.lifetime)}
        if rule.role_arn is not None:
            fields |= {"RoleArn": rule.role_arn, "RoleSessionName": "genai-broker"}
        if rule.external_id is not None:
            fields["ExternalId"] = rule.external_id
        request = session_request(
            wanted.keys,
            fields,
            endpoint=rule.endpoint or sts_endpoint(wanted.region),
            region=wanted.region,
            now=datetime.fromtimestamp(self._now(), UTC),
        )
        try:
            with self._transport.open(request, Deadline(_SECONDS, connect=3.0)) as response:
                status, body = response.status, response.read().decode("utf-8", "replace")
        except TransportError as error:
            raise SourceUnavailableError(
                Sentence.of("broker.sts", "AWS's token service does not answer: {error}", error=error)
            ) from error
        session = read_session(body) if status == 200 else None
        if session is None:
            raise TokenError(f"{field(body, 'Code') or 'no keys'} ({status})", status)
        return session


def without_secret(record: ConnectionRecord, reason: str) -> ConnectionRecord:
    """Return a connection that cannot be used, with the reason and none of its secrets."""
    return msgspec.structs.replace(record, secret=None, extra_headers=None, error=reason)


def _replaced(record: ConnectionRecord, fields: dict[str, str], expires: datetime) -> ConnectionRecord:
    secret = msgspec.json.encode(fields).decode()
    return msgspec.structs.replace(record, secret=Secret(secret), expires_at=expires)
