"""What is the same for every request to a deployment: worked out once, and kept no longer than its connection."""

from collections.abc import Mapping, Set
from typing import Any

import msgspec

from genai_sdk.catalogue import azure_path, counts_reasoning, endpoint, has_developers, is_openai
from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Request
from genai_sdk.routing.drivers import parameters
from genai_sdk.routing.drivers.driver import Deployment
from genai_sdk.routing.drivers.identity import own_identity
from genai_sdk.routing.drivers.outgoing import compose, extra_headers

ADAPTERS: Set[str] = frozenset({"openai", "azure"})
"""The adapters that speak OpenAI's wire."""

_REMEMBERED = 256
"""Models of one connection."""

_JSON: Mapping[str, str] = {"content-type": "application/json"}


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Where a deployment's requests go, and what is to be known of who takes them.

    It does not hold the deployment: the connection, which keeps it, would never end.

    Attributes:
        chat: The URL of chat calls.
        embeddings: The URL of embedding calls.
        headers: The headers of a call that brings none of its own.
        uses_responses: Whether chat goes over `/responses`.
        lacking: The parameters of chat that its wire has no place for.
        takes_cache_marks: Whether `cache_control` in messages may mean something to the server; OpenAI refuses it.
        counts_reasoning: Whether the model knows `max_tokens` only as `max_completion_tokens`.
        has_developers: Whether the model knows the role `developer`.
    """

    chat: str
    embeddings: str
    headers: tuple[tuple[str, str], ...]
    uses_responses: bool
    lacking: Set[str]
    takes_cache_marks: bool
    counts_reasoning: bool
    has_developers: bool

    def __repr__(self) -> str:
        return f"Site({self.chat.partition('?')[0]})"  # the headers hold the key


def post(deployment: Deployment, url: str, body: bytes, options: Mapping[str, Any]) -> Request:
    """Return a request with a body of JSON to a deployment.

    Raises:
        InvalidRequestError: `extra_headers` of the call would replace authentication or framing.
    """
    more = options.get("extra_headers")
    headers = site_of(deployment).headers if more is None else _headers(deployment, more)
    return Request("POST", url, headers, body)


def site_of(deployment: Deployment) -> Site:
    """Return a deployment's site.

    Raises:
        ConfigurationError: The connection lacks what its adapter needs.
    """
    memo, key = deployment.connection.memo, (Site, deployment.model)
    site: Site | None = memo.get(key)
    if site is None:
        site = _worked_out(deployment)
        if len(memo) >= _REMEMBERED:  # a name behind a pin may be anything
            memo.clear()
        memo[key] = site
    return site


def _worked_out(deployment: Deployment) -> Site:
    view, model = deployment.connection.view, deployment.model
    if view.adapter not in ADAPTERS:
        raise ConfigurationError(
            f"connection {view.name!r} does not speak OpenAI's wire, and driver='direct' speaks no other: leave driver "
            "out, or give driver='litellm'"
        )
    try:
        root = endpoint(view.adapter, base_url=view.base_url, region=view.region, model=model)
    except ValueError as error:
        raise ConfigurationError(f"connection {view.name!r}: {error}") from None
    path, query = azure_path(view.base_url or "", model) if view.adapter == "azure" else ("", "")
    root, query = root + path, f"?{query}" if query else ""
    return Site(
        chat=f"{root}/{'responses' if view.use_responses_api else 'chat/completions'}{query}",
        embeddings=f"{root}/embeddings{query}",
        headers=_headers(deployment, None),
        uses_responses=view.use_responses_api,
        lacking=parameters.RESPONSES if view.use_responses_api else frozenset(),
        takes_cache_marks=not view.use_responses_api and view.adapter == "openai" and not is_openai(view.base_url),
        counts_reasoning=counts_reasoning(model),
        has_developers=has_developers(model),
    )


def _headers(deployment: Deployment, extra: Any) -> tuple[tuple[str, str], ...]:
    identity = own_identity(deployment.connection)
    assert identity is not None, "every connection of these adapters has a key of its own"
    return compose(_JSON, extra_headers(deployment, extra), identity.headers)
