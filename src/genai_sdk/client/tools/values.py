"""What a run of tools comes to, and what happens on the way."""

from typing import Any, Generic

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Record, Usage
from genai_sdk.types.chat import P_co


class ToolResult(Record, frozen=True, kw_only=True):
    """A tool that was called.

    Attributes:
        id: The call's id, by which the model knows it.
        name: The tool's name, as the model gave it.
        arguments: The arguments, as the model wrote them.
        content: What the model is told of it.
        value: What the function returned.
        error: What went wrong, in the words that the model is told, or None.
        seconds: How long it took.
        round: The round it belongs to, from 1.
    """

    id: str
    name: str
    arguments: str
    content: str
    value: Any = None
    error: str | None = None
    seconds: float = 0.0
    round: int = 1


class ToolRun(Record, Generic[P_co], frozen=True, kw_only=True):
    """What a run of tools came to.

    Attributes:
        response: The model's last answer.
        messages: The conversation, to which the next message can be added.
        results: The tools that were called, in order.
        responses: Every answer of the model, in order; each with its `genai`: ledger, tokens, cost.
        cost: US dollars for all answers; None where that of one is not known.
        usage: The tokens of all answers.
        trace_id: The id of the run's trace in Langfuse, or None if it is not recorded.
        trace_url: Where Langfuse shows it, or None as long as the project is not known.
    """

    response: ChatCompletion[P_co]
    messages: tuple[Any, ...]
    results: tuple[ToolResult, ...]
    responses: tuple[ChatCompletion[P_co], ...]
    cost: float | None
    usage: Usage | None
    trace_id: str | None = None
    trace_url: str | None = None

    @property
    def text(self) -> str:
        """The text of the last answer."""
        return self.response.text

    @property
    def parsed(self) -> P_co:
        """The last answer as the type given as `response_format`; None where none was given.

        Raises:
            ResponseFormatError: It does not fit.
        """
        return self.response.parsed

    @property
    def rounds(self) -> int:
        """How often the model was asked."""
        return len(self.responses)


class ChunkEvent(Record, frozen=True):
    """A piece of an answer came."""

    chunk: ChatCompletionChunk
    round: int


class ResponseEvent(Record, frozen=True):
    """An answer is whole."""

    response: ChatCompletion[Any]
    round: int


class ToolCallEvent(Record, frozen=True):
    """A tool is about to be called, with the arguments as the model wrote them."""

    id: str
    name: str
    arguments: str
    round: int


class ToolResultEvent(Record, frozen=True):
    """A tool has ended, well or not."""

    result: ToolResult
    round: int


ToolEvent = ChunkEvent | ResponseEvent | ToolCallEvent | ToolResultEvent
