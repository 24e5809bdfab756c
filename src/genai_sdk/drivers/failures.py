"""From what the wire showed to an error: first the transport's failure, then the status, the code, the text."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.response_headers import request_id, retry_after
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
    UnsupportedParameterError,
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
from genai_sdk.sentence import Sentence
from genai_sdk.wires.error_body import ErrorBody, delay_in, read_error
from genai_sdk.wires.refusal import BY_STATUS, WORDS, RefusalKind, unknown_codes
from genai_sdk.wires.unknown import Notice, ignore, notice_all
from genai_sdk.wires.unsupported import no_place
from genai_sdk.wires.wire import HttpResponse, Wire

MALFORMED = "malformed answer"
"""The reason of an error for an answer that is not what its wire says."""

EMPTY_STREAM = "empty stream"
"""The reason of an error for a stream without one event."""

LONGEST = 500
"""Characters of a provider's text that an error quotes."""


class _Verdict(msgspec.Struct, frozen=True):
    kind: type[ProviderError]
    reason: str | None = None
    hint: Sentence | None = None


_OVERDUE = Sentence.of(
    "hint.timeout", "the time that one attempt may take is `timeout`, a stream's gap is `stream_timeout`"
)
# The reasons of what fails below HTTP, as part of a sentence.
_REASONS: Mapping[str, Sentence] = {
    "connect error": Sentence.of("transport.connect", "connect error"),
    "connection cut": Sentence.of("transport.cut", "connection cut"),
    "answer too large": Sentence.of("transport.large", "answer too large"),
    "connect timeout": Sentence.of("transport.connect_timeout", "connect timeout"),
    "timeout": Sentence.of("transport.timeout", "timeout"),
}
_FAILED = Sentence.of("transport.failed", "failed")
_NOT_SENT = Sentence.of("hint.not_sent", "leave it out, or ask another model; nothing was sent")
_NO_REASON = Sentence.of("provider.no_reason", "no reason given")

_BY_TRANSPORT: Mapping[type[TransportError], _Verdict] = {
    ConnectFailed: _Verdict(
        ProviderUnavailableError,
        "connect error",
        Sentence.of("hint.network", "check the connection's base URL and the network"),
    ),
    ConnectionCut: _Verdict(ProviderUnavailableError, "connection cut"),
    BodyTooLarge: _Verdict(
        ProviderUnavailableError,
        "answer too large",
        Sentence.of("hint.size", "the bound is the client's max_response_bytes"),
    ),
    ConnectTimedOut: _Verdict(ProviderTimeoutError, "connect timeout"),
    ReadTimedOut: _Verdict(ProviderTimeoutError, "timeout", _OVERDUE),
    TotalTimedOut: _Verdict(ProviderTimeoutError, "timeout", _OVERDUE),
    UnsendableRequest: _Verdict(
        BadRequestError,
        None,
        Sentence.of("hint.unsendable", "check the connection's base URL, its headers and the model's name"),
    ),
}

_BY_KIND: Mapping[RefusalKind, _Verdict] = {
    "authentication": _Verdict(AuthenticationError, None, Sentence.of("hint.secret", "check the connection's secret")),
    "permission": _Verdict(
        PermissionDeniedError,
        None,
        Sentence.of("hint.permission", "check what the account of the connection's secret may do"),
    ),
    "account": _Verdict(
        PermissionDeniedError,
        "account refused",
        Sentence.of("hint.account", "check the account's credit, billing and quota"),
    ),
    "model_not_found": _Verdict(
        ModelNotFoundError, None, Sentence.of("hint.model", "check the model's name and the connection's base URL")
    ),
    "bad_request": _Verdict(BadRequestError),
    "unsupported_parameter": _Verdict(
        UnsupportedParameterError,
        "unsupported parameter",
        Sentence.of("hint.unsupported", "leave it out, or ask a model that takes it"),
    ),
    "context_window": _Verdict(
        ContextWindowExceededError, None, Sentence.of("hint.window", "send less, or use a model with a larger window")
    ),
    "content_filter": _Verdict(ContentFilterError),
    "rate_limit": _Verdict(RateLimitError),
    "unavailable": _Verdict(ProviderUnavailableError),
}


