"""The head of a request, as bytes."""

import re

from genai_sdk.http.errors import UnsendableRequest
from genai_sdk.http.proxy import Proxy
from genai_sdk.http.request import BODY_METHODS, FRAMING_HEADERS, Request, length_of
from genai_sdk.http.target import Target

# RFC 9110 5.6.2 and 5.5, as far as a line break or a name could be made of them.
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_METHOD = re.compile(_NAME)
_LINE = re.compile(rf"{_NAME}: [^\r\n\0]*\r\n")
_LINES = re.compile(rf"(?:{_LINE.pattern})*")


def request_head(request: Request, target: Target, proxy: Proxy | None) -> bytes:
    """Return everything of a request but its body.

    Args:
        request: The request.
        target: Its URL, taken apart.
        proxy: Through which proxy it goes; a plain request goes there in absolute form, with its own credentials.

    Raises:
        UnsendableRequest: If the method or a header is not what HTTP allows.
    """
    url, host = target.path, target.authority
    lines = []
    if proxy is not None and target.scheme == "http":
        url = target.url
        if proxy.authorization:
            lines.append(f"Proxy-Authorization: {proxy.authorization}\r\n")
    for name, value in request.headers:
        lower = name.lower()
        if lower == "host":
            host = value
        elif lower not in FRAMING_HEADERS:
            lines.append(f"{name}: {value}\r\n")
    if request.body or request.method in BODY_METHODS:
        lines.append(f"Content-Length: {length_of(request.body)}\r\n")
    lines.insert(0, f"Host: {host}\r\n")
    text = "".join(lines)
    if _LINES.fullmatch(text) and text.count("\n") == len(lines) and _METHOD.fullmatch(request.method):
        try:
            return f"{request.method} {url} HTTP/1.1\r\n{text}\r\n".encode()
        except UnicodeEncodeError:
            pass  # not even as a context: it quotes the value, which can be a key
    culprits = [line.partition(":")[0] for line in lines if not _sendable(line)]
    what = f"the header {culprits[0]!r}" if culprits else "the method"
    raise UnsendableRequest(f"{what} holds what HTTP forbids")


def tunnel_head(target: Target, proxy: Proxy) -> bytes:
    """Return the request that asks a proxy for a tunnel."""
    authority = f"{target.name}:{target.port}"
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    return "\r\n".join([*lines, "", ""]).encode()


def _sendable(line: str) -> bool:
    return _LINE.fullmatch(line) is not None and not any("\ud800" <= letter <= "\udfff" for letter in line)
