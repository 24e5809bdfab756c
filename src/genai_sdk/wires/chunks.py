"""Streams of chat: from events to chunks. Pure, lenient, and quick: this runs for every chunk of every stream."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, ChunkChoice, Delta, Usage
from genai_sdk.types.base import count
from genai_sdk.wires.finish import failure_of, finish_of, word_of
from genai_sdk.wires.wire import FailedAnswerError

NO_DELTA = Delta()

UNKNOWN_EVENTS = "unknown_events"
"""The field of a delta, and of the message in the end, with events whose names no row has, as they came."""

Translate = Callable[[dict[str, Any]], dict[str, Any]]
"""From a vendor's event to a dict in the shape of OpenAI's chunks; it keeps what it must know of earlier events."""


class ChatParser:
    """The `Parser` of a chat stream: its usage comes last and by itself, wherever the vendor puts it.

    Args:
        translate: Turns an event into a dict in the shape of OpenAI's chunks (`choices` with `delta` and
            `finish_reason`, `usage`); one without choices says nothing. None where events have that shape already.
            By an attribute `done` it can tell that the stream is over, and by `usage` the tokens reported so far.

    Attributes:
        finished: Whether a finish reason was seen.
    """

    def __init__(self, translate: Translate | None = None) -> None:
        self.finished = False
        self._translate = translate
        self._began = False
        self._usage: dict[str, Any] | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing of the answer is missing."""
        return self.finished and self._usage is not None

    @property
    def done(self) -> bool:
        """Whether the vendor has said that the stream is over."""
        return getattr(self._translate, "done", False)

    @property
    def usage(self) -> Usage | None:
        """The tokens that were reported so far."""
        if self._usage is not None:
            return Usage.from_dict(self._usage["usage"])
        fields = getattr(self._translate, "usage", None)
        return Usage.from_dict(fields) if fields else None

    def read(self, event: dict[str, Any]) -> ChatCompletionChunk | None:
        """Return an event as a chunk; None if it says nothing."""
        if self._translate is not None:
            event = self._translate(event)
        usage = event.pop("usage", None)
        if usage and isinstance(usage, dict):
            self._usage = {**event, "choices": [], "usage": usage}
        if not event.get("choices"):
            return None
        chunk = chunk_of(event)
        for choice in chunk.choices:
            if choice.finish_reason:
                self.finished = self._began = True
                # Some compatible servers report usage on the choice that finishes.
                if self._usage is None and isinstance(usage := choice.model_extra.get("usage"), dict):
                    self._usage = {"id": chunk.id, "created": chunk.created, "model": chunk.model, "usage": usage}
                return chunk
        if self._began and not says_something(chunk.choices):
            return None
        self._began = True
        return chunk

    def end(self) -> Sequence[ChatCompletionChunk]:
        """Return the usage."""
        usage, self._usage = self._usage, None
        if usage is None:
            return ()
        return (ChatCompletionChunk.from_dict({**usage, "created": moment(usage.get("created"))}),)


def chunks_of(answer: ChatCompletion) -> tuple[ChatCompletionChunk, ...]:
    """Return a whole answer as a stream gives it: what was said, then the usage."""
    facts = {"id": answer.id, "created": answer.created, "model": answer.model}
    choices = [
        {
            "index": choice.index,
            "delta": choice.message.model_dump(exclude_none=True),
            "finish_reason": choice.finish_reason,
        }
        for choice in answer.choices
    ]
    chunk = ChatCompletionChunk.from_dict({**facts, "choices": choices})
    return (
        (chunk,) if answer.usage is None else (chunk, ChatCompletionChunk.from_dict({**facts, "usage": answer.usage}))
    )


def chunk_of(event: dict[str, Any]) -> ChatCompletionChunk:
    """Return an event as a chunk.

    Args:
        event: The event, which becomes the chunk's own: what is left of it after the known fields is `model_extra`.
    """
    choices = tuple([_choice_of(choice) for choice in event.pop("choices", None) or ()])
    event.pop("object", None)
    head = event.pop("id", ""), event.pop("created", 0), event.pop("model", "")
    ident, created, model = head
    if type(ident) is not str or type(created) is not int or type(model) is not str:
        ident, created, model = str(ident or ""), moment(created), str(model or "")
    return ChatCompletionChunk(id=ident, created=created, model=model, choices=choices, model_extra=event)


def moment(created: Any) -> int:
    """Return when an answer was made, in seconds since 1970; 0 where that is no number."""
    try:
        return count(created or 0)
    except (OverflowError, TypeError, ValueError):  # a date in words, say
        return 0


def _choice_of(choice: dict[str, Any]) -> ChunkChoice:
    delta = choice.pop("delta", None)
    finish = choice.pop("finish_reason", None)
    index = choice.pop("index", 0)
    return ChunkChoice(
        index=index if type(index) is int else count(index or 0),
        delta=_delta_of(delta) if delta else NO_DELTA,
        finish_reason=_finish_of(finish, choice) if finish else None,
        model_extra=choice,
    )


def _finish_of(reason: Any, extra: dict[str, Any]) -> str:
    """Return a finish reason in OpenAI's words; the server's own word goes to what is beyond them."""
    finish = finish_of(reason)
    if finish == "error":
        raise FailedAnswerError(failure_of(reason))
    if finish != reason:
        extra.setdefault("native_finish_reason", word_of(reason))
    return finish or "stop"


def _delta_of(delta: dict[str, Any]) -> Delta:
    if len(delta) == 1 and type(content := delta.get("content")) is str:
        return Delta(content=content)  # what nearly every chunk is
    fields = {name: item for name, item in delta.items() if item is not None}
    if "reasoning" in fields and "reasoning_content" not in fields:  # OpenRouter's and vLLM's name for it
        fields["reasoning_content"] = fields.pop("reasoning")
    return Delta.from_dict(fields)


def says_something(choices: Iterable[ChunkChoice]) -> bool:
    """Whether choices say anything: vendors' marks of the beginning and end of a block become such that do not."""
    for choice in choices:
        if choice.finish_reason or choice.delta.content or choice.model_extra.get("logprobs"):
            return True
        if choice.delta is not NO_DELTA and _says(choice.delta):
            return True
    return False


def _says(delta: Delta) -> bool:
    extra: Mapping[str, Any] = delta.model_extra
    return delta.has_content or any(extra.values())
