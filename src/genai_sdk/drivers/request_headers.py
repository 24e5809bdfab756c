"""The headers of a request: ours, the format's, the connection's and the call's own, and last what authenticates it."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.connections import Secret
from genai_sdk.connections.headers import parse_headers
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConfigurationError, InvalidRequestError
from genai_sdk.http import Headers
from genai_sdk.sentence import Sentence
from genai_sdk.version import __version__

_OURS: Mapping[str, str] = {"user-agent": f"genai-sdk/{__version__}", "accept-encoding": "identity"}


def extra_headers(deployment: Deployment, extra: Any) -> dict[str, Secret]:
    """Return the connection's own headers and over them those of a call, names in lower case.

    Raises:
        InvalidRequestError: A header of the call would replace authentication or framing, or is none.
    """
    connection = deployment.connection
    try:
        own = parse_headers(ADAPTERS[connection.view.adapter], extra)
    except ConfigurationError as error:
        reason = str(error)
        del extra  # whoever prints a traceback with its variables prints no header of the call
    else:
        return {name.lower(): value for name, value in {**connection.headers, **own}.items()}
    raise InvalidRequestError(Sentence.of("call.extra_headers", "extra_headers of the call: {reason}", reason=reason))


def composed(formats: Mapping[str, str], extra: Mapping[str, Secret]) -> dict[str, str]:
    """Return the headers of a request but for what authenticates it.

    Args:
        formats: Those that belong to the body's format, names in lower case.
        extra: What `extra_headers` returned.
    """
    headers = {**_OURS, **formats}
    for name, value in extra.items():
        both = name == "anthropic-beta" and name in headers
        headers[name] = f"{headers[name]},{value.reveal()}" if both else value.reveal()
    return headers


def authenticated(headers: Mapping[str, str], auth: Mapping[str, str]) -> Headers:
    """Return all headers of a request: what authenticates it comes last, so that nothing can replace it."""
    return Headers({**headers, **auth}.items())
