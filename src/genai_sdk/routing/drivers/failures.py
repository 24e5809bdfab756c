"""From what the wire showed to an error: first the transport's failure, then the status, the code, the text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.errors import (
    AuthenticationError,
    BadRequestError,
    ContentFilterError,
    ContextWindowExceededError,
    ModelNotFoundError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    RateLimitError,
)
from genai_sdk.http import (
    BodyTooLarge,
    ConnectFailed,
    ConnectionCut,
    ConnectTimedOut,
    ReadTimedOut,
    TotalTimedOut,
    TransportError,
    UnsendableRequest,
)
from genai_sdk.routing.drivers.answer import Answer
from genai_sdk.routing.drivers.complaint import Complaint, read_complaint
from genai_sdk.routing.drivers.driver import Deployment
from genai_sdk.routing.drivers.headers import request_id, retry_after

LONGEST = 500
"""Characters of a provider's text that an error quotes."""


class _Verdict(msgspec.Struct, frozen=True):
    kind: type[ProviderError]
    reason: str | None = None
    hint: str = ""


_OVERDUE = "the time that one attempt may take is `timeout`, a stream's gap is `stream_timeout`"

_BY_TRANSPORT: Mapping[type[TransportError], _Verdict] = {
    ConnectFailed: _Verdict(
        ProviderUnavailableError, "connect error", "check the connection's base URL and the network"
    ),
    ConnectionCut: _Verdict(ProviderUnavailableError, "connection cut"),
    BodyTooLarge: _Verdict(ProviderUnavailableError, "malformed answer"),
    ConnectTimedOut: _Verdict(ProviderTimeoutError, "connect timeout"),
    ReadTimedOut: _Verdict(ProviderTimeoutError, "timeout", _OVERDUE),
    TotalTimedOut: _Verdict(ProviderTimeoutError, "timeout", _OVERDUE),
    UnsendableRequest: _Verdict(
        BadRequestError, None, "check the connection's base URL, its headers and the model's name"
    ),
}

_KEY = _Verdict(AuthenticationError, None, "check the connection's secret")

_BY_STATUS: Mapping[int, _Verdict] = {
    401: _KEY,
    403: _Verdict(PermissionDeniedError, None, "check what the account of the connection's secret may do"),
    404: _Verdict(ModelNotFoundError, None, "check the model's name and the connection's base URL"),
    408: _Verdict(ProviderUnavailableError, "server error 408"),
    409: _Verdict(ProviderUnavailableError, "server error 409"),
    424: _Verdict(ProviderUnavailableError, "server error 424"),  # Bedrock: the model failed
    429: _Verdict(RateLimitError),
}

_CONTEXT = _Verdict(ContextWindowExceededError, None, "send less, or use a model with a larger window")
_FILTER = _Verdict(ContentFilterError)
_MODEL = _BY_STATUS[404]

# Where the status says no more than "the request", the vendor's code does.
_BY_CODE: Mapping[str, _Verdict] = {
    "context_length_exceeded": _CONTEXT,  # OpenAI, Azure
    "exceed_context_size_error": _CONTEXT,  # llama.cpp
    "content_filter": _FILTER,  # Azure
    "content_policy_violation": _FILTER,  # OpenAI
    "invalid_prompt": _FILTER,  # https://platform.openai.com/docs/guides/reasoning: flagged prompts
    "responsibleaipolicyviolation": _FILTER,  # Azure's inner error
    "api_key_invalid": _KEY,  # Google answers a wrong key with 400
    "model_not_found": _MODEL,
}

# Last, what the vendors write where they give no code.
_BY_TEXT: tuple[tuple[re.Pattern[str], _Verdict], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), verdict)
    for pattern, verdict in (
        (r"maximum context length|maximum model length|context (window|limit|size)|context_length", _CONTEXT),
        (r"prompt is too long|input is too long|too many input tokens", _CONTEXT),  # Anthropic, Bedrock
        (r"input token count .*exceeds the maximum number of tokens", _CONTEXT),  # Google
        (r"content management policy|content filter|usage polic|responsible ai|safety system", _FILTER),
        (r"api key not valid", _KEY),  # Google
        (r"model identifier is invalid", _MODEL),  # Bedrock
    )
)


