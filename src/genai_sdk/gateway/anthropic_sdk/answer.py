"""Answers in the JSON of Anthropic's API, each with a block of this package's own. Pure."""

from collections.abc import Iterable
from typing import Any

from genai_sdk.gateway.openai.answer import info_of, named_event, started_over
from genai_sdk.gateway.openai.api_call import BLOCK, ApiCall
from genai_sdk.models import ModelRow
from genai_sdk.routing import Plan
from genai_sdk.types import CallInfo
from genai_sdk.types.messages import MessagesEvent, MessagesResponse

_NEVER = "1970-01-01T00:00:00Z"
"""When a model was made, which nobody here knows (https://docs.anthropic.com/en/api/models-list says so for such)."""


def write_answer(_call: ApiCall, value: Any) -> dict[str, Any]:
    """Return the body of a whole answer."""
    if isinstance(value, MessagesResponse):
        return {**value.model_dump(), BLOCK: info_of(value.genai)}
    if isinstance(value, Plan):
        return _model(value.model, value.candidates)
    rows: Iterable[ModelRow] = value
    data = [_model(row.name, row.candidates) for row in rows]
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return {"data": data, "has_more": False, **ends}


def _model(name: str, candidates: Iterable[Any]) -> dict[str, Any]:
    served = [{"connection": one.connection, "model": one.model} for one in candidates]
    facts = {"type": "model", "id": name, "display_name": name, "created_at": _NEVER}
    return {**facts, BLOCK: {"candidates": served}}


class MessagesWriter:
    """Writes the events of a message; what is known of the call stands on the last one."""

    end_mark = b""

    def __init__(self) -> None:
        self._held: MessagesEvent | None = None

    def add(self, event: MessagesEvent) -> list[dict[str, Any]]:
        """Return what can be sent now; it may be nothing.

        Raises:
            StreamInterruptedError: The stream starts over.
        """
        if event.restart:
            raise started_over()
        if event.type == "message_stop":
            self._held = event
            return []
        return [event.model_dump()]

    def end(self, info: CallInfo) -> list[dict[str, Any]]:
        """Return the last event, with what is known of the call."""
        last = self._held or MessagesEvent(type="message_stop")
        return [{**last.model_dump(), BLOCK: info_of(info)}]

    def frame(self, made: dict[str, Any]) -> bytes:
        """Return an event under its name."""
        return named_event(made)
