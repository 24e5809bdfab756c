"""What a fake provider can be told to do with a call: frozen steps, queued with `FakeProvider.script`.

A step says what happens, never in which vendor's words: each wire puts it into its own status, headers and body.
Where a step counts chunks it counts those with content (a word of text, a piece of reasoning or of a tool call), not
the events around them; 0 means before the first content. On a call that is not streamed such a step acts in the
middle of the body.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec


class Step(msgspec.Struct, frozen=True):
    """The base of every step."""


class Reply(Step, frozen=True):
    """Answer the call.

    Attributes:
        text: The text, or None for the fake's usual answer (nothing, if there are tool calls or a refusal).
        tool_calls: (name, arguments) of each tool to be called.
        reasoning: Reasoning text, where the wire can show it.
        refusal: A refusal: a field of its own on OpenAI's wires, `refusal` or its like as the reason elsewhere.
        finish: Why the answer ended, in OpenAI's words (stop, length, tool_calls, content_filter); None: what fits.
        pieces: How the text is cut up when streamed; None: after each word.
        prompt_tokens: Tokens of the prompt, cached ones included; None: one per word sent.
        completion_tokens: Tokens of the answer, reasoning included; None: one per word of it.
        reasoning_tokens: Those of them that are reasoning; None: one per word of `reasoning`.
        cached_tokens: Tokens of the prompt read from the vendor's cache.
        cache_write_tokens: Tokens of the prompt written to it, where the wire reports that.
        headers: Further headers of the response.
    """

    text: str | None = None
    tool_calls: Sequence[tuple[str, Mapping[str, Any]]] = ()
    reasoning: str | None = None
    refusal: str | None = None
    finish: Literal["stop", "length", "tool_calls", "content_filter"] | None = None
    pieces: Sequence[str] | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    headers: Mapping[str, str] = {}


class Slow(Step, frozen=True):
    """Do `then`, but late.

    Attributes:
        seconds: Wait before the status line.
        between: Wait before each chunk of a stream that has content.
        then: The step to do.
    """

    seconds: float
    between: float = 0.0
    then: Step = Reply()


class Status(Step, frozen=True):
    """Answer with an HTTP status, in the vendor's error shape and words.

    Attributes:
        code: The status, such as 429, 500, 503 or Anthropic's 529.
        retry_after: Seconds to wait; Google says it in the body (`RetryInfo`), the others in the `Retry-After` header.
        message: The error's text, or None for the vendor's.
    """

    code: int
    retry_after: float | None = None
    message: str | None = None


class BadRequest(Step, frozen=True):
    """Find the request itself wrong (400)."""

    message: str | None = None


class NotFound(Step, frozen=True):
    """Say that there is no such model or deployment (404)."""

    message: str | None = None


class ContextWindow(Step, frozen=True):
    """Say that the input is longer than the model takes, with the text and code the vendor uses.

    Attributes:
        limit: The tokens the model is said to take.
    """

    limit: int = 8192


class ContentFilter(Step, frozen=True):
    """Let the vendor's content policy step in.

    Attributes:
        at: `"request"`: the request is refused with an error; `"answer"`: the answer breaks off, and its finish
            reason says so.
    """

    at: Literal["request", "answer"] = "request"


class Redirect(Step, frozen=True):
    """Redirect to `url`."""

    url: str
    code: int = 307


class CutBeforeHeaders(Step, frozen=True):
    """Close the connection before any byte of the answer; with `reset`, by RST instead of FIN."""

    reset: bool = False


class CutBody(Step, frozen=True):
    """Close the connection in the middle of the body.

    Attributes:
        after_bytes: Bytes of the body to send first; None: half of them.
        reset: By RST instead of FIN.
        reply: The answer it happens to.
    """

    after_bytes: int | None = None
    reset: bool = False
    reply: Reply = Reply()


class CutStream(Step, frozen=True):
    """Close the connection in the middle of a stream, after some chunks with content.

    Attributes:
        after_chunks: Chunks with content to send first.
        reset: By RST instead of FIN.
        reply: The answer it happens to.
    """

    after_chunks: int = 1
    reset: bool = False
    reply: Reply = Reply()


class StallBeforeHeaders(Step, frozen=True):
    """Take the request and never answer, until the client leaves or the fake stops."""


class StallStream(Step, frozen=True):
    """Fall silent after some chunks with content, until the client leaves or the fake stops.

    Attributes:
        after_chunks: Chunks with content to send first.
        reply: The answer it happens to.
    """

    after_chunks: int = 1
    reply: Reply = Reply()


class EndWithoutFinish(Step, frozen=True):
    """End a stream in good HTTP order but with neither finish reason, usage nor end mark.

    A call that is not streamed is answered whole.

    Attributes:
        after_chunks: Chunks with content to send first; None: all of them.
        reply: The answer it happens to.
    """

    after_chunks: int | None = None
    reply: Reply = Reply()


class ErrorInStream(Step, frozen=True):
    """Send the vendor's error event in the middle of a stream; on a call that is not streamed, the status.

    Attributes:
        code: The status the error stands for.
        after_chunks: Chunks with content to send first.
        reply: The answer it happens to.
    """

    code: int = 503
    after_chunks: int = 1
    reply: Reply = Reply()


class Malformed(Step, frozen=True):
    """Answer 200 with something else.

    Attributes:
        kind: `"html"`, a page as proxies send it; `"truncated"`, broken JSON of the right length (in a stream, a
            broken event); `"empty"`, no body; `"http"`, bytes that are not HTTP.
    """

    kind: Literal["html", "truncated", "empty", "http"] = "html"


class WrongLength(Step, frozen=True):
    """Declare a wrong Content-Length.

    Attributes:
        by: Bytes too many (the connection is closed when the body is out) or, if negative, too few (the connection
            stays open, with the rest of the body on it).
    """

    by: int = 10


def reply_of(step: Step) -> Reply:
    """Return the reply that a step gives, whole or broken."""
    match step:
        case Reply():
            return step
        case ContentFilter(at="answer"):
            return Reply(finish="content_filter")
        case CutBody() | CutStream() | StallStream() | EndWithoutFinish() | ErrorInStream():
            return step.reply
        case _:
            return Reply()
