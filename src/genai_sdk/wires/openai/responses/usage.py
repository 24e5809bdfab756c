"""A response's token counts under chat's names, and what it used beside them. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from genai_sdk.wires.openai.responses.words import FREE_SEARCHES, USAGE, USES
from genai_sdk.wires.openai.usage import KNOWN
from genai_sdk.wires.unknown import Notice, ignore, notice_all

_FAILED = frozenset({"failed", "incomplete"})


def usage_of(
    response: Mapping[str, Any], output: Iterable[Mapping[str, Any]], notice: Notice = ignore
) -> dict[str, Any]:
    """Return usage as chat reports it; a total that is missing is the sum.

    Args:
        response: The response.
        output: Its items.
        notice: Is told of counts that no row names.
    """
    usage = response.get("usage")
    if not usage:
        return {}
    if not usage.keys() <= USAGE.keys():
        notice_all(notice, "usage field", usage.keys() - USAGE.keys() - KNOWN)
    made = {USAGE.get(name, name): item for name, item in usage.items() if item is not None}
    if "total_tokens" not in made:
        made["total_tokens"] = (made.get("prompt_tokens") or 0) + (made.get("completion_tokens") or 0)
    uses = _uses(response.get("tool_usage"), output)
    if uses:
        made["server_tool_use"] = uses
    return made


def _uses(reported: Any, output: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how often the server ran what is paid for by use."""
    counts = Counter(USES[item["type"]] for item in output if item.get("type") in USES and _is_paid(item))
    searches = reported.get("web_search") if isinstance(reported, Mapping) else None
    if isinstance(searches, Mapping) and isinstance(searches.get("num_requests"), int):
        counts["web_search_requests"] = searches["num_requests"]  # the billed ones
    return {name: count for name, count in counts.items() if count}


def _is_paid(item: Mapping[str, Any]) -> bool:
    action = item.get("action")
    kind = action.get("type") if isinstance(action, Mapping) else None
    return item.get("status") not in _FAILED and kind not in FREE_SEARCHES
