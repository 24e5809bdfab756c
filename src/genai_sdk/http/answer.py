"""One answer, made of the bytes that come: llhttp takes it apart, and what follows from its head is decided here."""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from genai_sdk.http.errors import ConnectionCut

MAX_HEAD = 64 * 1024
"""Bytes of a head, or of anything else that brings none of the body."""

_INTERIM = 200  # statuses below are no answers yet


class Answer:
    """An answer under way. It does no I/O: it is fed what arrives, and holds what was not taken from it.

    Args:
        method: The method of the request, as the answers to HEAD and CONNECT have no body.

    Attributes:
        status: The status code, 0 until the head is whole.
        reason: The phrase behind it.
        fields: Names and values of the headers, in order and as they came.
        begun: Whether the head is whole.
        over: Whether all of it has come.
        keeps: Whether the connection can carry another exchange; counts once it is over.
        announced: How long the body is said to be, in bytes; 0 if nothing is said.
        held: Bytes of the body that have come and were not taken.
        heard: Whether a byte has come.
    """

    __slots__ = (
        "_barren",
        "_bodiless",
        "_parser",
        "_pieces",
        "_unframed",
        "announced",
        "begun",
        "fields",
        "heard",
        "held",
        "keeps",
        "over",
        "reason",
        "status",
    )

    def __init__(self, method: str) -> None:
        self.status = 0
        self.reason = ""
        self.fields: list[tuple[str, str]] = []
        self.begun = False
        self.over = False
        self.keeps = False
        self.announced = 0
        self.held = 0
        self.heard = False
        self._bodiless = method in ("HEAD", "CONNECT")
        self._unframed = False
        self._barren = 0
        self._pieces: list[bytes] = []
        self._parser: HttpResponseParser | None = HttpResponseParser(self)

    def feed(self, data: bytes | memoryview) -> None:
        """Take in what came.

        Raises:
            ConnectionCut: If it is not HTTP/1, or its head is larger than 64 KiB.
        """
        self.heard = True
        parser, held = self._parser, self.held
        if parser is None:  # nobody asked for more
            self.keeps = False
            return
        try:
            parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.keeps = False
            if not self.over:
                self._parser = None
                said = "the body's framing is broken" if self.begun else "what came is not an HTTP/1 answer"
                raise ConnectionCut(f"{said} ({error})") from None
        if self.over:
            self._parser = None  # it refers back to this answer
        elif self.held > held:
            self._barren = 0
        else:
            self._barren += len(data)
            if self._barren > MAX_HEAD:
                self._parser = None
                raise ConnectionCut(f"the answer's headers are larger than {MAX_HEAD} bytes")

    def end(self) -> None:
        """Take in that the connection ended.

        Raises:
            ConnectionCut: If that is too early.
        """
        self.keeps = False
        self._parser = None
        if self.over:
            return
        if self.begun and self._unframed:
            self.over = True
            return
        where = "in the body" if self.begun else "in the headers" if self.heard else "without an answer"
        raise ConnectionCut(f"the connection ended {where}")

    def take(self) -> bytes:
        """Return what has come of the body since the last time."""
        pieces = self._pieces
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self.held = 0
        return data

    # What the parser calls.

    def on_status(self, text: bytes) -> None:
        """Take a part of the phrase behind the status code."""
        self.reason += text.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those behind a chunked body mean nothing to us."""
        if not self.begun:
            self.fields.append((name.decode("latin-1"), value.decode("latin-1").strip(" \t")))

    def on_headers_complete(self) -> None:
        """Decide what follows the head."""
        assert self._parser is not None
        status = self._parser.get_status_code()
        if status < _INTERIM:
            return
        self.status = status
        self.begun = True
        framed = False
        for name, value in self.fields:
            lower = name.lower()
            if lower == "content-length":
                self.announced, framed = int(value), True
            elif lower == "transfer-encoding":
                framed = framed or value.lower().rpartition(",")[2].strip() == "chunked"
        self._unframed = not framed
        if self._bodiless:
            self.on_message_complete()

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body."""
        if self.over:
            self.keeps = False
        else:
            self._pieces.append(data)
            self.held += len(data)

    def on_message_begin(self) -> None:
        """Take note of another answer, which nobody asked for."""
        if self.over:
            self.keeps = False

    def on_message_complete(self) -> None:
        """Take note of the end, unless it is that of an interim answer."""
        assert self._parser is not None
        if not self.begun:
            self.fields.clear()
            self.reason = ""
        elif not self.over:
            self.over = True
            self.keeps = self._parser.should_keep_alive()
