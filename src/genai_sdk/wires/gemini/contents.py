"""A conversation in OpenAI's shape as Google's contents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.wires.gemini.content import Part
from genai_sdk.wires.gemini.media import by_url, media_part
from genai_sdk.wires.values import plain
from genai_sdk.wires.wire import UnencodableError

SKIPPED_SIGNATURE = "skip_thought_signature_validator"
"""https://ai.google.dev/gemini-api/docs/thought-signatures: stands for the signature of a call that another model, or
nobody, made."""

_LITELLM_MARK = "__thought__"  # litellm puts a signature into the id of its call

_decode = msgspec.json.Decoder().decode


class Conversation:
    """The contents of one request.

    Args:
        messages: The messages in OpenAI's shape.
        generation: The generation of the model, 0 if it is not known.

    Attributes:
        system: The parts of the system's instruction.
        contents: The contents.

    Raises:
        UnencodableError: A message holds what Gemini has no place for.
    """

    def __init__(self, messages: Sequence[Mapping[str, Any]], generation: int) -> None:
        self.system: list[Part] = []
        self.contents: list[dict[str, Any]] = []
        self._is_third = generation >= 3
        self._calls: dict[str, tuple[str, str | None]] = {}  # by the id here: the tool's name, and Google's id
        self._last = ""
        for message in messages:
            self._take(message if _is_plain(message) else plain(message))
        if not self.contents:  # Google refuses an instruction alone
            self._append("user", self.system or [{"text": " "}])
            self.system = []

    def _take(self, message: Mapping[str, Any]) -> None:
        role, content = message.get("role"), message.get("content")
        match role:
            case "system" | "developer":
                self.system.extend(self._parts(content))
            case "user":
                self._append("user", list(self._parts(content)) or [{"text": " "}])
            case "assistant":
                self._append("model", self._answered(message))
            case "tool" | "function":
                self._append("tool", self._result(message))
            case _:
                raise UnencodableError(f"a message of the role {role!r}, of which Gemini knows nothing")

    def _append(self, role: str, parts: list[Part]) -> None:
        """Add parts; neighbours of one role become one content, since a tool's results have to stand together."""
        if not parts:
            return
        if role == self._last:
            self.contents[-1]["parts"].extend(parts)
        else:
            self.contents.append({"role": "user" if role == "tool" else role, "parts": parts})
        self._last = role

    def _parts(self, content: Any) -> Iterator[Part]:
        if isinstance(content, str):
            if content:
                yield {"text": str(content)}
            return
        for part in content or ():
            if isinstance(part, str):
                yield {"text": str(part)}
                continue
            match part.get("type"):
                case "text" | "input_text" | "output_text":
                    if text := part.get("text"):
                        yield {"text": str(text)}
                case "refusal":
                    yield {"text": str(part.get("refusal") or "")}
                case "thinking" | "redacted_thinking" | "reasoning":
                    pass  # another vendor's
                case _:
                    yield media_part(part, has_resolutions=self._is_third)

    def _answered(self, message: Mapping[str, Any]) -> list[Part]:
        calls = message.get("tool_calls") or ()
        native = message.get("parts")
        if isinstance(native, list | tuple) and _is_of(native, message, calls):
            made: list[Part] = list(native)
        else:
            made = [*self._parts(message.get("content")), *_media(message), *map(_call, calls)]
        called = [part["functionCall"] for part in made if "functionCall" in part]
        for call, sent in zip(calls, called, strict=True):
            self._calls[str(call.get("id"))] = str(sent.get("name")), sent.get("id")
        return _signed(made) if self._is_third and called else made

    def _result(self, message: Mapping[str, Any]) -> list[Part]:
        ident = str(message.get("tool_call_id"))
        name, native = self._calls.get(ident, (message.get("name"), None))
        if not name:
            raise UnencodableError(f"a tool's result for a call {ident!r} that no message before it makes")
        content = message.get("content")
        parts = list(self._parts(content))
        text = "".join(part["text"] for part in parts if "text" in part)
        media = [part for part in parts if "text" not in part]
        response: dict[str, Any] = {"name": name, "response": _response(text)}
        if native is not None:
            response["id"] = native
        if media and self._is_third:  # before, files stand beside the result
            response["parts"] = media
            media = []
        return [{"functionResponse": response}, *media]


def _is_plain(message: Any) -> bool:
    """Tell whether a message is JSON; it, or a call in it, may be a value of an earlier answer."""
    if not isinstance(message, Mapping):
        return False
    calls = message.get("tool_calls") or ()
    return all(isinstance(call, Mapping) and isinstance(call.get("function"), Mapping | None) for call in calls)


def _response(text: str) -> dict[str, Any]:
    """Return a tool's result as an object: JSON as it is, else a text as Google's documents have it."""
    if text.lstrip()[:1] == "{":
        try:
            value = _decode(text)
        except (msgspec.DecodeError, RecursionError):
            value = None
        if isinstance(value, dict):
            return value
    return {"output": text}


def _is_of(native: Sequence[Any], message: Mapping[str, Any], calls: Sequence[Any]) -> bool:
    """Tell whether Google's own form of a message still says what the message says; whoever changed it is believed."""
    if not all(isinstance(part, Mapping) for part in native):
        return False
    texts = [part["text"] for part in native if isinstance(part.get("text"), str) and not part.get("thought")]
    named = [part["functionCall"].get("name") for part in native if isinstance(part.get("functionCall"), Mapping)]
    content = message.get("content")
    text = content if isinstance(content, str) else "" if content is None else None
    return text == "".join(texts) and named == [(call.get("function") or {}).get("name") for call in calls]


def _media(message: Mapping[str, Any]) -> Iterator[Part]:
    for image in message.get("images") or ():
        media = image.get("image_url") or {}
        yield by_url(str(media.get("url") or "") if isinstance(media, Mapping) else str(media))
    audio = message.get("audio")
    if isinstance(audio, Mapping) and audio.get("data"):
        yield {"inlineData": {"mimeType": audio.get("mime_type") or "audio/wav", "data": audio["data"]}}


def _call(call: Mapping[str, Any]) -> Part:
    function = call.get("function")
    if not isinstance(function, Mapping):
        raise UnencodableError(f"a call of the type {call.get('type')!r}, of which Gemini knows nothing")
    arguments = function.get("arguments") or {}
    if isinstance(arguments, str):
        arguments = _decode(arguments)
    part: Part = {"functionCall": {"name": function.get("name"), "args": arguments}}
    if (signature := _signature_of(call)) is not None:
        part["thoughtSignature"] = signature
    return part


def _signature_of(call: Mapping[str, Any]) -> str | None:
    google = (call.get("extra_content") or {}).get("google") or call.get("provider_specific_fields") or {}
    signature = google.get("thought_signature")
    if signature is None and _LITELLM_MARK in (ident := str(call.get("id"))):
        signature = ident.partition(_LITELLM_MARK)[2]
    return signature if isinstance(signature, str) else None


def _signed(parts: list[Part]) -> list[Part]:
    """Return parts of which the first call has a signature: Gemini 3 refuses a call that has none."""
    first = next(place for place, part in enumerate(parts) if "functionCall" in part)
    if any("thoughtSignature" in part for part in parts[: first + 1]):
        return parts
    return [*parts[:first], {**parts[first], "thoughtSignature": SKIPPED_SIGNATURE}, *parts[first + 1 :]]