def from_transport(deployment: Deployment, error: TransportError) -> ProviderError:
    """Return the error for an exchange that failed below HTTP."""
    verdict = _BY_TRANSPORT.get(type(error)) or _Verdict(ProviderUnavailableError)
    return _error(deployment, verdict, f"{verdict.reason or 'failed'}: {error}")


def from_answer(deployment: Deployment, answer: Answer) -> ProviderError:
    """Return the error for an answer with a status that is not 2xx."""
    complaint = read_complaint(answer.body)
    waits = retry_after(answer.headers) if complaint.retry_after is None else complaint.retry_after
    verdict = _judge(answer.status, complaint)
    said = f"answered {answer.status}: {complaint.text or 'no reason given'}"
    if 300 <= answer.status < 400:
        said = f"answered with a redirect ({answer.status}), and redirects are never followed with credentials"
    return _error(
        deployment, verdict, said, status_code=answer.status, request_id=request_id(answer.headers), retry_after=waits
    )


def from_event(deployment: Deployment, complaint: Complaint, ident: str | None) -> ProviderError:
    """Return the error for a complaint inside an answer that began with 200."""
    status = complaint.status or 500
    return _error(
        deployment,
        _judge(status, complaint),
        f"broke off with an error ({status}): {complaint.text or 'no reason given'}",
        status_code=status,
        request_id=ident,
        retry_after=complaint.retry_after,
    )


def malformed(deployment: Deployment, answer: Answer, what: str) -> ProviderError:
    """Return the error for an answer of 2xx that is not what the wire says."""
    return _error(
        deployment,
        _Verdict(ProviderUnavailableError, "malformed answer"),
        f"answered {answer.status} with {what}",
        status_code=answer.status,
        request_id=request_id(answer.headers),
    )


def ended_early(deployment: Deployment, ident: str | None) -> ProviderError:
    """Return the error for a stream that ended without a finish reason."""
    verdict = _Verdict(ProviderUnavailableError, "stream ended early")
    return _error(deployment, verdict, "ended its stream without a finish reason", status_code=200, request_id=ident)


def unsendable(deployment: Deployment, said: str) -> BadRequestError:
    """Return the error for a call that cannot be put into the provider's words; nothing was sent."""
    verdict = _Verdict(BadRequestError, None, "leave it out, or ask another model; nothing was sent")
    made = _error(deployment, verdict, f"cannot be sent this call: {said}")
    assert isinstance(made, BadRequestError)
    return made


def no_place(deployment: Deployment, names: Sequence[str]) -> BadRequestError:
    """Return the error for a call with parameters that a wire cannot carry; nothing was sent."""
    return unsendable(deployment, f"there is no place for {', '.join(names)} on this provider's wire")


def from_token_answer(deployment: Deployment, answer: Answer) -> ProviderError:
    """Return the error for an answer of Google's token endpoint that holds no token."""
    complaint = read_complaint(answer.body)
    verdict = _KEY if answer.status < 500 else _judge(answer.status, complaint)
    said = f"got no access token from Google ({answer.status}): {complaint.text or 'no reason given'}"
    return _error(deployment, verdict, said, status_code=answer.status)


def _judge(status: int, complaint: Complaint) -> _Verdict:
    known = _BY_STATUS.get(status)
    if known is not None:
        return known
    if not 400 <= status < 500:
        return _Verdict(ProviderUnavailableError, f"{'server error' if status >= 500 else 'status'} {status}")
    coded = next((_BY_CODE[code] for code in complaint.codes if code in _BY_CODE), None)
    worded = next((verdict for pattern, verdict in _BY_TEXT if pattern.search(complaint.text)), None)
    return coded or worded or _Verdict(BadRequestError)


def _error(deployment: Deployment, verdict: _Verdict, said: str, **facts: Any) -> ProviderError:
    connection = deployment.connection
    said = connection.redact(" ".join(said.split()))
    if len(said) > LONGEST:
        said = said[:LONGEST] + "…"
    hint = f" ({verdict.hint})" if verdict.hint else ""
    return verdict.kind(
        f"{connection.name}/{deployment.model} {said}{hint}",
        provider=connection.view.adapter,
        connection=connection.name,
        model=deployment.model,
        reason=verdict.reason,
        **facts,
    )
