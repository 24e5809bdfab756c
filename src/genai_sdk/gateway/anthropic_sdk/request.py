"""A request of Anthropic's API, read as a call of the client. Pure."""

from typing import Any
from urllib.parse import unquote

from genai_sdk.catalogue.native_parameters import MESSAGES_PARAMETERS
from genai_sdk.gateway.openai.api_call import (
    OWN,
    ApiCall,
    HttpRequest,
    UnsupportedPathError,
    read_block,
    read_body,
    read_keywords,
)

ANSWERED = ("POST /v1/messages (whole and streamed)", "GET /v1/models", "GET /v1/models/{model}")
"""The paths there are."""

_BETAS = "anthropic-beta"
# Ours by these names, which are none of the API's body.
_NOT_OF_THE_BODY = frozenset({"betas", "user"})


def read_request(request: HttpRequest) -> ApiCall:
    """Read a request.

    Raises:
        UnsupportedPathError: Nothing answers its path.
        InvalidRequestError: Its body is not what the path takes.
    """
    match request.method, request.path.strip("/").split("/"):
        case "POST", ["v1", "messages"]:
            return _messages(request, read_body(request))
        case "GET", ["v1", "models"]:
            return ApiCall(method="models", arguments={})
        case "GET", ["v1", "models", *name]:
            return ApiCall(method="explain", arguments={"model": unquote("/".join(name))})
    raise UnsupportedPathError(
        f"{request.method} {request.path} is not supported by as_anthropic(); there are {', '.join(ANSWERED)}"
    )


def _messages(request: HttpRequest, body: dict[str, Any]) -> ApiCall:
    own = read_block(body, sorted(OWN))
    stream = bool(body.pop("stream", None))
    names = ("model", "messages", "max_tokens")
    arguments = {name: body.pop(name, None) for name in names}
    metadata = body.pop("metadata", None) or {}
    known = {name: item for name, item in MESSAGES_PARAMETERS.items() if name not in _NOT_OF_THE_BODY}
    headers = dict(request.headers)
    betas = headers.pop(_BETAS, "")
    sent = HttpRequest(
        method=request.method, path=request.path, body=request.body, headers=headers, timeout=request.timeout
    )
    arguments |= read_keywords(sent, body, known, stream=stream)
    if betas:
        arguments["betas"] = [name.strip() for name in betas.split(",")]
    if metadata.get("user_id"):
        arguments["user"] = metadata["user_id"]
    return ApiCall(method="messages", arguments={**arguments, **own, "stream": stream}, stream=stream)
