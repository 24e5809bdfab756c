"""Where a batch goes, and what it holds: its requests are encoded as calls of their own would be."""

from collections.abc import Sequence

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import InvalidRequestError
from genai_sdk.jobs.exchange import Exchange
from genai_sdk.jobs.wire import BatchWire, Line, refusal, whole
from genai_sdk.routing.plan import Group
from genai_sdk.sentence import Sentence
from genai_sdk.wires.operation import ChatRequest, EmbeddingRequest

Requests = Sequence[tuple[str, ChatRequest | EmbeddingRequest]]
"""The requests of a batch, each with its own id."""


def choose(group: Group, operation: str) -> Deployment:
    """Return the first deployment of a group whose vendor has batches of an operation; a batch stays where it is.

    Raises:
        InvalidRequestError: None has.
    """
    for deployment in group.deployments:
        if refusal(deployment.connection.view, operation) is None:
            return deployment
    reasons = "; ".join(
        f"{'/'.join(each.key)}: {refusal(each.connection.view, operation)}" for each in group.deployments
    )
    raise InvalidRequestError(
        Sentence.of(
            "batch.no_operation",
            "{name!r} has no batches of {operation} here. {reasons}. See `genai docs batches`",
            name=group.name,
            operation=operation,
            reasons=reasons,
        )
    )


def encode(
    exchange: Exchange, deployment: Deployment, wire: BatchWire, requests: Requests, operation: str
) -> list[Line]:
    """Return the requests of a batch as its deployment reads them.

    Raises:
        InvalidRequestError: There are too many, or they are too large.
        BadRequestError: One cannot be put into the wire's words.
    """
    limits, size, lines = wire.limits(), 0, []
    if len(requests) > limits.requests:
        raise InvalidRequestError(
            Sentence.of(
                "batch.too_many",
                "a batch on {name!r} holds {requests:,} requests, not {count:,}: make several ({source})",
                name=deployment.connection.name,
                requests=limits.requests,
                count=len(requests),
                source=limits.source,
            )
        )
    for custom_id, request in requests:
        parts = exchange.attempt(deployment, operation, request).encode(request)
        if len(parts) != 1:
            raise InvalidRequestError(
                Sentence.of(
                    "batch.request_large",
                    "request {custom_id!r} is more than one call can hold: make several of it",
                    custom_id=custom_id,
                )
            )
        size += len(whole(parts[0].body))
        if size > limits.size:
            raise InvalidRequestError(
                Sentence.of(
                    "batch.too_large",
                    "a batch on {name!r} holds {size:,} bytes, which request {custom_id!r} exceeds: make "
                    "several ({source})",
                    name=deployment.connection.name,
                    size=limits.size,
                    custom_id=custom_id,
                    source=limits.source,
                )
            )
        lines.append(Line(custom_id, parts[0]))
    return lines
