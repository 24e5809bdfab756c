"""What each key pair is given, kept for a short while; one question at a time for each, few at a time for all."""

import hashlib
import os
import threading
import time
from collections.abc import Callable

import msgspec

from genai_sdk.broker.exchange import PERIOD, CredentialExchange, without_secret
from genai_sdk.broker.policy import Policy
from genai_sdk.broker.readers import ProjectReader
from genai_sdk.broker.wire import EncodedResult, encode_result
from genai_sdk.connections import Secret, SourceResult
from genai_sdk.errors import AccessDeniedError, SourceUnavailableError
from genai_sdk.langfuse.access import read_basic
from genai_sdk.lifecycle import Cache, Fetch, Freshness
from genai_sdk.sentence import Sentence

# A pair that was revoked is refused within a minute: from a good answer it is served for 50 s at most, then a question
# may take 8 s. It is asked for anew after 10 s of use.
FRESHNESS = Freshness(fresh_for=10.0, max_stale=50.0, load_after=40.0, retry_after=2.0, shared=1.0, denied=10.0)

REREAD_AFTER = 1.0
"""Seconds that an answer is good enough even for a caller whose key a provider refused."""

_SECONDS = 8.0
_PAIRS = 10_000
"""Key pairs that are remembered, those that were refused among them."""
_READERS = 8
"""Questions to the database at the same time, of a process."""
_TOO_OLD = "the platform hands it out for a while only, which takes a newer GenAI SDK: update it"
_NAMES = 64
"""Lists of names that a grant remembers the answers for."""


class KeyPair:
    """A key pair as it was shown.

    Args:
        fingerprint: A keyed hash of it, by which pairs are told apart: how long that takes tells nothing of a secret.
        public_key: The public key.
        secret_key: The secret key.
    """

    __slots__ = ("fingerprint", "public_key", "secret_key")

    def __init__(self, fingerprint: bytes, public_key: str, secret_key: str) -> None:
        self.fingerprint = fingerprint
        self.public_key = public_key
        self.secret_key = Secret(secret_key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyPair) and other.fingerprint == self.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"KeyPair({self.public_key!r})"


class GrantedResult(msgspec.Struct, frozen=True):
    """What a caller is handed.

    Attributes:
        encoded: The answer.
        versions: Names of connections and the times of their last change.
        described: The same as JSON.
    """

    encoded: EncodedResult
    versions: tuple[tuple[str, str], ...]
    described: msgspec.Raw


class Grant:
    """A project's connections as one key pair may have them.

    Args:
        delivery: All of them, for callers who take short-lived credentials.
        lasting: The same for those who do not.
        period: What short-lived credentials stand for in tags; empty where there are none.
    """

    def __init__(self, delivery: SourceResult, lasting: SourceResult, period: str) -> None:
        self._deliveries = {True: delivery, False: lasting}
        self._period = period
        self._results: dict[tuple[bool, tuple[str, ...] | None], GrantedResult] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grant) and other._period == self._period and other._deliveries == self._deliveries

    __hash__ = None  # type: ignore[assignment]

    def result(self, names: tuple[str, ...] | None, *, short_lived: bool) -> GrantedResult:
        """Return what a caller is handed.

        Args:
            names: The connections that it asks for, or None for all.
            short_lived: Whether it takes short-lived credentials.
        """
        key = (short_lived, names)
        result = self._results.get(key)
        if result is None:
            if len(self._results) >= _NAMES:
                self._results.clear()
            result = self._results[key] = _granted(self._deliveries[short_lived], names, self._period)
        return result


def _granted(delivery: SourceResult, names: tuple[str, ...] | None, period: str) -> GrantedResult:
    chosen = tuple(each for each in delivery.connections if names is None or each.name in names)
    versions = tuple((each.name, f"{each.updated_at.isoformat(timespec='milliseconds')[:23]}Z") for each in chosen)
    encoded = encode_result(msgspec.structs.replace(delivery, connections=chosen), period=period)
    return GrantedResult(encoded, versions, msgspec.Raw(msgspec.json.encode(dict(versions))))


