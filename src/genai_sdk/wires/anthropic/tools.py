"""Tools, the choice among them, and the form of an answer, as Anthropic takes them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from genai_sdk.wires.anthropic.blocks import SCHEMA_TOOL
from genai_sdk.wires.anthropic.models import ClaudeTraits
from genai_sdk.wires.anthropic.schema import NotStrictError, as_object, strict
from genai_sdk.wires.unsupported import WITH_MODEL, UnsupportedError
from genai_sdk.wires.wire import UnencodableError

# How often a search may be made, by OpenAI's `search_context_size`; litellm's numbers (1.106.2).
_SEARCHES = {"low": 1, "medium": 5, "high": 10}
_ANSWER = "Answer with this tool, once, and with nothing else: its input is the answer in the form that is wanted."


def tool_fields(options: Mapping[str, Any], facts: ClaudeTraits) -> dict[str, Any]:
    """Return the fields of a request that tools, the choice among them and `response_format` make.

    Raises:
        UnsupportedError: The model cannot be made to call a tool.
        UnencodableError: A tool has no place on this wire.
    """
    tools = [_tool(tool, facts) for tool in options.get("tools") or ()]
    if options.get("web_search_options") is not None:
        tools.append(_search(options["web_search_options"]))
    fields: dict[str, Any] = {}
    choice = _choice(options.get("tool_choice"), facts)
    schema = _schema(options.get("response_format"))
    if schema is not None:
        form = _format(schema, facts)
        if form is not None:
            fields["output_config"] = {"format": form}
        else:
            tools, choice = _answer_tool(tools, choice, schema, options, facts)
    if not tools and choice is not None and choice["type"] in ("auto", "none"):
        choice = None  # it says nothing without tools
    if options.get("parallel_tool_calls") is False and tools:
        choice = choice or {"type": "auto"}
        if choice["type"] != "none":
            choice["disable_parallel_tool_use"] = True
    if tools:
        fields["tools"] = tools
    if choice is not None:
        fields["tool_choice"] = choice
    return fields


def _tool(tool: Mapping[str, Any], facts: ClaudeTraits) -> dict[str, Any]:
    kind = tool.get("type", "function")
    if kind == "custom" and "input_schema" not in tool:
        raise UnencodableError("Anthropic has no place for a tool without a schema (type 'custom')")
    function = tool.get("function")
    if kind != "function" or not isinstance(function, Mapping):
        return dict(tool)  # in Anthropic's own form, such as its server's tools
    if function["name"] == SCHEMA_TOOL:
        raise UnencodableError(f"a tool may not have the name {SCHEMA_TOOL!r}, which stands for an answer's form")
    made: dict[str, Any] = {"name": function["name"], "input_schema": as_object(function.get("parameters"))}
    if function.get("description"):
        made["description"] = function["description"]
    if function.get("strict") and facts.schemas:
        with suppress(NotStrictError):  # the schema is told all the same, and kept to without a guarantee
            made.update(input_schema=strict(made["input_schema"]), strict=True)
    for name in ("cache_control", "defer_loading", "allowed_callers", "input_examples", "eager_input_streaming"):
        if tool.get(name) is not None:
            made[name] = tool[name]
    return made


def _search(options: Mapping[str, Any]) -> dict[str, Any]:
    tool: dict[str, Any] = {"type": "web_search_20250305", "name": "web_search"}
    location = options.get("user_location")
    if location:
        tool["user_location"] = {"type": "approximate", **(location.get("approximate") or {})}
    if options.get("search_context_size"):
        tool["max_uses"] = _SEARCHES[options["search_context_size"]]
    return tool


def _choice(choice: Any, facts: ClaudeTraits) -> dict[str, Any] | None:
    match choice:
        case None:
            return None
        case "auto" | "none":
            return {"type": choice}
        case "required":
            made = {"type": "any"}
        case {"function": {"name": str(name)}} | {"type": "tool", "name": str(name)}:
            made = {"type": "tool", "name": name}
        case {"type": "auto" | "none" | "any" as kind}:
            made = {"type": kind}
        case _:
            raise UnencodableError(f"Anthropic has no place for the tool_choice {choice!r}")
    if made["type"] in ("any", "tool") and not facts.forces_tools:
        raise UnsupportedError("tool_choice", why=f"{WITH_MODEL}: it cannot be made to call a tool")
    return made


def _schema(form: Any) -> Mapping[str, Any] | None:
    if not isinstance(form, Mapping) or form.get("type") != "json_schema":
        return None  # text; JSON without a schema was refused
    schema = form.get("json_schema", form).get("schema")
    if not isinstance(schema, Mapping):
        raise UnencodableError("response_format has no schema")
    return schema


def _format(schema: Mapping[str, Any], facts: ClaudeTraits) -> dict[str, Any] | None:
    """Return the form of the answer; None where the model or the schema is none for strict mode."""
    if not facts.schemas:
        return None
    try:
        return {"type": "json_schema", "schema": strict(schema)}
    except NotStrictError:
        return None


def _answer_tool(
    tools: Sequence[dict[str, Any]],
    choice: dict[str, Any] | None,
    schema: Mapping[str, Any],
    options: Mapping[str, Any],
    facts: ClaudeTraits,
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Return the tools with one to answer with, and the choice that makes the model answer so."""
    answer = {"name": SCHEMA_TOOL, "description": _ANSWER, "input_schema": as_object(schema)}
    thinks = options.get("reasoning_effort") not in (None, "none") or (options.get("thinking") or {}).get(
        "type", "disabled"
    ) not in ("disabled",)
    # Thinking models may not be made to call a tool; they are told to by its description.
    if facts.forces_tools and not thinks and (choice is None or choice["type"] in ("auto", "any")):
        choice = {"type": "any"} if tools else {"type": "tool", "name": SCHEMA_TOOL}
    return [*tools, answer], choice
