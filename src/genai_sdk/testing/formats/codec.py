"""What a format is: how a vendor writes calls, answers, and errors in the middle of a stream."""

import re
from collections.abc import Callable

import msgspec

from genai_sdk.testing.answer import Answer, Frame
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.turn import Turn

CREATED = 1_700_000_000
"""When every answer was made (Unix time): the same call gets the same answer."""


class Words(msgspec.Struct, frozen=True):
    """A vendor's words for one kind of error.

    Attributes:
        status: The HTTP status.
        message: The text; `{model}`, `{key}`, `{limit}`, `{tokens}` and `{seconds}` are filled in.
        code: The vendor's code, type or status word.
        kind: OpenAI's `type`.
        param: OpenAI's `param`.
    """

    status: int
    message: str
    code: str | None = None
    kind: str | None = None
    param: str | None = None


class Codec(msgspec.Struct, frozen=True):
    """A vendor's format of calls and answers.

    Attributes:
        read: Reads the call; raises `WrongRequestError` where the vendor would.
        write: Writes the model's turn, in one piece or as a stream, as the call wants it.
        error: Writes an error in the middle of a stream; None where nothing is streamed.
    """

    read: Callable[[Request, re.Match[str]], Call]
    write: Callable[[Call, Turn], Answer]
    error: Callable[[Words], Frame] | None = None
