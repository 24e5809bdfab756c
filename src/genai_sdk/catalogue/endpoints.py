"""Where each adapter's requests go: pure functions from a connection's base URL and region to the wire's root."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import quote, urlsplit, urlunsplit

AZURE_API_VERSION = "2025-02-01-preview"
"""The `api-version` of Azure's dated wire; the one that Langfuse sends."""

AZURE_MEDIA_API_VERSION = "2025-04-01-preview"
"""The same for sound and pictures: the first that has gpt-image-1, its edits, and gpt-4o-transcribe.

https://learn.microsoft.com/azure/ai-foundry/openai/how-to/dall-e and .../whisper-quickstart
"""

VERTEX_DEFAULT_LOCATION = "global"
"""Vertex AI's location where the connection names none, as in Langfuse (litellm's own default is us-central1)."""

# Partitions with a domain of their own (botocore 1.44.8, data/partitions.json).
_AWS_DOMAINS = (
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("us-isof-", "csp.hci.ic.gov"),
)

# https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations: these have hosts of their own.
_VERTEX_MULTI_REGIONS = ("us", "eu")


def endpoint(adapter: str, *, base_url: str | None = None, region: str | None = None, model: str = "") -> str:
    """Return the root that a wire's paths are appended to, without a trailing slash.

    | adapter | root | appended |
    |---|---|---|
    | openai | `https://api.openai.com/v1` | `/chat/completions`, `/responses`, `/embeddings` |
    | azure | `https://NAME.openai.azure.com/openai` | `/deployments/MODEL/chat/completions?api-version=` |
    | azure | `https://NAME.openai.azure.com/openai/v1` | as openai (see `is_azure_v1`) |
    | anthropic | `https://api.anthropic.com` | `/v1/messages` |
    | google-ai-studio | `https://generativelanguage.googleapis.com/v1beta` | `/models/MODEL:generateContent` |
    | bedrock | `https://bedrock-runtime.REGION.amazonaws.com` | `/model/MODEL/converse` |
    | google-vertex-ai | `https://LOCATION-aiplatform.googleapis.com` | see `vertex_model_path` |

    Args:
        adapter: The adapter's name.
        base_url: The connection's base URL, or None for the vendor's public endpoint.
        region: Bedrock's region or Vertex AI's location.
        model: The model id; only an OpenAI-compatible base URL with `{model}` in it needs it.

    Raises:
        ValueError: The adapter is unknown, the region is none, or a base URL or region that it needs is missing.
    """
    rule = _RULES.get(adapter)
    if rule is None:
        raise ValueError(f"there is no adapter {adapter!r}; there are {', '.join(_RULES)}")
    return rule(base_url, region, model)


def is_azure_v1(base_url: str) -> bool:
    """Tell whether an Azure base URL speaks OpenAI's undated wire: the model in the body, no `api-version`.

    https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle: such a URL ends in `/openai/v1`.
    """
    return _segments(base_url)[-2:] == ["openai", "v1"]


def is_openai(base_url: str | None) -> bool:
    """Tell whether the base URL of an `openai` connection is OpenAI itself, and no compatible server."""
    host = (urlsplit(base_url).hostname or "") if base_url else "openai.com"
    return host == "openai.com" or host.endswith(".openai.com")


def is_azure(base_url: str | None) -> bool:
    """Tell whether the base URL of an `azure` connection is Azure itself, and no gateway or simulator.

    https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure and its twin for China.
    """
    host = (urlsplit(base_url).hostname or "") if base_url else ""
    return host.endswith((".azure.com", ".azure.us", ".azure.cn"))


# openai 3.57.0, _data_residency.py: the hosts of OpenAI's API, and the areas that they serve.
_OPENAI_AREAS = MappingProxyType(
    {"api.openai.com": "", **{f"{area}.api.openai.com": area for area in ("us", "eu", "ae", "au", "in", "jp")}}
)


def openai_area(base_url: str) -> str | None:
    """Return the area of OpenAI's own host, `""` where it has none, or None for every other server.

    A house server, a proxy or a gateway may call its models like OpenAI's; it is not OpenAI all the same.
    """
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or port not in (None, 443):
        return None
    return _OPENAI_AREAS.get(parts.hostname or "")


