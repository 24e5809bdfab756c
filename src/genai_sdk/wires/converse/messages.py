"""From OpenAI's messages to Converse's: a system prompt, and turns of user and assistant that alternate."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.wires.converse import media
from genai_sdk.wires.converse.models import Capabilities
from genai_sdk.wires.converse.words import BLOCKS
from genai_sdk.wires.talk import plain_talk
from genai_sdk.wires.values import plain

_ID = r"[a-zA-Z0-9_.:-]{1,64}"  # ToolUseId (botocore 1.44.8)

CONTENT_BLOCKS = "content_blocks"
"""The field of an answer's message with Converse's own blocks, where OpenAI's shape could not hold them all."""


class Conversation(msgspec.Struct):
    """A conversation in Converse's form.

    Attributes:
        system: The blocks of the system prompt.
        messages: The turns.
        tools: The names of the tools that were called in it.
    """

    system: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    tools: dict[str, None]


def converse_messages(messages: Sequence[Mapping[str, Any]], facts: Capabilities) -> Conversation:
    """Return messages in Converse's form.

    Args:
        messages: Messages in OpenAI's shape.
        facts: What the model takes.

    Raises:
        ValueError: There is something in them that Converse does not take, or no message to answer.
    """
    if facts.system and (spoken := plain_talk(messages)) is not None:
        turns = [{"role": turn["role"], "content": [{"text": turn["content"]}]} for turn in spoken[1]]
        return Conversation([{"text": spoken[0]}] if spoken[0] else [], turns, {})
    reader = _Reader(facts)
    for message in plain(messages):
        reader.add(message)
    return reader.conversation()


