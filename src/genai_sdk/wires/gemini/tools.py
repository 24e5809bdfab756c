"""Tools that may be called, and which has to be, in Google's words."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.wires.gemini.schema import google_schema, json_schema
from genai_sdk.wires.gemini.words import TOOLS
from genai_sdk.wires.wire import UnencodableError

_MODES: Mapping[str, str] = {"auto": "AUTO", "none": "NONE", "required": "ANY", "any": "ANY"}


def tools_of(tools: Sequence[Any], *, searches: bool) -> list[dict[str, Any]]:
    """Return tools in Google's words: functions together, its own tools as they are.

    Args:
        tools: The tools of the call.
        searches: Whether the model may search the web.

    Raises:
        UnencodableError: A tool is of a kind that Google does not have.
    """
    functions: list[dict[str, Any]] = []
    made: list[dict[str, Any]] = []
    for tool in tools:
        if tool.get("type") == "function" and isinstance(tool.get("function"), Mapping):
            functions.append(_function(tool["function"]))
        elif tool and {_camel(name) for name in tool} <= TOOLS:
            made.append(dict(tool))
        else:
            raise UnencodableError(
                f"a tool of the type {tool.get('type')!r}; Google's own are {', '.join(sorted(TOOLS))}"
            )
    if searches:
        made.append({"googleSearch": {}})
    return [{"function_declarations": functions}, *made] if functions else made


def calling_of(choice: Any, tools: Sequence[Any], *, validates: bool) -> dict[str, Any] | None:
    """Return which tools are to be called; None to leave it to Google.

    Args:
        choice: `tool_choice` of the call.
        tools: The tools of the call.
        validates: Whether the model can be held to the schemas of its functions.

    Raises:
        UnencodableError: The choice is of a kind that Google does not have.
    """
    calling: dict[str, Any] = {}
    if isinstance(choice, str) and choice in _MODES:
        calling["mode"] = _MODES[choice]
    elif isinstance(choice, Mapping) and choice.get("type") == "allowed_tools":
        allowed = choice.get("allowed_tools") or choice
        calling["mode"] = "ANY" if allowed.get("mode") == "required" else "VALIDATED"
        calling["allowedFunctionNames"] = [tool["function"]["name"] for tool in allowed.get("tools") or ()]
    elif isinstance(choice, Mapping) and isinstance(choice.get("function"), Mapping):
        calling = {"mode": "ANY", "allowedFunctionNames": [choice["function"]["name"]]}
    elif choice is not None:
        raise UnencodableError(f"the tool_choice {choice!r}")
    strict = any(isinstance(tool.get("function"), Mapping) and tool["function"].get("strict") for tool in tools)
    if strict and validates and calling.get("mode", "AUTO") == "AUTO":
        calling["mode"] = "VALIDATED"  # a function or words, and the function's arguments by its schema
    return calling or None


def _function(function: Mapping[str, Any]) -> dict[str, Any]:
    made = {name: function[name] for name in ("name", "description") if function.get(name)}
    parameters = function.get("parameters")
    if not parameters or not (parameters.get("properties") or "$ref" in parameters or "allOf" in parameters):
        return made  # Google refuses an object without properties
    converted = google_schema(parameters)
    if converted is not None:
        made["parameters"] = converted
    else:
        made["parametersJsonSchema"] = json_schema(parameters)
    return made


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
