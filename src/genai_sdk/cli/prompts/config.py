"""What is wrong with a prompt's config, before anybody calls a model with it."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from genai_sdk.catalogue import CHAT_PARAMETERS, REFUSED_PARAMETERS
from genai_sdk.cli.prompts.finding import Level
from genai_sdk.errors import GenAIError
from genai_sdk.prompts.contract import KEY
from genai_sdk.routing import CALL_OPTIONS
from genai_sdk.routing.options import RoutingOptions, read_call_options

Problem = tuple[Level, str]

_KNOWN = frozenset({"model", KEY, *CHAT_PARAMETERS, *CALL_OPTIONS})
# https://json-schema.org/draft/2020-12/json-schema-validation#section-6.1.1
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_NESTED = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_MAPS = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")


def _number(least: float, most: float) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        good = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        return None if good else f"a number from {least:g} to {most:g}"

    return check


def _whole(least: int) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        good = isinstance(value, int) and not isinstance(value, bool) and value >= least
        return None if good else f"a whole number from {least}"

    return check


def _switch(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _texts(value: Any) -> str | None:
    good = isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
    return None if good else "a text or a list of texts"


def _table(value: Any) -> str | None:
    return None if isinstance(value, dict) else "a table"


# https://platform.openai.com/docs/api-reference/chat/create
_FORMS: Mapping[str, Callable[[Any], str | None]] = MappingProxyType(
    {
        "frequency_penalty": _number(-2, 2),
        "logit_bias": _table,
        "logprobs": _switch,
        "max_completion_tokens": _whole(1),
        "max_tokens": _whole(1),
        "n": _whole(1),
        "parallel_tool_calls": _switch,
        "presence_penalty": _number(-2, 2),
        "seed": _whole(-(2**63)),
        "stop": _texts,
        "store": _switch,
        "temperature": _number(0, 2),
        "thinking": _table,
        "top_k": _whole(1),
        "top_logprobs": _whole(0),
        "top_p": _number(0, 1),
    }
)
"""What a parameter has to be; whoever names others asks the model."""


def check_config(config: Any) -> Iterator[Problem]:
    """Yield what is wrong with a config."""
    if config is None:
        return
    if not isinstance(config, Mapping):
        yield "warning", f"config is {type(config).__name__}, so that nothing of it is taken; write a table"
        return
    model = config.get("model")
    if "model" in config and (not isinstance(model, str) or not model):
        yield "error", f"config.model is the name of a model, not {model!r:.80}"
    for name, value in config.items():
        if name in REFUSED_PARAMETERS:
            yield "warning", f"config.{name} is not taken: {REFUSED_PARAMETERS[name]}"
        elif name not in _KNOWN:
            yield from _misspelt(name)
        elif name in _FORMS and value is not None and (form := _FORMS[name](value)) is not None:
            yield "error", f"config.{name} is {form}, not {value!r:.80}"
    try:
        read_call_options({name: value for name, value in config.items() if name in CALL_OPTIONS}, RoutingOptions())
    except GenAIError as error:
        yield "error", f"config: {error}"
    yield from _check_format(config.get("response_format"))
    yield from _check_tools(config.get("tools"))


def _misspelt(name: str) -> Iterator[Problem]:
    close = difflib.get_close_matches(name, _KNOWN, 1, cutoff=0.8)
    if close:
        yield "warning", f"config.{name} is not taken; did you mean {close[0]}?"


def _check_format(form: Any) -> Iterator[Problem]:
    if form is None:
        return
    kind = form.get("type") if isinstance(form, Mapping) else None
    if kind not in ("text", "json_object", "json_schema"):
        yield "error", 'config.response_format is a table with the type "text", "json_object" or "json_schema"'
    elif kind == "json_schema":
        inner = form.get("json_schema")
        if not isinstance(inner, Mapping) or not isinstance(inner.get("name"), str) or "schema" not in inner:
            yield "error", "config.response_format.json_schema is a table with a name and a schema"
        else:
            schema = inner["schema"]
            for text in check_schema(schema, "config.response_format", schema):
                yield "error", text


def _check_tools(tools: Any) -> Iterator[Problem]:
    if tools is None:
        return
    if not isinstance(tools, list):
        yield "error", "config.tools is a list of tools"
        return
    for number, tool in enumerate(tools):
        where = f"config.tools[{number}]"
        if not isinstance(tool, Mapping) or not isinstance(tool.get("type"), str):
            yield "error", f'{where} is a table with a type such as "function"'
        elif tool["type"] == "function":
            function = tool.get("function")
            if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
                yield "error", f"{where}.function is a table with a name"
            elif "parameters" in function:
                schema = function["parameters"]
                for text in check_schema(schema, f"{where}.parameters", schema):
                    yield "error", text


def check_schema(schema: Any, where: str, root: Any) -> Iterator[str]:
    """Yield where a JSON schema is none: types there are not, references to nothing, requirements of nothing.

    Args:
        schema: The schema, or a part of one.
        where: What to call it.
        root: The whole schema, which references are looked up in.
    """
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        yield f"{where} is a JSON schema, not {schema!r:.80}"
        return
    said = schema.get("type", [])
    for name in said if isinstance(said, list) else [said]:
        if name not in _TYPES:
            yield f"{where} has the type {name!r}; there are {', '.join(sorted(_TYPES))}"
    reference = schema.get("$ref")
    if isinstance(reference, str) and not _leads_somewhere(reference, root):
        yield f"{where} refers to {reference!r}, which is not in it"
    properties = schema.get("properties")
    required = schema.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        yield f"{where}.required is a list of names"
    elif isinstance(properties, Mapping) and (lost := [name for name in required if name not in properties]):
        yield f"{where} requires {', '.join(lost)}, which is not among its properties"
    if "enum" in schema and not (isinstance(schema["enum"], list) and schema["enum"]):
        yield f"{where}.enum is a list of values"
    yield from _check_parts(schema, where, root)


def _check_parts(schema: Mapping[str, Any], where: str, root: Any) -> Iterator[str]:
    for word in _NESTED:
        if word in schema:
            yield from check_schema(schema[word], f"{where}.{word}", root)
    for word in _LISTS:
        if word in schema:
            parts = schema[word]
            if not isinstance(parts, Sequence) or isinstance(parts, str):
                yield f"{where}.{word} is a list of schemas"
                continue
            for number, part in enumerate(parts):
                yield from check_schema(part, f"{where}.{word}[{number}]", root)
    for word in _MAPS:
        if word in schema:
            if not isinstance(schema[word], Mapping):
                yield f"{where}.{word} is a table of schemas"
                continue
            for name, part in schema[word].items():
                yield from check_schema(part, f"{where}.{name}", root)


def _leads_somewhere(reference: str, root: Any) -> bool:
    from genai_sdk.wires.schema import target_of

    try:
        target_of(root, reference)
    except ValueError:
        return reference == "#"
    return True
