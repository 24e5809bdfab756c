"""What litellm is told of a deployment: one row per adapter, and never a secret."""

from collections.abc import Callable, Mapping, Set
from types import MappingProxyType
from typing import Any

import msgspec

from genai_sdk.catalogue import azure_path, endpoint, vertex_model_path
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.litellm import parameters
from genai_sdk.wires.openai.responses.request import LACKS as RESPONSES_LACKS

NOBODY = "-"
"""What litellm is given where it wants a key, a project or credentials: the request it makes is signed afterwards."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Which of litellm's translators serves a deployment, and where its requests go.

    Attributes:
        chat: The translator of chat calls (a key of `translators.CHAT`).
        embedding: The translator of embedding calls (a key of `translators.EMBEDDING`).
        model: The name of the model for chat calls, with litellm's provider before it.
        embedding_model: The same for embedding calls, where it differs.
        root: What litellm's paths are appended to.
        query: A query for every request.
        arguments: Further arguments of litellm's.
        lacks: The parameters of chat that the wire has no place for.
        lacks_in_embedding: The same of embeddings.
        drops: Whether litellm leaves doubtful parameters out for some models.
        takes_stream_options: Whether the wire has a field for `stream_options`.
        takes_cache_marks: Whether `cache_control` in messages means something; litellm makes Google calls of its own
            of it, which create caches.
        usage_on_request: Whether a stream reports usage only if asked to.
    """

    chat: str = "posted"
    embedding: str = "posted"
    model: str
    embedding_model: str = ""
    root: str
    query: str = ""
    arguments: Mapping[str, Any] = {}
    lacks: Set[str] = frozenset()
    lacks_in_embedding: Set[str] = frozenset()
    drops: bool = False
    takes_stream_options: bool = False
    takes_cache_marks: bool = True
    usage_on_request: bool = False


def shape_of(deployment: Deployment, project: str = "") -> Shape:
    """Return the shape of a deployment.

    Args:
        deployment: The deployment.
        project: The Google Cloud project that its credentials belong to.

    Raises:
        ValueError: The connection lacks a base URL or region that its adapter needs.
    """
    return _ROWS[deployment.connection.view.adapter](deployment, project)


def _root(deployment: Deployment) -> str:
    view = deployment.connection.view
    return endpoint(view.adapter, base_url=view.base_url, region=view.region, model=deployment.model)


def _openai(deployment: Deployment, _project: str) -> Shape:
    responses = deployment.connection.view.use_responses_api
    return Shape(
        chat="responses" if responses else "openai",
        embedding="openai",
        model=f"openai/{deployment.model}",
        root=_root(deployment),
        lacks=RESPONSES_LACKS if responses else frozenset(),
        takes_stream_options=True,
        usage_on_request=not responses,
    )


def _azure(deployment: Deployment, _project: str) -> Shape:
    # Azure speaks OpenAI's wire under other URLs, and litellm's own way there keeps every client it is given.
    path, query = azure_path(deployment.connection.view.base_url or "", deployment.model)
    return msgspec.structs.replace(_openai(deployment, ""), root=_root(deployment) + path, query=query)


def _anthropic(deployment: Deployment, _project: str) -> Shape:
    return Shape(
        model=f"anthropic/{deployment.model}", root=f"{_root(deployment)}/v1/messages", lacks=parameters.CLAUDE
    )


def _google_ai_studio(deployment: Deployment, _project: str) -> Shape:
    model = deployment.model.removeprefix("models/")
    return Shape(
        chat="gemini",
        model=f"gemini/{model}",
        root=_root(deployment),
        lacks=parameters.GEMINI,
        drops=True,
        takes_cache_marks=False,
    )


def _google_vertex_ai(deployment: Deployment, project: str) -> Shape:
    publisher = next((name for mark, name in _PUBLISHERS if mark in deployment.model), "google")
    path = vertex_model_path(project, deployment.connection.view.region, publisher, deployment.model)
    return Shape(
        chat="gemini" if publisher == "google" else "posted",
        model=f"vertex_ai/{deployment.model}",
        root=_root(deployment) + path,
        arguments={"vertex_credentials": NOBODY, "vertex_project": NOBODY, "vertex_location": "global"},
        lacks=parameters.GEMINI if publisher == "google" else parameters.CLAUDE,
        drops=publisher == "google",
        takes_cache_marks=publisher != "google",
    )


def _bedrock(deployment: Deployment, _project: str) -> Shape:
    root = _root(deployment)
    return Shape(
        chat="converse",
        # Otherwise litellm takes older ways for some models, which know neither tools nor streams.
        model=f"bedrock/converse/{deployment.model}",
        embedding_model=f"bedrock/{deployment.model}",
        root=root,
        lacks=parameters.CONVERSE,
        drops=True,
        lacks_in_embedding=parameters.BEDROCK_EMBEDDING,
        arguments={
            # Part of no request: the root says where it goes, and the signature is ours.
            "aws_region_name": deployment.connection.view.region or "us-east-1",
            # Else AWS_BEDROCK_RUNTIME_ENDPOINT of the environment comes before the root.
            "aws_bedrock_runtime_endpoint": root,
        },
    )


# https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude#unary-call
_PUBLISHERS = (("claude", "anthropic"),)

_ROWS: Mapping[str, Callable[[Deployment, str], Shape]] = MappingProxyType(
    {
        "openai": _openai,
        "azure": _azure,
        "anthropic": _anthropic,
        "google-ai-studio": _google_ai_studio,
        "google-vertex-ai": _google_vertex_ai,
        "bedrock": _bedrock,
    }
)