def from_transport(deployment: Deployment, error: TransportError) -> ProviderError:
    """Return the error for an exchange that failed below HTTP."""
    verdict = _BY_TRANSPORT.get(type(error)) or _Verdict(ProviderUnavailableError)
    text = Sentence.of(
        "provider.unreached",
        "{deployment} {reason}: {what}{hint}",
        reason=_REASONS.get(verdict.reason or "", _FAILED),
        what=str(error),
        **_parts(deployment, verdict),
    )
    return _error(deployment, verdict, text)


def from_response(deployment: Deployment, response: HttpResponse, wire: Wire, notice: Notice = ignore) -> ProviderError:
    """Return the error for a response with a status that is not 2xx."""
    from genai_sdk.wires.encodings import as_utf8

    error = wire.read_error(as_utf8(response.body, response.headers.get("content-type", "")))
    notice_all(notice, "error code", unknown_codes(error, wire.words))
    waits = retry_after(response.headers) if error.retry_after is None else error.retry_after
    if waits is None and response.status == 429:
        waits = delay_in(error.text)
    kind = wire.refusal(response.status, response.headers, error)
    verdict, status = _verdict(kind, response.status), response.status
    parts = _parts(deployment, verdict)
    text = Sentence.of(
        "provider.answered",
        "{deployment} answered {status}: {reason}{hint}",
        status=status,
        reason=error.text or _NO_REASON,
        **parts,
    )
    if 300 <= status < 400:
        text = Sentence.of(
            "provider.redirected",
            "{deployment} answered with a redirect ({status}), and redirects are never followed with credentials{hint}",
            status=status,
            **parts,
        )
    return _error(
        deployment,
        verdict,
        text,
        status_code=response.status,
        request_id=request_id(response.headers),
        retry_after=waits,
    )


def from_event(
    deployment: Deployment,
    head: HttpResponse,
    error: ErrorBody,
    ident: str | None,
    wire: Wire,
    notice: Notice = ignore,
) -> ProviderError:
    """Return the error for an error body inside a response that began with 200."""
    notice_all(notice, "error code", unknown_codes(error, wire.words))
    status = error.status or 500
    verdict = _verdict(wire.refusal(status, head.headers, error), status)
    return _error(
        deployment,
        verdict,
        Sentence.of(
            "provider.broke_off",
            "{deployment} broke off with an error ({status}): {reason}{hint}",
            status=status,
            reason=error.text or _NO_REASON,
            **_parts(deployment, verdict),
        ),
        status_code=status,
        request_id=ident,
        retry_after=delay_in(error.text) if error.retry_after is None and status == 429 else error.retry_after,
    )


def malformed(deployment: Deployment, response: HttpResponse, what: str) -> ProviderError:
    """Return the error for a response of 2xx that is not what the wire says."""
    return _error(
        deployment,
        _Verdict(ProviderUnavailableError, MALFORMED),
        Sentence.of(
            "provider.malformed",
            "{deployment} answered {status} with {what}",
            deployment=_name(deployment),
            status=response.status,
            what=what,
        ),
        status_code=response.status,
        request_id=request_id(response.headers),
    )


def ended_early(deployment: Deployment, ident: str | None, *, empty: bool = False) -> ProviderError:
    """Return the error for a stream that ended without a finish reason; `empty` if without one event."""
    text = Sentence.of(
        "provider.ended_early", "{deployment} ended its stream without a finish reason", deployment=_name(deployment)
    )
    if empty:
        # llama-cpp-python 0.3.36 and MLflow 3.17.2 answer so where they refuse a whole call with a reason.
        text = Sentence.of(
            "provider.empty_stream",
            "{deployment} ended its stream without one event; the same call without stream=True may tell the reason",
            deployment=_name(deployment),
        )
    verdict = _Verdict(ProviderUnavailableError, EMPTY_STREAM if empty else "stream ended early")
    return _error(deployment, verdict, text, status_code=200, request_id=ident)


def unsendable(deployment: Deployment, text: str) -> BadRequestError:
    """Return the error for a call that cannot be put into the provider's words; nothing was sent."""
    verdict = _Verdict(BadRequestError, None, _NOT_SENT)
    made = _error(deployment, verdict, _cannot_be_sent(deployment, verdict, text))
    assert isinstance(made, BadRequestError)
    return made


