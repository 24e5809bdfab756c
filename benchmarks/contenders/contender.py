"""What each contender can do: the same five things, checked, so that nobody wins by doing less."""

import time
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from benchmarks import canned

if TYPE_CHECKING:
    import ssl

MESSAGES: list[Any] = [{"role": "user", "content": "Hello! How do I measure the speed of a small HTTP client?"}]
TEXTS = [f"{canned.TEXT} {number}" for number in range(canned.TEXTS)]


class Streamed(NamedTuple):
    """A stream that was read to its end: how many chunks had content, and when the first of them came."""

    chunks: int
    first: float


class Contender(Protocol):
    """Asks the fake server in its own way; sync methods on the calling thread, async ones on the running loop."""

    def chat(self) -> None:
        """Ask once."""

    async def achat(self) -> None:
        """Ask once."""

    def stream(self, *, paced: bool) -> Streamed:
        """Read a stream."""
        ...

    async def astream(self, *, paced: bool) -> Streamed:
        """Read a stream."""
        ...

    def embed(self) -> None:
        """Embed the texts."""

    def flush(self) -> None:
        """Wait until what is recorded has been sent."""


class NoEmbeddings:
    """What a contender of a wire has on which no embeddings are measured; it records nothing either."""

    def embed(self) -> None:
        """Refuse."""
        raise NotImplementedError("no embeddings are measured on this wire")

    def flush(self) -> None:
        """Do nothing: nothing is recorded."""


class Count:
    """Counts the chunks of a stream that have content, and notes when the first one came."""

    __slots__ = ("chunks", "first")

    def __init__(self) -> None:
        self.chunks = 0
        self.first = 0.0

    def add(self, content: str | None) -> None:
        """Take note of a chunk's content."""
        if content:
            if not self.chunks:
                self.first = time.perf_counter()
            self.chunks += 1

    def result(self, *, paced: bool) -> Streamed:
        """Return what came, if it is all that the server sent."""
        assert self.chunks == (canned.PACED if paced else canned.BURST), f"{self.chunks} chunks came"
        return Streamed(self.chunks, self.first)


def trusting(ca: str) -> "ssl.SSLContext":
    """Return what a client verifies the server's certificate with."""
    import ssl  # what a cold process without TLS does not load

    return ssl.create_default_context(cafile=ca)


def check_text(text: str | None) -> None:
    """Fail unless the answer's text is what the server says."""
    assert text == canned.TEXT, text


def check_vectors(count: int, length: int) -> None:
    """Fail unless every text has its vector."""
    assert (count, length) == (canned.TEXTS, canned.DIMENSIONS), (count, length)
