"""Who serves Claude over this wire, and what differs between them."""

from collections.abc import Mapping

import msgspec


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between those who serve Claude.

    Attributes:
        fetches: Whether it fetches images and documents from the web.
        names_model: Whether the path, and not the body, names the model.
        is_vertex: Whether what a model takes is to be looked up for Vertex AI.
    """

    fetches: bool = True
    names_model: bool = False
    is_vertex: bool = False


ANTHROPIC_HOST = Host()
HOSTS: Mapping[str, Host] = {
    "anthropic": ANTHROPIC_HOST,
    # https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude; litellm 1.106.2 downloads
    # what a URL names, since Vertex AI takes no URL sources.
    "google-vertex-ai": Host(fetches=False, names_model=True, is_vertex=True),
}
"""By adapter."""
