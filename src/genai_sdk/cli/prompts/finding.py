"""What a check says of a prompt or of the code that uses it."""

from typing import Literal

import msgspec

Level = Literal["error", "warning", "note"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was seen.

    Attributes:
        level: `error` for what fails when it runs, `warning` for what is likely a mistake, `note` for what was not
            looked at.
        code: What kind it is, such as `variables` or `config`.
        file: Where.
        line: The line there, or None.
        prompt: The prompt it is about, or None.
        message: What it is, and what to do.
    """

    level: Level
    code: str
    file: str
    line: int | None = None
    prompt: str | None = None
    message: str
