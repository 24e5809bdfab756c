"""From a call for a message to a call of chat. Pure."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from genai_sdk.wires.unsupported import ON_WIRE

Fields = dict[str, Any]

_VENDORS = ("betas", "container", "context_management", "diagnostics", "inference_geo", "mcp_servers", "speed")
"""Parameters that mean something at Anthropic alone."""

# How much to think, by a budget of tokens; the reverse of what chat on Claude makes of an effort.
_EFFORTS = ((1_024, "low"), (2_048, "medium"))
_TIERS = {"auto": "auto", "standard_only": "default"}


def refused_by_chat(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters that need Anthropic's own servers, each with where it has no place."""
    refused = {name: ON_WIRE for name in _VENDORS if options.get(name)}
    if hosted := [str(tool["type"]) for tool in options.get("tools") or () if _is_hosted(tool)]:
        refused["tools"] = f"of the type {', '.join(hosted)} {ON_WIRE}"
    if parts := [name for name in (options.get("output_config") or {}) if name not in _OUTPUT]:
        refused["output_config"] = f"with {', '.join(parts)} {ON_WIRE}"
    return refused


def _is_hosted(tool: Mapping[str, Any]) -> bool:
    return tool.get("type") not in (None, "custom", "function") and not _searches(tool)


def _searches(tool: Mapping[str, Any]) -> bool:
    return str(tool.get("type")).startswith("web_search_")


def chat_options(options: Mapping[str, Any]) -> Fields:
    """Return chat's parameters for those of a message."""
    made: Fields = {}
    for name, item in options.items():
        place = _PLACES.get(name)
        if place is not None and item is not None:
            place(made, item)
    return made


def _same(name: str) -> Callable[[Fields, Any], None]:
    return lambda made, item: made.__setitem__(name, item)


def _put_tools(made: Fields, tools: Sequence[Mapping[str, Any]]) -> None:
    listed = [_tool(tool) for tool in tools if not _searches(tool)]
    if listed:
        made["tools"] = listed
    for tool in filter(_searches, tools):
        place = {name: item for name, item in (tool.get("user_location") or {}).items() if name != "type"}
        made["web_search_options"] = {"user_location": {"type": "approximate", "approximate": place}} if place else {}


def _tool(tool: Mapping[str, Any]) -> Fields:
    if tool.get("type") == "function":
        return dict(tool)
    function: Fields = {"name": tool["name"], "parameters": tool.get("input_schema") or {"type": "object"}}
    function.update({name: tool[name] for name in ("description", "strict") if tool.get(name) is not None})
    made: Fields = {"type": "function", "function": function}
    if tool.get("cache_control"):
        made["cache_control"] = tool["cache_control"]
    return made


def _put_tool_choice(made: Fields, choice: Mapping[str, Any]) -> None:
    kind = choice["type"]
    if kind == "tool":
        made["tool_choice"] = {"type": "function", "function": {"name": choice["name"]}}
    else:
        made["tool_choice"] = {"any": "required"}.get(kind, kind)
    if choice.get("disable_parallel_tool_use"):
        made["parallel_tool_calls"] = False


def _put_output(made: Fields, config: Mapping[str, Any]) -> None:
    if config.get("effort") is not None:
        made["reasoning_effort"] = config["effort"]
    form = config.get("format")
    if isinstance(form, Mapping) and form.get("type") == "json_schema":
        schema = {"name": "answer", "schema": form["schema"], "strict": True}
        made["response_format"] = {"type": "json_schema", "json_schema": schema}


def _put_thinking(made: Fields, thinking: Mapping[str, Any]) -> None:
    # Adaptive thinking is what models with an effort do anyway; that there be none, not every vendor can be told.
    budget = thinking.get("budget_tokens")
    if thinking.get("type") == "enabled" and isinstance(budget, int):
        effort = next((word for most, word in _EFFORTS if budget <= most), "high")
        made.setdefault("reasoning_effort", effort)


def _put_tier(made: Fields, tier: str) -> None:
    made["service_tier"] = _TIERS.get(tier, tier)


_AS_THEY_ARE = ("extra_body", "extra_headers", "temperature", "top_k", "top_p", "user")

_PLACES: Mapping[str, Callable[[Fields, Any], None]] = MappingProxyType(
    {
        **{name: _same(name) for name in _AS_THEY_ARE},
        "output_config": _put_output,
        "service_tier": _put_tier,
        "stop_sequences": _same("stop"),
        "thinking": _put_thinking,
        "tool_choice": _put_tool_choice,
        "tools": _put_tools,
    }
)
"""Where parameters go. The system's words are a message, and where the cache ends other vendors see for themselves."""

_OUTPUT = {"effort", "format"}
