"""Where a batch goes, and what it holds: its requests are encoded as calls of their own would be."""

from collections.abc import Callable, Sequence
from typing import Any

from genai_sdk.connections import ConnectionSet
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConnectionNotFoundError, InvalidRequestError
from genai_sdk.jobs.exchange import Exchange
from genai_sdk.jobs.wire import BatchWire, Line, refusal, whole
from genai_sdk.routing.plan import Group
from genai_sdk.types import ConnectionView
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
    raise InvalidRequestError(f"{group.name!r} has no batches of {operation} here. {reasons}. See `genai docs batches`")


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
            f"a batch on {deployment.connection.name!r} holds {limits.requests:,} requests, not {len(requests):,}: "
            f"make several ({limits.source})"
        )
    for custom_id, request in requests:
        parts = exchange.attempt(deployment, operation, request).encode(request)
        if len(parts) != 1:
            raise InvalidRequestError(f"request {custom_id!r} is more than one call can hold: make several of it")
        size += len(whole(parts[0].body))
        if size > limits.size:
            raise InvalidRequestError(
                f"a batch on {deployment.connection.name!r} holds {limits.size:,} bytes, which request {custom_id!r} "
                f"exceeds: make several ({limits.source})"
            )
        lines.append(Line(custom_id, parts[0]))
    return lines


def held_by(
    connections: ConnectionSet, name: str, model: str, refuse: Callable[[ConnectionView], str | None], what: str
) -> Deployment:
    """Return a model on the connection that holds what an id names.

    Args:
        connections: The project's connections.
        name: The connection's name.
        model: The model id, or empty.
        refuse: Returns why a connection has nothing of the kind.
        what: `"batches"` or `"files"`.

    Raises:
        InvalidRequestError: It has nothing of the kind.
        ConnectionNotFoundError: The project has no such connection.
    """
    for connection in connections.connections:
        if connection.name == name:
            if why := refuse(connection.view):
                raise InvalidRequestError(f"connection {name!r} has no {what} here: {why}. See `genai docs {what}`")
            return Deployment(connection, model)
    there = ", ".join(connection.name for connection in connections.connections)
    raise ConnectionNotFoundError(
        f"the project has no connection {name!r}, where the {_ONE[what]} is; it has {there or 'none'}"
    )


_ONE = {"batches": "batch", "files": "file"}


def read_limit(limit: Any) -> int:
    """Return how many are to be listed.

    Raises:
        InvalidRequestError: It is no number from 1.
    """
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise InvalidRequestError(f"limit must be a whole number from 1, not {limit!r}")
    return limit
