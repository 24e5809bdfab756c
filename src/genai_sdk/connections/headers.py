"""Extra headers of a connection: what may be sent beside its own."""

import re
from collections.abc import Mapping
from typing import Any

from genai_sdk.catalogue.adapters import Adapter
from genai_sdk.errors import ConfigurationError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # https://www.rfc-editor.org/rfc/rfc9110#name-tokens
_VALUE = r"[\t\x20-\x7e\x80-\xff]*"  # https://www.rfc-editor.org/rfc/rfc9110#name-field-values

# What frames a message or belongs to one hop; the transport writes these.
_FRAMING = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def parse_headers(adapter: Adapter, headers: Any) -> Mapping[str, Secret]:
    """Check extra headers, an object of strings or None.

    Raises:
        ConfigurationError: A header is malformed, is there twice, or would replace authentication or framing; the
            message names it and does not quote its value.
    """
    if headers is None:
        return {}
    if not isinstance(headers, Mapping):
        raise ConfigurationError(
            Sentence.of("connection.headers_object", "its extra headers are not a JSON object of strings")
        )
    checked: dict[str, Secret] = {}
    seen: set[str] = set()
    for name, value in headers.items():
        if not isinstance(name, str) or not re.fullmatch(_NAME, name):
            raise ConfigurationError(
                Sentence.of("connection.header_name", "its extra header {name!r} is not a valid header name", name=name)
            )
        if not isinstance(value, str) or not re.fullmatch(_VALUE, value.strip()):
            raise ConfigurationError(
                Sentence.of(
                    "connection.header_value",
                    "its extra header {name!r} has a value that an HTTP header cannot carry",
                    name=name,
                )
            )
        if name.lower() in adapter.auth_headers:
            raise ConfigurationError(
                Sentence.of(
                    "connection.header_auth",
                    "its extra header {name!r} would replace the authentication of adapter {adapter!r}; take "
                    "it out, and put the key into the connection's API key",
                    name=name,
                    adapter=adapter.name,
                )
            )
        if name.lower() in _FRAMING:
            raise ConfigurationError(
                Sentence.of(
                    "connection.header_framing",
                    "its extra header {name!r} belongs to the HTTP message itself; take it out",
                    name=name,
                )
            )
        if name.lower() in seen:
            raise ConfigurationError(
                Sentence.of("connection.header_twice", "its extra header {name!r} is there twice", name=name)
            )
        seen.add(name.lower())
        checked[name] = Secret(value.strip())
    return checked
