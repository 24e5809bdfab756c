"""Bodies that are compressed although nothing was asked for: some gateways do it whatever `accept-encoding` says."""

import zlib
from collections.abc import Iterator, Mapping

_PIECE = 256 * 1024

# https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1: zlib's marks of what it is to expect.
_WINDOW = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class DecompressionError(Exception):
    """A body cannot be unpacked."""


class Decompressor:
    """Unpacks one body, whatever pieces it comes in.

    Args:
        coding: The `content-encoding`.

    Raises:
        DecompressionError: No coding that is known here.
    """

    def __init__(self, coding: str) -> None:
        if coding not in _WINDOW:
            raise DecompressionError(f"a body packed with {coding!r}, which was not asked for")
        self._coding = coding
        self._window = _WINDOW[coding]
        self._inflate = zlib.decompressobj(self._window)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes in and yield what is in them, a bounded piece at a time.

        Raises:
            DecompressionError: They are not what their coding says.
        """
        while data:
            piece, data = self._step(data)
            if piece:
                yield piece

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        try:
            piece = self._inflate.decompress(data, _PIECE)
        except zlib.error as error:
            if self._coding == "deflate" and not self._begun:  # servers send it without zlib's head as well
                self._begun = True
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
                return self._step(data)
            raise DecompressionError(f"a body that is not packed with {self._coding} as it says ({error})") from None
        self._begun = True
        if self._inflate.eof:
            rest = self._inflate.unused_data
            if rest:  # one member may follow another
                self._inflate = zlib.decompressobj(self._window)
            return piece, rest
        return piece, self._inflate.unconsumed_tail


def unpacker(headers: Mapping[str, str]) -> Decompressor | None:
    """Return what unpacks a body, or None if it is not packed.

    Args:
        headers: The response's headers, names in lower case.

    Raises:
        DecompressionError: It is packed with what is not known here.
    """
    coding = headers.get("content-encoding", "").strip().lower()
    return Decompressor(coding) if coding and coding != "identity" else None


def unpacked(headers: Mapping[str, str], body: bytes, limit: int) -> bytes:
    """Return a whole body as it was before it was packed, of at most `limit` bytes.

    Raises:
        DecompressionError: It cannot be unpacked, or is too large then.
    """
    packed = unpacker(headers) if body else None
    if packed is None:
        return body
    pieces, size = [], 0
    for piece in packed.feed(body):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise DecompressionError(f"a body of more than {limit} bytes once it is unpacked")
    return b"".join(pieces)
