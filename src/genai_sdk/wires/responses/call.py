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
        home: The connection that keeps what this goes on from; None where that is not known or there is nothing.
        reasoning: By the id of encrypted reasoning among the items, the connection it came from, where that is known.
    """

    input: str | Sequence[Mapping[str, Any]]
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None
    home: str | None = None
    reasoning: Mapping[str, str] = {}

    @property
    def conversation(self) -> Any:
        """What is recorded as the call's input: the instructions belong to it."""
        instructions = self.options.get("instructions")
        if instructions is None:
            return self.input
        items = [{"role": "user", "content": self.input}] if isinstance(self.input, str) else self.input
        return [{"role": "system", "content": instructions}, *items]
