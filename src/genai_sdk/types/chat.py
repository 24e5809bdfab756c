"""A chat completion, whole and in chunks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal

from genai_sdk.types.base import Readers, Value, count, many, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage

if TYPE_CHECKING:  # a default of a type variable is new in Python 3.13; checkers know this module without installing it
    from typing_extensions import TypeVar

    P_co = TypeVar("P_co", covariant=True, default=Any)
else:
    from typing import TypeVar

    P_co = TypeVar("P_co", covariant=True)


def text_of(content: Any) -> str:
    """Read message content, which is text, or a list of parts of which the text counts."""
    if isinstance(content, str):
        return content
    parts = (part.get("text") if isinstance(part, Mapping) else part for part in content)
    return "".join(part for part in parts if isinstance(part, str))


def _known(usage: Usage | None, info: CallInfo) -> str:
    """Return what is known of a call on one line of Markdown."""
    from genai_sdk.display import dollars, seconds  # only notebooks want it

    facts = (
        f"`{info.connection}/{info.model}`" if info.connection else "",
        f"{usage.prompt_tokens} + {usage.completion_tokens} tokens" if usage is not None else "",
        dollars(info.cost),
        seconds(info.latency) if info.latency else "",
        f"{len(info.attempts)} attempts" if len(info.attempts) > 1 else "",
        f"[trace](<{info.trace_url}>)" if info.trace_url else "",
    )
    return " · ".join(fact for fact in facts if fact)


class FunctionCall(Value, frozen=True):
    """The function a model wants called; `arguments` is JSON text."""

    name: str = ""
    arguments: str = ""


class ToolCall(Value, frozen=True):
    """One call of a tool; in a chunk `index` says which one the fragment belongs to."""

    id: str | None = None
    type: str = "function"
    function: FunctionCall = FunctionCall()
    index: int | None = None

    readers: ClassVar[Readers] = {"function": one(FunctionCall)}


class Message(Value, frozen=True):
    """What the model said."""

    role: str = "assistant"
    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None

    readers: ClassVar[Readers] = {"content": text_of, "tool_calls": many(ToolCall)}


class Choice(Value, frozen=True):
    """One answer; `finish_reason` is stop, length, tool_calls or content_filter."""

    index: int = 0
    message: Message = Message()
    finish_reason: str | None = None

    readers: ClassVar[Readers] = {"index": count, "message": one(Message)}


class ChatCompletion(Value, Generic[P_co], frozen=True):
    """The answer to `client.completion`; `ChatCompletion[Order]` where `Order` was its `response_format`."""

    id: str = ""
    object: Literal["chat.completion"] = "chat.completion"
    created: int = 0
    model: str = ""
    choices: tuple[Choice, ...] = ()
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {
        "object": lambda _: "chat.completion",
        "created": count,
        "choices": many(Choice),
        "usage": one(Usage),
    }

    @property
    def text(self) -> str:
        """The first choice's content, or an empty string."""
        return (self.choices[0].message.content or "") if self.choices else ""

    @property
    def parsed(self) -> P_co:
        """The first choice as the type given as `response_format`; None where none was given.

        Raises:
            ResponseFormatError: The model's answer, which is in `text`, does not fit the type, or there is none.
        """
        reader = self.genai.response_format
        parsed: P_co = None if reader is None else reader.parse(self)  # type: ignore[assignment]
        return parsed

    def _repr_markdown_(self) -> str:
        """Show the answer in a notebook: its text, which is Markdown as a rule, and what is known of the call."""
        calls = [call.function for choice in self.choices[:1] for call in choice.message.tool_calls or ()]
        parts = [self.text, *(f"`{call.name}({call.arguments})`" for call in calls), _known(self.usage, self.genai)]
        return "\n\n".join(part for part in parts if part)


class Delta(Value, frozen=True):
    """What a chunk adds to the message."""

    role: str | None = None
    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None

    readers: ClassVar[Readers] = {"content": text_of, "tool_calls": many(ToolCall)}

    @property
    def has_content(self) -> bool:
        """Whether this is content: text, reasoning, a refusal or a tool call."""
        return bool(self.content or self.reasoning_content or self.refusal or self.tool_calls)


class ChunkChoice(Value, frozen=True):
    """One answer's part of a chunk."""

    index: int = 0
    delta: Delta = Delta()
    finish_reason: str | None = None

    readers: ClassVar[Readers] = {"index": count, "delta": one(Delta)}


class ChatCompletionChunk(Value, frozen=True):
    """A piece of a streamed answer.

    Attributes:
        restart: True on the one chunk that says: what came before is void, the answer starts over
            (only with `stream_fallback="restart"`).
    """

    id: str = ""
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int = 0
    model: str = ""
    choices: tuple[ChunkChoice, ...] = ()
    usage: Usage | None = None
    restart: bool = False

    readers: ClassVar[Readers] = {
        "object": lambda _: "chat.completion.chunk",
        "created": count,
        "choices": many(ChunkChoice),
        "usage": one(Usage),
    }

    @property
    def text(self) -> str:
        """The first choice's new content, or an empty string."""
        return (self.choices[0].delta.content or "") if self.choices else ""

    @property
    def has_content(self) -> bool:
        """Whether any choice carries content."""
        return any(choice.delta.has_content for choice in self.choices)
