"""Answers that are broken in themselves, whoever delivers them. Pure."""

from collections.abc import Sequence
from typing import Literal

from genai_sdk.testing.answer import Answer, Frame

_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"


def malformed(answer: Answer, kind: Literal["html", "truncated", "empty", "http"]) -> Answer:
    """Return 200 with something else in place of the answer: a proxy's page, broken JSON or a broken event, nothing."""
    if kind == "html":
        return Answer(200, {"content-type": "text/html"}, _PAGE)
    if kind == "empty":
        return Answer(200, answer.headers, b"")
    if answer.body is not None:
        return Answer(200, answer.headers, answer.body[: len(answer.body) // 2])
    *whole, last = up_to(answer.frames, 1) or answer.frames[:1]
    broken = last.data
    end = next((blank for blank in (b"\r\n\r\n", b"\n\n") if broken.endswith(blank)), b"")
    return Answer(200, answer.headers, None, [*whole, Frame(broken[: len(broken) // 2] + end)])


def up_to(frames: Sequence[Frame], count: int) -> list[Frame]:
    """Return the frames through the `count`-th with content; for 0 those before the first; never those of the end."""
    kept: list[Frame] = []
    seen = 0
    for frame in frames:
        if frame.end or (frame.content and seen == count):
            break
        kept.append(frame)
        seen += frame.content
        if count and seen == count:
            break
    return kept


def open_end(frames: Sequence[Frame], count: int | None) -> list[Frame]:
    """Return a stream without its end: up to its `count`-th frame with content, or all of them."""
    return [frame for frame in frames if not frame.end] if count is None else up_to(frames, count)
