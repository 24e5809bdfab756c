#!/usr/bin/env bash
# httptools 0.9.0: a response whose status line and headers are cut between two reads of the socket.
# Expected: `on_status` is called once with "Created", as `on_header` is called once with a header that was cut.
# Seen: headers are put together, and the status comes as it was cut: "Cre", "ated". Who keeps the last has half a reason.
exec "$(dirname "$0")/lib/run.sh" httptools==0.9.0 << 'PLAY'
import httptools
from served import finish


class Events:
    def __init__(self):
        self.statuses, self.headers = [], []

    def on_status(self, reason):
        self.statuses.append(reason)

    def on_header(self, name, item):
        self.headers.append((name, item))


events = Events()
parser = httptools.HttpResponseParser(events)
for data in (b"HTTP/1.1 201 Cre", b"ated\r\nX-Req", b"uest: one", b"two\r\ncontent-length: 0\r\n\r\n"):
    parser.feed_data(data)
finish(
    "httptools", expected="one status, two headers", seen=f"{events.statuses}, {events.headers}",
    still=events.statuses == [b"Cre", b"ated"] and events.headers[0] == (b"X-Request", b"onetwo"),
)
PLAY
