"""What a call asks for in one form, whichever way it was written: recordings are found by it. Pure."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.testing.cassettes.scrub import Scrub, scrub_headers
from genai_sdk.wires.operation import Operation

_SAMPLING = {"temperature": 1, "top_p": 1}
_TEXT = {
    **_SAMPLING,
    "frequency_penalty": 0,
    "logit_bias": {},
    "n": 1,
    "presence_penalty": 0,
    "stop": [],
    "stream_options": {},
}
_EXTRA: Mapping[str, Any] = {"extra_body": {}, "extra_headers": {}}
_CHAT = {
    **_TEXT,
    "logprobs": False,
    "parallel_tool_calls": True,
    "response_format": {"type": "text"},
    "service_tier": "auto",
    "store": False,
    "tools": [],
}

# By operation: https://platform.openai.com/docs/api-reference and https://docs.anthropic.com/en/api/messages
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "chat": _CHAT,
    "embedding": {"encoding_format": "float"},
    "messages": {"service_tier": "auto", "stop_sequences": [], "temperature": 1, "tools": []},
    "responses": {
        **_SAMPLING,
        "background": False,
        "parallel_tool_calls": True,
        "service_tier": "auto",
        "store": True,
        "tools": [],
        "truncation": "disabled",
    },
    "speech": {"response_format": "mp3", "speed": 1},
    "text_completion": {**_TEXT, "best_of": 1, "echo": False},
    "transcription": {"response_format": "json", "temperature": 0},
}

_WRITTEN_OUT = 2_048
"""Characters of base64 beyond which a file is known by its digest: nobody reviews them."""
_BASE64 = re.compile(r"(data:[^,]*;base64,)?([A-Za-z0-9+/_-]+={0,2})")


def canonical(
    operation: Operation[Any, Any, Any], model: str, request: msgspec.Struct, *, stream: bool, scrub: Scrub
) -> dict[str, Any]:
    """Return a call as JSON's values: what means the same is equal, and no secret is in it.

    Left out are parameters that are None or OpenAI's default. A message of one text part is the text; files are their
    digests; a whole float is an integer.
    """
    asked: dict[str, Any] = {"operation": operation.name, "model": model}
    if stream:
        asked["stream"] = True
    for name in request.__struct_fields__:
        if name == "options":
            asked |= {key: value for key, value in _parameters(operation, request).items() if value != {}}
        elif name != "encoded":
            asked[name] = _plain(getattr(request, name))
    if "messages" in asked:
        asked["messages"] = [_message(each) for each in asked["messages"]]
    scrubbed: dict[str, Any] = scrub(asked)
    return scrubbed


def key_of(asked: Mapping[str, Any]) -> str:
    """Return what equal calls have in common, whatever the order of their keys."""
    return json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _parameters(operation: Operation[Any, Any, Any], request: msgspec.Struct) -> dict[str, Any]:
    """Return the parameters that say something, in the order of their names."""
    defaults = {**_EXTRA, **_DEFAULTS.get(operation.name, {})}
    given: dict[str, Any] = _plain(operation.options(request))
    if isinstance(given.get("stop"), str):
        given["stop"] = [given["stop"]]
    if isinstance(options := given.get("stream_options"), dict) and options.get("include_usage") is False:
        given["stream_options"] = {key: value for key, value in options.items() if key != "include_usage"}
    if isinstance(headers := given.get("extra_headers"), dict):
        given["extra_headers"] = scrub_headers(headers)
    said = {name: given[name] for name in sorted(given) if name not in defaults or given[name] != defaults[name]}
    return {"parameters": said} if said else {}


def _message(message: Any) -> Any:
    match message:
        case {"content": [{"type": "text", "text": str(text), **more}]} if not more:
            return {**message, "content": text}
    return message


def _plain(item: Any) -> Any:
    """Return JSON's values for anything that a call can be asked with."""
    match item:
        case str():
            return _file_in(item)
        case None | bool() | int():
            return item
        case float():
            return int(item) if item.is_integer() else item
        case bytes() | bytearray() | memoryview():
            return _digest(bytes(item))
        case Mapping():
            pairs = sorted(((str(key), part) for key, part in item.items()), key=_place)
            return {key: _plain(part) for key, part in pairs if part is not None}
        case msgspec.Struct():
            return {name: _plain(getattr(item, name)) for name in item.__struct_fields__}
        case Sequence():
            return [_plain(part) for part in item]
        case _:
            return str(item)


def _place(pair: tuple[str, Any]) -> tuple[bool, str]:
    """Return where a key stands: what a thing is, then the rest by name."""
    return (pair[0] not in ("role", "type"), pair[0])


def _file_in(text: str) -> str:
    """Return a text, and of a file that is written in base64 the digest."""
    if len(text) <= _WRITTEN_OUT or (match := _BASE64.fullmatch(text)) is None:
        return text
    try:
        data = base64.b64decode(match[2].translate({45: "+", 95: "/"}) + "==")
    except ValueError:
        return text
    return f"{match[1] or ''}{_digest(data)}"


def _digest(data: bytes) -> str:
    return f"<{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()[:32]}>"
