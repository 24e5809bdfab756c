"""From an answer and a step to the very bytes on the socket, and how the connection ends. Pure."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Literal

import msgspec

from genai_sdk.testing.answer import Answer, Frame
from genai_sdk.testing.damage import malformed, open_end, up_to
from genai_sdk.testing.steps import (
    CutBeforeHeaders,
    CutBody,
    CutStream,
    EndWithoutFinish,
    Malformed,
    Slow,
    StallBeforeHeaders,
    StallStream,
    Step,
    WrongLength,
)

Ending = Literal["keep", "fin", "reset", "stall"]


class Part(msgspec.Struct, frozen=True):
    """Bytes to send, after a pause in seconds; `content` says whether they are a chunk with content."""

    data: bytes
    content: bool = False
    pause: float = 0.0


class Delivery(msgspec.Struct, frozen=True):
    """What goes out.

    Attributes:
        status: The status that the client will see, or None.
        parts: The bytes, each part sent by itself.
        ending: What becomes of the connection: kept, closed by FIN or by RST, or left silent.
    """

    status: int | None
    parts: Sequence[Part]
    ending: Ending = "keep"


def deliver(answer: Answer, step: Step) -> Delivery:
    """Lay out `answer`, broken in the way that `step` says; a step that breaks nothing leaves it whole."""
    match step:
        case Slow():
            return _late(deliver(answer, step.then), step)
        case CutBeforeHeaders():
            return Delivery(None, (), _cut(step.reset))
        case StallBeforeHeaders():
            return Delivery(None, (), "stall")
        case CutBody():
            return _cut_body(answer, step)
        case CutStream():
            return _partial(answer, step.after_chunks, _cut(step.reset))
        case StallStream():
            return _partial(answer, step.after_chunks, "stall")
        case EndWithoutFinish() if answer.body is None:
            return _whole(msgspec.structs.replace(answer, frames=open_end(answer.frames, step.after_chunks)))
        case Malformed(kind="http"):
            return Delivery(None, (Part(b"\x15\x03\x01 this is not HTTP\r\n\r\n"),), "fin")
        case Malformed():
            return _whole(malformed(answer, step.kind))
        case WrongLength():
            return _wrong_length(answer, step.by)
        case _:
            return _whole(answer)


def _whole(answer: Answer) -> Delivery:
    if answer.body is not None:
        return Delivery(answer.status, (Part(_head(answer, len(answer.body)) + answer.body),))
    return Delivery(answer.status, (Part(_head(answer)), *map(_part, answer.frames), Part(b"0\r\n\r\n")))


def _late(delivery: Delivery, step: Slow) -> Delivery:
    """Put the pauses in: one before everything, and one before each chunk with content."""
    between = [msgspec.structs.replace(part, pause=part.pause + step.between * part.content) for part in delivery.parts]
    return msgspec.structs.replace(delivery, parts=(Part(b"", pause=step.seconds), *between))


def _cut_body(answer: Answer, step: CutBody) -> Delivery:
    if answer.body is None:
        head, body = _head(answer), b"".join(_chunk(frame.data) for frame in answer.frames)
    else:
        head, body = _head(answer, len(answer.body)), answer.body
    sent = len(body) // 2 if step.after_bytes is None else step.after_bytes
    return Delivery(answer.status, (Part(head), Part(body[:sent])), _cut(step.reset))


def _partial(answer: Answer, after_chunks: int, ending: Ending) -> Delivery:
    """Send a stream up to its n-th frame with content, or half of a body."""
    if answer.body is not None:
        half = answer.body[: len(answer.body) // 2]
        return Delivery(answer.status, (Part(_head(answer, len(answer.body))), Part(half)), ending)
    frames = up_to(answer.frames, after_chunks)
    return Delivery(answer.status, (Part(_head(answer)), *map(_part, frames)), ending)


def _wrong_length(answer: Answer, by: int) -> Delivery:
    body = b"".join(frame.data for frame in answer.frames) if answer.body is None else answer.body
    head = _head(answer, max(0, len(body) + by))
    return Delivery(answer.status, (Part(head), Part(body)), "fin" if by > 0 else "keep")


def _cut(reset: bool) -> Ending:
    return "reset" if reset else "fin"


def _part(frame: Frame) -> Part:
    return Part(_chunk(frame.data), frame.content)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _head(answer: Answer, length: int | None = None) -> bytes:
    size = {"transfer-encoding": "chunked"} if length is None else {"content-length": str(length)}
    return _lines(answer.status, {**answer.headers, **size})


def _lines(status: int, headers: Mapping[str, str]) -> bytes:
    phrase = next((known.phrase for known in HTTPStatus if known == status), "")  # 529 is none of HTTP's
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
