"""What is the same for every request of an operation to a deployment: worked out once, and kept with its connection."""

from collections.abc import Mapping
from importlib import import_module
from typing import Generic

import msgspec

from genai_sdk.catalogue import ADAPTERS, endpoint, wire_of
from genai_sdk.drivers.auth.auth import Auth
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.request_headers import authenticated, composed, extra_headers
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Headers
from genai_sdk.secret import Sealed
from genai_sdk.sentence import Sentence
from genai_sdk.wires.operation import A, C, Operation, Q
from genai_sdk.wires.wire import Codec, Endpoint, Wire

_REMEMBERED = 256
"""Routes of one connection."""


class Route(msgspec.Struct, Generic[Q, A, C], frozen=True):
    """How an operation reaches a deployment.

    It does not hold the deployment: the connection, which keeps it, would never end.

    Attributes:
        wire: The wire that the deployment speaks.
        codec: How the operation goes over it.
        headers: The headers of a request in the codec's own format whose call brings none of its own; None if each is
            signed by itself.
        unsigned: The same without what authenticates it.
    """

    wire: Wire
    codec: Codec[Q, A, C]
    headers: Headers | None
    unsigned: Sealed[Mapping[str, str]]


def load_wire(name: str) -> Wire:
    """Return the wire that the catalogue calls `name`, importing it if nobody has yet."""
    wire: Wire = import_module(f"genai_sdk.wires.{name}").WIRE
    return wire


def route_of(
    operation: Operation[Q, A, C], deployment: Deployment, auth: Auth, unknown: UnknownWords
) -> Route[Q, A, C] | None:
    """Return how an operation reaches a deployment; None if no wire of ours can carry it there.

    Args:
        operation: What is asked.
        deployment: Whom.
        auth: What its requests are authenticated with.
        unknown: Counts the words in its answers that no row names.

    Raises:
        ConfigurationError: The connection lacks what its adapter needs.
    """
    memo, key = deployment.connection.memo, (operation.name, deployment.model, auth.project)
    route: Route[Q, A, C] | None = memo.get(key)
    if route is None:
        route = _worked_out(operation, deployment, auth, unknown)
        if len(memo) >= _REMEMBERED:  # a name behind a pin may be anything
            memo.clear()
        memo[key] = route
    return route


def _worked_out(
    operation: Operation[Q, A, C], deployment: Deployment, auth: Auth, unknown: UnknownWords
) -> Route[Q, A, C] | None:
    view = deployment.connection.view
    name = wire_of(view.adapter, deployment.model)
    if not name:
        return None
    wire = load_wire(name)
    codec = wire.codec(operation, endpoint_of(deployment, auth.project))
    if codec is None:
        return None
    codec.notice = unknown.of(wire.name)
    fixed, unsigned = auth.fixed, composed(codec.headers, extra_headers(deployment, None))
    return Route(wire, codec, None if fixed is None else authenticated(unsigned, fixed), Sealed(unsigned))


def endpoint_of(deployment: Deployment, project: str = "") -> Endpoint:
    """Return the endpoint of a deployment.

    Args:
        deployment: The deployment.
        project: The Google Cloud project that its credentials belong to.

    Raises:
        ConfigurationError: The connection lacks a base URL or region that its adapter needs.
    """
    view, model = deployment.connection.view, deployment.model
    try:
        root = endpoint(view.adapter, base_url=view.base_url, region=view.region, model=model)
    except ValueError as error:
        problem = str(error)
    else:
        return Endpoint(
            adapter=view.adapter,
            model=model,
            root=root,
            base_url=view.base_url,
            region=view.region,
            project=project,
            use_responses_api=view.use_responses_api,
            connection=view.name,
        )
    raise ConfigurationError(
        Sentence.of("connection.problem", "connection {name!r}: {problem}", name=view.name, problem=problem)
    )


def no_route(operation: Operation[Q, A, C], deployment: Deployment) -> ConfigurationError:
    """Return the error for what no wire of ours can carry."""
    view = deployment.connection.view
    if not wire_of(view.adapter, deployment.model):
        what = f"connection {view.name!r} speaks {ADAPTERS[view.adapter].label}'s wire, and driver='direct' does not"
    else:
        what = (
            f"{ADAPTERS[view.adapter].label} has no {operation.name} that driver='direct' could ask {view.name!r} for"
        )
    return ConfigurationError(
        Sentence.of("driver.cannot", "{what}: leave driver out, or give driver='litellm'", what=what)
    )
