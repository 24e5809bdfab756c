"""One project of a fake Langfuse."""

import msgspec

from genai_sdk.testing.journal import Watch
from genai_sdk.testing.langfuse.connections import ConnectionStore
from genai_sdk.testing.langfuse.prompts import PromptStore
from genai_sdk.testing.langfuse.store import FakeStore
from genai_sdk.testing.langfuse.traces import ScoreStore, TraceStore


class FakeMedia(msgspec.Struct):
    """Media, and where it belongs.

    Attributes:
        id: Its id, which follows from its bytes.
        kind: Its MIME type.
        size: How many bytes were announced.
        checksum: The SHA-256 announced, in base64.
        data: The bytes that were put, or None.
        status: What the client reported of putting them, or None.
        places: The trace, the observation and the field of each registration.
        ticket: What opens the place for its bytes.
    """

    id: str
    kind: str
    size: int
    checksum: str
    data: bytes | None = None
    status: int | None = None
    places: list[tuple[str, str | None, str]] = []
    ticket: str = ""


class FakeProject:
    """A project: its key pair, and what it keeps.

    Attributes:
        id: Its id.
        name: Its name.
        public_key: The public key of its first pair.
        secret_key: The secret key of its first pair.
        prompts: Its prompts.
        traces: The traces it was sent.
        scores: The scores it was sent.
        connections: The LLM connections that its broker delivers.
        media: The media it was sent, by id.
        store: All of it, as the API is given it.
    """

    def __init__(self, id: str, name: str, public_key: str, secret_key: str, watch: Watch) -> None:  # noqa: A002
        self.id = id
        self.name = name
        self.public_key = public_key
        self.secret_key = secret_key
        self.prompts = PromptStore(watch)
        self.traces = TraceStore(watch)
        self.scores = ScoreStore(watch)
        self.connections = ConnectionStore(watch)
        self.media: dict[str, FakeMedia] = {}
        self.store = FakeStore(id, self.connections, self.prompts, self.traces, self.scores)

    def __repr__(self) -> str:
        return f"FakeProject({self.id!r}, {self.name!r})"
