"""What tracing is set up with, checked once."""

import re
from typing import Any

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing.content import Mask
from genai_sdk.tracing.spool.settings import SpoolSettings

# Langfuse turns any other name into "default" without a word: its EnvironmentName in packages/shared.
_ENVIRONMENT = r"(?!langfuse)[a-z0-9_-]{1,40}"


class TracingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How calls are recorded.

    Attributes:
        host: Langfuse's address, or None to record nothing.
        public_key: The project's public key.
        enabled: Whether anything is recorded.
        environment: Langfuse's environment, or None for its default.
        release: The version of the user's application.
        sample_rate: The share of traces that is recorded, 0 to 1.
        capture_content: Whether inputs and outputs are recorded, and what providers say of them.
        mask: Called as `mask(data=…)` on all that leaves; what it returns leaves in its place.
        max_content_bytes: The longest input, output or other text that is recorded, in bytes.
        infer_cost: Whether Langfuse guesses costs that are not known here.
        upload_media: Whether pictures, sound and files are uploaded to Langfuse.
        join_otel: Whether a call under another library's OpenTelemetry span becomes part of its trace.
        spool: Where records wait on disk, or None to keep them in memory.

    Raises:
        InvalidRequestError: A value is not what it may be.
    """

    host: str | None
    public_key: str
    enabled: bool = True
    environment: str | None = None
    release: str | None = None
    sample_rate: float = 1.0
    capture_content: bool = True
    mask: Mask | None = None
    max_content_bytes: int = 1_000_000
    infer_cost: bool = False
    upload_media: bool = False
    join_otel: bool = False
    spool: SpoolSettings | None = None

    def __post_init__(self) -> None:
        if self.environment is not None and not re.fullmatch(_ENVIRONMENT, self.environment):
            raise InvalidRequestError(
                Sentence.of(
                    "tracing.environment",
                    "environment={environment!r} is not a name Langfuse keeps: use 1 to 40 of a-z, 0-9, - "
                    'and _, not beginning with "langfuse" (argument environment, or '
                    "LANGFUSE_TRACING_ENVIRONMENT)",
                    environment=self.environment,
                )
            )
        if not _is_number(self.sample_rate) or not 0 <= self.sample_rate <= 1:
            raise InvalidRequestError(
                Sentence.of(
                    "tracing.sample_rate",
                    "sample_rate={sample_rate!r} must be a share from 0 (no trace) to 1 (every trace) "
                    "(argument sample_rate, or LANGFUSE_SAMPLE_RATE)",
                    sample_rate=self.sample_rate,
                )
            )
        if not isinstance(self.max_content_bytes, int) or self.max_content_bytes < 0:
            raise InvalidRequestError(
                Sentence.of(
                    "tracing.max_content",
                    "max_content_bytes={max_content_bytes!r} must be a number of bytes",
                    max_content_bytes=self.max_content_bytes,
                )
            )
        if self.mask is not None and not callable(self.mask):
            raise InvalidRequestError(
                Sentence.of(
                    "tracing.mask",
                    "mask must be a function that takes data= and returns what may be recorded, not {mask}",
                    mask=repr(self.mask),
                )
            )

    @property
    def active(self) -> bool:
        """Whether anything is recorded at all."""
        return self.enabled and self.host is not None


def _is_number(item: Any) -> bool:
    return isinstance(item, int | float) and not isinstance(item, bool)
