"""From the events of a streamed response to chunks in chat's shape.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

from collections.abc import Mapping
from typing import Any

from genai_sdk.wires.openai.responses.answer import call_of, cut_of, is_call, reasoning_of
from genai_sdk.wires.openai.responses.usage import usage_of

Event = Mapping[str, Any]

# Which field of a chunk's delta the text of an event belongs to; the last two are those of open models' servers.
_TEXTS = {
    "response.output_text.delta": "content",
    "response.refusal.delta": "refusal",
    "response.reasoning_summary_text.delta": "reasoning_content",
    "response.reasoning_text.delta": "reasoning_content",
}
_ARGUMENTS = frozenset({"response.function_call_arguments.delta", "response.custom_tool_call_input.delta"})
_LAST = frozenset({"response.completed", "response.incomplete"})


class Events:
    """Reads the events of one stream.

    Args:
        model: The model asked, for a response that names none.
    """

    def __init__(self, model: str) -> None:
        self._head: dict[str, Any] = {"model": model}
        self._calls: dict[Any, int] = {}  # by their place among all items

    def __call__(self, event: Event) -> dict[str, Any]:
        """Return an event as a chunk, one without choices if it says nothing."""
        kind = event["type"]
        if (field := _TEXTS.get(kind)) is not None:
            return self._chunk({field: event["delta"]})
        if kind in _ARGUMENTS:
            index = self._calls.setdefault(event.get("output_index"), len(self._calls))
            return self._chunk({"tool_calls": [{"index": index, "function": {"arguments": event["delta"]}}]})
        if kind == "response.output_item.added" and is_call(event["item"]):
            index = self._calls.setdefault(event.get("output_index"), len(self._calls))
            return self._chunk({"tool_calls": [{"index": index, **call_of(event["item"])}]})
        if kind == "response.created":
            return self._opened(event["response"])
        return self._ended(event["response"]) if kind in _LAST else {}

    def _opened(self, response: Event) -> dict[str, Any]:
        known = {"id": response.get("id"), "created": response.get("created_at"), "model": response.get("model")}
        self._head.update((name, item) for name, item in known.items() if item is not None)
        self._remember_tier(response)
        return self._chunk({"role": "assistant", "content": ""})

    def _ended(self, response: Event) -> dict[str, Any]:
        self._remember_tier(response)
        output = response.get("output") or ()
        finish = cut_of(response) or ("tool_calls" if self._calls or any(map(is_call, output)) else "stop")
        thoughts = reasoning_of(output)
        chunk = self._chunk({"reasoning_items": thoughts} if thoughts else {}, finish)
        usage = response.get("usage")
        return {**chunk, "usage": usage_of(usage)} if usage else chunk

    def _remember_tier(self, response: Event) -> None:
        tier = response.get("service_tier")
        if isinstance(tier, str) and tier:
            self._head["service_tier"] = tier

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**self._head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
