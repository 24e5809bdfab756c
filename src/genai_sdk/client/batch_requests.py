"""What a batch is asked with: requests as dicts, each a call of its own, checked before anything is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.client.parameters import Arguments, kind_of, read_chat, read_embedding
from genai_sdk.errors import InvalidRequestError
from genai_sdk.jobs.planning import Requests
from genai_sdk.sentence import Sentence
from genai_sdk.wires.operation import CHAT, EMBEDDING

_IDS = 64
# What a request of a batch cannot have: it is sent with all others, and later.
_ALONE = ("background", "extra_headers", "stream", "stream_options")


def read_batch(requests: Any, options: Mapping[str, Any], operation: Any = None) -> tuple[str, Requests]:
    """Read the requests of a batch, and return the operation that all of them ask for.

    Args:
        requests: Dicts of a call's arguments: `messages` or `input`, parameters, and a `custom_id`.
        options: Parameters of all requests that say nothing else.
        operation: What they ask for: `"chat"`, `"embedding"` or `"responses"`; None to see it by what they have.

    Raises:
        InvalidRequestError: One is of the wrong form, asks for another operation, or has the id of another.
    """
    if operation is not None and operation not in _INPUTS:
        raise InvalidRequestError(
            Sentence.of(
                "batch.operation",
                "operation must be one of {names}, not {operation}",
                names=", ".join(_INPUTS),
                operation=repr(operation),
            )
        )
    if isinstance(requests, str | bytes | Mapping) or not isinstance(requests, Sequence) or not requests:
        raise InvalidRequestError(
            Sentence.of(
                "batch.requests",
                'requests must be a list of calls such as [{{"custom_id": "a", "messages": […]}}] or '
                '[{{"custom_id": "b", "input": "…"}}], not {kind}',
                kind=kind_of(requests),
            )
        )
    read: list[tuple[str, Any]] = []
    seen: dict[str, int] = {}
    operations: dict[str, int] = {}
    for place, request in enumerate(requests):
        custom_id, asked, checked = _read(place, request, options, operation)
        if custom_id in seen:
            raise InvalidRequestError(
                Sentence.of(
                    "batch.same_id",
                    "requests[{place}] has the custom_id {custom_id!r} of requests[{other}]: results are "
                    "matched by it, so give each its own",
                    place=place,
                    custom_id=custom_id,
                    other=seen[custom_id],
                )
            )
        seen[custom_id] = place
        operations.setdefault(asked, place)
        read.append((custom_id, checked))
    if len(operations) > 1:
        raise InvalidRequestError(
            Sentence.of(
                "batch.operations",
                "a batch asks for one operation, and {requests}",
                requests=[f"requests[{place}] for {name}" for name, place in operations.items()],
            )
        )
    return next(iter(operations)), read


_INPUTS: Mapping[str, str] = {CHAT.name: "messages", EMBEDDING.name: "input", "responses": "input"}
"""What a request of each operation has."""


def _read(place: int, request: Any, options: Mapping[str, Any], wanted: str | None) -> tuple[str, str, Any]:
    where = f"requests[{place}]"
    if not isinstance(request, Mapping) or ("messages" in request) == ("input" in request):
        raise InvalidRequestError(
            Sentence.of("batch.request_form", '{where} must be a dict with either "messages" or "input"', where=where)
        )
    operation = wanted or (CHAT.name if "messages" in request else EMBEDDING.name)
    if _INPUTS[operation] not in request:
        raise InvalidRequestError(
            Sentence.of(
                "batch.request_input",
                '{where} must be a dict with "{name}", as the batch is of {operation}',
                where=where,
                name=_INPUTS[operation],
                operation=operation,
            )
        )
    arguments = {**options, **request}
    custom_id = arguments.pop("custom_id", f"request-{place + 1}")
    # anthropic 2.14.0, types/messages/batch_create_params.py: 1 to 64 characters, the strictest of the vendors.
    if not isinstance(custom_id, str) or not 0 < len(custom_id) <= _IDS or not _is_plain(custom_id):
        raise InvalidRequestError(
            Sentence.of(
                "batch.custom_id",
                "{where} has the custom_id {custom_id!r}: it is a text of 1 to {ids} letters, digits, - and _",
                where=where,
                custom_id=custom_id,
                ids=_IDS,
            )
        )
    if alone := [name for name in _ALONE if arguments.get(name)]:
        raise InvalidRequestError(
            Sentence.of(
                "batch.cannot_take",
                "{where} ({custom_id!r}) has {names}, which no batch can take: leave it out",
                where=where,
                custom_id=custom_id,
                names=", ".join(alone),
            )
        )
    checked: Arguments[Any]
    try:
        if operation == CHAT.name:
            checked = read_chat("", arguments.pop("messages"), arguments)
        elif operation == EMBEDDING.name:
            checked = read_embedding("", arguments.pop("input"), arguments)
        else:
            from genai_sdk.client.native_parameters import read_responses

            checked = read_responses("", arguments.pop("input"), arguments)
    except InvalidRequestError as error:
        wrong = str(error)
    else:
        if checked.routing or checked.labels:
            named = ", ".join(sorted({*checked.routing} or {"labels of the trace"}))
            raise InvalidRequestError(
                Sentence.of(
                    "batch.stays",
                    "{where} ({custom_id!r}) has {names}: a batch stays on one deployment; labels go into "
                    "batches.results",
                    where=where,
                    custom_id=custom_id,
                    names=named,
                )
            )
        return custom_id, operation, checked.request
    raise InvalidRequestError(
        Sentence.of(
            "batch.request_wrong", "{where} ({custom_id!r}): {wrong}", where=where, custom_id=custom_id, wrong=wrong
        )
    )


def _is_plain(text: str) -> bool:
    return text.isascii() and all(letter.isalnum() or letter in "-_" for letter in text)
