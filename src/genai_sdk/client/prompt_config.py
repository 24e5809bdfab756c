"""What a prompt's config says of the calls that it runs: read and checked in one place. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_type_hints

import msgspec

from genai_sdk.catalogue import CHAT_PARAMETERS, REFUSED_PARAMETERS
from genai_sdk.client.parameters import ChatKeywords
from genai_sdk.errors import InvalidRequestError
from genai_sdk.routing import CALL_OPTIONS
from genai_sdk.routing.options import RoutingOptions, read_call_options

_FORMS = ("text", "json_object", "json_schema")


class PromptConfig(msgspec.Struct, frozen=True):
    """A config, checked.

    Attributes:
        model: The model it names, or None.
        options: The parameters and routing options of a call, `tools` and `response_format` among them.
    """

    model: str | None
    options: Mapping[str, Any]


class PromptConfigError(ValueError):
    """A field of a config is of the wrong form; the text begins with the field, such as `config.temperature`."""


def read_config(config: Any) -> PromptConfig:
    """Read a prompt's config; what is no parameter of a call is the team's own, and left alone.

    Raises:
        PromptConfigError: A field is of the wrong form.
    """
    for problem in problems_of(config):
        raise PromptConfigError(problem)
    options = {name: item for name, item in (config or {}).items() if name in CHAT_PARAMETERS or name in CALL_OPTIONS}
    return PromptConfig((config or {}).get("model"), {name: item for name, item in options.items() if item is not None})


def problems_of(config: Any) -> Iterator[str]:
    """Iterate over what is wrong with a prompt's config, field by field."""
    if config is None:
        return
    if not isinstance(config, Mapping):
        yield f"config must be an object, not {type(config).__name__}"
        return
    model = config.get("model")
    if model is not None and (not isinstance(model, str) or not model):
        yield f"config.model must be the name of a model, not {model!r:.80}"
    hints = get_type_hints(ChatKeywords)
    for name, item in config.items():
        if item is None:
            continue
        if name in REFUSED_PARAMETERS:
            yield f"config.{name} is not taken: {REFUSED_PARAMETERS[name]}"
        elif name in CALL_OPTIONS:
            yield from _of_routing(name, item)
        elif name in CHAT_PARAMETERS and (problem := _of_type(item, hints[name])):
            yield f"config.{name}{problem}"
    yield from _of_form(config.get("response_format"))
    yield from _of_tools(config.get("tools"))


def _of_routing(name: str, item: Any) -> Iterator[str]:
    try:
        read_call_options({name: item}, RoutingOptions())
    except InvalidRequestError as error:
        yield f"config.{error}"


def _of_type(item: Any, hint: Any) -> str:
    try:
        msgspec.convert(item, hint)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at `$")
        return f"{place.rstrip('`')}: {what.replace(' | null', '')}"
    return ""


def _of_form(form: Any) -> Iterator[str]:
    if form is None:
        return
    kind = form.get("type") if isinstance(form, Mapping) else None
    if kind not in _FORMS:
        yield f"config.response_format must be an object with the type {', '.join(_FORMS)}, not {form!r:.80}"
    elif kind == "json_schema":
        described = form.get("json_schema")
        if not isinstance(described, Mapping) or not isinstance(described.get("name"), str):
            yield "config.response_format.json_schema must be an object with a name and a schema"
        elif not isinstance(described.get("schema"), Mapping):
            yield "config.response_format.json_schema.schema must be a JSON schema"


def _of_tools(tools: Any) -> Iterator[str]:
    for number, tool in enumerate(tools if isinstance(tools, Sequence) and not isinstance(tools, str) else ()):
        function = tool.get("function") if isinstance(tool, Mapping) else None
        if isinstance(tool, Mapping) and tool.get("type", "function") != "function":
            continue  # a vendor's own
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            yield f'config.tools[{number}] must be {{"type": "function", "function": {{"name": …, "parameters": …}}}}'
