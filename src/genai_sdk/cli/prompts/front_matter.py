"""The head of a prompt's file: TOML between two lines of `+++`.

TOML is read by Python itself and has one meaning for each value: a model called `no` or a version `3.10` stays a text.
It has no null and no readable form for what is nested deeply, so a config that has either is written as JSON in a text.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

FENCE = "+++"
YAML_FENCE = "---"
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_QUOTES = "\\u0027" * 3
_PLAIN = (bool, int, float, str)
_ESCAPED = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\"\\]")


def read_front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    """Take a file apart into its head and its body.

    Args:
        text: The file's text.
        where: The file, for messages.

    Raises:
        ConfigurationError: The head is not closed, or is no TOML. One in YAML is refused as well: the model would be
            sent it as a part of the prompt.
    """
    first, _, rest = text.partition("\n")
    if first.rstrip() == YAML_FENCE:
        raise ConfigurationError(
            Sentence.of(
                "prompts.head_form",
                "{where}: a head stands between lines of {fence} and is TOML, such as `model = "
                '"gpt-6-luna"` below [config]; a text that does begin with {yaml_fence} has a head with '
                'type = "text" before it. See `genai docs prompts-as-code#the-files`',
                where=where,
                fence=FENCE,
                yaml_fence=YAML_FENCE,
            )
        )
    if first.rstrip() != FENCE:
        return {}, text
    head, fence, body = f"\n{rest}".partition(f"\n{FENCE}\n")
    if not fence:
        if not rest.rstrip("\n").endswith(FENCE):
            raise ConfigurationError(
                Sentence.of(
                    "prompts.head_open",
                    "{where}: the head that begins with {fence} needs a line {fence} at its end",
                    where=where,
                    fence=FENCE,
                )
            )
        head, body = rest.rstrip("\n").removesuffix(FENCE), ""
    try:
        return tomllib.loads(head.removeprefix("\n")), body
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            Sentence.of("prompts.head_toml", "{where}: its head is no TOML: {error}", where=where, error=error)
        ) from None


def write_front_matter(fields: Mapping[str, Any], config: Any) -> str:
    """Return a head with its two fences; nothing where there is nothing to say.

    Args:
        fields: What stands above the config: plain values and lists of them.
        config: The prompt's config; None or an empty one is left out.
    """
    lines = [f"{_key(name)} = {_value(value)}" for name, value in fields.items()]
    if config not in (None, {}):
        lines += _config(config)
    return "\n".join([FENCE, *lines, FENCE]) + "\n" if lines else ""


def read_config(value: Any, where: str) -> Any:
    """Return the config that a head says: a table, or a text with JSON in it.

    Raises:
        ConfigurationError: It is neither.
    """
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            Sentence.of(
                "prompts.config_json", "{where}: its config is a text, and no JSON: {error}", where=where, error=error
            )
        ) from None


def _config(config: Any) -> Iterator[str]:
    if not _is_flat(config):
        text = msgspec.json.format(msgspec.json.encode(config), indent=2).decode()
        quotes = "'" * 3  # which would end the text, and which JSON can write otherwise
        text = text.replace(quotes, _QUOTES).replace("\x7f", "\\u007f")
        yield f"config = {quotes}\n{text}\n{quotes}"
        return
    tables = {name: value for name, value in config.items() if isinstance(value, dict)}
    yield ""
    yield "[config]"
    yield from (f"{_key(name)} = {_value(value)}" for name, value in config.items() if name not in tables)
    for name, table in tables.items():
        yield ""
        yield f"[config.{_key(name)}]"
        yield from (f"{_key(inner)} = {_value(value)}" for inner, value in table.items())


def _is_flat(config: Any) -> bool:
    if not isinstance(config, dict):
        return False
    return all(
        _is_plain(value) or (isinstance(value, dict) and bool(value) and all(map(_is_plain, value.values())))
        for value in config.values()
    )


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, _PLAIN) for item in value)
    return isinstance(value, _PLAIN) and not (isinstance(value, int) and abs(value) >= 2**63)


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_ESCAPED.sub(_escape, value)}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _escape(found: re.Match[str]) -> str:
    return {"\n": "\\n", '"': '\\"', "\\": "\\\\"}.get(found[0], f"\\u{ord(found[0]):04X}")
