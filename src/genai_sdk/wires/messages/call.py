"""The requests of the operation."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


class MessagesRequest(msgspec.Struct, frozen=True):
    """A call for a message.

    Attributes:
        messages: The conversation in Anthropic's shape. Never written to.
        max_tokens: The most tokens to generate.
        options: Anthropic's parameters by their names, validated.
        encoded: What `conversation` is as JSON, if that was made already.
    """

    messages: Sequence[Mapping[str, Any]]
    max_tokens: int
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None

    @property
    def conversation(self) -> Any:
        """What is recorded as the call's input: the system's words belong to it."""
        system = self.options.get("system")
        return self.messages if system is None else [{"role": "system", "content": system}, *self.messages]
