"""What the attempt loop asks its two faces to do, and what they send back."""

from collections.abc import Generator

import msgspec

from genai_sdk.connections import Connection, RefetchResult
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConfigurationError, ProviderError


class Try(msgspec.Struct, frozen=True):
    """Make one attempt within `timeout` seconds; `accept` what it brings, or send back why it brought nothing."""

    deployment: Deployment
    timeout: float


class Wait(msgspec.Struct, frozen=True):
    """Wait; send back None."""

    seconds: float


class Refetch(msgspec.Struct, frozen=True):
    """Ask the source for another key, for `timeout` seconds at most; send back the `RefetchResult`."""

    connection: Connection
    timeout: float


class Deliver(msgspec.Struct, frozen=True):
    """A stream has its first content; send back None at its end, or the `StreamInterruptedError` that broke it."""


Step = Try | Wait | Refetch | Deliver
Outcome = ProviderError | ConfigurationError | RefetchResult | None
"""What is sent back: an error that ended an attempt or a stream, what the source said, or nothing."""
Steps = Generator[Step, Outcome, None]
