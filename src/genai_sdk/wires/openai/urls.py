"""Where requests go: below OpenAI's root, or on Azure's dated wire below a deployment's."""

from genai_sdk.catalogue.endpoints import AZURE_API_VERSION, AZURE_MEDIA_API_VERSION, azure_path
from genai_sdk.wires.wire import Endpoint


def url(endpoint: Endpoint, path: str) -> str:
    """Return the URL of `path`, such as `/embeddings`."""
    below, query = azure_path(endpoint.base_url or "", endpoint.model) if endpoint.adapter == "azure" else ("", "")
    return f"{endpoint.root}{below}{path}{'?' if query else ''}{query}"


def media_url(endpoint: Endpoint, path: str) -> str:
    """Return the URL of a path for sound or pictures, which on Azure's dated wire are younger than the rest."""
    return url(endpoint, path).replace(AZURE_API_VERSION, AZURE_MEDIA_API_VERSION)
