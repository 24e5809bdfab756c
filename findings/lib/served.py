"""A provider on loopback for the scripts here, of Python's own library alone, and the form in which they end."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version


class Served:
    """A server that answers every POST with what it was given last.

    Attributes:
        url: Its URL.
        asked: Of every request the path, the headers and the moment.
    """

    def __init__(self):
        self.asked = []
        self._answer = (200, "application/json", b"{}", {})
        served = self

        class Provider(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                served.asked.append((self.path, dict(self.headers), time.monotonic()))
                status, media, body, headers = served._answer
                self.send_response(status)
                for name, item in {"content-type": media, "content-length": str(len(body)), **headers}.items():
                    self.send_header(name, item)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answers(self, data, status=200, **headers):
        """Answer with JSON from now on."""
        more = {name.replace("_", "-"): item for name, item in headers.items()}
        self._answer = (status, "application/json", json.dumps(data).encode(), more)

    def streams(self, *events, end=b""):
        """Answer with server-sent events from now on."""
        self.sends(b"".join(_event(event) for event in events) + end, "text/event-stream")

    def sends(self, body, media):
        """Answer with bytes from now on."""
        self._answer = (200, media, body, {})


def _event(event):
    named = f"event: {event['type']}\n" if "type" in event else ""
    return f"{named}data: {json.dumps(event)}\n\n".encode()


def finish(*packages, expected, seen, still):
    """Say what was expected and what came, and exit with 0 as long as it comes."""
    print(f"{', '.join(f'{name} {version(name)}' for name in packages)}\n  expected: {expected}\n  seen:     {seen}")
    print("  still so" if still else "  NO LONGER SO", flush=True)
    os._exit(not still)  # whatever threads a library has left
