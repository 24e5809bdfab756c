"""The head of a request, and what is written for it."""

import re
from collections.abc import Iterable

from genai_sdk.http.errors import UnsendableRequest
from genai_sdk.http.proxy import Proxy
from genai_sdk.http.request import BODY_METHODS, FRAMING_HEADERS, Outgoing, Request, length_of
from genai_sdk.http.target import Target
from genai_sdk.secret import Sealed

# RFC 9110 5.6.2 and 5.5, as far as a line break or a name could be made of them.
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_METHOD = re.compile(_NAME)
_LINE = re.compile(rf"{_NAME}: [^\r\n\0]*\r\n")
_SURROGATE = re.compile("[\ud800-\udfff]")


def outgoing(request: Request, target: Target, proxy: Proxy | None) -> Outgoing:
    """Return what is written for a request.

    Args:
        request: The request.
        target: Its URL, taken apart.
        proxy: Through which proxy it goes; a plain request goes there in absolute form, with its own credentials.

    Raises:
        UnsendableRequest: If the method or a header is not what HTTP allows.
    """
    url, method, headers = target.path, request.method, request.headers
    rendered = headers.rendered
    if rendered is None:
        rendered = headers.rendered = Sealed(_rendered(headers))
    if method != "POST" and not _METHOD.fullmatch(method):
        raise UnsendableRequest("the method holds what HTTP forbids")
    host, lines = rendered.reveal()
    if proxy is not None and target.scheme == "http":
        url = target.url
        if proxy.authorization is not None:
            lines = f"Proxy-Authorization: {proxy.authorization.reveal()}\r\n{lines}"
    if request.body or method in BODY_METHODS:
        lines = f"{lines}Content-Length: {length_of(request.body)}\r\n"
    head = f"{method} {url} HTTP/1.1\r\nHost: {host or target.authority}\r\n{lines}\r\n"
    return Outgoing(head.encode(), request.body)


def _rendered(headers: Iterable[tuple[str, str]]) -> tuple[str | None, str]:
    """Return the host that headers name, if they do, and their lines."""
    host, lines, wrong = None, [], None
    for name, value in headers:
        line, lower = f"{name}: {value}\r\n", name.lower()
        if lower in FRAMING_HEADERS:
            continue
        if not _sendable(line):
            wrong = name
            break
        if lower == "host":
            host = value
        else:
            lines.append(line)
    else:
        return host, "".join(lines)
    del lines, line, value  # whoever prints a traceback with its variables prints no header
    raise UnsendableRequest(f"the header {wrong!r} holds what HTTP forbids")


def tunnel_head(target: Target, proxy: Proxy) -> Outgoing:
    """Return the request that asks a proxy for a tunnel."""
    authority = f"{target.name}:{target.port}"
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if proxy.authorization is not None:
        lines.append(f"Proxy-Authorization: {proxy.authorization.reveal()}")
    return Outgoing("\r\n".join([*lines, "", ""]).encode())


def _sendable(line: str) -> bool:
    return _LINE.fullmatch(line) is not None and (line.isascii() or not _SURROGATE.search(line))
