"""A request of OpenAI's API, read as a call of the client. Pure."""

from typing import Any
from urllib.parse import unquote

from genai_sdk.catalogue import CHAT_PARAMETERS, EMBEDDING_PARAMETERS
from genai_sdk.catalogue.native_parameters import RESPONSES_PARAMETERS
from genai_sdk.errors import InvalidRequestError
from genai_sdk.gateway.openai.api_call import (
    OWN,
    PROMPTING,
    ApiCall,
    HttpRequest,
    UnsupportedPathError,
    read_block,
    read_body,
    read_keywords,
)
from genai_sdk.gateway.openai.refusals import instead_of
from genai_sdk.sentence import Sentence

ANSWERED = (
    "POST /chat/completions (whole and streamed)",
    "POST /responses (whole and streamed)",
    "POST /embeddings",
    "POST /completions (whole and streamed)",
    "POST /moderations",
    "POST /images/generations and /images/edits (whole and streamed)",
    "POST /audio/speech and /audio/transcriptions (whole and streamed)",
    "POST and GET /files, GET and DELETE /files/{file_id}, GET /files/{file_id}/content",
    "POST and GET /batches, GET /batches/{batch_id}, POST /batches/{batch_id}/cancel",
    "GET /models",
    "GET /models/{model}",
)
"""The paths there are."""


def read_request(request: HttpRequest) -> ApiCall:
    """Read a request.

    Raises:
        UnsupportedPathError: Nothing answers its path.
        InvalidRequestError: Its body is not what the path takes.
    """
    path = request.path.strip("/").split("/")
    match request.method, path:
        case "POST", ["chat", "completions"]:
            return _chat(request, read_body(request))
        case "POST", ["responses"]:
            return _responses(request, read_body(request))
        case "POST", ["embeddings"]:
            return _embedding(request, read_body(request))
        case "GET", ["models"]:
            return ApiCall(method="models", arguments={})
        case "GET", ["models", *name]:  # openai 2.0.0 leaves the slashes of a name as they are
            return ApiCall(method="explain", arguments={"model": unquote("/".join(name))})
    instead = instead_of(request.method, path)
    raise UnsupportedPathError(
        f"{request.method} {request.path} is not supported by as_openai(). {instead and f'{instead}. '}"
        f"There are {', '.join(ANSWERED)}"
    )


def _chat(request: HttpRequest, body: dict[str, Any]) -> ApiCall:
    own = read_block(body, (*PROMPTING, *sorted(OWN)))
    stream = bool(body.pop("stream", None))
    arguments = {"model": body.pop("model", None) or None, "messages": body.pop("messages", None)}
    if "prompt" in own and not arguments["messages"]:
        arguments["messages"] = None
    arguments |= read_keywords(request, body, CHAT_PARAMETERS, stream=stream)
    return ApiCall(method="completion", arguments={**arguments, **own, "stream": stream}, stream=stream)


def _responses(request: HttpRequest, body: dict[str, Any]) -> ApiCall:
    own = read_block(body, sorted(OWN))
    stream = bool(body.pop("stream", None))
    arguments = {"model": body.pop("model", None), "input": body.pop("input", None)}
    # A type is read by the SDK itself, and this keyword of ours would be no JSON.
    known = {name: item for name, item in RESPONSES_PARAMETERS.items() if name != "text_format"}
    arguments |= read_keywords(request, body, known, stream=stream)
    return ApiCall(method="responses", arguments={**arguments, **own, "stream": stream}, stream=stream)


def _embedding(request: HttpRequest, body: dict[str, Any]) -> ApiCall:
    own = read_block(body, sorted(OWN))
    # OpenAI's SDK asks for base64 by itself, which only some providers have: they are asked for numbers.
    encoding = body.pop("encoding_format", None) or "float"
    if encoding not in ("float", "base64"):
        raise InvalidRequestError(
            Sentence.of(
                "gateway.encoding",
                'encoding_format must be "float" or "base64", not {encoding}',
                encoding=repr(encoding),
            )
        )
    arguments = {"model": body.pop("model", None), "input": body.pop("input", None)}
    arguments |= read_keywords(request, body, EMBEDDING_PARAMETERS, stream=False)
    return ApiCall(method="embedding", arguments={**arguments, **own}, base64=encoding == "base64")
