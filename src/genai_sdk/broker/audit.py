"""The record of who was handed what: a line of JSON for each answer, and never a secret in it."""

import os
import sys
from typing import Any

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

STANDARD_OUTPUT = "-"
OFF = "off"

_LONGEST = 120


class Audit:
    """Writes lines to a file, to standard output, or nowhere.

    A line is written in one piece at the file's end, so that processes may share it, and anew under its name after it
    was moved away.

    Args:
        place: A path, `-` or `off`.

    Raises:
        ConfigurationError: The file cannot be written.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._descriptor = -1
        self._identity: tuple[int, int] = (0, 0)
        self._encode = msgspec.json.Encoder().encode
        if place not in (STANDARD_OUTPUT, OFF):
            try:
                self._open()
            except OSError as error:
                raise ConfigurationError(
                    Sentence.of(
                        "broker.audit",
                        "the audit file {place} cannot be written: {strerror}; name another with --audit",
                        place=place,
                        strerror=error.strerror,
                    )
                ) from error

    def write(self, line: dict[str, Any]) -> None:
        """Write a line.

        Raises:
            OSError: It cannot be written.
        """
        if self._place == OFF:
            return
        data = self._encode(line) + b"\n"
        if self._place == STANDARD_OUTPUT:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif os.write(self._descriptor, data) != len(data):
            raise OSError("the line was cut")

    def reopen(self) -> None:
        """Begin a new file where the old one was moved away; to be called now and then."""
        if self._descriptor < 0:
            return
        try:
            status = os.stat(self._place)
            moved = (status.st_dev, status.st_ino) != self._identity
        except FileNotFoundError:
            moved = True
        if moved:
            self._open()

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        opened = os.open(self._place, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.close()
        self._descriptor = opened
        status = os.fstat(opened)
        self._identity = (status.st_dev, status.st_ino)


def claimed(public_key: str) -> str:
    """Return the public key of a pair that was refused, unless it may be the secret one in the wrong place."""
    return shortened(public_key) if public_key.startswith("pk-") else "(not shown: it does not begin with pk-)"


def shortened(text: str) -> str:
    """Return what a caller says of itself, at most 120 characters of it."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
