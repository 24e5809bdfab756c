"""Which version of a body a reader has, and whether it is still this one (RFC 9110, 8.8.3 and 13.1.2)."""

import hashlib


def entity_tag(body: bytes) -> str:
    """Return the entity tag of a body: another body has another tag.

    Langfuse's web server (Next.js) puts one on every JSON body, a refusal's too.
    """
    return f'"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'


def is_current(if_none_match: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names this tag: `*` names every one, and weak tags compare like strong ones."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return tag in {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