def azure_path(base_url: str, model: str) -> tuple[str, str]:
    """Return what an Azure model's root ends in, and the query of its requests: those of the wire that it speaks."""
    if is_azure_v1(base_url):
        return "", ""
    return f"/deployments/{quote(model, safe='')}", f"api-version={AZURE_API_VERSION}"


def azure_resource(base_url: str) -> str:
    """Return the resource's root without `/openai`, which litellm's `api_base` is on the dated wire."""
    return endpoint("azure", base_url=base_url).removesuffix("/openai")


def aws_domain(region: str) -> str:
    """Return the domain that the hosts of a region of AWS end in."""
    return next((domain for start, domain in _AWS_DOMAINS if region.startswith(start)), "amazonaws.com")


def vertex_model_path(project: str, location: str | None, publisher: str, model: str) -> str:
    """Return the path of a model below Vertex AI's root, up to the method.

    Args:
        project: The Google Cloud project.
        location: The connection's location, or None for the default.
        publisher: `google`, or `anthropic` for Claude.
        model: The model id.
    """
    place = quote(location or VERTEX_DEFAULT_LOCATION, safe="")
    name = quote(model, safe="@")
    return f"/v1/projects/{quote(project, safe='')}/locations/{place}/publishers/{publisher}/models/{name}"


def _openai(base_url: str | None, _region: str | None, model: str) -> str:
    # A gateway may have the model in its path; Langfuse fills the same placeholder.
    return (base_url or "https://api.openai.com/v1").rstrip("/").replace("{model}", quote(model, safe="/:@"))


def _azure(base_url: str | None, _region: str | None, _model: str) -> str:
    if not base_url:
        raise ValueError("Azure has no public endpoint: the connection needs its resource's base URL")
    segments = _segments(base_url)
    if "deployments" in segments:
        # Langfuse's form: https://NAME.openai.azure.com/openai/deployments
        segments = segments[: segments.index("deployments")]
    parts = urlsplit(base_url)
    # A resource's bare root, as Azure's portal shows it.
    path = "/".join(segments) or "openai"
    return urlunsplit((parts.scheme, parts.netloc, f"/{path}", "", ""))


def _anthropic(base_url: str | None, _region: str | None, _model: str) -> str:
    # Langfuse takes the origin without `/v1`; whoever gives it with `/v1` means the same.
    return (base_url or "https://api.anthropic.com").rstrip("/").removesuffix("/v1")


def _google_ai_studio(base_url: str | None, _region: str | None, _model: str) -> str:
    root = (base_url or "https://generativelanguage.googleapis.com").rstrip("/")
    return root if root.endswith(("/v1beta", "/v1")) else f"{root}/v1beta"


def _bedrock(base_url: str | None, region: str | None, _model: str) -> str:
    if base_url:
        return base_url.rstrip("/")
    if not region:
        raise ValueError("Bedrock has no endpoint without a region: the connection needs one")
    _check_region(region)
    # https://docs.aws.amazon.com/general/latest/gr/bedrock.html
    return f"https://bedrock-runtime.{region}.{aws_domain(region)}"


def _google_vertex_ai(base_url: str | None, region: str | None, _model: str) -> str:
    if base_url:
        return base_url.rstrip("/")
    location = region or VERTEX_DEFAULT_LOCATION
    if location == "global":
        return "https://aiplatform.googleapis.com"
    _check_region(location)
    if location in _VERTEX_MULTI_REGIONS:
        return f"https://aiplatform.{location}.rep.googleapis.com"
    return f"https://{location}-aiplatform.googleapis.com"


def _check_region(region: str) -> None:
    # It becomes part of the host that is sent credentials: nothing but a label may get in.
    if not re.fullmatch(r"[a-z0-9-]+", region):
        raise ValueError(f"{region!r} is no region: it has letters, digits and hyphens only, such as 'us-east-1'")


def _segments(url: str) -> list[str]:
    return [segment for segment in urlsplit(url).path.split("/") if segment]


_RULES: Mapping[str, Callable[[str | None, str | None, str], str]] = MappingProxyType(
    {
        "openai": _openai,
        "azure": _azure,
        "anthropic": _anthropic,
        "bedrock": _bedrock,
        "google-vertex-ai": _google_vertex_ai,
        "google-ai-studio": _google_ai_studio,
    }
)
