"""Runs an ASGI application as it is run for users: uvicorn on a free port of loopback, in a thread."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

PATIENCE = 10.0
"""Seconds that starting and stopping may take at most."""


class Server(uvicorn.Server):
    """A server that says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set()


@contextlib.contextmanager
def serving(app: ASGIApp, **options: Any) -> Iterator[str]:
    """Serve `app` and give its origin; stops gracefully, lifespan included.

    Args:
        app: The application.
        options: Of `uvicorn.Config`, besides its address; requests under way get a second to end unless they say more.
    """
    given = {"log_config": None, "ws": "none", "timeout_graceful_shutdown": 1, **options}
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as bound:
        bound.bind(("127.0.0.1", 0))
        server = Server(uvicorn.Config(app, **given))
        thread = threading.Thread(target=server.run, args=([bound],), name="uvicorn", daemon=True)
        thread.start()
        try:
            ends = time.monotonic() + PATIENCE
            while not server.serving.wait(0.05):
                if not thread.is_alive() or time.monotonic() > ends:
                    raise RuntimeError("the application did not start: what its lifespan raised is in the log")
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive(), "the server did not stop"
