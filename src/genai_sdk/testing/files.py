"""The files that a fake provider keeps, in no vendor's words."""

import itertools
import threading
from collections.abc import Iterator, Sequence

import msgspec


class FakeFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file.

    Attributes:
        id: Its id.
        kind: Whose it is: what its id begins with.
        name: How it is called.
        content: Its bytes.
        media_type: Its MIME type.
        purpose: What it is for, in OpenAI's words.
        lifetime: Seconds until it is deleted, or None.
        generated: Whether the vendor has made it: some give out nothing else.
    """

    id: str
    kind: str
    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    purpose: str = ""
    lifetime: int | None = None
    generated: bool = False


class FakeFiles:
    """The files of one fake, by their ids; safe between threads."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._all: dict[str, FakeFile] = {}
        self._begun: dict[str, FakeFile] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[FakeFile]:
        with self._lock:
            return iter(list(self._all.values()))

    def __getitem__(self, ident: str) -> FakeFile:
        return self._all[ident]

    def get(self, ident: str) -> FakeFile | None:
        """Return a file; None if there is none."""
        return self._all.get(ident)

    def clear(self) -> None:
        """Forget every file."""
        with self._lock:
            self._all.clear()
            self._begun.clear()

    def keep(
        self,
        kind: str,
        name: str,
        content: bytes,
        *,
        media_type: str = "application/octet-stream",
        purpose: str = "",
        lifetime: int | None = None,
        generated: bool = False,
    ) -> FakeFile:
        """Keep a file: OpenAI's and Azure's are of the kind `file-`, Anthropic's of `file_`, Google's of `file`."""
        with self._lock:
            ident = f"{kind}{next(self._numbers):08d}"
            self._all[ident] = file = FakeFile(
                id=ident,
                kind=kind,
                name=name,
                content=content,
                media_type=media_type,
                purpose=purpose,
                lifetime=lifetime,
                generated=generated,
            )
            return file

    def remove(self, ident: str) -> bool:
        """Delete a file, and say whether there was one."""
        with self._lock:
            return self._all.pop(ident, None) is not None

    def newest(self, kind: str, after: str, limit: int, purpose: str = "") -> tuple[Sequence[FakeFile], bool]:
        """Return files of one kind, the newest first, and whether there are more."""
        with self._lock:
            files = [file for file in reversed(self._all.values()) if file.kind == kind]
        files = [file for file in files if not purpose or file.purpose == purpose]
        start = next((place + 1 for place, file in enumerate(files) if file.id == after), 0)
        return files[start : start + limit], len(files) > start + limit

    def begin(self, name: str, media_type: str) -> str:
        """Begin an upload in pieces, and return what it is called."""
        with self._lock:
            ident = f"upload-{next(self._numbers):08d}"
            self._begun[ident] = FakeFile(id=ident, kind="", name=name, content=b"", media_type=media_type)
            return ident

    def add(self, ident: str, piece: bytes) -> FakeFile | None:
        """Add a piece to an upload, and return what there is; None if none was begun."""
        with self._lock:
            begun = self._begun.get(ident)
            if begun is not None:
                begun = self._begun[ident] = msgspec.structs.replace(begun, content=begun.content + piece)
            return begun

    def finish(self, kind: str, ident: str) -> FakeFile:
        """Make a file of an upload."""
        with self._lock:
            begun = self._begun.pop(ident)
        return self.keep(kind, begun.name, begun.content, media_type=begun.media_type)
