"""The errors that the attempt loop makes itself, and the one that ends a call."""

from collections.abc import Collection, Sequence

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import (
    ConfigurationError,
    GenAIError,
    ProviderError,
    ProviderTimeoutError,
    RouteExhaustedError,
    StreamInterruptedError,
)
from genai_sdk.routing.policy import MisconfiguredError
from genai_sdk.routing.steps import Outcome
from genai_sdk.sentence import Sentence
from genai_sdk.types import Attempt

_FACTS = ("provider", "connection", "model", "status_code", "request_id", "retry_after", "reason")


def failure_of(outcome: Outcome, deployment: Deployment) -> ProviderError | None:
    """Return why an attempt brought nothing; None if it brought something."""
    if not isinstance(outcome, ConfigurationError):
        return outcome if isinstance(outcome, ProviderError) else None
    view = deployment.connection.view
    return MisconfiguredError(outcome, provider=view.adapter, connection=view.name, model=deployment.model)


def too_late(deployment: Deployment, option: str, seconds: float) -> ProviderError:
    """Return the error of an attempt for which no time is left: `option` gave the call so many seconds."""
    return _overdue(
        deployment,
        Sentence.of(
            "deadline.before",
            "the {option} of {seconds:g} s passed before {connection} could be asked; raise {option}= or look at what "
            "took so long in .attempts",
            option=option,
            seconds=seconds,
            connection=deployment.connection.name,
        ),
    )


def cut_short(deployment: Deployment, left: float, option: str, seconds: float) -> ProviderError:
    """Return the error of an attempt that had only what was `left` of the seconds that `option` gave the call."""
    return _overdue(
        deployment,
        Sentence.of(
            "deadline.within",
            "{deployment} did not answer within the {left:.3g} s that were left of the {option} of {seconds:g} s; "
            "raise {option}= or look at what took so long in .attempts",
            deployment="/".join(deployment.key),
            left=left,
            option=option,
            seconds=seconds,
        ),
    )


def last_word(
    error: ProviderError,
    name: str,
    attempts: Sequence[Attempt],
    rested: Collection[tuple[str, str]],
    broken: StreamInterruptedError | None,
) -> GenAIError:
    """Return the error to raise: the only deployment's own, or one that speaks for all that were tried.

    Args:
        error: Why the last attempt failed.
        name: What was asked for.
        attempts: All that was tried.
        rested: Connections and models that were passed over, since they rest after a failure.
        broken: Why a stream that started over had broken, or None.
    """
    facts = {fact: getattr(error, fact) for fact in _FACTS}
    if broken is not None:
        both = Sentence.of(
            "stream.restart_failed",
            "{broken} Starting over failed too: {what}",
            broken=broken.sentence,
            what=error.sentence,
        )
        return StreamInterruptedError(both, text=broken.text, attempts=tuple(attempts), **facts)
    deployments_tried = {(row.connection, row.model) for row in attempts}
    if len(deployments_tried) <= 1:
        if isinstance(error, MisconfiguredError):
            return error.error
        error.attempts = tuple(attempts)
        return error
    tried = [f"{row.connection}/{row.model}: {row.reason}" for row in attempts]
    resting = [f"{connection}/{model}" for connection, model in rested if (connection, model) not in deployments_tried]
    passed = Sentence.of("route.resting", " Passed over, as they rest after a failure: {names}.", names=resting)
    text = Sentence.of(
        "route.exhausted",
        "every deployment tried for {name!r} failed ({tried:; }).{passed} The last one said: {what}",
        name=name,
        tried=tried,
        passed=passed if resting else "",
        what=error.sentence,
    )
    last = type(error.error if isinstance(error, MisconfiguredError) else error)
    return RouteExhaustedError(text, last=last, attempts=tuple(attempts), **facts)


def no_token(deployment: Deployment, allowed: float) -> ProviderError:
    """Return the error of a stream without content within `first_token_timeout`, in seconds."""
    return _overdue(
        deployment,
        Sentence.of(
            "stream.no_content",
            "{deployment} sent no content within first_token_timeout={allowed:g} s",
            deployment="/".join(deployment.key),
            allowed=allowed,
        ),
        "first token timeout",
    )


def _overdue(deployment: Deployment, text: Sentence, reason: str = "deadline") -> ProviderError:
    return ProviderTimeoutError(
        text,
        provider=deployment.connection.view.adapter,
        connection=deployment.connection.name,
        model=deployment.model,
        reason=reason,
    )
