"""Answers in the JSON of OpenAI's API, each with a block of this package's own. Pure."""

import struct
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import asdict

from genai_sdk.errors import StreamInterruptedError
from genai_sdk.gateway.openai.api_call import BLOCK, ApiCall
from genai_sdk.models import Candidate, ModelRow
from genai_sdk.routing import Plan
from genai_sdk.sentence import Sentence
from genai_sdk.types import CallInfo, ChatCompletion, ChatCompletionChunk, ChunkChoice, EmbeddingResponse, Value
from genai_sdk.types.responses import ResponsesEvent, ResponsesResponse

encode = msgspec.json.encode


def write_answer(call: ApiCall, value: Any) -> dict[str, Any]:
    """Return the body of a whole answer."""
    if isinstance(value, ChatCompletion):
        return _completion(value)
    if isinstance(value, ResponsesResponse):
        return {**value.model_dump(), BLOCK: info_of(value.genai)}
    if isinstance(value, EmbeddingResponse):
        return _embeddings(value, base64=call.base64)
    if isinstance(value, Plan):
        return _model(value.model, value.candidates)
    rows: Iterable[ModelRow] = value
    return {"object": "list", "data": [_model(row.name, row.candidates) for row in rows]}


def _completion(value: ChatCompletion) -> dict[str, Any]:
    made = fields_of(value)
    for choice in made["choices"]:
        choice.setdefault("finish_reason", None)
        choice["message"].setdefault("content", None)
    made[BLOCK] = info_of(value.genai)
    return made


def _chunk(value: ChatCompletionChunk) -> dict[str, Any]:
    made: dict[str, Any] = {"id": value.id, "object": value.object, "created": value.created, "model": value.model}
    made |= {**value.model_extra, "choices": [_choice(choice) for choice in value.choices]}
    if value.usage is not None:
        made["usage"] = fields_of(value.usage)
    return made


def _choice(choice: ChunkChoice) -> dict[str, Any]:
    delta = choice.delta
    others = (delta.role, delta.refusal, delta.reasoning_content, delta.tool_calls, choice.finish_reason)
    is_text = others == (None, None, None, None, None)
    # Servers send `logprobs: null` with every text.
    if not is_text or delta.model_extra or any(item is not None for item in choice.model_extra.values()):
        return fields_of(choice)
    return {"index": choice.index, "delta": {} if delta.content is None else {"content": delta.content}}


def _embeddings(value: EmbeddingResponse, *, base64: bool) -> dict[str, Any]:
    rows = [
        {
            "object": row.object,
            "index": row.index,
            **row.model_extra,
            "embedding": _vector(row.embedding, base64=base64),
        }
        for row in value.data
    ]
    made = fields_of(msgspec.structs.replace(value, data=()))
    return {**made, "data": rows, BLOCK: info_of(value.genai)}


def _vector(vector: tuple[float, ...] | str, *, base64: bool) -> list[float] | str:
    if isinstance(vector, str):
        return vector
    if not base64:
        return list(vector)
    return b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def fields_of(value: Value) -> dict[str, Any]:
    """Return what `model_dump(exclude_none=True)` does, several times faster, with tuples where it has lists."""
    made = asdict(value)
    extra = made.pop("model_extra")
    made.pop("genai", None)
    for name, item in [*made.items()]:
        if item is None:
            del made[name]
        elif isinstance(item, Value):
            made[name] = fields_of(item)
        elif type(item) is tuple and item and isinstance(item[0], Value):
            made[name] = [fields_of(part) for part in item]
    for name, item in extra.items():
        if item is not None:
            made[name] = item.model_dump(exclude_none=True) if isinstance(item, Value) else item
    return made


def info_of(info: CallInfo) -> dict[str, Any]:
    """Return what is known of a call, as JSON takes it."""
    made = asdict(info)
    del made["response_format"]
    return made


def _model(name: str, candidates: Iterable[Candidate]) -> dict[str, Any]:
    served = [{"connection": one.connection, "model": one.model} for one in candidates]
    owner = served[0]["connection"] if served else ""
    return {"id": name, "object": "model", "created": 0, "owned_by": owner, BLOCK: {"candidates": served}}


class ChunkWriter:
    """Writes chunks as the events of a stream.

    What is known of the call stands on the last chunk, when cost and latency are known. A chunk that may be the last
    one (with a `finish_reason`, or with nothing but usage) is therefore held until the next one, or the end, comes.
    """

    end_mark = b"data: [DONE]\n\n"

    def __init__(self) -> None:
        self._held: dict[str, Any] | None = None

    def add(self, chunk: ChatCompletionChunk) -> list[dict[str, Any]]:
        """Return what can be sent now; it may be nothing.

        Raises:
            StreamInterruptedError: The stream starts over, which OpenAI's events have no word for.
        """
        if chunk.restart:
            raise started_over()
        made = _chunk(chunk)
        if not made["choices"] or any(choice.finish_reason for choice in chunk.choices):
            return self._hold(made)
        return [made] if self._held is None else [*self._hold(None), made]

    def end(self, info: CallInfo) -> list[dict[str, Any]]:
        """Return the last chunk, with what is known of the call."""
        if self._held is not None:
            self._held[BLOCK] = info_of(info)
        return self._hold(None)

    def frame(self, made: dict[str, Any]) -> bytes:
        """Return a chunk as an event."""
        return event(made)

    def _hold(self, made: dict[str, Any] | None) -> list[dict[str, Any]]:
        held, self._held = self._held, made
        return [] if held is None else [held]


class ResponsesWriter:
    """Writes the events of a response; what is known of the call stands on the response at its end."""

    end_mark = b""

    def __init__(self) -> None:
        self._held: ResponsesEvent | None = None

    def add(self, event: ResponsesEvent) -> list[dict[str, Any]]:
        """Return what can be sent now; raises as `ChunkWriter.add`."""
        if event.restart:
            raise started_over()
        sent = self._release({})
        if event.type in _ENDS:
            self._held = event
            return sent
        return [*sent, event.model_dump()]

    def end(self, info: CallInfo) -> list[dict[str, Any]]:
        """Return the last event, with what is known of the call."""
        return self._release({BLOCK: info_of(info)})

    def frame(self, made: dict[str, Any]) -> bytes:
        """Return an event under its name."""
        return named_event(made)

    def _release(self, block: dict[str, Any]) -> list[dict[str, Any]]:
        held, self._held = self._held, None
        if held is None:
            return []
        made = held.model_dump()
        return [{**made, "response": {**made["response"], **block}}]


_ENDS = frozenset({"response.completed", "response.incomplete"})


def started_over() -> StreamInterruptedError:
    """Return the error for a stream that starts over, which vendors' events have no word for."""
    return StreamInterruptedError(
        Sentence.of(
            "gateway.restarted",
            "the stream broke and started over, which a reader of its events cannot see: nothing of "
            "the second answer is passed on. Make the client with "
            'stream_fallback="before_first_content".',
        )
    )


def named_event(made: dict[str, Any]) -> bytes:
    """Return an event under its name."""
    return f"event: {made['type']}\n".encode() + event(made)


def event(made: dict[str, Any]) -> bytes:
    """Return a server-sent event."""
    return b"data: " + encode(made) + b"\n\n"
