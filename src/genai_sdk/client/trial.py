"""A connection that may not be saved yet, tried by one real call.

It goes through the driver that all calls go through, so what works here works later, and where it does not the
provider's own reason comes back. One attempt in a bounded time: no retry, no fallback, nothing recorded.
"""

import re
import time
from typing import Literal

import msgspec

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.connections import Connection, ConnectionRecord, parse
from genai_sdk.drivers.driver import Deployment, Driver
from genai_sdk.drivers.factory import make_driver
from genai_sdk.errors import ConfigurationError, ProviderError, ProviderTimeoutError, ProviderUnavailableError
from genai_sdk.http import AsyncTransport, Deadline, SyncTransport, TransportSettings
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest

TIMEOUT = 20.0
"""Seconds that the provider is given."""

QUESTION = "Reply with the word OK."

NO_MODEL = Sentence.of("connection.no_trial_model", "there is no model to try it with: name one")
"""The error of a trial that has no model to ask."""

_CONNECT = 10.0
_NOT_CONNECTED = frozenset({"connect error", "connect timeout"})
_VECTORS = r"embed"  # https://platform.openai.com/docs/guides/embeddings and its likes


Outcome = Literal["answered", "refused", "failed", "late", "unreachable", "unusable"]
"""How a trial ended: `refused` is the provider's no (4xx), `failed` an answer that cannot be used, `late` none in time,
`unreachable` no connection to its host, `unusable` nothing that could be sent."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What came of trying a connection.

    Attributes:
        connection: The connection's name.
        model: The model that was asked, or None where nobody was asked.
        ok: Whether it answered.
        latency: Seconds that the call took.
        error: Why it cannot be used, in the provider's words where it was asked; empty if it answered.
        status: The HTTP status of a provider that said no.
        cost: What the call cost in US dollars, or None where that is not known or nobody looked.
        price_source: Whose price that is, or None.
        outcome: How it ended.
    """

    connection: str
    model: str | None = None
    ok: bool = False
    latency: float = 0.0
    error: str = ""
    status: int | None = None
    cost: float | None = None
    price_source: str | None = None
    outcome: Outcome = "unusable"


def try_connection(
    record: ConnectionRecord,
    *,
    model: str | None = None,
    timeout: float = TIMEOUT,
    transport: TransportSettings | None = None,
) -> Trial:
    """Ask a connection's provider one short question.

    Blocks for `timeout` at most; for an adapter that litellm translates for, the first time in a process also for as
    long as litellm takes to be imported (3-4 s of CPU).

    Args:
        record: The connection in clear, saved or not.
        model: The model to ask; left out, its first custom model, else a cheap default of its adapter.
        timeout: Seconds that the provider is given.
        transport: Certificates and proxies.
    """
    connection = parse(record)
    if connection.error is not None:
        return Trial(connection=record.name, error=connection.error.sentence)
    model_id = model or model_to_try(connection.view)
    if model_id is None:
        return Trial(connection=record.name, error=NO_MODEL)
    with SyncTransport(transport) as sync:
        driver = make_driver("auto", sync, AsyncTransport(transport))
        driver.warm_up([connection])
        began = time.monotonic()
        try:
            _ask(driver, connection, model_id, Deadline(timeout, connect=_CONNECT))
        except (ProviderError, ConfigurationError) as error:
            return Trial(
                connection=record.name,
                model=model_id,
                latency=time.monotonic() - began,
                error=error.sentence,
                status=error.status_code if isinstance(error, ProviderError) else None,
                outcome=outcome_of(error),
            )
        latency = time.monotonic() - began
        return Trial(connection=record.name, model=model_id, ok=True, latency=latency, outcome="answered")


def outcome_of(error: ProviderError | ConfigurationError) -> Outcome:
    """Return how a trial ended that raised this."""
    if not isinstance(error, ProviderError):
        return "unusable"
    if error.reason in _NOT_CONNECTED:
        return "unreachable"
    if isinstance(error, ProviderTimeoutError):
        return "late"
    if error.status_code is None:
        return "failed" if isinstance(error, ProviderUnavailableError) else "unusable"
    return "refused" if 400 <= error.status_code < 500 else "failed"


def model_to_try(view: ConnectionView) -> str | None:
    """Return the model that a connection is tried with: its first custom one that chats, else a cheap default."""
    custom = sorted(view.custom_models, key=makes_vectors)  # stable: chat first, in their order
    if custom:
        return custom[0]
    adapter = ADAPTERS.get(view.adapter)
    if adapter is None or not view.with_default_models or (adapter.foreign_with_base_url and view.base_url):
        return None
    return adapter.trial_model


def makes_vectors(model: str) -> bool:
    """Whether a model's name says that it embeds, and does not chat."""
    return re.search(_VECTORS, model, re.IGNORECASE) is not None


def _ask(driver: Driver, connection: Connection, model: str, deadline: Deadline) -> None:
    deployment = Deployment(connection, model)
    if makes_vectors(model) and driver.serves(EMBEDDING, deployment):
        driver.run(EMBEDDING, deployment, EmbeddingRequest(QUESTION), deadline)
    else:
        driver.run(CHAT, deployment, ChatRequest([{"role": "user", "content": QUESTION}]), deadline)
