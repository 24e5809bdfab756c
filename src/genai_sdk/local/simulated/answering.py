"""From a request to what is sent and when, decided and not yet sent."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from genai_sdk.local.simulated.behaviour import Behaviour
from genai_sdk.local.simulated.models import MODELS, sentences
from genai_sdk.local.simulated.prose import mark, prose, quote, transcript
from genai_sdk.local.simulated.regions import Regions, TooManyRegionsError, UnknownRegionError
from genai_sdk.local.simulated.regions import check as check_name
from genai_sdk.local.simulated.wire import SimulatedKeys, check, check_stream, masked, most_tokens, route_of
from genai_sdk.testing.answer import Answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.damage import malformed, up_to
from genai_sdk.testing.sample import NoSampleError
from genai_sdk.testing.steps import Reply, Status
from genai_sdk.testing.turn import compose, words
from genai_sdk.testing.wires import openai
from genai_sdk.testing.wires.wire import UNREADABLE, DeniedError, Failure, Route, failure_of, read_call

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
            answer = route.wire.error(failure, call) if failure else _answer(route, call, region, number)
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


def _answer(route: Route, call: Call, region: str, number: str) -> Answer:
    try:
        last = f"{mark(region)} {quote(call.last)}"  # short: an instance of a schema may repeat it
        short = msgspec.structs.replace(check(call), last=last, served=MODELS)
        reply = None if call.forced is not None or call.schema is not None else _reply(call, region)
        turn = compose(short, Reply(), number=number, name=region, answer=lambda _: reply)
        check_stream(short, turn)
        return route.codec.write(short, turn)
    except WrongRequestError as error:
        return route.wire.error(Failure(error.kind, message=error.message), call)
    except NoSampleError as error:
        message = f"Invalid schema: the simulated provider found no small instance of it. {str(error)[:300]}"
        return route.wire.error(Failure("bad_request", message=message), call)
    except UNREADABLE:
        return route.wire.error(Failure("bad_request"), call)


def _reply(call: Call, region: str) -> Reply:
    if call.operation == "transcription":
        return Reply(transcript(region, call.last, sentences(call.model)))
    if call.operation not in ("chat", "text_completion"):
        return Reply("")
    text = prose(region, call.last, sentences(call.model))
    most, pieces = most_tokens(call), words(text)
    if most is None or most >= len(pieces):
        return Reply(text)
    return Reply("".join(pieces[:most]), finish="length")


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
