"""What arrived in Langfuse, as text that a person reads: each observation with what it says, below its parent."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.tree import dollars
from genai_sdk.testing.langfuse import Observation

TREES = Path(__file__).parent / "trees"
_WIDTH = 100
_DRAWN = re.compile(
    r"\b(?:call|toolu|fc|msg|resp|chatcmpl)[-_](?!id\b)[\w-]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{32}\b"
    r"|\d{4}-\d\d-\d\d[T ][\d:.]+(\+00:00|Z)?|\b0x[0-9a-f]+|\b1[67]\d{8}(\.\d+)?\b"
)
"""What is drawn by chance or read from a clock: ids, addresses, times."""

_TWIN = re.compile(r"(?<=\.)(?:a|async_)(?=(?:forward|create|chat|stream_chat)$)|(?<=\.)acall$")
"""What frameworks put before the name of a method's async twin."""


def expected(framework: str, situation: str, side: str, records: str) -> str:
    """Return the tree that a situation has to come to.

    A section of a framework's file is headed `# situation`, `# situation, own` where it matters who records, or
    `# situation, own, async` where the sides differ too.
    """
    text = (TREES / f"{framework}.txt").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^# (.+)\n((?:(?!# ).*\n)*)", text, re.MULTILINE))
    names = (f"{situation}, {records}, {side}", f"{situation}, {records}", situation)
    return next(sections[name] for name in names if name in sections).strip()


def differences(wanted: str, arrived: str) -> str:
    """Return what is not as it has to be, as lines that start with a sign."""
    lines = unified_diff(wanted.splitlines(), arrived.splitlines(), "wanted", "arrived", lineterm="")
    return "\n".join(lines)


def drawn(traces: Iterable[Trace]) -> str:
    """Return traces as text, in the order they began."""
    in_order = sorted(traces, key=lambda trace: trace.observations[0].start)
    return "\n".join(line for trace in in_order for line in _lines(trace))


def _lines(trace: Trace) -> Iterator[str]:
    ids = {each.id for each in trace.observations}
    assert [each.parent_id in ids for each in trace.observations].count(False) == 1, f"it has several roots:\n{trace}"
    waiting = [(0, trace.root)]
    while waiting:
        depth, each = waiting.pop()
        indent = "    " * depth
        yield indent + _title(each)
        for sign, side in (("<", each.input), (">", each.output)):
            if side not in (None, "", {}, []):
                yield f"{indent}  {sign} {_brief(side)}"
        waiting += [(depth + 1, child) for child in reversed(trace.children(each))]


def _title(each: Observation) -> str:
    name = _TWIN.sub(lambda match: "__call__" if match[0] == "acall" else "", each.name)
    parts = [f"{each.type} {name}", each.model]
    if each.usage:
        parts.append(" + ".join(f"{count} {kind}" for kind, count in sorted(each.usage.items())))
    if each.cost:
        parts.append(dollars(each.cost.get("total", sum(each.cost.values()))))
    if each.level != "DEFAULT":
        parts.append(f"{each.level} {_brief(each.status_message)}")
    return " · ".join(part for part in parts if part)


def _brief(value: Any) -> str:
    text = " ".join(_DRAWN.sub("#", _text(value)).split())
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case {"messages": list(messages), "tools": list(tools)}:
            return f"[{', '.join(_tool(tool) for tool in tools)}] {_text(messages)}"
        case {"role": str(role), **rest}:
            return f"{role}: {_message(rest)}"
        case list() if value and all(isinstance(part, Mapping) and "role" in part for part in value):
            return " | ".join(_text(part) for part in value)
        case [
            {"type": "text" | "output_text", "content": str(said)} | {"type": "text" | "output_text", "text": str(said)}
        ]:
            return said
    return json.dumps(value, ensure_ascii=False)


def _message(parts: Mapping[str, Any]) -> str:
    calls = [_call(call) for call in parts.get("tool_calls") or ()]
    content = parts.get("content") or parts.get("parts") or ""
    return " ".join(part for part in (_text(content) if content else "", *calls) if part)


def _call(call: Any) -> str:
    match call:
        case {"function": {"name": name, "arguments": arguments}}:
            return f"{name}({arguments})"
    return json.dumps(call, ensure_ascii=False)


def _tool(tool: Any) -> str:
    function = tool.get("function", tool)
    return str(function.get("name", function))
