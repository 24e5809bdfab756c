"""From a chat call to the fields of a request for a response. Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from genai_sdk.catalogue import counts_reasoning
from genai_sdk.wires.openai.responses.items import items_of

Fields = dict[str, Any]

LACKS = frozenset(
    (
        *("audio", "frequency_penalty", "logit_bias", "logprobs", "modalities", "n", "prediction", "presence_penalty"),
        *("safety_settings", "seed", "stop", "thinking", "top_k", "top_logprobs"),
    )
)
"""Chat's parameters that the API does not know, or whose answer (log probabilities) chat's shape loses."""


def responses_fields(model: str, messages: list[Fields], options: Mapping[str, Any]) -> Fields:
    """Return the fields of a request.

    Args:
        model: The model.
        messages: The conversation, in plain JSON.
        options: Chat's parameters in plain JSON, without those that have no place here.

    Raises:
        KeyError: A message or tool lacks what its kind must have; likewise AttributeError, TypeError, ValueError.
    """
    form = options.get("response_format")
    # In JSON mode OpenAI wants the word JSON in the input, and does not look for it in the instructions.
    any_json = isinstance(form, Mapping) and form.get("type") == "json_object"
    instructions, items = items_of(messages, instructed=not any_json)
    fields: Fields = {"model": model, "input": items}
    if instructions is not None:
        fields["instructions"] = instructions
    for name, item in options.items():
        place = _PLACES.get(name)
        if place is None:
            fields[name] = item
        else:
            place(fields, item)
    if fields.get("store") is False and counts_reasoning(model):
        # What nobody stores comes with the answer, and goes back with the next turn: the reasoning would be lost else.
        fields.setdefault("include", ["reasoning.encrypted_content"])
    return fields


def _tool(tool: Fields) -> Fields:
    kind, inner = tool.get("type"), tool.get(str(tool.get("type")))
    if kind == "function" and isinstance(inner, Mapping):
        return {
            "type": "function",
            "name": inner["name"],
            "description": inner.get("description"),
            "parameters": inner.get("parameters"),
            # Left out it would mean true here, other than in chat.
            "strict": inner.get("strict"),
        }
    if kind == "custom" and isinstance(inner, Mapping):
        made = {"type": "custom", **{name: inner[name] for name in ("name", "description") if name in inner}}
        form = inner.get("format")
        if isinstance(form, Mapping):
            # Chat nests a grammar, and here it lies flat.
            grammar = form.get("grammar")
            made["format"] = {"type": form.get("type"), **grammar} if isinstance(grammar, Mapping) else dict(form)
        return made
    return tool


def _put_tools(fields: Fields, tools: list[Fields]) -> None:
    fields["tools"] = [*map(_tool, tools), *fields.get("tools", ())]


def _put_web_search(fields: Fields, options: Fields) -> None:
    fields["tools"] = [*fields.get("tools", ()), {"type": "web_search", **options}]


def _put_tool_choice(fields: Fields, choice: Any) -> None:
    if isinstance(choice, Mapping) and choice.get("type") in ("function", "custom"):
        inner = choice.get(choice["type"])
        name = inner.get("name") if isinstance(inner, Mapping) else choice.get("name")
        choice = {"type": choice["type"], "name": name}
    fields["tool_choice"] = choice


def _put_format(fields: Fields, form: Fields) -> None:
    schema = form.get("json_schema")
    if form.get("type") == "json_schema" and isinstance(schema, Mapping):
        form = {
            "type": "json_schema",
            "name": schema.get("name", "response"),
            "schema": schema.get("schema", {}),
            "strict": schema.get("strict", False),
            **({"description": schema["description"]} if schema.get("description") else {}),
        }
    fields["text"] = {**fields.get("text", {}), "format": form}


def _put_verbosity(fields: Fields, verbosity: Any) -> None:
    fields["text"] = {**fields.get("text", {}), "verbosity": verbosity}


def _put_reasoning(fields: Fields, effort: Any) -> None:
    fields["reasoning"] = effort if isinstance(effort, Mapping) else {"effort": effort}


def _put_bound(fields: Fields, tokens: Any) -> None:
    fields["max_output_tokens"] = tokens


def _put_older_bound(fields: Fields, tokens: Any) -> None:
    fields.setdefault("max_output_tokens", tokens)


_PLACES: Mapping[str, Callable[[Fields, Any], None]] = MappingProxyType(
    {
        "max_completion_tokens": _put_bound,
        "max_tokens": _put_older_bound,
        "reasoning_effort": _put_reasoning,
        "response_format": _put_format,
        "tool_choice": _put_tool_choice,
        "tools": _put_tools,
        "verbosity": _put_verbosity,
        "web_search_options": _put_web_search,
    }
)
"""What puts parameters where they go, if they have another name or place than in chat."""

PLACES: Mapping[str, str] = MappingProxyType(
    {
        "max_completion_tokens": "max_output_tokens",
        "max_tokens": "max_output_tokens",
        "reasoning_effort": "reasoning.effort",
        "response_format": "text.format",
        "tool_choice": "tool_choice",
        "tools": "tools",
        "verbosity": "text.verbosity",
        "web_search_options": "tools",
    }
)
"""Where that is."""
