"""The hand-out of a genuine `litellm.Router`, for whoever wants Router itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from genai_sdk.catalogue import (
    ADAPTERS,
    AZURE_API_VERSION,
    VERTEX_DEFAULT_LOCATION,
    azure_resource,
    endpoint,
    is_azure_v1,
)
from genai_sdk.connections import Connection
from genai_sdk.drivers.auth.google import project_of
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.litellm import loading
from genai_sdk.errors import ConfigurationError
from genai_sdk.models import ModelIndex, in_connection_order, list_models
from genai_sdk.routing.limits import limit_of
from genai_sdk.routing.litellm_fallbacks import spelled_out
from genai_sdk.routing.options import read_limits
from genai_sdk.sentence import Sentence


def build_router(
    connections: Sequence[Connection], router_args: Mapping[str, Any], listed: Sequence[str] | None = None
) -> Any:
    """Return a `litellm.Router` on which every usable connection is registered.

    A model is registered by its name, shared by all connections that serve it, and as `connection/model`; a
    connection with default models also takes any name as `connection/*`. From here on everything is Router's: its
    own HTTP clients, retries, cooldowns and callbacks. It holds the connections' secrets in clear, in its
    `model_list` and wherever litellm keeps them; whoever has the object has the keys. New keys in Langfuse do not
    reach it.

    Args:
        connections: The connections.
        router_args: Arguments for Router; fallbacks may have any form that this package takes, and a row from
            `one/*` to `other/*` becomes a row for each model of the one that the other serves too. Without
            `routing_strategy`, or with ours of the name `ordered`, deployments are tried in connection order.
        listed: `llm_connection_names`, if they were given.
    """
    router = loading.router_type()
    arguments = dict(router_args)
    ordered = arguments.get("routing_strategy", "ordered") == "ordered"
    if ordered:
        arguments.pop("routing_strategy", None)
    for name in ("hedge_after", "max_hedge_share", "first_token_timeout"):  # which Router has nothing for
        arguments.pop(name, None)
    if (checks := arguments.pop("pre_call_checks", None)) is not None:  # which has another name there
        arguments["enable_pre_call_checks"] = checks or arguments.get("enable_pre_call_checks", False)
    if (drop := arguments.pop("drop_params", None)) is not None:  # which is an argument of each call there
        arguments["default_litellm_params"] = {"drop_params": drop}
    given: list[Literal["rpm", "tpm"]] = [name for name in ("rpm", "tpm") if name in arguments]
    limits: dict[str, Mapping[str, int]] = {name: read_limits(name, arguments.pop(name)) for name in given}
    rows = list(_deployments(connections, listed, limits, ordered=ordered))
    return router(model_list=rows, **spelled_out(arguments, dict.fromkeys(row["model_name"] for row in rows)))


def _deployments(
    connections: Sequence[Connection],
    listed: Sequence[str] | None,
    limits: Mapping[str, Mapping[str, int]],
    *,
    ordered: bool,
) -> Iterator[dict[str, Any]]:
    views = [connection.view for connection in connections]
    by_name = {connection.name: connection for connection in connections}
    index = ModelIndex(views, listed)
    order = {view.name: place for place, view in enumerate(in_connection_order(views, listed), start=1)}
    pins: dict[tuple[str, str], str] = {}
    for row in list_models(index):
        for candidate in row.candidates:
            pins.setdefault((candidate.connection, row.name.rpartition(f"{candidate.connection}/")[2]), candidate.model)
            yield _row(row.name, by_name[candidate.connection], candidate.model, limits, order if ordered else {})
    for (name, alias), model in pins.items():
        yield _row(f"{name}/{alias}", by_name[name], model, limits)
    for entry in index.entries.all:
        if entry.bar is None and entry.offer.has_defaults:
            yield _row(f"{entry.offer.view.name}/*", by_name[entry.offer.view.name], "*", limits)


def _row(
    name: str,
    connection: Connection,
    model: str,
    limits: Mapping[str, Mapping[str, int]],
    order: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, Any]:
    arguments = _ARGUMENTS[connection.view.adapter](connection, model)
    if connection.headers:
        arguments["extra_headers"] = {header: value.reveal() for header, value in connection.headers.items()}
    if connection.name in order:
        arguments["order"] = order[connection.name]
    for kind, rows in limits.items():
        if (limit := limit_of(rows, Deployment(connection, model))) is not None:
            arguments[kind] = limit
    return {"model_name": name, "litellm_params": arguments}


def _key(connection: Connection) -> str:
    assert connection.credentials is not None
    return connection.credentials["key"]


def _root(connection: Connection, model: str) -> str:
    view = connection.view
    return endpoint(view.adapter, base_url=view.base_url, region=view.region, model=model)


def _openai(connection: Connection, model: str) -> dict[str, Any]:
    bridge = "responses/" if connection.view.use_responses_api else ""
    return {"model": f"openai/{bridge}{model}", "api_key": _key(connection), "api_base": _root(connection, model)}


def _azure(connection: Connection, model: str) -> dict[str, Any]:
    base = connection.view.base_url or ""
    if is_azure_v1(base):
        return _openai(connection, model)
    return {
        "model": f"azure/{model}",
        "api_key": _key(connection),
        "api_base": azure_resource(base),
        "api_version": AZURE_API_VERSION,
    }


def _by_key(connection: Connection, model: str) -> dict[str, Any]:
    prefix = ADAPTERS[connection.view.adapter].prefix
    return {"model": f"{prefix}/{model}", "api_key": _key(connection), "api_base": _root(connection, model)}


def _google_vertex_ai(connection: Connection, model: str) -> dict[str, Any]:
    view, credentials = connection.view, connection.credentials
    parameters = {"model": f"vertex_ai/{model}", "vertex_location": view.region or VERTEX_DEFAULT_LOCATION}
    if credentials is not None and credentials.kind == "service_account":
        key_file = credentials.fields["json"]
        parameters |= {"vertex_credentials": key_file.reveal(), "vertex_project": project_of(key_file)}
    elif credentials is not None and credentials.kind == "access_token":
        raise ConfigurationError(
            Sentence.of(
                "litellm.token",
                "connection {name!r} has a token for an hour at most, which litellm.Router takes from "
                "nobody: let the broker hand out the key itself to this key pair, or name other "
                "connections in llm_connection_names",
                name=view.name,
            )
        )
    return parameters | ({"api_base": view.base_url} if view.base_url else {})


def _bedrock(connection: Connection, model: str) -> dict[str, Any]:
    view, credentials = connection.view, connection.credentials
    parameters: dict[str, Any] = {"model": f"bedrock/{model}", "aws_region_name": view.region}
    if credentials is not None and credentials.kind == "aws_bearer":
        parameters["api_key"] = _key(connection)
    elif credentials is not None and credentials.kind == "aws_keys":
        names = {"access_key_id": "aws_access_key_id", "secret_access_key": "aws_secret_access_key"}
        names["session_token"] = "aws_session_token"  # noqa: S105 - a name
        parameters |= {names[name]: secret.reveal() for name, secret in credentials.fields.items()}
        parameters["api_key"] = ""  # else AWS_BEARER_TOKEN_BEDROCK of the environment comes first
    return parameters | ({"aws_bedrock_runtime_endpoint": view.base_url} if view.base_url else {})


_ARGUMENTS: Mapping[str, Callable[[Connection, str], dict[str, Any]]] = MappingProxyType(
    {
        "openai": _openai,
        "azure": _azure,
        "anthropic": _by_key,
        "google-ai-studio": _by_key,
        "google-vertex-ai": _google_vertex_ai,
        "bedrock": _bedrock,
    }
)
