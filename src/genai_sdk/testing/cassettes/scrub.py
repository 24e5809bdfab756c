"""What must not be written into a file that is committed: keys, tokens and passwords, by what they look like. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Scrub = Callable[[Any], Any]
"""Returns JSON's values without what is secret in them."""

STARS = "***"

_SHAPES = re.compile(
    "|".join(
        (
            r"\bsk-[A-Za-z0-9_-]{12,}",  # OpenAI, Anthropic (sk-ant-), Langfuse (sk-lf-), OpenRouter (sk-or-)
            r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",  # AWS access keys
            r"\bAIza[0-9A-Za-z_-]{35}",  # Google API keys
            r"\bya29\.[0-9A-Za-z_-]{20,}",  # Google access tokens
            r"\bgh[pousr]_[0-9A-Za-z]{30,}",  # GitHub
            r"\bgithub_pat_[0-9A-Za-z_]{30,}",
            r"\bxox[abeprs]-[0-9A-Za-z-]{10,}",  # Slack
            r"\bhf_[0-9A-Za-z]{30,}",  # Hugging Face
            r"\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}",  # JSON Web Tokens (RFC 7519)
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----",  # RFC 7468
            r"(?<=\bBearer )[0-9A-Za-z._~+/=-]{8,}",  # RFC 6750
            r"(?<=\bBasic )[0-9A-Za-z+/=]{12,}",  # RFC 7617
            r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",  # a user's password in an address (RFC 3986)
        )
    )
)
_SECRET_NAME = re.compile(r"auth|cookie|credential|key|password|secret|session|signature|token", re.IGNORECASE)


def scrubber(own: Callable[[str], str] | None = None) -> Scrub:
    """Return what scrubs every text in JSON's values, by the shapes of secrets and then by `own`."""

    def text(found: str) -> str:
        scrubbed = _SHAPES.sub(STARS, found)
        return scrubbed if own is None else own(scrubbed)

    def scrub(item: Any) -> Any:
        if isinstance(item, str):
            return text(item)
        if isinstance(item, dict):
            return {key: scrub(part) for key, part in item.items()}
        if isinstance(item, list | tuple):
            return [scrub(part) for part in item]
        return item

    return scrub


def scrub_headers(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Return headers by name in lower case, without the values of those whose names speak of secrets."""
    return {
        name.lower(): STARS if _SECRET_NAME.search(name) else value
        for name, value in sorted(headers.items(), key=lambda pair: pair[0].lower())
    }
