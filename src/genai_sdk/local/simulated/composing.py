"""What a region answers to a call, or to a request of a batch. Pure, but for the files and batches that it keeps."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.local.simulated.behaviour import Behaviour
from genai_sdk.local.simulated.models import MODELS, for_model, sentences
from genai_sdk.local.simulated.prose import mark, prose, quote, transcript
from genai_sdk.local.simulated.wire import check, check_line, check_stream, most_tokens, route_of
from genai_sdk.testing.answer import Answer, dump
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.sample import NoSampleError
from genai_sdk.testing.steps import Reply
from genai_sdk.testing.turn import compose, words
from genai_sdk.testing.wires.wire import UNREADABLE, Failure, Route, read_call


def answer_line(region: str, number: int, path: str, body: Mapping[str, Any]) -> Answer:
    """Answer one request of a batch, as its model would answer a call.

    Args:
        region: Who answers.
        number: Which of the region's requests in batches it is, counted from 1.
        path: The path that the request names, with or without `/v1`.
        body: The request.
    """
    full = "/v1" + path.removeprefix("/v1")
    request = Request("POST", full, full, {}, {"content-type": "application/json"}, dump(body))
    route, matched = route_of(request)
    call, refused = read_call(route, request, matched)
    try:
        check_line(call)
    except WrongRequestError as error:
        refused = refused or Failure(error.kind, message=error.message)
    if refused is None and for_model(Behaviour(), call.model, number).status is not None:
        refused = Failure("overloaded")
    return route.wire.error(refused, call) if refused else answer_of(route, call, region, f"{region}-b{number:08d}")


def answer_of(route: Route, call: Call, region: str, number: str) -> Answer:
    """Answer a call that no behaviour fails, or refuse it in the vendor's words."""
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
