"""The messages of a chat prompt as sections of a text, and back.

A section begins with a line such as `=== system ===` or `=== placeholder: history ===`. A message that has more than
a role and a text stands as JSON below `=== json ===`. A line of a text that looks like a heading has a backslash in
front.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

_HEADING = re.compile(r"=== (?P<word>[^\n]*?) ===[ \t]*")
_LOOKS_SO = re.compile(r"^(\\*=== .* ===[ \t]*)$", re.MULTILINE)
_ESCAPED = re.compile(r"^\\(\\*=== .* ===[ \t]*)$", re.MULTILINE)
_PLACEHOLDER = "placeholder: "
_JSON = "json"


def write_sections(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return messages as a text that ends with a newline."""
    return "\n".join(
        f"=== {heading} ===\n{text}\n" if text is not None else f"=== {heading} ===\n"
        for heading, text in map(_section, messages)
    )


def read_sections(body: str, where: str) -> list[dict[str, Any]]:
    """Return the messages that a text says.

    Raises:
        ConfigurationError: It does not begin with a heading, or a section is of the wrong form.
    """
    messages = []
    for heading, text in _split(body, where):
        if heading.startswith(_PLACEHOLDER):
            if text.strip():
                raise ConfigurationError(
                    Sentence.of(
                        "prompts.section_text",
                        "{where}: the section {heading!r} stands for messages and has no text",
                        where=where,
                        heading=heading,
                    )
                )
            messages.append({"type": "placeholder", "name": heading.removeprefix(_PLACEHOLDER).strip()})
        elif heading == _JSON:
            messages.append(_message(text, where))
        else:
            messages.append({"role": heading, "content": _ESCAPED.sub(r"\1", text)})
    return messages


def _section(message: Mapping[str, Any]) -> tuple[str, str | None]:
    keys = set(message)
    if message.get("type") == "placeholder" and keys == {"type", "name"} and _is_word(message["name"]):
        return f"{_PLACEHOLDER}{message['name']}", None
    role, content = message.get("role"), message.get("content")
    if keys == {"role", "content"} and isinstance(content, str) and _is_word(role) and role != _JSON:
        return str(role), _LOOKS_SO.sub(r"\\\1", content)
    return _JSON, msgspec.json.format(msgspec.json.encode(message), indent=2).decode()


def _is_word(word: Any) -> bool:
    return (
        isinstance(word, str)
        and word == word.strip() != ""
        and word.isprintable()
        and not word.startswith(_PLACEHOLDER)
    )


def _split(body: str, where: str) -> Iterator[tuple[str, str]]:
    heading: str | None = None
    lines: list[str] = []
    for line in body.removesuffix("\n").split("\n"):
        found = _HEADING.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        if heading is not None:
            yield heading, "\n".join(lines[:-1] if lines and not lines[-1] else lines)
        elif any(map(str.strip, lines)):
            break
        heading, lines = found["word"].strip(), []
    if heading is None:
        raise ConfigurationError(
            Sentence.of(
                "prompts.first_section",
                "{where}: a chat prompt begins with a section such as === system ===",
                where=where,
            )
        )
    yield heading, "\n".join(lines)


def _message(text: str, where: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            Sentence.of(
                "prompts.section_json",
                "{where}: a section === json === is no message: {error}",
                where=where,
                error=error,
            )
        ) from None
