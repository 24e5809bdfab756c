"""Tools, how they are chosen, and a JSON answer, as Converse takes them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genai_sdk.wires.converse.messages import cache_point
from genai_sdk.wires.converse.models import Capabilities
from genai_sdk.wires.converse.schema import as_object, closed, is_open, is_recursive
from genai_sdk.wires.unsupported import WITH_MODEL, UnsupportedError

ON_BEDROCK = f"{WITH_MODEL} on Bedrock"
SCHEMA_TOOL = "json_tool_call"
"""The tool that stands for a JSON answer where a model takes no schema for its text; its input becomes the text."""

_GROUNDING = {
    "systemTool": {"name": "nova_grounding"}
}  # https://docs.aws.amazon.com/nova/latest/userguide/grounding.html
_GONE = "It was called earlier in this conversation and cannot be called any more."


class Toolbox(msgspec.Struct):
    """What a request says of tools and of the form of the text.

    Attributes:
        config: `toolConfig`, or None.
        text_format: `outputConfig.textFormat`, or None.
        serial: Whether tools are to be called one at a time.
    """

    config: dict[str, Any] | None = None
    text_format: dict[str, Any] | None = None
    serial: bool = False


def toolbox(options: Mapping[str, Any], facts: Capabilities, called: Iterable[str], *, thinks: bool) -> Toolbox:
    """Return what a request says of tools.

    Args:
        options: The call's parameters.
        facts: What the model takes.
        called: The tools that were called in the conversation.
        thinks: Whether the model is told to reason: Claude cannot be forced to call a tool then.

    Raises:
        UnsupportedError: The model takes no such thing.
        ValueError: A tool is none that Converse knows.
    """
    choice = options.get("tool_choice")
    tool_options = () if choice == "none" else options.get("tools") or ()
    tools: list[dict[str, Any]] = []
    for tool in tool_options:
        tools.append(_tool(tool, facts))
        if (mark := cache_point(tool, facts)) is not None:
            tools.append(mark)
    if options.get("web_search_options") is not None:
        if not facts.searches:
            raise UnsupportedError("web_search_options", why=f"{ON_BEDROCK}: only Nova searches")
        tools.append(_GROUNDING)
    box = Toolbox(serial=options.get("parallel_tool_calls") is False and bool(tool_options))
    force = _choice(choice, facts) if tool_options else None
    form = options.get("response_format") or {}
    if form.get("type") == "json_schema":
        force = _add_schema(box, tools, form["json_schema"], facts, force, thinks=thinks)
    if not tools:  # Converse wants a toolConfig wherever a call or a result is in the conversation
        tools = [_specification({"name": name, "description": _GONE}, facts) for name in called]
    if tools and not facts.tools:
        if form.get("type") == "json_schema":
            raise UnsupportedError("response_format", why=f"as a schema {ON_BEDROCK}: it takes no tools")
        if not tool_options:
            raise ValueError("this model takes no tools on Bedrock, and some were called in the conversation")
        raise UnsupportedError("tools", why=ON_BEDROCK)
    if tools:
        box.config = {"tools": tools, **({"toolChoice": force} if force is not None else {})}
    return box


def _tool(tool: Mapping[str, Any], facts: Capabilities) -> dict[str, Any]:
    if tool.get("type", "function") == "function" and isinstance(tool.get("function"), Mapping):
        return _specification(tool["function"], facts)
    if len(tool) == 1 and next(iter(tool)) in ("toolSpec", "systemTool", "cachePoint"):
        return dict(tool)  # in Converse's own form
    raise ValueError(f"Bedrock takes no tool of the type {tool.get('type')!r}, only functions")


def _specification(function: Mapping[str, Any], facts: Capabilities) -> dict[str, Any]:
    if function["name"] == SCHEMA_TOOL:
        raise ValueError(f"a tool cannot be called {SCHEMA_TOOL!r} on Bedrock: that name stands for a JSON answer")
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    made: dict[str, Any] = {"name": function["name"]}
    if function.get("description"):
        made["description"] = function["description"]
    # Where strict is not to be had the tool is offered all the same, as it is to models that never had it.
    strict = bool(function.get("strict")) and facts.text_format and not (is_recursive(schema) or is_open(schema))
    made["inputSchema"] = {"json": as_object(closed(schema) if strict else schema)}
    if strict:
        made["strict"] = True
    return {"toolSpec": made}


def _choice(choice: Any, facts: Capabilities) -> dict[str, Any] | None:
    match choice:
        case None | "none":
            return None
        case "auto":
            return {"auto": {}}
        case "required" | "any":
            made: dict[str, Any] = {"any": {}}
        case {"function": {"name": str(name)}} | {"type": "tool", "name": str(name)}:
            made = {"tool": {"name": name}}
        case _:
            raise ValueError(f"Bedrock knows no tool_choice {choice!r}")
    if not facts.forces:
        why = f"{ON_BEDROCK}: it cannot be made to call a tool; leave it out, or give 'auto'"
        raise UnsupportedError("tool_choice", why=why)
    return made


def _add_schema(
    box: Toolbox,
    tools: list[dict[str, Any]],
    form: Mapping[str, Any],
    facts: Capabilities,
    force: dict[str, Any] | None,
    *,
    thinks: bool,
) -> dict[str, Any] | None:
    """Ask for an answer by a schema, and return how the tool is chosen then."""
    schema = form.get("schema") or {"type": "object"}
    if facts.text_format and not is_recursive(schema) and not is_open(schema):
        definition = {"schema": msgspec.json.encode(closed(schema)).decode()}
        definition.update((key, form[key]) for key in ("name", "description") if form.get(key))
        box.text_format = {"type": "json_schema", "structure": {"jsonSchema": definition}}
        return force
    others = bool(tools)
    description = form.get("description") or "Gives the answer; call it exactly once, when the answer is known."
    tools.append(
        {"toolSpec": {"name": SCHEMA_TOOL, "description": description, "inputSchema": {"json": as_object(schema)}}}
    )
    if force is not None and "auto" not in force:
        return force
    if not facts.forces or thinks:
        return {"auto": {}} if facts.forces else None
    return {"any": {}} if others else {"tool": {"name": SCHEMA_TOOL}}
