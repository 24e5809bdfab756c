"""What is asked of the broker, as bytes."""

import base64
from urllib.parse import quote

from genai_sdk.connections.broker_wire import ACCEPT, PATH


def empty() -> bytes:
    """Return a question for its health, whose answer is empty."""
    return b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


def connections(
    pair: tuple[str, str], *, tag: str | None = None, sealed: bool = True, names: tuple[str, ...] = ()
) -> bytes:
    """Return a request for connections."""
    signed = base64.b64encode(":".join(pair).encode()).decode()
    query = "&".join(f"name={quote(name)}" for name in names)
    lines = [
        f"GET {PATH}{'?' if query else ''}{query} HTTP/1.1",
        "host: 127.0.0.1",
        f"authorization: Basic {signed}",
        "accept: application/json",
        "user-agent: genai-sdk/bench",
    ]
    if sealed:
        lines.append(f"{ACCEPT}: sealed, short-lived")
    if tag is not None:
        lines.append(f"if-none-match: {tag}")
    return "\r\n".join([*lines, "", ""]).encode()
