"""Files that a vendor keeps, and the requests that name one: such a request can go to its connection alone. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.wires.unsupported import UnsupportedError

_FILES = "files"
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
        if len(parts) != 3 or parts[1] != _FILES or not parts[0] or not parts[2]:
            return None
        return cls(unquote(parts[0]), unquote(parts[2]))

    @classmethod
    def read(cls, text: Any) -> "FileId":
        """Read an id.

        Raises:
            InvalidRequestError: It is none of ours.
        """
        if (ident := cls.of(text)) is not None:
            return ident
        raise InvalidRequestError(
            f"{text!r} is no file's id: one is `file.id` of `files.create` or `files.list`, such as "
            "'openai_test/files/file-abc123'"
        )


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
    if isinstance(content, Mapping):
        for name, item in content.items():
            if name in _NAMES:
                texts = item if isinstance(item, list | tuple) else (item,)
                yield from (ident for ident in map(FileId.of, texts) if ident is not None)
            else:
                yield from named_files(item)
    elif isinstance(content, list | tuple):
        for item in content:
            yield from named_files(item)


def with_vendor_ids(content: Any, connection: str, adapter: str) -> Any:
    """Return lists and dicts in which a connection's files have their vendor's ids; nothing in them is written to.

    Raises:
        UnsupportedError: One names a file of another connection.
    """
    if isinstance(content, Mapping):
        return {
            name: _vendor_id(item, connection, adapter)
            if name in _NAMES
            else with_vendor_ids(item, connection, adapter)
            for name, item in content.items()
        }
    if isinstance(content, list | tuple):
        return [with_vendor_ids(item, connection, adapter) for item in content]
    return content


def _vendor_id(item: Any, connection: str, adapter: str) -> Any:
    if isinstance(item, list | tuple):
        return [_vendor_id(each, connection, adapter) for each in item]
    ident = FileId.of(item)
    if ident is None:
        return item
    if ident.connection != connection:
        raise elsewhere(ident)
    return f"{_GOOGLE}{ident.vendor_id}" if adapter == "google-ai-studio" else ident.vendor_id


# https://ai.google.dev/api/files: what its files are called in a call, whatever host stands before Google.
_GOOGLE = "https://generativelanguage.googleapis.com/v1beta/files/"