def unsupported(deployment: Deployment, refused: Mapping[str, str], text: str = "") -> UnsupportedParameterError:
    """Return the error for a call with parameters that a deployment does not take; nothing was sent.

    Args:
        deployment: The deployment.
        refused: The parameters, each with where there is no place for it.
        text: The same in words, where only those tell.
    """
    verdict = _Verdict(UnsupportedParameterError, None, _NOT_SENT)
    why = text or Sentence.of("provider.no_place", "there is {what}", what=no_place(refused))
    made = _error(deployment, verdict, _cannot_be_sent(deployment, verdict, why))
    assert isinstance(made, UnsupportedParameterError)
    made.refused = refused
    return made


def never_run(deployment: Deployment, missing: str) -> ProviderUnavailableError:
    """Return the error for a request of a batch that was not run: `"expired"`, `"cancelled"` or the vendor's words."""
    known = missing in ("expired", "cancelled")
    hint = Sentence.of("hint.another_batch", "put it into another batch")
    verdict = _Verdict(ProviderUnavailableError, f"batch {missing}" if known else None, hint)
    parts = _parts(deployment, verdict)
    if known:
        text = Sentence.of(
            "batch.ended", "{deployment} did not run this request, whose batch was {how}{hint}", how=missing, **parts
        )
    else:
        text = Sentence.of(
            "batch.not_run", "{deployment} did not run this request: {reason}{hint}", reason=missing, **parts
        )
    made = _error(deployment, verdict, text)
    assert isinstance(made, ProviderUnavailableError)
    return made


def refused_batch(deployment: Deployment, reasons: str) -> BadRequestError:
    """Return the error for a batch that its vendor refused as a whole."""
    text = Sentence.of(
        "batch.refused", "{deployment} refused this batch: {reasons}", deployment=_name(deployment), reasons=reasons
    )
    made = _error(deployment, _Verdict(BadRequestError), text)
    assert isinstance(made, BadRequestError)
    return made


def no_token(deployment: Deployment, response: HttpResponse) -> ProviderError:
    """Return the error for a response of Google's token endpoint that holds no token."""
    error = read_error(response.body, WORDS.statuses)
    kind: RefusalKind = "authentication" if response.status < 500 else "unavailable"
    verdict, status = _verdict(kind, response.status), response.status
    text = Sentence.of(
        "provider.no_google_token",
        "{deployment} got no access token from Google ({status}): {reason}{hint}",
        status=status,
        reason=error.text or _NO_REASON,
        **_parts(deployment, verdict),
    )
    return _error(deployment, verdict, text, status_code=status)


def _cannot_be_sent(deployment: Deployment, verdict: _Verdict, why: str) -> Sentence:
    return Sentence.of(
        "provider.cannot_be_sent",
        "{deployment} cannot be sent this call: {why}{hint}",
        why=why,
        **_parts(deployment, verdict),
    )


def _verdict(kind: RefusalKind, status: int) -> _Verdict:
    if kind == "unavailable":
        served = status >= 500 or status in BY_STATUS
        return _Verdict(ProviderUnavailableError, f"{'server error' if served else 'status'} {status}")
    return _BY_KIND[kind]


def _name(deployment: Deployment) -> str:
    return f"{deployment.connection.name}/{deployment.model}"


def _parts(deployment: Deployment, verdict: _Verdict) -> dict[str, Any]:
    """Return the fields that most errors have: who was asked, and what to look at."""
    hint = "" if verdict.hint is None else Sentence.of("hint.aside", " ({hint})", hint=verdict.hint)
    return {"deployment": _name(deployment), "hint": hint}


def _error(deployment: Deployment, verdict: _Verdict, text: Sentence, **facts: Any) -> ProviderError:
    connection = deployment.connection

    def quoted(part: str) -> str:
        """Return a text that came from elsewhere, on one line, without secrets, and not too much of it."""
        line = connection.redact(" ".join(part.split()))
        return line if len(line) <= LONGEST else line[:LONGEST] + "…"

    return verdict.kind(
        text.changed(quoted),
        provider=connection.view.adapter,
        connection=connection.name,
        model=deployment.model,
        reason=verdict.reason,
        **facts,
    )
