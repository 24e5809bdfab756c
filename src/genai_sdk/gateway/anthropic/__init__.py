"""Anthropic's API: what it asks, how it is answered, and the SDK's own client on top of that."""

from typing import TYPE_CHECKING, Any

from genai_sdk.errors import ConfigurationError

if TYPE_CHECKING:  # the SDK is loaded when somebody asks for one of its clients
    from anthropic import Anthropic as Anthropic
    from anthropic import AsyncAnthropic as AsyncAnthropic

    from genai_sdk.gateway.openai.application import Client


def make_anthropic(client: "Client") -> "Anthropic":
    """Return an `anthropic.Anthropic` on a client.

    Raises:
        ConfigurationError: anthropic is not installed.
    """
    made: Anthropic = _sdk("as_anthropic()").make_anthropic(client)
    return made


def make_async_anthropic(client: "Client") -> "AsyncAnthropic":
    """Return an `anthropic.AsyncAnthropic` on a client.

    Raises:
        ConfigurationError: anthropic is not installed.
    """
    made: AsyncAnthropic = _sdk("as_async_anthropic()").make_async_anthropic(client)
    return made


def _sdk(what: str) -> Any:
    try:
        from genai_sdk.gateway.anthropic import sdk
    except ModuleNotFoundError as error:
        if error.name not in ("anthropic", "httpx2"):
            raise
        raise ConfigurationError(
            f"{what} makes an object of Anthropic's own SDK, which is not installed ({error.name} is missing): "
            "pip install 'anthropic>=2,<3'"
        ) from error
    return sdk
