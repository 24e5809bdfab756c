"""From a call for a response to a call of chat. Pure."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from genai_sdk.wires.responses.words import HOSTED, INCLUDED, STATEFUL
from genai_sdk.wires.unsupported import ON_WIRE

Fields = dict[str, Any]


def refused_by_chat(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters that need a vendor with OpenAI's Responses API, each with where it has no place."""
    refused = {name: ON_WIRE for name in STATEFUL if options.get(name) not in (None, False, [], {})}
    if options.get("store"):
        refused["store"] = f"as True {ON_WIRE}"
    if options.get("truncation") not in (None, "disabled"):
        refused["truncation"] = f"as {options['truncation']!r} {ON_WIRE}"
    if more := [item for item in options.get("include") or () if item not in INCLUDED]:
        refused["include"] = f"of {', '.join(more)} {ON_WIRE}"
    if hosted := [str(tool.get("type")) for tool in options.get("tools") or () if is_hosted(tool)]:
        refused["tools"] = f"of the type {', '.join(hosted)} {ON_WIRE}"
    choice = options.get("tool_choice")
    if isinstance(choice, Mapping) and choice.get("type") not in ("function", "custom", "allowed_tools"):
        refused["tool_choice"] = f"of the type {choice.get('type')} {ON_WIRE}"
    for name, known in _PARTS.items():
        if parts := [part for part, item in (options.get(name) or {}).items() if item and part not in known]:
            refused[name] = f"with {', '.join(parts)} {ON_WIRE}"
    return refused


def is_hosted(tool: Mapping[str, Any]) -> bool:
    """Tell whether a tool is one that only OpenAI's own servers have."""
    return tool.get("type") in HOSTED


def chat_options(options: Mapping[str, Any]) -> Fields:
    """Return chat's parameters for those of a response."""
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
        made["web_search_options"] = _search(tool)


def _searches(tool: Mapping[str, Any]) -> bool:
    # `web_search_20250305` is Anthropic's, and goes on as it is.
    kind = str(tool.get("type"))
    return kind in ("web_search", "web_search_2025_08_26") or kind.startswith("web_search_preview")


def _search(tool: Mapping[str, Any]) -> Fields:
    options = {"search_context_size": tool["search_context_size"]} if tool.get("search_context_size") else {}
    place = tool.get("user_location")
    if place:
        parts = {name: item for name, item in place.items() if name != "type" and item is not None}
        options["user_location"] = {"type": "approximate", "approximate": parts}
    return options


def _tool(tool: Mapping[str, Any]) -> Fields:
    kind = tool.get("type")
    if kind == "function" and "function" not in tool:
        inner = {name: tool[name] for name in ("name", "description", "parameters") if tool.get(name) is not None}
        # Left out it means true here, other than in chat; what is not strict by its form is nothing to insist on.
        if tool.get("strict") is not None:
            inner["strict"] = tool["strict"]
        return {"type": "function", "function": inner}
    if kind == "custom" and "custom" not in tool:
        inner = {name: tool[name] for name in ("name", "description") if tool.get(name) is not None}
        form = tool.get("format")
        if isinstance(form, Mapping):
            grammar = {name: item for name, item in form.items() if name != "type"}
            inner["format"] = {"type": form.get("type"), **({"grammar": grammar} if grammar else {})}
        return {"type": "custom", "custom": inner}
    return dict(tool)  # a vendor's own, such as its server's tools


def _put_tool_choice(made: Fields, choice: Any) -> None:
    if isinstance(choice, Mapping):
        kind = choice.get("type")
        if kind in ("function", "custom"):
            choice = {"type": kind, kind: {"name": choice.get("name")}}
        elif kind == "allowed_tools":
            tools = [_tool_name(tool) for tool in choice.get("tools") or ()]
            choice = {"type": kind, kind: {"mode": choice.get("mode"), "tools": tools}}
    made["tool_choice"] = choice


def _tool_name(tool: Mapping[str, Any]) -> Fields:
    kind = str(tool.get("type"))
    return {"type": kind, kind: {"name": tool["name"]}} if "name" in tool else dict(tool)


def _put_text(made: Fields, text: Mapping[str, Any]) -> None:
    form = text.get("format")
    if isinstance(form, Mapping) and form.get("type") == "json_schema":
        names = ("name", "description", "schema", "strict")
        schema = {name: form[name] for name in names if form.get(name) is not None}
        made["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif isinstance(form, Mapping) and form.get("type") not in (None, "text"):
        made["response_format"] = dict(form)
    if text.get("verbosity") is not None:
        made["verbosity"] = text["verbosity"]


def _put_reasoning(made: Fields, reasoning: Mapping[str, Any]) -> None:
    if reasoning.get("effort") is not None:
        made["reasoning_effort"] = reasoning["effort"]


def _put_include(made: Fields, include: Sequence[str]) -> None:
    if "message.output_text.logprobs" in include:
        made["logprobs"] = True


def _put_top_logprobs(made: Fields, number: Any) -> None:
    if number:
        made.update(logprobs=True, top_logprobs=number)


def _put_bound(made: Fields, tokens: Any) -> None:
    made["max_completion_tokens"] = tokens


_AS_THEY_ARE = (
    *("extra_body", "extra_headers", "parallel_tool_calls", "prompt_cache_key", "prompt_cache_retention"),
    *("safety_identifier", "service_tier", "temperature", "top_p", "user"),
)

_PLACES: Mapping[str, Callable[[Fields, Any], None]] = MappingProxyType(
    {
        **{name: _same(name) for name in _AS_THEY_ARE},
        "include": _put_include,
        "max_output_tokens": _put_bound,
        "reasoning": _put_reasoning,
        "text": _put_text,
        "tool_choice": _put_tool_choice,
        "tools": _put_tools,
        "top_logprobs": _put_top_logprobs,
    }
)
"""Where parameters go; what is not here was refused, or says what is so anyway."""

# A summary of reasoning is what vendors show of it, if they show any.
_PARTS = {"reasoning": {"effort", "summary", "generate_summary"}, "text": {"format", "verbosity"}}
