"""Only those who mean this host are answered.

A web page anywhere can have a browser send requests to a name that its owner points at 127.0.0.1 (DNS rebinding); the
Host header tells them apart. https://owasp.org/www-community/attacks/DNS_Rebinding
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.sentence import Sentence


class HostGuard:
    """Refuses requests whose Host is not loopback.

    Args:
        app: What answers the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] == "http":
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            if len(hosts) != 1 or not is_loopback(_name_of(hosts[0].decode("latin-1"))):
                refusal = ApiError(
                    421,
                    Sentence.of(
                        "platform.other_host", "The Host header names another host; ask for 127.0.0.1 or localhost"
                    ),
                )
                await JSONResponse(refusal.body(), refusal.status)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name_of(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
