"""Forms with files, read back into fields and files (RFC 7578)."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.testing.call import Request, WrongRequestError

_DISPOSITION = re.compile(rb'content-disposition: form-data; name="([^"]*)"(?:; filename="([^"]*)")?', re.IGNORECASE)
_TYPE = re.compile(rb"content-type: ([^\r\n]+)", re.IGNORECASE)


class FormFile(msgspec.Struct, frozen=True):
    """A file of a form."""

    name: str
    data: bytes
    media_type: str


class Form(msgspec.Struct, frozen=True):
    """A form: texts by name, those of lists (`name[]`) as lists, and files by name."""

    fields: Mapping[str, Any]
    files: Mapping[str, list[FormFile]]


def read_form(request: Request) -> Form:
    """Read a form.

    Raises:
        WrongRequestError: It is none.
    """
    media_type, _, rest = request.headers.get("content-type", "").partition(";")
    boundary = rest.partition("boundary=")[2].strip('" ').encode()
    if media_type != "multipart/form-data" or not boundary:
        raise WrongRequestError("Could not parse multipart form")
    fields: dict[str, Any] = {}
    files: dict[str, list[FormFile]] = {}
    for piece in request.body.split(b"--" + boundary)[1:-1]:
        head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        matched = _DISPOSITION.search(head)
        if matched is None:
            raise WrongRequestError("Could not parse multipart form")
        name, data = matched[1].decode(), data.removesuffix(b"\r\n")
        if matched[2] is not None:
            kind = _TYPE.search(head)
            made = FormFile(matched[2].decode(), data, kind[1].decode() if kind else "")
            files.setdefault(name.removesuffix("[]"), []).append(made)
        elif name.endswith("[]"):
            fields.setdefault(name.removesuffix("[]"), []).append(data.decode())
        else:
            fields[name] = data.decode()
    return Form(fields, files)
