"""Files that calls take: a path, bytes, an open file, or a name with either; read once, as they may be sent again."""

import os
from collections.abc import Callable
from typing import IO, Any, TypeAlias

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.wires.multipart import File

Content: TypeAlias = bytes | IO[bytes] | os.PathLike[str]
FileInput: TypeAlias = Content | str | tuple[str, Content] | tuple[str, Content, str]
"""A path, bytes, an open file; or its name, one of these, and maybe its MIME type."""

# https://www.iana.org/assignments/media-types, and of m4a, mpga and webm what OpenAI takes them as
_MEDIA_TYPES = {
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "audio/mp4",
    ".mpeg": "audio/mpeg",
    ".mpga": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".webm": "audio/webm",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".mov": "video/quicktime",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# How files begin: what bytes without a name are. Place, bytes, and the ending that stands for them.
_BEGINNINGS = (
    (0, b"%PDF-", ".pdf"),
    (0, b"\x89PNG", ".png"),
    (0, b"\xff\xd8\xff", ".jpg"),
    (0, b"GIF8", ".gif"),
    (8, b"WEBP", ".webp"),
    (8, b"WAVE", ".wav"),
    (0, b"ID3", ".mp3"),
    (0, b"\xff\xfb", ".mp3"),
    (0, b"\xff\xf3", ".mp3"),
    (0, b"fLaC", ".flac"),
    (0, b"OggS", ".ogg"),
    (4, b"ftyp", ".m4a"),
    (0, b"\x1a\x45\xdf\xa3", ".webm"),
)

MOST = 512 * 1024 * 1024
"""Bytes of a file that are read: OpenAI's largest upload (openai 3.57.0, resources/files.py) is as large."""


def read_file(argument: str, given: Any, default: str) -> File:
    """Return a file as it was given.

    Args:
        argument: What the call calls it.
        given: A path, bytes, an open file, or a name and either.
        default: How a file is called that has no name and does not tell by its beginning what it is.

    Raises:
        InvalidRequestError: It is none of these, empty, too large, or cannot be read.
    """
    name, media_type = "", ""
    if isinstance(given, tuple):
        if len(given) not in (2, 3) or not isinstance(given[0], str):
            raise InvalidRequestError(
                Sentence.of(
                    "file.tuple",
                    "{argument} as a tuple is (name, content) or (name, content, MIME type)",
                    argument=argument,
                )
            )
        name, media_type = given[0], given[2] if len(given) == 3 else ""
        given = given[1]
    elif isinstance(given, str):
        given = _Path(given)
    data, known = _content(argument, given)
    if not data:
        raise InvalidRequestError(Sentence.of("file.empty", "{argument} is empty", argument=argument))
    if len(data) > MOST:
        raise InvalidRequestError(
            Sentence.of("file.too_large", "{argument} has more than {most:,} bytes", argument=argument, most=MOST)
        )
    name = name or known or _called(data) or default
    return File(name, data, media_type or _MEDIA_TYPES.get(os.path.splitext(name)[1].lower(), _OCTETS))


_OCTETS = "application/octet-stream"


class _Path(str):
    """A path given as text: within a tuple text is no content."""

    __slots__ = ()


def _content(argument: str, given: Any) -> tuple[bytes, str]:
    """Return the bytes, and the name if there is one."""
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given), ""
    if isinstance(given, _Path | os.PathLike):
        path = os.fspath(given)
        return _read(argument, f"{path!r}", lambda: _whole(path)), os.path.basename(path)
    if callable(getattr(given, "read", None)):
        name = getattr(given, "name", "")
        data = _read(argument, "the open file", lambda: given.read(MOST + 1))
        if not isinstance(data, bytes):
            raise InvalidRequestError(
                Sentence.of(
                    "file.text_mode",
                    "{argument} must be opened in binary mode, as open(path, 'rb') does",
                    argument=argument,
                )
            )
        return data, os.path.basename(name) if isinstance(name, str) else ""
    raise InvalidRequestError(
        Sentence.of(
            "file.form",
            "{argument} must be a path, bytes, a file opened with 'rb', or (name, content), not {kind}",
            argument=argument,
            kind=type(given).__name__,
        )
    )


def _whole(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(MOST + 1)


def _read(argument: str, what: str, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (OSError, ValueError) as error:  # a closed file raises ValueError
        raise InvalidRequestError(
            Sentence.of(
                "file.unreadable",
                "{argument} cannot be read from {what}: {error}",
                argument=argument,
                what=what,
                error=error,
            )
        ) from error


def _called(data: bytes) -> str:
    """Return a name for bytes that begin like a file of a known kind."""
    for place, beginning, ending in _BEGINNINGS:
        if data[place : place + len(beginning)] == beginning:
            return f"file{ending}"
    return ""
