"""A response of OpenAI's Responses API, and the events of one: a typed envelope around items that stay as they came."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from genai_sdk.types.base import Readers, Value, count, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage

Item = dict[str, Any]
"""An item as it came: a message, reasoning, a call of a tool, or whatever the vendor has."""


class ResponsesResponse(Value, frozen=True):
    """The answer to `client.responses`: the vendor's own response.

    Whatever the vendor sends beyond these fields (`tools`, `reasoning`, `metadata` …) is there under its own name.

    Attributes:
        id: Its id, by which a next call can go on from it where the vendor keeps it.
        object: Always "response".
        created_at: When it was made, in seconds since 1970; 0 where the vendor does not say it.
        status: completed, incomplete, queued, in_progress, cancelled or failed.
        model: The model that answered, in the provider's words.
        output: The items, unaltered.
        usage: The tokens; the vendor's names are there too (`usage.input_tokens`).
        error: Why it failed, or None.
        incomplete_details: Why it is not complete, or None.
        previous_response_id: What it goes on from, or None.
        genai: What is known of the call.
    """

    id: str = ""
    object: Literal["response"] = "response"
    created_at: float = 0
    status: str = "completed"
    model: str = ""
    output: tuple[Item, ...] = ()
    usage: Usage | None = None
    error: dict[str, Any] | None = None
    incomplete_details: dict[str, Any] | None = None
    previous_response_id: str | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {"object": lambda _: "response", "output": tuple, "usage": one(Usage)}

    @property
    def output_text(self) -> str:
        """The texts of all messages in it, put together."""
        parts = [part for item in self.output if item.get("type") == "message" for part in _parts(item)]
        return "".join(part.get("text") or "" for part in parts if part.get("type") == "output_text")

    @property
    def text(self) -> str:
        """As `output_text`."""
        return self.output_text

    @property
    def output_parsed(self) -> Any:
        """The text as the type given as `text_format`, or None without one or without text.

        Raises:
            ResponseFormatError: The text, which is in `output_text`, does not fit the type.
        """
        reader = self.genai.response_format
        return reader.parse(self) if reader is not None and self.output_text else None

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes: a response in the background is not over while it is queued or in progress."""
        return self.status not in ("queued", "in_progress")

    def recorded(self) -> tuple[Item, ...]:
        """What a trace shows of it."""
        return self.output


def _parts(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = item.get("content") or []
    return [{"type": "output_text", "text": content}] if isinstance(content, str) else content


class ResponsesEvent(Value, frozen=True):
    """An event of a streamed response, as the vendor sends it; further fields are there under their own names.

    Attributes:
        type: What happened, such as `response.output_text.delta`.
        sequence_number: Its place among the events.
        delta: What is added: a piece of a text, or of a tool's arguments.
        item: The item that begins or is whole, unaltered.
        response: The response, on the events of its beginning and its end.
        restart: True on the one event that says: what came before is void, the answer starts over
            (only with `stream_fallback="restart"`).
    """

    type: str = ""
    sequence_number: int = 0
    delta: Any = None
    item: Item | None = None
    response: ResponsesResponse | None = None
    restart: bool = False

    hidden: ClassVar[frozenset[str]] = Value.hidden | {"restart"}
    readers: ClassVar[Readers] = {"sequence_number": count}

    @property
    def text(self) -> str:
        """The new text of the answer, or an empty string."""
        return self.delta or "" if self.type == "response.output_text.delta" else ""

    def keys(self) -> list[str]:
        """List the fields that it has."""
        named = super().keys()
        return [name for name in named if name in self.model_extra or getattr(self, name) is not None]
