"""What the spool is set up with."""

import os

import msgspec

from genai_sdk.errors import ConfigurationError, InvalidRequestError
from genai_sdk.sentence import Sentence


class SpoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where records wait on disk, and how many and how long.

    Attributes:
        directory: The directory.
        max_bytes: About how many bytes the files of one project may have together; what comes then waits in memory.
        max_age: Seconds after which what is not sent is deleted.

    Raises:
        InvalidRequestError: A bound is not a positive number.
        ConfigurationError: There are no file locks here.
    """

    directory: str
    max_bytes: int = 256 * 1024 * 1024
    max_age: float = 3 * 86_400.0

    def __post_init__(self) -> None:
        for name, bound in (("spool_max_bytes", self.max_bytes), ("spool_max_age", self.max_age)):
            if isinstance(bound, bool) or not isinstance(bound, int | float) or not bound > 0:
                raise InvalidRequestError(
                    Sentence.of("spool.bound", "{name}={bound!r} must be a positive number", name=name, bound=bound)
                )
        if os.name != "posix":
            raise ConfigurationError(
                Sentence.of("spool.posix", "spool needs the file locks of a POSIX system; leave it out here")
            )
