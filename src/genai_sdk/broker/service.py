"""A broker put together from its settings."""

import asyncio
import logging
import time
from pathlib import Path

from genai_sdk.broker.application import Application, Chore
from genai_sdk.broker.audit import Audit
from genai_sdk.broker.endpoint import CallerLimits, ConnectionsEndpoint
from genai_sdk.broker.exchange import CredentialExchange
from genai_sdk.broker.grants import Grants
from genai_sdk.broker.limits import TokenBuckets
from genai_sdk.broker.metrics import Metrics
from genai_sdk.broker.policy import Policy, read_policy
from genai_sdk.broker.readers import DatabaseReader, LangfuseReader, ProjectReader
from genai_sdk.broker.settings import BrokerSettings
from genai_sdk.broker.worker_metrics import WorkerMetrics
from genai_sdk.connections import LangfuseDatabase
from genai_sdk.connections.sources import ReadLimits
from genai_sdk.crypto import Cipher
from genai_sdk.errors import ConfigurationError
from genai_sdk.http import SyncTransport
from genai_sdk.sentence import Sentence

logger = logging.getLogger("genai_sdk.broker")

_READING = ReadLimits(connect=3, statement=5.0, total=7.0)
_STRANGERS = 1.0
"""Refusals a second that one address may earn itself."""
_STRANGERS_AT_ONCE = 20.0
_TEND_EVERY = 1.0


def make_reader(settings: BrokerSettings, transport: SyncTransport) -> ProjectReader:
    """Return who checks key pairs and reads connections.

    Raises:
        ConfigurationError: The database's address or key has the wrong form.
    """
    cipher = Cipher(settings.encryption_key.reveal())
    database = LangfuseDatabase(settings.database_url, cipher, salt=settings.salt, limits=_READING)
    if settings.langfuse_url is not None:
        return LangfuseReader(settings.langfuse_url, transport, database)
    return DatabaseReader(database)


def load_policy(path: str | None) -> Policy:
    """Return who may have what.

    Raises:
        ConfigurationError: The file cannot be read, or is no policy.
    """
    if path is None:
        return Policy()
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(
            Sentence.of(
                "policy.unreadable", "the policy {path} cannot be read: {strerror}", path=path, strerror=error.strerror
            )
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            Sentence.of("policy.not_utf8", "the policy {path} cannot be read: it is not UTF-8", path=path)
        ) from None
    return read_policy(text, path)


def make_application(settings: BrokerSettings, others: WorkerMetrics | None = None) -> Application:
    """Put a broker together.

    Args:
        settings: How it runs.
        others: The broker's other processes, if it has any.

    Raises:
        ConfigurationError: A setting cannot be used.
    """
    transport = SyncTransport(settings.transport)
    reader = make_reader(settings, transport)
    metrics = Metrics()
    exchange = CredentialExchange(transport)
    grants = Grants(reader, load_policy(settings.policy), exchange)
    audit = Audit(settings.audit)
    limits = CallerLimits(
        TokenBuckets(settings.rate, settings.burst, now=time.monotonic),
        TokenBuckets(_STRANGERS, _STRANGERS_AT_ONCE, now=time.monotonic),
    )

    async def tend() -> None:
        while True:
            await asyncio.sleep(_TEND_EVERY)
            try:
                audit.reopen()
                if others is not None:
                    others.save(metrics)
            except OSError as error:
                logger.error("the broker cannot tend its files: %s", error)

    chores: list[Chore] = [tend]
    if settings.redis_url is not None:
        from genai_sdk.broker.shared_limits import SharedLimits  # a cost only for those who share

        shared = {"callers": limits.callers, "strangers": limits.strangers}
        chores.append(SharedLimits(settings.redis_url, shared, metrics).run)

    def close() -> None:
        grants.close()
        exchange.close()
        transport.close()
        audit.close()

    return Application(
        ConnectionsEndpoint(grants, limits, audit, metrics),
        reader,
        samples=lambda: metrics.samples(time.time()) if others is None else others.gather(metrics),
        token=settings.metrics_token,
        chores=chores,
        close=close,
    )
