"""From a request to what is sent and when, decided and not yet sent."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from genai_sdk.local.simulated.behaviour import Behaviour
from genai_sdk.local.simulated.composing import answer_of
from genai_sdk.local.simulated.regions import Regions, TooManyRegionsError, UnknownRegionError
from genai_sdk.local.simulated.regions import check as check_name
from genai_sdk.local.simulated.wire import SimulatedKeys, masked, route_of
from genai_sdk.testing.answer import Answer
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.damage import malformed, up_to
from genai_sdk.testing.steps import Status
from genai_sdk.testing.wires import openai
from genai_sdk.testing.wires.wire import DeniedError, Failure, failure_of, read_call

LARGEST_BODY = 16 * 1024 * 1024

BODY_SECONDS = 30.0
"""How long a request's body may take to arrive."""

TOO_LARGE = openai.WIRE.error(
    Failure("too_large", 413, f"The request body is larger than the {LARGEST_BODY:,} bytes that are taken."), Call()
)
TOO_LATE = openai.WIRE.error(
    Failure("too_late", 408, f"The request body did not arrive within {BODY_SECONDS:g} s."), Call()
)

_KEYS = SimulatedKeys()


class SimulatedResult(msgspec.Struct, frozen=True):
    """What a call gets.

    Attributes:
        answer: The response.
        latency: Seconds before it.
        between: Seconds before each frame with content.
        cut: Whether the connection is cut at the end, before the response is whole.
    """

    answer: Answer
    latency: float = 0.0
    between: float = 0.0
    cut: bool = False


@contextmanager
def outcome_of(request: Request, regions: Regions, region: str) -> Iterator[SimulatedResult]:
    """Decide on a request, whose path starts with `/v1` or `/openai`; the call is under way until the block ends."""
    route, matched = route_of(request)
    call, refused = read_call(route, request, matched)
    try:
        check_name(region)
        _, key = route.wire.authenticate(request, _KEYS)
        with regions.call(region, call.model) as admission:
            number = f"{region}-{admission.number:08d}"
            behaviour = admission.behaviour
            failure = _failure(behaviour, key) or refused
            kept = admission.kept
            call = msgspec.structs.replace(call, files=kept.files, batches=kept.batches, request_id=f"req_{number}")
            answer = route.wire.error(failure, call) if failure else answer_of(route, call, region, number)
            if call.operation in ("file", "batch"):
                regions.trim()
            marks = dict.fromkeys(route.wire.id_headers, f"req_{number}")
            yield _shaped(answer.with_headers(marks), behaviour)
    except DeniedError as error:
        yield SimulatedResult(route.wire.error(Failure(error.kind, key=masked(error.key)), call))
    except (UnknownRegionError, TooManyRegionsError) as error:
        yield SimulatedResult(route.wire.error(Failure("not_found", message=str(error)), call))


def _failure(behaviour: Behaviour, key: str) -> Failure | None:
    if behaviour.error is not None:
        return Failure(behaviour.error)
    if behaviour.status is None:
        return None
    failure = failure_of(Status(behaviour.status, behaviour.retry_after, behaviour.message))
    return failure and msgspec.structs.replace(failure, key=masked(key))


def _shaped(answer: Answer, behaviour: Behaviour) -> SimulatedResult:
    """Break an answer and space it out as the behaviour says; an error is late, but whole."""
    outcome = SimulatedResult(answer, behaviour.latency, behaviour.between)
    if answer.status != 200:
        return outcome
    if behaviour.malformed is not None:
        return msgspec.structs.replace(outcome, answer=malformed(answer, behaviour.malformed))
    if behaviour.cut_after is not None:
        if answer.body is None:
            answer = msgspec.structs.replace(answer, frames=up_to(answer.frames, behaviour.cut_after))
        return msgspec.structs.replace(outcome, answer=answer, cut=True)
    return outcome
