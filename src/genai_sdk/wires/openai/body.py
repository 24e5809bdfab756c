"""The body of a request, encoded once: what is amiss in it is found in the bytes, and mended in a copy."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.wires.values import encode, plain, without
from genai_sdk.wires.wire import UnencodableError

APART = frozenset({"extra_body", "extra_headers", "stream_options"})
"""Parameters that are no field of a body, or not as they are."""

# How a value of ours shows in JSON: it is a struct, which msgspec encodes by itself. In a text its quotes are escaped.
_VALUE_MARK = b'"model_extra":{'
_CACHE_MARK = b'"cache_control":'


def is_final(encoded: bytes) -> bool:
    """Whether JSON of messages that was made before can go out as it is."""
    return _VALUE_MARK not in encoded and _CACHE_MARK not in encoded


def encode_body(fields: dict[str, Any], options: Mapping[str, Any], *, takes_cache_marks: bool = True) -> bytes:
    """Return a body.

    Args:
        fields: Its fields; they are written to.
        options: The call's parameters, of which `extra_body` goes over the fields.
        takes_cache_marks: Whether `cache_control` may mean something to the server; OpenAI refuses it.

    Raises:
        UnencodableError: Something in it is no JSON.
    """
    try:
        fields.update(options.get("extra_body") or {})
        body = encode(fields)
        if _VALUE_MARK in body:
            fields = plain(fields)
            body = encode(fields)
        if not takes_cache_marks and _CACHE_MARK in body:
            body = encode(without(plain(fields), "cache_control"))
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
        problem = str(error) or type(error).__name__
    else:
        return body
    raise UnencodableError(f"it is no JSON: {problem}")


def add_stream_options(fields: dict[str, Any], options: Any, *, with_usage: bool) -> None:
    """Ask for a stream; usage comes whatever the options say, so to ask for it alone is to ask nothing."""
    fields["stream"] = True
    wanted = {name: item for name, item in (options or {}).items() if name != "include_usage"}
    if with_usage:
        wanted["include_usage"] = True
    if wanted:
        fields["stream_options"] = wanted


def out_of_shape(error: Exception) -> UnencodableError:
    """Return the error for messages or tools that lack what they must have."""
    return UnencodableError(f"its messages or tools are not in OpenAI's shape ({error!r})")
