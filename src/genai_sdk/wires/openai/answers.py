"""From an answer of OpenAI's wire to our values: lenient where servers are sloppy, nothing lost. Pure."""

import re
from typing import Any

import msgspec

from genai_sdk.types import ChatCompletion, Choice, Message, Usage
from genai_sdk.types.base import count
from genai_sdk.wires.finish import finish_of
from genai_sdk.wires.ids import new_call_id
from genai_sdk.wires.values import tidy

# Open models think in their text, between these; servers that do not tell it apart pass it on.
_THINKING = re.compile(r"\s*<(think|thinking)>(.*?)</\1>(.*)", re.DOTALL)


def completion_of(data: dict[str, Any]) -> ChatCompletion | None:
    """Return an answer to a chat call; None if there is no choice in it.

    Args:
        data: The answer, which becomes the value's own: what is left of it is `model_extra`.
    """
    choices = data.pop("choices", None)
    if not choices:
        return None
    usage = data.pop("usage", None)
    data.pop("object", None)
    return ChatCompletion(
        id=data.pop("id", None) or "",
        created=count(data.pop("created", None) or 0),
        model=data.pop("model", None) or "",
        choices=tuple([_choice_of(index, choice) for index, choice in enumerate(choices)]),
        usage=Usage.from_dict(tidy(usage)) if usage is not None else None,
        model_extra=tidy(data),
    )


def _choice_of(index: int, choice: dict[str, Any]) -> Choice:
    message = _message_of(choice.pop("message"))
    given = choice.pop("finish_reason", None)
    choice.pop("index", None)
    finish = finish_of(given) if given else "stop"
    if finish == "stop" and message.tool_calls:
        finish = "tool_calls"
    extra = tidy(choice)
    if given and finish_of(given) != given:
        extra.setdefault("native_finish_reason", given)
    return Choice(index=index, message=message, finish_reason=finish, model_extra=extra)


def _message_of(message: dict[str, Any]) -> Message:
    said = tidy(message)
    if isinstance(message.get("content"), str):
        said["content"] = message["content"]
    calls = said.get("tool_calls")
    if calls:
        said["tool_calls"] = [_call_of(call) for call in calls]
    if "reasoning_content" not in said:
        _find_reasoning(said)
    return Message.from_dict(said)


def _find_reasoning(said: dict[str, Any]) -> None:
    if isinstance(said.get("reasoning"), str):  # OpenRouter's and vLLM's name for it
        said["reasoning_content"] = said.pop("reasoning")
        return
    content = said.get("content")
    thinking = _THINKING.match(content) if isinstance(content, str) and "<think" in content[:64] else None
    if thinking is not None:
        said["reasoning_content"], said["content"] = thinking[2], thinking[3]


def _call_of(call: dict[str, Any]) -> dict[str, Any]:
    """Return a call of a tool with an id to answer it by, and its arguments as text."""
    made = {"id": new_call_id(), **call}
    function = call.get("function")
    if isinstance(function, dict) and not isinstance(function.get("arguments", ""), str):
        made["function"] = {**function, "arguments": msgspec.json.encode(function["arguments"]).decode()}
    return made