class _Reader:
    def __init__(self, facts: Capabilities) -> None:
        self._facts = facts
        self._system: list[dict[str, Any]] = []
        self._turns: list[dict[str, Any]] = []
        self._tools: dict[str, None] = {}
        self._files = 0

    def add(self, message: Mapping[str, Any]) -> None:
        role = message["role"]
        match role:
            case "system" | "developer":
                self._system += self._marked(self._parts(message.get("content")), message)
            case "user":
                self._say("user", self._marked(self._parts(message.get("content")), message))
            case "assistant":
                self._say("assistant", self._marked(self._answer(message), message))
            case "tool" | "function":
                self._say("user", self._marked([self._result(message)], message))
            case _:
                raise ValueError(f"there is no role {role!r}")

    def conversation(self) -> Conversation:
        turns, system = self._turns, self._system
        if system and not self._facts.system:
            first = turns[0] if turns and turns[0]["role"] == "user" else None
            if first is None:
                turns.insert(0, {"role": "user", "content": system})
            else:
                first["content"] = system + first["content"]
            system = []
        if not turns:
            raise ValueError("Bedrock needs a message of the user or the assistant beside the system prompt")
        return Conversation(system, turns, self._tools)

    def _say(self, role: str, blocks: list[dict[str, Any]]) -> None:
        """Add to the last turn if it is the same side's: Converse wants them to alternate."""
        if not blocks:
            return
        if self._turns and self._turns[-1]["role"] == role:
            self._turns[-1]["content"] += blocks
        else:
            self._turns.append({"role": role, "content": blocks})

    def _marked(self, blocks: list[dict[str, Any]], holder: Mapping[str, Any]) -> list[dict[str, Any]]:
        mark = cache_point(holder, self._facts)
        return [*blocks, mark] if mark is not None and blocks and "cachePoint" not in blocks[-1] else blocks

    def _parts(self, content: Any) -> list[dict[str, Any]]:
        if content is None:
            return []
        if isinstance(content, str):
            return _text(content)
        blocks: list[dict[str, Any]] = []
        for part in content:
            if isinstance(part, str):
                blocks += _text(part)
            else:
                blocks += self._marked(self._part(part), part)
        return blocks

    def _part(self, part: Mapping[str, Any]) -> list[dict[str, Any]]:
        match part.get("type"):
            case "text" | "input_text" | "output_text":
                return _text(part["text"])
            case "refusal":
                return _text(part["refusal"])
            case "image_url":
                return [media.image(part)]
            case "video_url":
                return [media.video(part)]
            case "input_audio":
                return [media.audio(part)]
            case "file":
                self._files += 1
                return [media.file(part, self._files)]
            case "document":
                self._files += 1
                return [media.document(part, self._files)]
            case "guarded_text":
                return [{"guardContent": {"text": {"text": part["text"]}}}]
            case "thinking" | "redacted_thinking":
                return [reasoning_block(part)]
            case None if len(part) == 1 and next(iter(part)) in BLOCKS:
                return [dict(part)]  # a block in Converse's own form
            case other:
                raise ValueError(f"Bedrock takes no part of the type {other!r}")

    def _answer(self, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what the assistant said: Bedrock's own blocks, as long as nobody changed the message around them."""
        own = message.get(CONTENT_BLOCKS)
        if isinstance(own, list) and _agrees(own, message):
            self._tools.update((item["toolUse"]["name"], None) for item in own if "toolUse" in item)
            return [item for item in own if str(item.get("text", "-")).strip()]
        blocks = [reasoning_block(item) for item in message.get("thinking_blocks") or ()]
        blocks += self._parts(message.get("content"))
        if message.get("refusal"):
            blocks += _text(message["refusal"])
        return blocks + [self._use(call) for call in message.get("tool_calls") or ()]

    def _use(self, call: Mapping[str, Any]) -> dict[str, Any]:
        function = call.get("function")
        if not isinstance(function, Mapping):
            raise ValueError(f"Bedrock knows no call of the type {call.get('type')!r}, only functions")
        self._tools[function["name"]] = None
        return {
            "toolUse": {
                "toolUseId": tool_use_id(call["id"]),
                "name": function["name"],
                "input": _input(function.get("arguments"), function["name"]),
            }
        }

    def _result(self, message: Mapping[str, Any]) -> dict[str, Any]:
        content = [block for block in self._parts(message.get("content")) if "cachePoint" not in block]
        result: dict[str, Any] = {
            "toolUseId": tool_use_id(message["tool_call_id"]),
            "content": content or [{"text": "(no output)"}],
        }
        if message.get("status") in ("success", "error"):
            result["status"] = message["status"]
        elif message.get("is_error"):
            result["status"] = "error"
        return {"toolResult": result}


def cache_point(holder: Mapping[str, Any], facts: Capabilities) -> dict[str, Any] | None:
    """Return the mark that `cache_control` in something stands for; it costs nothing where a model keeps no cache."""
    control = holder.get("cache_control")
    if not isinstance(control, Mapping) or not facts.caches:
        return None
    ttl = control.get("ttl")
    return {"cachePoint": {"type": "default", **({"ttl": ttl} if ttl else {})}}


def reasoning_block(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a thinking block of an earlier answer as it came."""
    if item.get("type") == "redacted_thinking":
        return {"reasoningContent": {"redactedContent": item["data"]}}
    text = {"text": item.get("thinking") or ""}
    if item.get("signature"):
        text["signature"] = item["signature"]
    return {"reasoningContent": {"reasoningText": text}}


def tool_use_id(ident: Any) -> str:
    """Return a call's id as Converse takes it: another vendor's may be longer, or of other characters."""
    text = str(ident)
    if re.fullmatch(_ID, text):
        return text
    from hashlib import sha256

    return f"call_{sha256(text.encode()).hexdigest()[:40]}"


def _text(text: Any) -> list[dict[str, Any]]:
    if not isinstance(text, str):
        raise ValueError(f"a text is no {type(text).__name__}")
    return [{"text": text}] if text.strip() else []  # Converse refuses a blank one


def _input(arguments: Any, name: str) -> Any:
    if isinstance(arguments, Mapping):
        return arguments
    try:
        made = msgspec.json.decode(arguments) if arguments and arguments.strip() else {}
    except (msgspec.DecodeError, UnicodeEncodeError):
        made = None
    if not isinstance(made, dict):
        raise ValueError(f"the arguments of an earlier call of {name!r} are no JSON object")
    return made


def _agrees(blocks: list[Any], message: Mapping[str, Any]) -> bool:
    """Tell whether blocks still are what a message says."""
    texts: list[str] = []
    calls: list[str] = []
    for item in blocks:
        if not isinstance(item, Mapping) or len(item) != 1:  # another vendor's blocks have a type beside the rest
            return False
        match item:
            case {"text": str(text)}:
                texts.append(text)
            case {"citationsContent": {"content": list(pieces)}}:
                texts += [piece.get("text", "") for piece in pieces]
            case {"toolUse": {"toolUseId": str(ident), "type": str()}}:
                continue
            case {"toolUse": {"toolUseId": str(ident)}}:
                calls.append(ident)
    same = [call.get("id") for call in message.get("tool_calls") or ()] == calls
    return same and (message.get("content") or "") == "".join(texts)
