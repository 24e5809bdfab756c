"""http.client's response, strict where it is lenient and quick where it is slow."""

import http.client
import re

from genai_sdk.http.errors import BodyTooLarge, ConnectionCut

MAX_HEAD = 64 * 1024
PIECE = 64 * 1024
LENGTH = re.compile(r"[0-9]{1,18}")
STATUS_LINE = re.compile(rb"HTTP/1\.(\d) (\d{3})(?: ([^\r\n]*))?\r?\n")


class Answer(http.client.HTTPResponse):
    """A response whose head is read here and whose body http.client takes out of its framing.

    http.client hands the head to an e-mail parser, which makes up 40 % of a call; it also takes 103 Early Hints for
    the answer, and a first of two different lengths for the length.

    Attributes:
        fields: Names and values of the headers, in order and as they came.
    """

    fields: list[tuple[str, str]]
    _method: str | None  # set by http.client

    def begin(self) -> None:
        """Read the head, past any interim (1xx) answers.

        Raises:
            ConnectionCut: If the connection ends first, or what comes is not an HTTP/1 head of at most 64 KiB.
        """
        while True:
            minor, self.status, self.reason = self._status_line()
            self.fields = self._header_lines()
            if not 100 <= self.status < 200:
                break
        self.version = 10 if minor == b"0" else 11
        self._frame()

    def piece(self) -> bytes:
        """Return the bytes that arrived next, waiting for the first of them; empty at the end of the body.

        Raises:
            ConnectionCut: If the connection ends first or the body's framing is broken.
        """
        if self.length == 0:
            return b""
        try:
            data = self.read1(PIECE)
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise cut("in the body", error) from error
        if (not data and self.length) or (self.chunk_left or 0) < 0:
            raise ConnectionCut("the connection ended in the body, or its framing is broken")
        return data

    def whole(self, limit: int) -> bytes:
        """Return the rest of the body.

        Raises:
            BodyTooLarge: If it is, or is announced to be, larger than `limit` bytes.
            ConnectionCut: If the connection ends first or the body's framing is broken.
        """
        if self.length is not None and self.length <= limit:
            try:
                return self.read()
            except (http.client.HTTPException, OSError) as error:
                raise cut("in the body", error) from error
        if self.length is None:
            pieces, left = [], limit
            while data := self.piece():
                left -= len(data)
                if left < 0:
                    break
                pieces.append(data)
            else:
                return b"".join(pieces)
        raise BodyTooLarge(f"the answer is larger than {limit} bytes")

    def _status_line(self) -> tuple[bytes, int, str]:
        line = self.fp.readline(MAX_HEAD)
        if not line:
            raise ConnectionCut("the connection ended without an answer")
        match = STATUS_LINE.fullmatch(line)
        if match is None:
            raise ConnectionCut("what came is not an HTTP/1 answer")
        minor, status, reason = match.groups(b"")
        return minor, int(status), reason.strip().decode("latin-1")

    def _header_lines(self) -> list[tuple[str, str]]:
        fields: list[tuple[str, str]] = []
        left = MAX_HEAD
        while True:
            line = str(self.fp.readline(left), "latin-1")
            left -= len(line)
            if line in ("\r\n", "\n"):
                return fields
            if left <= 0:
                raise ConnectionCut(f"the answer's headers are larger than {MAX_HEAD} bytes")
            if line[-1:] != "\n":
                raise ConnectionCut("the connection ended in the headers")
            name, colon, value = line.partition(":")
            if colon and name and name[-1] not in " \t" and name[0] not in " \t":
                fields.append((name, value.strip(" \t\r\n")))
            elif fields and line[0] in " \t":  # a folded line, which RFC 9112 5.2 lets us join
                fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}".strip())
            else:
                raise ConnectionCut("the answer has a malformed header line")

    def _frame(self) -> None:
        # RFC 9112 6.3: how long the body is, and whether the connection can be used again.
        length = coding = None
        connection = ""
        for name, value in self.fields:
            match name.lower():
                case "content-length":
                    if not LENGTH.fullmatch(value) or length not in (None, int(value)):
                        raise ConnectionCut("the answer's Content-Length is malformed or contradicts itself")
                    length = int(value)
                case "transfer-encoding":
                    coding = f"{coding or ''},{value.lower()}"
                case "connection":
                    connection = f"{connection},{value.lower()}"
        empty = self.status in (204, 304) or self._method == "HEAD"
        self.chunked = not empty and coding is not None and coding.rpartition(",")[2].strip() == "chunked"
        self.chunk_left = None
        self.length = 0 if empty else None if coding is not None else length
        keeps_open = "keep-alive" in connection if self.version == 10 else "close" not in connection
        self.will_close = not keeps_open or (self.length is None and not self.chunked)


def cut(where: str, error: Exception) -> ConnectionCut:
    """Return the failure that an exception of http.client or of the socket stands for."""
    return ConnectionCut(f"the connection broke {where}: {type(error).__name__}: {error}")
