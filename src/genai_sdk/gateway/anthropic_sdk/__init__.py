"""Anthropic's API: what it asks, how it is answered, and the SDK's own client on top of that."""

from typing import TYPE_CHECKING, Any

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:  # the SDK is loaded when somebody asks for one of its clients
    import anthropic as anthropic  # type: ignore[import-not-found,unused-ignore]  # as in sdk.py

    from genai_sdk.gateway.openai.application import Client


def make_anthropic(client: "Client") -> "anthropic.Anthropic":
    """Return an `anthropic.Anthropic` on a client.

    Raises:
        ConfigurationError: anthropic is not installed.
    """
    made: anthropic.Anthropic = _sdk("as_anthropic()").make_anthropic(client)
    return made


def make_async_anthropic(client: "Client") -> "anthropic.AsyncAnthropic":
    """Return an `anthropic.AsyncAnthropic` on a client.

    Raises:
        ConfigurationError: anthropic is not installed.
    """
    made: anthropic.AsyncAnthropic = _sdk("as_async_anthropic()").make_async_anthropic(client)
    return made


def _sdk(what: str) -> Any:
    try:
        from genai_sdk.gateway.anthropic_sdk import sdk
    except ModuleNotFoundError as error:
        if error.name not in ("anthropic", "httpx2"):
            raise
        raise ConfigurationError(
            Sentence.of(
                "gateway.no_anthropic",
                "{what} makes an object of Anthropic's own SDK, which is not installed ({name} is "
                "missing): pip install 'anthropic>=2,<3'",
                what=what,
                name=error.name,
            )
        ) from error
    return sdk
