"""OpenAI's API: what it asks, how it is answered, and the SDK's own client on top of that."""

from typing import TYPE_CHECKING, Any

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:  # the SDK is loaded when somebody asks for one of its clients
    from openai import AsyncOpenAI as AsyncOpenAI
    from openai import OpenAI as OpenAI

    from genai_sdk.gateway.openai.application import Client


def make_openai(client: "Client") -> "OpenAI":
    """Return an `openai.OpenAI` on a client.

    Raises:
        ConfigurationError: openai is not installed.
    """
    made: OpenAI = _sdk("as_openai()").make_openai(client)
    return made


def make_async_openai(client: "Client") -> "AsyncOpenAI":
    """Return an `openai.AsyncOpenAI` on a client.

    Raises:
        ConfigurationError: openai is not installed.
    """
    made: AsyncOpenAI = _sdk("as_async_openai()").make_async_openai(client)
    return made


def _sdk(what: str) -> Any:
    try:
        from genai_sdk.gateway.openai import sdk
    except ModuleNotFoundError as error:
        if error.name not in ("openai", "httpx", "httpx2"):
            raise
        raise ConfigurationError(
            Sentence.of(
                "gateway.no_openai",
                "{what} makes an object of OpenAI's own SDK, which is not installed ({name} is missing): "
                "pip install 'openai>=2,<4'",
                what=what,
                name=error.name,
            )
        ) from error
    return sdk
