"""Where the responses of a client are kept: a vendor's account knows its own ids and opens its own reasoning alone."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from genai_sdk.client.parameters import Arguments
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import CallTrace
from genai_sdk.tracing.observed import ObservedCall
from genai_sdk.types.responses import ResponsesResponse
from genai_sdk.wires.responses.call import ResponsesRequest
from genai_sdk.wires.seal import is_sealed

REMEMBERED = 10_000
"""Ids that are remembered, the newest; about 2 MB."""


class Home(msgspec.Struct, frozen=True):
    """Who made a response, or an item of one.

    Attributes:
        connection: The connection's name.
        model: The model's id there.
        kept: Whether the vendor keeps it; what is put as chat, or asked with `store=False`, nobody does.
    """

    connection: str
    model: str
    kept: bool


class ResponseHomes:
    """Remembers who made the responses of this client, and leads what goes on from them there.

    Args:
        now: The client's clock.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._homes: OrderedDict[str, Home] = OrderedDict()

    def noting(self, trace: CallTrace, began: float) -> CallTrace:
        """Return the trace of a call whose answer is taken note of."""

        def finish(_call: Any, response: Any, _error: Any, _ended: int, _seconds: float) -> None:
            if isinstance(response, ResponsesResponse):
                self.note(response)

        return ObservedCall(trace, self._now, finish, began)

    def note(self, response: ResponsesResponse) -> None:
        """Remember who made a response, and its encrypted reasoning."""
        info = response.genai
        if not info.connection or not info.model:
            return
        home = Home(info.connection, info.model, response.model_extra.get("store") is not False)
        for name in (response.id, *(item.get("id") for item in _encrypted(response.output))):
            if isinstance(name, str) and name:
                self._homes[name] = home
        while len(self._homes) > REMEMBERED:
            self._homes.popitem(last=False)

    def name_of(self, response: Any) -> str | None:
        """Return the model's name that leads to who keeps a response; None where that is not remembered."""
        home = self._homes.get(response) if isinstance(response, str) else None
        return None if home is None else f"{home.connection}/{home.model}"

    def led(self, arguments: Arguments[ResponsesRequest]) -> Arguments[ResponsesRequest]:
        """Return a call that goes where what it goes on from is kept, as far as that is known.

        Raises:
            InvalidRequestError: What it goes on from is no response, or nobody keeps it.
        """
        request = arguments.request
        homes = self._reasoning(request.input)
        previous = request.options.get("previous_response_id")
        if previous is None and not homes:
            return arguments
        options, home = request.options, None
        if isinstance(previous, ResponsesResponse):
            self.note(previous)
            options = {**options, "previous_response_id": (previous := previous.id)}
        if previous is not None:
            home = self._kept(previous)
        request = msgspec.structs.replace(request, options=options, home=home, reasoning=homes)
        return msgspec.structs.replace(arguments, request=request)

    def _kept(self, previous: Any) -> str | None:
        if not isinstance(previous, str) or not previous:
            kind = type(previous).__name__
            raise InvalidRequestError(
                Sentence.of(
                    "responses.previous",
                    "previous_response_id must be a response of client.responses or its id, not {kind}",
                    kind=kind,
                )
            )
        home = self._homes.get(previous)
        if home is not None and not home.kept:
            raise InvalidRequestError(
                Sentence.of(
                    "responses.nobody_keeps",
                    "nobody keeps the response {id!r}: {connection}/{model} was asked with store=False, or "
                    "has no Responses API. Send its items back: input=[*response.output, …]",
                    id=previous,
                    connection=home.connection,
                    model=home.model,
                )
            )
        return None if home is None else home.connection

    def _reasoning(self, items: Any) -> Mapping[str, str]:
        if isinstance(items, str) or not self._homes:
            return {}
        names = (str(item.get("id")) for item in _encrypted(items))
        return {name: home.connection for name in names if (home := self._homes.get(name)) is not None}


def _encrypted(items: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    """Return the reasoning that a vendor encrypted; what this package sealed everybody's codec knows."""
    return (
        item
        for item in items
        if isinstance(item, Mapping)
        and item.get("type") == "reasoning"
        and item.get("encrypted_content")
        and not is_sealed(item)
    )
