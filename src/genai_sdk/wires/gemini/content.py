"""The parts of a candidate's content, whole or one after the other, as a message in OpenAI's shape."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.wires.gemini.partial import add_piece
from genai_sdk.wires.gemini.words import PARTS
from genai_sdk.wires.ids import new_call_id
from genai_sdk.wires.unknown import Notice, ignore, notice_all

Part = dict[str, Any]
Delta = dict[str, Any]

_PLAIN = frozenset({"text", "thought"})
_AUDIO = "audio/"
_encode = msgspec.json.Encoder().encode


class Content:
    """Collects the parts of one candidate.

    `parts` of the message is Google's own form of it. It is there if something in it has no place in OpenAI's shape:
    signatures of thoughts, code that the server ran, tools of the server's. The next turn sends it back as it came.

    Args:
        notice: Is told of parts that no row names.

    Attributes:
        calls: How many tools are to be called.
        has_content: Whether there is anything in it.
    """

    def __init__(self, notice: Notice = ignore) -> None:
        self.notice = notice
        self.calls = 0
        self.has_content = False
        self._parts: list[Part] = []
        self._native = False
        self._open: Part | None = None  # a call whose arguments are still to come

    def add(self, parts: Sequence[Part]) -> Delta:
        """Take parts in and return what they add to the message."""
        if len(parts) == 1 and len(part := parts[0]) == 1 and type(text := part.get("text")) is str:
            self._parts.append(part)  # what nearly every event is
            if text:
                self.has_content = True
            return {"content": text}
        delta: Delta = {}
        for part in parts:
            self._add(part, delta)
        return delta

    def speak(self, part: Part) -> None:
        """Take in a part that is a text, not empty, and nothing else."""
        self._parts.append(part)
        self.has_content = True

    def close(self) -> Delta:
        """Return what completes the message once all parts were there."""
        delta: Delta = {}
        if self._open is not None:
            self._complete(self._open, delta)
        if self._native:
            delta["parts"] = _merged(self._parts)
        return delta

    @property
    def texts(self) -> dict[int, str]:
        """The texts of the content by the numbers of their parts, without thoughts."""
        merged = enumerate(_merged(self._parts))
        return {number: part["text"] for number, part in merged if part.get("text") and not part.get("thought")}

    def _add(self, part: Part, delta: Delta) -> None:
        call, media, text = part.get("functionCall"), part.get("inlineData"), part.get("text")
        if "thoughtSignature" in part:
            self._native = True
        if isinstance(call, Mapping):
            self._call(part, dict(call), delta)
            return
        self._parts.append(part)
        if not part.keys() <= PARTS.keys():
            notice_all(self.notice, "block", part.keys() - PARTS.keys())
        if text is not None:
            name = "reasoning_content" if part.get("thought") else "content"
            if text:
                self.has_content = True
                delta[name] = delta.get(name, "") + text
        elif isinstance(media, Mapping):
            self._media(part, media, delta)
        self._native = self._native or not (part.keys() <= _PLAIN or isinstance(media, Mapping))
        self.has_content = self.has_content or not part.keys() <= {*_PLAIN, "thoughtSignature"}

    def _call(self, part: Part, call: Part, delta: Delta) -> None:
        """Take in a call; one that `willContinue` is given out when it is whole, since its pieces are no JSON text."""
        self.has_content = True
        pieces, goes_on = call.pop("partialArgs", None) or (), call.pop("willContinue", False)
        if self._open is not None and not call.get("name"):
            kept = self._open
        else:
            if self._open is not None:
                self._complete(self._open, delta)
            args = call.get("args") or {}
            if isinstance(args, str):  # a gateway's
                args = msgspec.json.decode(args)
            kept = {**part, "functionCall": {**call, "args": dict(args)}}
            self._parts.append(kept)
        for piece in pieces:
            add_piece(kept["functionCall"]["args"], piece)
        if "thoughtSignature" in part:
            kept["thoughtSignature"] = part["thoughtSignature"]
        self._open = kept
        if not goes_on:
            self._complete(kept, delta)

    def _complete(self, part: Part, delta: Delta) -> None:
        self._open = None
        call = part["functionCall"]
        self._native = self._native or "id" in call
        made: dict[str, Any] = {
            "index": self.calls,
            "id": call.get("id") or new_call_id(),
            "type": "function",
            "function": {"name": call.get("name") or "", "arguments": _encode(call["args"]).decode()},
        }
        if "thoughtSignature" in part:
            # https://ai.google.dev/gemini-api/docs/thought-signatures: where Google's own OpenAI form has it
            made["extra_content"] = {"google": {"thought_signature": part["thoughtSignature"]}}
        self.calls += 1
        delta.setdefault("tool_calls", []).append(made)

    def _media(self, part: Part, media: Mapping[str, Any], delta: Delta) -> None:
        self.has_content = True
        kind, data = media.get("mimeType") or "application/octet-stream", media.get("data") or ""
        if part.get("thought"):
            self._native = True  # a draft
        elif kind.startswith(_AUDIO):
            _add_audio(delta, kind, data)
        else:
            url = {"url": f"data:{kind};base64,{data}"}
            images = delta.setdefault("images", [])
            images.append({"type": "image_url", "image_url": url})
            if len(media) > len({"mimeType", "data"} & media.keys()):
                self._native = True


def _add_audio(delta: Delta, kind: str, data: str) -> None:
    audio = delta.get("audio")
    if audio is None:
        delta["audio"] = {"data": data, "mime_type": kind}
    else:
        audio["data"] = joined_base64(audio["data"], data)


def joined_base64(*pieces: str) -> str:
    """Return the base64 of the bytes that several pieces of base64 hold."""
    return base64.b64encode(b"".join(base64.b64decode(piece) for piece in pieces)).decode()


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Return parts with neighbouring texts of one kind joined, as a whole answer has them.

    A text with a signature stays by itself: https://ai.google.dev/gemini-api/docs/thought-signatures.
    """
    made: list[Part] = []
    run: list[str] = []
    thought = False
    for part in parts:
        if part.keys() <= _PLAIN and isinstance(part.get("text"), str):
            if run and thought != bool(part.get("thought")):
                made.append(_text(run, thought))
                run = []
            thought = bool(part.get("thought"))
            if part["text"]:
                run.append(part["text"])
            continue
        if run:
            made.append(_text(run, thought))
            run = []
        made.append(part)
    if run:
        made.append(_text(run, thought))
    return made


def _text(run: Sequence[str], thought: bool) -> Part:
    text = "".join(run)
    return {"text": text, "thought": True} if thought else {"text": text}
