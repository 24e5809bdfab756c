"""The body of a request, encoded once: messages are not copied, and what is amiss in one is mended in a copy of it."""

from collections.abc import Mapping
from typing import Any, TypeGuard

import msgspec

from genai_sdk.errors import BadRequestError
from genai_sdk.routing.drivers import failures
from genai_sdk.routing.drivers.direct.messages import mended
from genai_sdk.routing.drivers.direct.responses.request import responses_fields
from genai_sdk.routing.drivers.direct.site import Site
from genai_sdk.routing.drivers.driver import ChatRequest, Deployment, EmbeddingRequest
from genai_sdk.routing.drivers.parameters import misfits
from genai_sdk.routing.drivers.values import plain, without

# What is no field of a body, or not as it is.
_APART = frozenset({"extra_body", "extra_headers", "stream_options"})
# How a value of ours shows in JSON: it is a struct, which msgspec encodes by itself. In a text its quotes are escaped.
_VALUE_MARK = b'"model_extra":{'
_CACHE_MARK = b'"cache_control":'


def chat_body(deployment: Deployment, site: Site, request: ChatRequest, *, stream: bool) -> bytes:
    """Return the body of a chat call.

    Raises:
        BadRequestError: The wire has no place for a parameter, or something in the call is no JSON.
    """
    options = request.options
    if site.lacking:
        unknown = list(misfits(site.lacking, options))
        if unknown:
            raise failures.no_place(deployment, unknown)
    left_out = _APART | site.lacking
    given = {name: item for name, item in options.items() if item is not None and name not in left_out}
    fields = _fields(deployment, site, request, given)
    if isinstance(fields, BadRequestError):
        raise fields
    if stream:
        fields["stream"] = True
        _add_stream_options(fields, options.get("stream_options"), with_usage=not site.uses_responses)
    return _encoded(deployment, fields, options, takes_cache_marks=site.takes_cache_marks)


def embedding_body(deployment: Deployment, request: EmbeddingRequest) -> bytes:
    """Return the body of an embedding call.

    Raises:
        BadRequestError: Something in the call is no JSON.
    """
    options = request.options
    texts = [request.input] if isinstance(request.input, str) else request.input
    fields = {"model": deployment.model, "input": texts}
    fields.update((name, item) for name, item in options.items() if item is not None and name not in _APART)
    return _encoded(deployment, fields, options, takes_cache_marks=True)


def _fields(
    deployment: Deployment, site: Site, request: ChatRequest, given: dict[str, Any]
) -> dict[str, Any] | BadRequestError:
    try:
        if site.uses_responses:
            return responses_fields(deployment.model, plain(request.messages), plain(given))
        messages: Any = mended(request.messages, has_developers=site.has_developers)
        if messages is request.messages and _is_final(request.encoded):
            messages = msgspec.Raw(request.encoded)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        return failures.unsendable(deployment, f"its messages or tools are not in OpenAI's shape ({error!r})")
    if site.counts_reasoning and "max_tokens" in given:
        given.setdefault("max_completion_tokens", given.pop("max_tokens"))
    if given.get("tool_choice") in ("auto", "none") and not given.get("tools"):
        del given["tool_choice"]  # OpenAI refuses it without tools, and it says nothing
    return {"model": deployment.model, "messages": messages, **given}


def _is_final(encoded: bytes | None) -> TypeGuard[bytes]:
    """Whether JSON made before can go out as it is."""
    return encoded is not None and _VALUE_MARK not in encoded and _CACHE_MARK not in encoded


def _add_stream_options(fields: dict[str, Any], given: Any, *, with_usage: bool) -> None:
    """Usage comes whatever the options say, so to ask for it alone is to ask nothing."""
    wanted = {name: item for name, item in (given or {}).items() if name != "include_usage"}
    if with_usage:
        wanted["include_usage"] = True
    if wanted:
        fields["stream_options"] = wanted


def _encoded(
    deployment: Deployment, fields: dict[str, Any], options: Mapping[str, Any], *, takes_cache_marks: bool
) -> bytes:
    try:
        fields.update(options.get("extra_body") or {})
        body = _encode(fields)
        if _VALUE_MARK in body:
            fields = plain(fields)
            body = _encode(fields)
        if not takes_cache_marks and _CACHE_MARK in body:
            body = _encode(without(plain(fields), "cache_control"))
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
        said = str(error) or type(error).__name__
    else:
        return body
    raise failures.unsendable(deployment, f"it is no JSON: {said}")


def _taken(item: Any) -> Any:
    """Return JSON for what msgspec does not know."""
    if isinstance(item, str):
        return str(item)  # a prompt of ours is a `str` with more to it
    if isinstance(item, Mapping):
        return dict(item)
    if hasattr(item, "model_dump"):
        return item.model_dump(exclude_none=True)
    raise TypeError(f"it holds a value of the type {type(item).__name__!r}")


_encode = msgspec.json.Encoder(enc_hook=_taken).encode
