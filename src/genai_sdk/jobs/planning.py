"""Where a batch goes, and what it holds: its requests are encoded as calls of their own would be."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from genai_sdk.connections import ConnectionSet
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConnectionNotFoundError, InvalidRequestError
from genai_sdk.jobs.exchange import Exchange
from genai_sdk.jobs.wire import BatchWire, Line, whole
from genai_sdk.routing.plan import Group
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView
from genai_sdk.wires.operation import ChatRequest, EmbeddingRequest
from genai_sdk.wires.responses.call import ResponsesRequest

Requests = Sequence[tuple[str, ChatRequest | EmbeddingRequest | ResponsesRequest]]
"""The requests of a batch, each with its own id."""


def choose(group: Group, refuse: Callable[[ConnectionView], str | None], what: str) -> Deployment:
    """Return the first deployment of a group whose vendor has such batches; a batch stays where it is.

    Args:
        group: Who serves the model.
        refuse: Returns why a connection has none.
        what: What they are of.

    Raises:
        InvalidRequestError: None has.
    """
    for deployment in group.deployments:
        if refuse(deployment.connection.view) is None:
            return deployment
    reasons = "; ".join(f"{'/'.join(each.key)}: {refuse(each.connection.view)}" for each in group.deployments)
    raise InvalidRequestError(
        Sentence.of(
            "batch.no_operation",
            "{name!r} has no batches of {operation} here. {reasons}. See `genai docs batches`",
            name=group.name,
            operation=what,
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
    if limits.requests is not None and len(requests) > limits.requests:
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
                raise InvalidRequestError(
                    Sentence.of(
                        "job.none_here",
                        "connection {name!r} has no {what} here: {why}. See `genai docs {page}`",
                        name=name,
                        what=what,
                        why=why,
                        page=what,
                    )
                )
            return Deployment(connection, model)
    there = ", ".join(connection.name for connection in connections.connections)
    raise ConnectionNotFoundError(
        Sentence.of(
            "job.no_connection",
            "the project has no connection {name!r}, where the {what} is; it has {names}",
            name=name,
            what=_ONE[what],
            names=there or "none",
        )
    )


def the_only(connections: ConnectionSet, refuse: Callable[[ConnectionView], str | None]) -> str:
    """Return the name of the only connection that keeps files.

    Raises:
        InvalidRequestError: There is none, or several.
    """
    able = [one.name for one in connections.connections if one.error is None and refuse(one.view) is None]
    if len(able) == 1:
        return able[0]
    there = f"several keep files: {', '.join(able)}" if able else "none of this project's keeps files"
    raise InvalidRequestError(
        Sentence.of(
            "file.which_connection",
            "connection must name the one that shall hold the file; {there}. See `genai docs files`",
            there=there,
        )
    )


_ONE = {"batches": "batch", "files": "file"}


def read_limit(limit: Any) -> int:
    """Return how many are to be listed.

    Raises:
        InvalidRequestError: It is no number from 1.
    """
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise InvalidRequestError(
            Sentence.of("job.limit", "limit must be a whole number from 1, not {limit}", limit=repr(limit))
        )
    return limit


class Start(NamedTuple):
    """Where a list goes on: on a deployment of no model, behind a vendor's id, or empty for the first."""

    deployment: Deployment
    after: str


def starts(
    connections: ConnectionSet,
    name: str | None,
    last: tuple[str, str] | None,
    refuse: Callable[[ConnectionView], str | None],
    what: str,
) -> Sequence[Start]:
    """Return the connections whose batches or files are listed, one after the other.

    Args:
        connections: The project's connections.
        name: The one connection that is listed, or None for all.
        last: The connection's name and the vendor's id of what was listed last, or None.
        refuse: Returns why a connection has nothing of the kind.
        what: `"batches"` or `"files"`.

    Raises:
        InvalidRequestError: It has nothing of the kind, or what was listed last is of another.
        ConnectionNotFoundError: The project has no such connection.
    """
    if name is not None and last is not None and last[0] != name:
        raise InvalidRequestError(
            Sentence.of(
                "job.after",
                "after names one of the {what} of {other!r}, and {name!r} is listed",
                what=what,
                other=last[0],
                name=name,
            )
        )
    first = name or (last and last[0])
    begin = None if first is None else held_by(connections, first, "", refuse, what)
    found = [] if begin is None else [Start(begin, last[1] if last else "")]
    if name is not None:
        return found
    names = [connection.name for connection in connections.connections]
    rest = connections.connections[names.index(first) + 1 if first else 0 :]
    return [*found, *(Start(Deployment(one, ""), "") for one in rest if refuse(one.view) is None)]
