"""What is wrong with a prompt's config, before anybody calls a model with it."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from genai_sdk.catalogue import CHAT_PARAMETERS, REFUSED_PARAMETERS
from genai_sdk.cli.prompts.finding import Level
from genai_sdk.client.prompt_config import problems_of
from genai_sdk.prompts.contract import KEY, answer_schema
from genai_sdk.routing import CALL_OPTIONS

Problem = tuple[Level, str]

_KNOWN = frozenset({"model", KEY, *CHAT_PARAMETERS, *CALL_OPTIONS})
# https://json-schema.org/draft/2020-12/json-schema-validation#section-6.1.1
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_NESTED = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_MAPS = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")

# https://platform.openai.com/docs/api-reference/chat/create
_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "frequency_penalty": (-2, 2),
        "max_completion_tokens": (1, float("inf")),
        "max_tokens": (1, float("inf")),
        "n": (1, float("inf")),
        "presence_penalty": (-2, 2),
        "temperature": (0, 2),
        "top_logprobs": (0, 20),
        "top_p": (0, 1),
    }
)
"""Between what a number has to be; for other parameters the model is asked."""


def check_config(config: Any) -> Iterator[Problem]:
    """Yield what is wrong with a config: what no call would run with, and what is likely a mistake."""
    for text in problems_of(config):
        yield "error", text
    if not isinstance(config, Mapping):
        return
    for name, value in config.items():
        if name not in _KNOWN and name not in REFUSED_PARAMETERS:
            yield from _misspelt(name)
        least, most = _RANGES.get(name, (float("-inf"), float("inf")))
        if isinstance(value, int | float) and not least <= value <= most:
            bounds = f"{least:g} or more" if most == float("inf") else f"from {least:g} to {most:g}"
            yield "error", f"config.{name} is {bounds}, not {value!r}"
    for where, schema in _schemas(config):
        for text in check_schema(schema, where, schema):
            yield "error", text


def _misspelt(name: str) -> Iterator[Problem]:
    close = difflib.get_close_matches(name, _KNOWN, 1, cutoff=0.8)
    if close:
        yield "warning", f"config.{name} is not taken; did you mean {close[0]}?"


def _schemas(config: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the JSON schemas in a config, each with its place."""
    answer = answer_schema(config)
    if answer is not None:
        yield "config.response_format", answer
    tools = config.get("tools")
    for number, tool in enumerate(tools if isinstance(tools, list) else ()):
        function = tool.get("function") if isinstance(tool, Mapping) else None
        parameters = function.get("parameters") if isinstance(function, Mapping) else None
        if isinstance(parameters, Mapping):
            yield f"config.tools[{number}].parameters", parameters


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
