"""How a region behaves, as it is set while the platform runs. Pure."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0, le=60)]


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """What a region does with calls; with nothing set it is healthy and quick.

    At most one of `status`, `error`, `malformed` and `cut_after` is set.

    Attributes:
        latency: Seconds before each answer, errors too; at most 60.
        between: Seconds before each streamed chunk that has content; at most 60.
        status: Answer calls with this HTTP status, 400 to 599, and an error in OpenAI's words.
        message: What that error says instead.
        retry_after: Seconds for the `Retry-After` header of that error; at most 3600.
        error: Refuse calls with 400 for one of the two reasons that have fallbacks of their own.
        malformed: Answer 200 with something else: a proxy's page, broken JSON, nothing.
        cut_after: Cut a stream's connection after so many chunks with content, and any other answer in its middle.
        failures: How many of the next calls fail in the way that is set, before the region is healthy again; None: all.
    """

    latency: Seconds = 0.0
    between: Seconds = 0.0
    status: Annotated[int, Meta(ge=400, le=599)] | None = None
    message: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None
    retry_after: Annotated[float, Meta(ge=0, le=3600)] | None = None
    error: Literal["context_window", "content_filter"] | None = None
    malformed: Literal["html", "truncated", "empty"] | None = None
    cut_after: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    failures: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None

    @property
    def failing(self) -> bool:
        """Whether calls fail."""
        return any(getattr(self, name) is not None for name in _FAILURES)


_FAILURES = ("status", "error", "malformed", "cut_after")

FIELDS = tuple(field.name for field in msgspec.structs.fields(Behaviour))


class WrongBehaviourError(ValueError):
    """What was sent is no behaviour; the text says why, and what there is."""


def parse_behaviour(body: bytes) -> Behaviour:
    """Read a behaviour from JSON.

    Raises:
        WrongBehaviourError: It is not JSON, has unknown fields or values out of range, or contradicts itself.
    """
    try:
        fields: Any = msgspec.json.decode(body)
    except (ValueError, RecursionError) as error:
        raise WrongBehaviourError(f"the body is not JSON: {error}") from None
    known = f"the fields are {', '.join(FIELDS)}"
    if not isinstance(fields, dict):
        raise WrongBehaviourError(f'a behaviour is a JSON object, such as {{"status": 503, "failures": 2}}; {known}')
    unknown = sorted(set(fields).difference(FIELDS))
    if unknown:
        raise WrongBehaviourError(f"unknown field {unknown[0][:60]!r}; {known}")
    try:
        behaviour = msgspec.convert(fields, Behaviour)
    except msgspec.ValidationError as error:
        raise WrongBehaviourError(str(error).replace("`$.", "`")) from None
    _check(behaviour)
    return behaviour


def _check(behaviour: Behaviour) -> None:
    named = [name for name in _FAILURES if getattr(behaviour, name) is not None]
    if len(named) > 1:
        raise WrongBehaviourError(f"{' and '.join(named)} are set: a call can fail in one way only, so leave one")
    for name in ("message", "retry_after"):
        if getattr(behaviour, name) is not None and behaviour.status is None:
            raise WrongBehaviourError(f"{name} belongs to an error: set status too, such as 429 or 503")
    if behaviour.failures is not None and not named:
        raise WrongBehaviourError(f"failures counts calls that fail: say how, with one of {', '.join(_FAILURES)}")


def after_call(behaviour: Behaviour) -> Behaviour:
    """Return the behaviour that is in force after one more call."""
    if behaviour.failures is None:
        return behaviour
    if behaviour.failures > 1:
        return msgspec.structs.replace(behaviour, failures=behaviour.failures - 1)
    return Behaviour(latency=behaviour.latency, between=behaviour.between)