class Grants:
    """The grants of key pairs, from memory whenever that may be.

    Args:
        reader: Who lets them in.
        policy: Who may have what.
        exchange: Gets short-lived credentials.
        now: The wall clock in seconds.
    """

    def __init__(
        self,
        reader: ProjectReader,
        policy: Policy,
        exchange: CredentialExchange,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._reader = reader
        self._policy = policy
        self._exchange = exchange
        self._key = os.urandom(32)
        self._pairs: dict[bytes, KeyPair] = {}
        self._turns = threading.BoundedSemaphore(_READERS)
        self._now = now
        self._cache: Cache[KeyPair, Grant] = Cache(
            self._load,
            FRESHNESS,
            source=lambda: "what the broker reads key pairs from",
            thread="genai-broker-read",
            timeout=_SECONDS,
            grace=0.5,
            size=_PAIRS,
            now=now,
        )

    def pair(self, authorization: str | None) -> KeyPair:
        """Return the key pair of an Authorization header; it is taken apart once, and then remembered by its hash.

        Raises:
            ApiError: There is none (401).
        """
        shown = (authorization or "").encode("latin-1")
        fingerprint = hashlib.blake2b(shown, key=self._key, digest_size=32).digest()
        pair = self._pairs.get(fingerprint)
        return KeyPair(fingerprint, *read_basic(authorization)) if pair is None else pair

    def is_known(self, pair: KeyPair) -> bool:
        """Whether the pair was let in of late, so that no question is waited for."""
        entry = self._cache.known(pair)
        return entry is not None and entry.usable(self._now())

    async def get(self, pair: KeyPair, *, anew: bool = False) -> Grant:
        """Return what a key pair is given.

        Args:
            pair: The key pair.
            anew: Whether a provider refused what it was given, so that it is read again; once a second at the most.

        Raises:
            AccessDeniedError: It opens no project.
            ConfigurationError: The broker is not set up rightly.
            SourceUnavailableError: It cannot be told now.
        """
        if anew:
            await self._read_again(pair)
        try:
            grant = await self._cache.aget(pair)
        except AccessDeniedError:
            self._pairs.pop(pair.fingerprint, None)
            raise
        if pair.fingerprint not in self._pairs:
            if len(self._pairs) >= _PAIRS:
                self._pairs.clear()
            self._pairs[pair.fingerprint] = pair
        return grant

    async def _read_again(self, pair: KeyPair) -> None:
        """Read what a key pair is given unless that was done just now; whoever asks meanwhile shares the answer."""
        entry, now = self._cache.known(pair), self._now()
        if entry is None or not entry.usable(now) or 0 <= now - entry.checked_at < REREAD_AFTER:
            return  # it is read anyway, or was just now
        await self._cache.begin(pair).ajoin()

    def close(self) -> None:
        """Forget every secret, and end every wait."""
        self._cache.close()
        self._pairs.clear()

    def _load(self, fetch: Fetch[KeyPair, Grant]) -> Grant:
        pair = fetch.key
        if not self._turns.acquire(timeout=_SECONDS / 2):
            raise SourceUnavailableError(
                Sentence.of("broker.busy", "too many key pairs are being checked at this moment")
            )
        try:
            delivery = self._reader.read(pair.public_key, pair.secret_key)
        finally:
            self._turns.release()
        return self._grant(pair.public_key, delivery)

    def _grant(self, public_key: str, delivery: SourceResult) -> Grant:
        project = "" if delivery.project is None else delivery.project.id
        permitted = [self._policy.permit(project, public_key, record) for record in delivery.connections]
        records = tuple(record for record in permitted if record is not None)
        names = tuple(record.name for record in records)
        lasting = msgspec.structs.replace(delivery, connections=records, available=names)
        rules = [(record, self._policy.lifetime_of(project, public_key, record.name)) for record in records]
        ending = [(record, rule) for record, rule in rules if rule is not None]
        if not ending:
            return Grant(lasting, lasting, "")
        short = self._exchange.shorten(ending)
        old = {record.name: without_secret(record, _TOO_OLD) for record, _ in ending}
        replace = msgspec.structs.replace
        return Grant(
            replace(lasting, connections=tuple(short.get(record.name, record) for record in records)),
            replace(lasting, connections=tuple(old.get(record.name, record) for record in records)),
            f"period {int(self._now() // PERIOD)}",
        )
