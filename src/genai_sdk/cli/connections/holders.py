"""Who still holds an old version of a connection, by the numbers of brokers."""

import re
import time
from collections.abc import Iterable, Sequence
from email.utils import parsedate_to_datetime

import msgspec

from genai_sdk.client.settings import MetricsAccess
from genai_sdk.errors import ConfigurationError, SourceUnavailableError
from genai_sdk.http import Deadline, Request, SyncTransport, TransportError
from genai_sdk.sentence import Sentence

METRIC = "genai_broker_confirmed_timestamp_seconds"
UNKNOWN = "unknown"
"""The version of what a caller holds since before its broker was started: any, but today's."""

_SECONDS = 10.0
_LINE = re.compile(rf"^{METRIC}\{{(?P<labels>.*)\}} (?P<value>[0-9.e+]+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPES = {"n": "\n"}


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A caller that showed what it holds.

    Attributes:
        project: Its project.
        public_key: Its Langfuse public key, which several processes may share.
        connection: The connection; empty where the version is `unknown`.
        version: The version: when the connection was written.
        at: When it showed that last, in seconds of the broker's clock.
    """

    project: str
    public_key: str
    connection: str
    version: str
    at: float


class Sighting(msgspec.Struct, frozen=True):
    """What brokers know at one moment.

    Attributes:
        now: That moment, by the broker's clock, in seconds.
        holders: Who holds what.
    """

    now: float
    holders: tuple[Holder, ...]

    def holding_other(self, project: str, connection: str, version: str) -> tuple[Holder, ...]:
        """Return who in a project showed another version of a connection, the latest first."""
        others = (
            each
            for each in self.holders
            if each.project == project
            and (each.version == UNKNOWN or (each.connection == connection and each.version != version))
        )
        return tuple(sorted(others, key=lambda each: -each.at))


class BrokerNumbers:
    """The numbers of one broker, or of each of its replicas.

    Args:
        urls: Where each replica's `/metrics` is: behind a load balancer one sees but one of them.
        access: The token, certificates and proxies.
    """

    def __init__(self, urls: Sequence[str], access: MetricsAccess) -> None:
        self.urls = tuple(urls)
        self._access = access

    def look(self) -> Sighting:
        """Ask all replicas.

        Raises:
            SourceUnavailableError: One does not answer.
            ConfigurationError: One refuses, or is no broker.
        """
        with SyncTransport(self._access.transport) as transport:
            answers = [self._ask(transport, url) for url in self.urls]
        return Sighting(min(now for now, _ in answers), read_holders(text for _, text in answers))

    def _ask(self, transport: SyncTransport, url: str) -> tuple[float, str]:
        token = self._access.token
        headers = () if token is None else (("authorization", f"Bearer {token.reveal()}"),)
        try:
            with transport.open(Request("GET", url, headers), Deadline(_SECONDS)) as response:
                body, date = response.read(), response.header("date")
        except TransportError as error:
            raise SourceUnavailableError(
                Sentence.of(
                    "rotate.unreadable", "the broker's numbers at {url} cannot be read: {error}", url=url, error=error
                )
            ) from error
        if response.status in (401, 403):
            raise ConfigurationError(
                Sentence.of(
                    "rotate.token",
                    "{url} answered {status}: set GENAI_BROKER_METRICS_TOKEN to the broker's own",
                    url=url,
                    status=response.status,
                )
            )
        if response.status != 200 or b"genai_broker_info" not in body:
            raise ConfigurationError(
                Sentence.of(
                    "rotate.no_numbers",
                    "{url} answered {status} with something that is no broker's numbers",
                    url=url,
                    status=response.status,
                )
            )
        return time.time() if date is None else parsedate_to_datetime(date).timestamp(), body.decode()


def read_holders(texts: Iterable[str]) -> tuple[Holder, ...]:
    """Read who holds what from Prometheus's text of one replica or several; the latest sight of each counts."""
    latest: dict[tuple[str, str, str, str], float] = {}
    for text in texts:
        for line in _LINE.finditer(text):
            labels = {name: _plain(value) for name, value in _LABEL.findall(line["labels"])}
            key = tuple(labels.get(name, "") for name in ("project", "public_key", "connection", "version"))
            latest[key] = max(latest.get(key, 0.0), float(line["value"]))  # type: ignore[index,arg-type]
    return tuple(
        Holder(project=project, public_key=public_key, connection=connection, version=version, at=at)
        for (project, public_key, connection, version), at in latest.items()
    )


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)
