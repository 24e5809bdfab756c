"""Files that a vendor keeps, and the requests that name one: such a request can go to its connection alone. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from genai_sdk.errors import InvalidRequestError

_FILES = "files"
_NAMES = ("file_id", "file_ids")


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


class KeptFileError(Exception):
    """A codec has met the id of a file that a connection keeps: whoever knows its own connection puts in the vendor's.

    Args:
        ident: The id.
    """

    def __init__(self, ident: FileId) -> None:
        super().__init__("a file that a connection keeps")
        self.ident = ident


def check_file(ident: Any) -> Any:
    """Return a file's id in a request, unless it is one of ours.

    Raises:
        KeptFileError: It is.
    """
    if (kept := FileId.of(ident)) is not None:
        raise KeptFileError(kept)
    return ident


def check_files(content: Any) -> None:
    """See that no part of some items or messages names a file by an id of ours.

    Raises:
        KeptFileError: One does.
    """
    for ident in kept_files(content):
        raise KeptFileError(ident)


def kept_files(content: Any) -> Iterator[FileId]:
    """Iterate over the ids of ours in lists and dicts, under `file_id` and `file_ids`."""
    if isinstance(content, Mapping):
        for name, item in content.items():
            if name in _NAMES:
                found = (FileId.of(each) for each in (item if isinstance(item, list | tuple) else (item,)))
                yield from (ident for ident in found if ident is not None)
            elif isinstance(item, Mapping | list | tuple):
                yield from kept_files(item)
    elif isinstance(content, list | tuple):
        for item in content:
            yield from kept_files(item)


def with_vendor_ids(content: Any, connection: str, adapter: str) -> Any:
    """Return lists and dicts in which a connection's files have their vendor's ids; nothing in them is written to."""
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
    if ident is None or ident.connection != connection:
        return item
    # https://ai.google.dev/api/files: a file's name begins so, and chat takes it for what it is by that.
    return f"files/{ident.vendor_id}" if adapter == "google-ai-studio" else ident.vendor_id
