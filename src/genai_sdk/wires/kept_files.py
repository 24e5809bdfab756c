"""Files that a vendor keeps, and the requests that name one: such a request can go to its connection alone. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.wires.unsupported import UnsupportedError

_FILES = "files"
_SEEN = "files:"
"""Stands in an id's middle once somebody has taken note of it, for the time of one encoding."""
_NAMES = ("file_id", "file_ids", "fileUri")
"""Where OpenAI's, Anthropic's and Google's requests name files."""


class FileId(msgspec.Struct, frozen=True):
    """Where a file is: `connection/files/vendor's id`, each percent-encoded.

    No vendor's own id looks so: Google's `files/abc` has two parts, an address has a scheme before its `//`.

    Attributes:
        connection: The connection's name.
        vendor_id: The vendor's own id.
    """

    connection: str
    vendor_id: str

    def __str__(self) -> str:
        return "/".join(quote(part, safe=":@") for part in (self.connection, _FILES, self.vendor_id))

    @classmethod
    def of(cls, text: Any) -> "FileId | None":
        """Return the id that a text is; None if it is none of ours."""
        parts = text.split("/") if isinstance(text, str) else ()
        if len(parts) != 3 or parts[1] not in (_FILES, _SEEN) or not parts[0] or not parts[2]:
            return None
        return cls(unquote(parts[0]), unquote(parts[2]))

    @classmethod
    def read(cls, text: Any) -> "FileId":
        """Read an id.

        Raises:
            InvalidRequestError: It is none of ours.
        """
        if (ident := cls.of(text)) is not None and f"/{_SEEN}/" not in text:
            return ident
        raise InvalidRequestError(
            f"{text!r} is no file's id: one is `file.id` of `files.create` or `files.list`, such as "
            "'openai_test/files/file-abc123'"
        )


class KeptFileError(UnsupportedError):
    """A call names a file that a connection keeps, and whoever encodes it does not know which connection it goes to."""

    names_file = True


def check_file(ident: Any) -> None:
    """See that a file's id is none of ours that nobody has taken note of.

    Raises:
        KeptFileError: It is.
    """
    if isinstance(ident, str) and f"/{_FILES}/" in ident and FileId.of(ident) is not None:
        raise KeptFileError("file_id")


def check_files(content: Any) -> None:
    """See that no id in lists and dicts is one of ours that nobody has taken note of; raises as `check_file`."""
    for text in _texts(content):
        check_file(text)


def noted(request: Any) -> Any:
    """Return a request in which ids of ours say that somebody has taken note of them."""
    names = [name for name in ("messages", "input", "options") if name in request.__struct_fields__]
    changed = {name: _changed(getattr(request, name), _seen) for name in names}
    return msgspec.structs.replace(request, encoded=None, **changed)


def _seen(text: Any) -> Any:
    return text.replace(f"/{_FILES}/", f"/{_SEEN}/") if FileId.of(text) is not None else text


def elsewhere(ident: FileId) -> UnsupportedError:
    """Return the error for a call that names a file which another connection keeps."""
    return UnsupportedError("file_id", why=f"here: {str(ident)!r} is a file of the connection {ident.connection!r}")


def resolved(body: bytes, connection: str, adapter: str) -> bytes:
    """Return a body of JSON in which a connection's files have their vendor's ids.

    Raises:
        UnsupportedError: It names a file of another connection.
    """
    data = msgspec.json.decode(body)
    return msgspec.json.encode(with_vendor_ids(data, connection, adapter)) if any(named_files(data)) else body


def named_files(content: Any) -> Iterator[FileId]:
    """Iterate over the ids of ours in lists and dicts."""
    return (ident for ident in map(FileId.of, _texts(content)) if ident is not None)


def with_vendor_ids(content: Any, connection: str, adapter: str) -> Any:
    """Return lists and dicts in which a connection's files have their vendor's ids; nothing in them is written to.

    Raises:
        UnsupportedError: One names a file of another connection.
    """

    def change(text: Any) -> Any:
        ident = FileId.of(text)
        if ident is None:
            return text
        if ident.connection != connection:
            raise elsewhere(ident)
        return f"{_GOOGLE}{ident.vendor_id}" if adapter == "google-ai-studio" else ident.vendor_id

    return _changed(content, change)


def _texts(content: Any) -> Iterator[Any]:
    """Iterate over what stands where files are named."""
    if isinstance(content, Mapping):
        for name, item in content.items():
            if name in _NAMES:
                yield from item if isinstance(item, list | tuple) else (item,)
            else:
                yield from _texts(item)
    elif isinstance(content, list | tuple):
        for item in content:
            yield from _texts(item)


def _changed(content: Any, change: Callable[[Any], Any]) -> Any:
    """Return a copy in which that is changed which stands where files are named."""
    if isinstance(content, Mapping):
        return {
            name: (list(map(change, item)) if isinstance(item, list | tuple) else change(item))
            if name in _NAMES
            else _changed(item, change)
            for name, item in content.items()
        }
    if isinstance(content, list | tuple):
        return [_changed(item, change) for item in content]
    return content


# https://ai.google.dev/api/files: what its files are called in a call, whatever host stands before Google.
_GOOGLE = "https://generativelanguage.googleapis.com/v1beta/files/"
