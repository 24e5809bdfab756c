"""Forms with files, read back into fields and files (RFC 7578)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.testing.call import Request, WrongRequestError
from genai_sdk.wires.multipart import FormPart, read_multipart


class Form(msgspec.Struct, frozen=True):
    """A form: texts by name, those of lists (`name[]`) as lists, and files by name."""

    fields: Mapping[str, Any]
    files: Mapping[str, list[FormPart]]


def read_form(request: Request) -> Form:
    """Read a form.

    Raises:
        WrongRequestError: It is none.
    """
    media_type, _, rest = request.headers.get("content-type", "").partition(";")
    boundary = rest.partition("boundary=")[2].strip('" ').encode()
    if media_type != "multipart/form-data" or not request.body.startswith(b"--" + boundary + b"\r\n"):
        raise WrongRequestError("Could not parse multipart form")
    fields: dict[str, Any] = {}
    files: dict[str, list[FormPart]] = {}
    for part in read_multipart(request.body):
        name = part.name.removesuffix("[]")
        if part.filename is not None:
            files.setdefault(name, []).append(part)
        elif part.name.endswith("[]"):
            fields.setdefault(name, []).append(part.data.decode())
        else:
            fields[name] = part.data.decode()
    return Form(fields, files)
