"""Forms with files in them, as browsers send them: bodies in pieces, so that no file is copied. Pure.

https://www.rfc-editor.org/rfc/rfc7578; names and quotes as
https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data escapes them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from genai_sdk.wires.wire import UnencodableError

_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class File(msgspec.Struct, frozen=True):
    """A file to be sent.

    Attributes:
        name: Its name, which tells many servers what it is.
        data: Its bytes.
        media_type: Its MIME type.
    """

    name: str
    data: bytes
    media_type: str = "application/octet-stream"

    def __repr__(self) -> str:
        return f"File({self.name!r}, {len(self.data)} bytes of {self.media_type})"


def fields_of(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a form's fields for JSON's values, lists as `name[]` and objects as `name[key]`, as OpenAI's SDK does.

    Raises:
        UnencodableError: A value is none that a form has a place for.
    """
    fields: list[tuple[str, str]] = []
    for name, item in options.items():
        _add(fields, name, item)
    return fields


def _add(fields: list[tuple[str, str]], name: str, item: Any) -> None:
    if item is None:
        return
    if isinstance(item, bool):
        fields.append((name, "true" if item else "false"))
    elif isinstance(item, str | int | float):
        fields.append((name, str(item)))
    elif isinstance(item, Mapping):
        for key, part in item.items():
            _add(fields, f"{name}[{key}]", part)
    elif isinstance(item, list | tuple | set | frozenset):
        for part in item:
            _add(fields, f"{name}[]", part)
    else:
        raise UnencodableError(f"{name} is a {type(item).__name__}, which a form has no place for")


def multipart(
    fields: Iterable[tuple[str, str]], files: Iterable[tuple[str, File]]
) -> tuple[Mapping[str, str], tuple[bytes, ...]]:
    """Return the headers and the body of a form.

    Args:
        fields: Names and texts.
        files: Names and files.
    """
    boundary = uuid4().hex  # by chance in no file
    pieces: list[bytes] = []
    for name, text in fields:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(name)}"\r\n\r\n'
        pieces.append(f"{head}{text}\r\n".encode())
    for name, file in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(name)}"; '
            f'filename="{_escaped(file.name)}"\r\nContent-Type: {file.media_type}\r\n\r\n'
        )
        pieces += [head.encode(), file.data, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return {"content-type": f"multipart/form-data; boundary={boundary}"}, tuple(pieces)


def _escaped(name: str) -> str:
    return name.translate(_ESCAPES)


class FormPart(NamedTuple):
    """A part of a form as it came.

    Attributes:
        name: Its name.
        data: Its bytes.
        filename: The file's name, or None where it is no file.
        media_type: The MIME type that it says.
    """

    name: str
    data: bytes
    filename: str | None = None
    media_type: str = ""


_DISPOSITION = re.compile(rb'content-disposition: form-data; name="([^"]*)"(?:; filename="([^"]*)")?', re.IGNORECASE)
_TYPE = re.compile(rb"content-type: ([^\r\n]+)", re.IGNORECASE)


def read_multipart(body: bytes) -> list[FormPart]:
    """Return the parts of a form, which begins with its boundary.

    Raises:
        ValueError: It is no form.
    """
    boundary = body.partition(b"\r\n")[0]
    if not boundary.startswith(b"--") or len(boundary) < 3:
        raise ValueError("it is no form with parts")
    parts: list[FormPart] = []
    for piece in body.split(boundary)[1:-1]:
        head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        found = _DISPOSITION.search(head)
        if found is None:
            raise ValueError("a part of the form has no name")
        kind = _TYPE.search(head)
        name, filename = found[1].decode(), None if found[2] is None else found[2].decode()
        parts.append(FormPart(name, data.removesuffix(b"\r\n"), filename, kind[1].decode() if kind else ""))
    return parts
