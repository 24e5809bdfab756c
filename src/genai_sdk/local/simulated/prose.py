"""What the simulated model says: a few sentences about the last user message, the same for the same message. Pure."""

import hashlib

from genai_sdk.testing.turn import count

_QUOTE = 120
"""Characters of a message that are quoted at most."""

_FIRST = (
    'You wrote: "{quote}".',
    'So this is about "{quote}".',
    'I have read "{quote}" with care.',
    'Let us look at "{quote}" together.',
)

_FURTHER = (
    "No model was asked, so take none of this for advice.",
    "A real provider would think harder here, and send a bill.",
    "Ask the same again and you will read the same again.",
    "Every word of this counts as one token.",
    "Another region would say it with another name in front.",
    "If this had been a stream, you would have seen it word by word.",
    "Change one letter of it and I may change my mind.",
    "Point the same code at a real connection, and a real answer comes back.",
)


def mark(region: str) -> str:
    """Return what everything starts with that a region says."""
    return f"[simulated {region}]"


def quote(text: str) -> str:
    """Return a message on one line, shortened."""
    line = " ".join(text[: 4 * _QUOTE].split())
    return line if len(line) <= _QUOTE and len(text) <= 4 * _QUOTE else line[: _QUOTE - 1].rstrip() + "…"


def transcript(region: str, file: str, further: int) -> str:
    """Return what is said in a file of sound, as far as nobody listens to it; the same for the same file.

    Args:
        region: Who says so.
        file: The file's name, size and type, in words.
        further: How many sentences follow the first.
    """
    start = hashlib.sha256(file.encode("utf-8", "replace")).digest()[1]
    rest = [_FURTHER[(start + place) % len(_FURTHER)] for place in range(further)]
    return " ".join([mark(region), f'Somebody speaks in "{quote(file)}".', *rest])


def prose(region: str, text: str, further: int) -> str:
    """Return an answer to `text` with so many further sentences; it is the same in every region but for its name."""
    if not text.strip():
        return f"{mark(region)} There was no user message to answer."
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    first = _FIRST[digest[0] % len(_FIRST)].format(quote=quote(text))
    words = count(text)
    size = f"That is {words} word{'' if words == 1 else 's'}."
    start = digest[1]
    rest = [_FURTHER[(start + place) % len(_FURTHER)] for place in range(further)]
    return " ".join([mark(region), first, size, *rest])
