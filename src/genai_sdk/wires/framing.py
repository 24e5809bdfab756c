"""Streams cut into events, and the way nearly all are: server-sent events. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from genai_sdk.wires.json_text import REFUSED, JsonText

EVENT_STREAM = "text/event-stream"

LONGEST_EVENT = 8 * 1024 * 1024
"""Bytes; a stream with a longer event is malformed."""

# What some servers send to keep a connection open: null, ping, [PING], heartbeat.
_WORD = re.compile(rb"(?i)[\[(:]?(null|ping|pong|keep[-_ ]?alive|heart[-_ ]?beat|ok|processing|connected)[\])]?")

# What an event is not, as it stands: encoded twice, in a list, or a word to keep a connection open.
_ODD = frozenset({str, list, bool, int, float, type(None)})

_json = msgspec.json.Decoder().decode


class BrokenFramingError(Exception):
    """The bytes are not what the framing says."""


class Framing(Protocol):
    """Cuts bytes into events, each decoded JSON."""

    done: bool
    """Whether the stream has said that it is over."""

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes in and yield the events that are whole; raises `BrokenFramingError`."""
        ...

    def end(self) -> Iterator[Any]:
        """Yield what is left to be read once the bytes have ended."""
        ...


class ServerSentEvents:
    """https://html.spec.whatwg.org/multipage/server-sent-events.html.

    Only the data counts: every vendor repeats an event's name in it.

    Args:
        decode: Decodes the JSON of the events that nearly all are, and raises `msgspec.ValidationError` for another,
            which is read as plain JSON then.
    """

    def __init__(self, decode: Callable[[bytes], Any] = _json) -> None:
        self.done = False
        self._decode = decode
        self._rest: list[bytes] = []  # the pieces of a line that is not whole yet
        self._data: list[bytes] = []
        self._size = 0
        self._begun = False
        self._after_cr = False
        self._text: JsonText | None = None

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes in and yield the events that are whole."""
        # Google's end in CR LF.
        plain = data.replace(b"\r\n", b"\n") if data[-4:] == b"\r\n\r\n" and not self._after_cr else data
        if not (self._begun or self._rest) and data[:1].isalpha():  # and so no byte order mark
            self._begun = True
        end = plain.rfind(b"\n\n")
        if end < 0 or b"\r" in plain or self._data or self._after_cr or not self._begun:
            yield from self._read(data)
            return
        whole, rest = plain[:end], plain[end + 2 :]
        if self._rest:
            whole = b"".join([*self._rest, whole])
            self._rest.clear()
            self._size = 0
        mark = b"data:" if whole[:5] == b"data:" else b""  # else they are named, as Anthropic's are
        for event in whole[len(mark) :].split(b"\n\n" + mark):
            line = event if mark else _named(event)
            if line is None or b"\n" in line:
                yield from self._read(mark + event + b"\n\n")
            elif (decoded := self._decoded(line)) is not None:
                yield decoded
        if rest:
            yield from self._read(rest)

    def _read(self, data: bytes) -> Iterator[Any]:
        """Do what `feed` does, for bytes that may begin and end anywhere."""
        for line in self._lines(data):
            if line[:5] == b"data:":
                self._data.append(line[5:])
            elif not line.strip():
                if len(self._data) == 1:
                    event, self._size = self._data.pop(), 0
                    if (decoded := self._decoded(event)) is not None:
                        yield decoded
                elif self._data:
                    yield from self._whole()
            elif line[:6] == b"error:":  # llama-server before b5000
                self._data.append(line[6:])
            elif line[:1] == b"{":  # an error that a gateway writes into the stream as it is
                self._data.append(line)
        if self._size > LONGEST_EVENT:
            raise BrokenFramingError(f"an event of more than {LONGEST_EVENT} bytes")

    def end(self) -> Iterator[Any]:
        """Yield the last event if all that it lacks is the empty line behind it."""
        line = b"".join(self._rest)
        if line[:5] == b"data:":
            self._data.append(line[5:])
        elif line[:1] == b"{":
            self._data.append(line)
        with suppress(BrokenFramingError):
            yield from self._whole()

    def _whole(self) -> Iterator[Any]:
        """Yield the event whose lines are there: servers that leave the empty lines out put one into each."""
        lines, self._data, self._size = self._data, [], 0
        if len(lines) > 1:
            joined = b"\n".join(lines)
            each = [line for line in lines if line.strip()]
            apart = all(line.strip()[:1] == b"{" and line.rstrip()[-1:] == b"}" for line in each[:-1])
            lines = each if apart and len(each) > 1 and each[-1].lstrip()[:1] in (b"{", b"[") else [joined]
        for line in lines:
            if (decoded := self._decoded(line)) is not None:
                yield decoded

    def _lines(self, data: bytes) -> list[bytes]:
        if b"\r" in data or self._after_cr:
            data = self._with_newlines(data)
        self._size += len(data)
        if b"\n" not in data:
            self._rest.append(data)
            return []
        if self._rest:
            data = b"".join([*self._rest, data])
            self._rest.clear()
        lines = data.split(b"\n")
        if rest := lines.pop():
            self._rest.append(rest)
        if not self._begun:
            self._begun = True
            lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
        self._size = len(rest) + sum(map(len, self._data))
        return lines

    def _with_newlines(self, data: bytes) -> bytes:
        """Return data with every end of a line as LF, also of a CRLF that two reads cut apart."""
        rest = data.removeprefix(b"\n") if self._after_cr else data
        self._after_cr = data.endswith(b"\r")
        return rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _decoded(self, event: bytes) -> Any:
        """Return an event's JSON; None if it is the end mark or nothing."""
        if self._text is not None and self._text.waiting:
            return self._mended(event)
        try:
            try:
                decoded = self._decode(event)
            except msgspec.ValidationError:
                decoded = _json(event)
        except REFUSED:
            return self._mended(event)
        return self._mended(event) if type(decoded) in _ODD else decoded

    def _mended(self, event: bytes) -> Any:
        event = event.strip()
        while event[:5] == b"data:":  # said twice, by a proxy of a proxy
            event = event[5:].strip()
        if event.strip(b"\"'")[:6].upper() == b"[DONE]":  # OpenAI's end mark
            return self._ended()
        if not event or self.done or _WORD.fullmatch(event):
            return None
        if self._text is None:
            self._text = JsonText()
        with suppress(ValueError):
            decoded = self._text.read(event)
            if isinstance(decoded, str):  # encoded twice
                decoded = self._text.read(decoded.encode("utf-8", "surrogatepass"))
            if isinstance(decoded, list) and len(decoded) == 1:
                decoded = decoded[0]
            if isinstance(decoded, dict) or not decoded or decoded is True:
                return decoded if isinstance(decoded, dict) else None
        raise BrokenFramingError("an event that is not JSON")

    def _ended(self) -> None:
        """Take note of the end mark, which some servers send as a text of JSON."""
        self.done = True


def _named(event: bytes) -> bytes | None:
    """Return the data of an event that is its name and one line of data; None for another."""
    name, _, line = event.partition(b"\n")
    return line[5:] if name[:6] == b"event:" and line[:5] == b"data:" else None


FRAMINGS: Mapping[str, Callable[[], Framing]] = {
    EVENT_STREAM: ServerSentEvents,
}
"""The framings by their media types; AWS's own is in `wires.eventstream`."""
