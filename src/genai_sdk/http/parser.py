"""Answers, made of the bytes that come: llhttp takes them apart, and what follows from a head is decided here."""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from genai_sdk.http.errors import ConnectionCut

MAX_HEAD = 64 * 1024
"""Bytes of a head, or of anything else that brings none of the body."""

# A response has dozens of headers, of which two frame its body: they are told from nearly all others by their length.
_FRAMING_LENGTHS = frozenset(map(len, ("content-length", "transfer-encoding")))

_INTERIM = 200  # statuses below are no answers yet


class RawResponse:
    """An answer under way: what has come of it, and was not taken.

    Args:
        bodiless: Whether it has no body, whatever its head says.

    Attributes:
        status: The status code, 0 until the head is whole.
        reason: The phrase behind it.
        fields: Names and values of the headers, in order and as they came.
        head_complete: Whether the head is whole.
        complete: Whether all of it has come.
        keep_alive: Whether the connection can carry another exchange; counts once it is over.
        content_length: How long the body is said to be, in bytes; 0 if nothing is said.
        delimited: Whether the body's end can be told from the end of the connection.
        buffered: Bytes of the body that have come and were not taken.
        heard: Whether a byte has come.
    """

    __slots__ = (
        "bodiless",
        "buffered",
        "complete",
        "content_length",
        "delimited",
        "fields",
        "head_complete",
        "heard",
        "keep_alive",
        "pieces",
        "reason",
        "status",
    )

    def __init__(self, bodiless: bool) -> None:
        self.status = 0
        self.reason = ""
        self.fields: list[tuple[str, str]] = []
        self.head_complete = False
        self.complete = False
        self.keep_alive = False
        self.content_length = 0
        self.delimited = False
        self.buffered = 0
        self.heard = False
        self.bodiless = bodiless
        self.pieces: list[bytes] = []

    def take(self) -> bytes:
        """Return what has come of the body since the last time."""
        pieces = self.pieces
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self.buffered = 0
        return data


class ResponseParser:
    """Reads the answers of one connection, one after the other. It does no I/O: it is fed what arrives."""

    def __init__(self) -> None:
        self._response = RawResponse(bodiless=True)
        self._barren = 0
        self._parser: HttpResponseParser | None = None

    def begin(self, method: str) -> RawResponse:
        """Return the answer that comes next, with nothing of it there yet.

        Args:
            method: The method of its request, as the answers to HEAD and CONNECT have no body.
        """
        if self._parser is None or self._response.bodiless:  # of a bodiless answer, llhttp may still await the body
            self._parser = HttpResponseParser(self)
        self._barren = 0
        response = self._response = RawResponse(method in ("HEAD", "CONNECT"))
        return response

    def feed(self, data: bytes | memoryview) -> None:
        """Take in what came.

        Raises:
            ConnectionCut: If it is not HTTP/1, or its head is larger than 64 KiB.
        """
        response, parser = self._response, self._parser
        if response.complete or parser is None:  # nobody asked for more
            response.keep_alive = False
            return
        response.heard = True
        held = response.buffered
        try:
            parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            response.keep_alive = False
            if error.__context__ is not None:  # Ctrl-C, say, in one of the methods below, which the parser has caught
                raise error.__context__ from None
            if not response.complete:
                problem = (
                    "the body's framing is broken" if response.head_complete else "what came is not an HTTP/1 answer"
                )
                raise ConnectionCut(f"{problem} ({error})") from None
        if response.buffered > held or response.complete:
            self._barren = 0
            return
        self._barren += len(data)
        if self._barren > MAX_HEAD:
            raise ConnectionCut(f"the answer's headers are larger than {MAX_HEAD} bytes")

    def end(self) -> None:
        """Take in that the connection ended.

        Raises:
            ConnectionCut: If that is too early.
        """
        response = self._response
        response.keep_alive = False
        if response.complete:
            return
        if response.head_complete and not response.delimited:
            response.complete = True
            return
        where = "in the body" if response.head_complete else "in the headers" if response.heard else "without an answer"
        raise ConnectionCut(f"the connection ended {where}")

    def close(self) -> None:
        """Let go of the parser, which refers back to this reader."""
        self._parser = None

    # What the parser calls.

    def on_status(self, text: bytes) -> None:
        """Take a part of the phrase behind the status code."""
        self._response.reason += text.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those behind a chunked body mean nothing to us."""
        if not self._response.head_complete:
            self._response.fields.append((name.decode("latin-1"), value.decode("latin-1").strip(" \t")))

    def on_headers_complete(self) -> None:
        """Decide what follows the head."""
        response, parser = self._response, self._parser
        status = parser.get_status_code() if parser is not None else 0
        if status < _INTERIM or response.head_complete:
            return
        response.status = status
        response.head_complete = True
        for name, value in response.fields:
            if len(name) not in _FRAMING_LENGTHS:
                continue
            lower = name.lower()
            if lower == "content-length":
                response.content_length, response.delimited = int(value), True
            elif lower == "transfer-encoding" and value.lower().rpartition(",")[2].strip() == "chunked":
                response.delimited = True
        if response.bodiless:
            self.on_message_complete()

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body."""
        response = self._response
        if response.complete:
            response.keep_alive = False
        else:
            response.pieces.append(data)
            response.buffered += len(data)

    def on_message_begin(self) -> None:
        """Take note of another answer, which nobody asked for."""
        if self._response.complete:
            self._response.keep_alive = False

    def on_message_complete(self) -> None:
        """Take note of the end, unless it is that of an interim answer."""
        response, parser = self._response, self._parser
        if not response.head_complete:
            response.fields.clear()
            response.reason = ""
        elif not response.complete:
            response.complete = True
            response.keep_alive = parser is not None and parser.should_keep_alive()
