"""What went in or came out, in one short line: the last that was asked, the text of an answer."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.langfuse.values import to_json

LONGEST = 120
"""The most characters of a preview."""

_READ = 4 * LONGEST
_MOST_PARTS = 20


def preview_of(content: Any) -> str:
    """Return a line of text for contents of whatever form; empty where there are none.

    Control characters, and those that turn the direction of what follows them, become blanks: a line stays one.
    """
    text = _text(content)[:_READ]
    if not text.isprintable():
        text = "".join(each if each.isprintable() else " " for each in text)
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"


def _text(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, list):
        messages = [each for each in content[-_MOST_PARTS:] if isinstance(each, dict) and "role" in each]
        if messages:
            by_user = [each for each in messages if each["role"] == "user"]
            return _text((by_user or messages)[-1])
        return " ".join(map(_text, content[:_MOST_PARTS]))
    if isinstance(content, Mapping):
        return _text_of_object(content)
    return to_json(content)


def _text_of_object(content: Mapping[str, Any]) -> str:
    for name in ("content", "text", "messages", "input", "output", "parts"):
        if inner := content.get(name):
            return _text(inner)
    calls = content.get("tool_calls")
    if isinstance(calls, list) and calls:
        functions = [each.get("function") for each in calls[:_MOST_PARTS] if isinstance(each, dict)]
        return ", ".join(f"{each.get('name')}(…)" for each in functions if isinstance(each, dict))
    kind = content.get("type")
    return f"[{kind}]" if isinstance(kind, str) else to_json(content) if content else ""
