"""The requests of the operation."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


class ResponsesRequest(msgspec.Struct, frozen=True):
    """A call for a response.

    Attributes:
        input: A text, or OpenAI's items. Never written to.
        options: OpenAI's parameters by their names, validated.
        encoded: What `conversation` is as JSON, if that was made already.
    """

    input: str | Sequence[Mapping[str, Any]]
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None

    @property
    def conversation(self) -> Any:
        """What is recorded as the call's input: the instructions belong to it."""
        instructions = self.options.get("instructions")
        if instructions is None:
            return self.input
        items = [{"role": "user", "content": self.input}] if isinstance(self.input, str) else self.input
        return [{"role": "system", "content": instructions}, *items]
