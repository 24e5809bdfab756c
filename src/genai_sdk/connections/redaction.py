"""The ways in which a secret can turn up in somebody else's text."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Shorter secrets are not looked for: their letters are everywhere."""

SHORTEST_BASE64 = 8

_STARS = "***"


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with every secret replaced by stars, however it is spelled: plain, JSON, URL-encoded or base64."""
    spellings = {spelling for secret in secrets for part in _parts(secret) for spelling in _spellings(part)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, _STARS)
    return text


def _parts(secret: str) -> Iterator[str]:
    """Yield a secret and, of a service account's key file, what is secret in it, line by line too."""
    yield secret
    try:
        fields = json.loads(secret)
    except (ValueError, RecursionError):
        return
    for name in ("private_key", "private_key_id"):
        value = fields.get(name) if isinstance(fields, dict) else None
        if isinstance(value, str):
            yield value
            yield from (line for line in value.splitlines() if not line.startswith("-----"))


def _spellings(secret: str) -> Iterator[str]:
    if len(secret) < SHORTEST:
        return
    yield from (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (quote(secret, safe=""), quote(secret), quote_plus(secret))
    yield from _inside_base64(secret.encode())


def _inside_base64(secret: bytes) -> Iterator[str]:
    """Yield what base64 makes of a secret behind any other bytes, such as the user name of Basic authentication."""
    for before in range(3):
        clear = (before * 8 + 5) // 6
        end = (before + len(secret)) * 8 // 6
        if end - clear >= SHORTEST_BASE64:
            padded = bytes(before) + secret
            yield base64.b64encode(padded).decode()[clear:end]
            yield base64.urlsafe_b64encode(padded).decode()[clear:end]
