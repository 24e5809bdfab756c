"""What the attempt loop asks its faces to do, and what it is sent back."""

from collections.abc import Callable, Generator

import msgspec

from genai_sdk.connections import Connection, RefetchResult
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConfigurationError, ProviderError
from genai_sdk.http import Deadline


class Try(msgspec.Struct, frozen=True):
    """Make one attempt within `timeout` seconds; `accept` what it brings, or send back why it brought nothing."""

    deployment: Deployment
    timeout: float
    bound: Callable[[Deadline], None] | None = None
    """Told of the attempt's deadline by who makes it, so that another thread can cancel it."""


class Wait(msgspec.Struct, frozen=True):
    """Wait; send back None."""

    seconds: float


class Refetch(msgspec.Struct, frozen=True):
    """Ask the source for another key, for `timeout` seconds at most; send back the `RefetchResult`."""

    connection: Connection
    timeout: float


class Deliver(msgspec.Struct, frozen=True):
    """A stream has its first content; send back None at its end, or the `StreamInterruptedError` that broke it."""


class Begin(msgspec.Struct, frozen=True):
    """Begin an attempt in a lane of its own, beside what is under way; send back None."""

    lane: int
    attempt: Try


class Next(msgspec.Struct, frozen=True):
    """Wait until a lane is over, for at most so many seconds; send back `Over`, or None when the time is."""

    seconds: float | None


class Cancel(msgspec.Struct, frozen=True):
    """Give a lane up: close its socket, wait for nothing; send back None."""

    lane: int


class Over(msgspec.Struct, frozen=True):
    """How a lane ended: with an answer, or with why there is none."""

    lane: int
    answer: object = None
    error: ProviderError | ConfigurationError | None = None


Step = Try | Wait | Refetch | Deliver | Begin | Next | Cancel
Outcome = ProviderError | ConfigurationError | RefetchResult | Over | None
"""What is sent back: an error that ended an attempt or a stream, what the source said, how a lane ended, or nothing."""
Steps = Generator[Step, Outcome, None]
