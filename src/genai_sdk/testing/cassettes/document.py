"""A cassette as a file: JSON that is read in a review, whose lines stay where they are when it is written anew."""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

VERSION = 1
_WIDE = 100


class CassetteError(Exception):
    """A cassette cannot be used: its file is no cassette, or another one is in use."""


class Recording(msgspec.Struct, omit_defaults=True):
    """One call, and one of what it was answered with.

    Attributes:
        request: What was asked, in canonical form.
        response: The whole answer.
        items: What a stream brought, each with `at`, the seconds since the call began, and `item`.
        error: What the call failed with, where asking again would fail in the same way.
        closed: Whether whoever read the stream closed it before its end.
        genai: What is known of the call: connection, model, cost, attempts.
        source: Where it comes from, if no test made the call.
    """

    request: dict[str, Any]
    response: dict[str, Any] | None = None
    items: list[dict[str, Any]] | None = None
    error: dict[str, Any] | None = None
    closed: bool = False
    genai: dict[str, Any] = {}
    source: str = ""


class _Document(msgspec.Struct):
    version: int
    recordings: list[Recording]


def read(path: Path) -> list[Recording]:
    """Read a cassette; none is an empty one.

    Raises:
        CassetteError: It is no cassette, or one of a newer version.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CassetteError(f"{path} is no cassette: {error}. Delete it to record it anew") from None
    if document.version != VERSION:
        raise CassetteError(
            f"{path} is a cassette of version {document.version}, and this package reads version {VERSION}: "
            "delete it to record it anew"
        )
    return document.recordings


def write(path: Path, recordings: Iterable[Recording]) -> None:
    """Write a cassette, whole or not at all."""
    document = {"version": VERSION, "recordings": [msgspec.to_builtins(each) for each in recordings]}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(layout(document) + "\n")
        os.chmod(name, 0o644)  # what mkstemp makes is nobody else's to read, and this is to be committed
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def layout(item: Any, margin: str = "") -> str:
    """Return JSON with a line for each value; what is short, a list of numbers and an item have one line each."""
    line = json.dumps(item, ensure_ascii=False)
    if not item or not isinstance(item, dict | list) or _is_line(item, line, margin):
        return line
    inner = margin + "  "
    if isinstance(item, dict):
        parts = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {layout(part, inner)}" for key, part in item.items()]
        return "{\n" + ",\n".join(parts) + f"\n{margin}}}"
    return "[\n" + ",\n".join(inner + layout(part, inner) for part in item) + f"\n{margin}]"


def _is_line(item: Any, line: str, margin: str) -> bool:
    if isinstance(item, Mapping):
        return "at" in item or (not _holds_more(item.values()) and len(margin) + len(line) <= _WIDE)
    return all(isinstance(part, int | float) for part in item)


def _holds_more(parts: Iterable[Any]) -> bool:
    return any(isinstance(part, dict | list) and part for part in parts)
