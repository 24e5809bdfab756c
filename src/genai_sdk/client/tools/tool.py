"""A tool: what a model is told of it, and the function that carries it out."""

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NotRequired, Self, TypedDict, get_args, get_origin, get_type_hints

import msgspec

from genai_sdk.client.misfit import misfit
from genai_sdk.client.structured import AnswerType, is_read_by_pydantic, schema_of
from genai_sdk.client.tools.docstring import read_docstring
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.wires.openai.schema import strict
from genai_sdk.wires.schema import NotStrictError, root_of

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""https://platform.openai.com/docs/api-reference/chat/create#chat-create-tools"""
_ARGUMENTS = "Arguments"
_OPEN = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class ArgumentsError(Exception):
    """A model's arguments do not fit; the message is for the model."""


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """A function that a model may call, and what it is told of it.

    `run_tools` makes one of every Python function it is given; make one yourself where a function needs another name,
    or where its schema comes from elsewhere: then it is called with the fields of the arguments as keywords, unchecked.

    Attributes:
        name: Its name: 1 to 64 letters, digits, hyphens and underscores.
        description: What it does.
        parameters: The JSON schema of its arguments.
        function: What carries it out; a coroutine function only with `arun_tools`.
        strict: Whether the schema is one of OpenAI's strict mode.
        arguments: What the arguments are read as, or None.
    """

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = MappingProxyType({"type": "object", "properties": {}})
    function: Callable[..., Any]
    strict: bool = False
    arguments: AnswerType | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise InvalidRequestError(
                Sentence.of(
                    "tools.name",
                    "a tool's name has 1 to 64 letters, digits, hyphens and underscores, not {name}: give "
                    "another one with Tool.of(function, name=…)",
                    name=repr(self.name),
                )
            )

    @classmethod
    def of(cls, function: Callable[..., Any], *, name: str | None = None, description: str | None = None) -> Self:
        """Make a tool of a function: its schema from its annotations, its words from its docstring.

        Args:
            function: A function, a method or any other callable with a signature.
            name: Its name; left out, the function's own.
            description: What it does; left out, its docstring without the sections.

        Raises:
            InvalidRequestError: Its arguments cannot be described.
        """
        own = getattr(function, "__name__", None) or type(function).__name__
        name = name or str(own)
        try:
            parameters = inspect.signature(function).parameters
            hints = get_type_hints(_plain(function), include_extras=True)
        except (TypeError, ValueError, NameError) as error:
            raise InvalidRequestError(
                Sentence.of("tools.undescribed", "the tool {name} cannot be described: {error}", name=name, error=error)
            ) from error
        if loose := [each.name for each in parameters.values() if each.kind in _OPEN]:
            raise InvalidRequestError(
                Sentence.of(
                    "tools.any_arguments",
                    "the tool {name} takes any arguments (*{argument}), which nobody could describe",
                    name=name,
                    argument=loose[0],
                )
            )
        text, words = read_docstring(function.__doc__ if inspect.isroutine(function) else _plain(function).__doc__)
        schema, reader = _describe(name, parameters, hints, words)
        made, is_strict = schema, False
        if all(each.default is each.empty for each in parameters.values()):  # strict mode knows no field left out
            with suppress(NotStrictError):
                made, is_strict = strict(schema), True
        text = text if description is None else description
        return cls(name=name, description=text, parameters=made, function=function, strict=is_strict, arguments=reader)

    @property
    def is_async(self) -> bool:
        """Whether it is carried out by a coroutine function."""
        return inspect.iscoroutinefunction(_plain(self.function))

    @property
    def definition(self) -> dict[str, Any]:
        """What a model is told of it, in OpenAI's form."""
        function: dict[str, Any] = {"name": self.name, "parameters": dict(self.parameters)}
        if self.description:
            function["description"] = self.description
        if self.strict:
            function["strict"] = True
        return {"type": "function", "function": function}

    def read(self, text: str) -> Mapping[str, Any]:
        """Return a model's arguments by name.

        Raises:
            ArgumentsError: They are no JSON object, or do not fit.
        """
        try:
            fields: Any = msgspec.json.decode(text or "{}")
        except msgspec.DecodeError as error:
            raise ArgumentsError(f"the arguments are no JSON: {error}") from error
        if not isinstance(fields, dict):
            raise ArgumentsError("the arguments must be a JSON object")
        if self.arguments is None:
            return fields
        known: Sequence[str] = list(self.parameters["properties"])
        if unknown := [name for name in fields if name not in known]:
            raise ArgumentsError(f"there is no argument {unknown[0]!r}; known: {', '.join(known) or 'none'}")
        try:
            values: Mapping[str, Any] = self.arguments.read(text or "{}")
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise ArgumentsError(f"the arguments do not fit: {misfit(error)}") from error
        return values

    def call(self, arguments: Mapping[str, Any]) -> Any:
        """Carry it out; of a coroutine function, return the coroutine."""
        if self.arguments is None:
            return self.function(**arguments)
        more = dict(arguments)
        bare = [
            more.pop(each.name)
            for each in inspect.signature(self.function).parameters.values()
            if each.kind is each.POSITIONAL_ONLY and each.name in more
        ]
        return self.function(*bare, **more)


def _describe(
    name: str, parameters: Mapping[str, inspect.Parameter], hints: Mapping[str, Any], words: Mapping[str, str]
) -> tuple[dict[str, Any], AnswerType]:
    """Return the schema of a function's arguments, and what they are read as."""
    types = {key: hints.get(key, Any) for key in parameters}
    by_pydantic = any(map(is_read_by_pydantic, types.values()))
    fields = {key: hint if parameters[key].default is parameters[key].empty else NotRequired[hint]
              for key, hint in types.items()}  # fmt: skip
    kind = _typed_dict(by_pydantic)(_ARGUMENTS, fields)
    whole = root_of(schema_of(kind, f"the tool {name}", by_pydantic=by_pydantic))
    schema = {key: part for key, part in whole.items() if key not in ("title", "$defs")}
    given = schema.get("properties") or {}  # which msgspec sorts by name
    schema["properties"] = {key: dict(given[key]) for key in parameters}
    for key, part in schema["properties"].items():
        part.pop("title", None)
        if (said := _said(types[key]) or words.get(key)) is not None:
            part.setdefault("description", said)
    schema["required"] = [key for key in parameters if key in schema.get("required", ())]
    if defined := {key: part for key, part in whole.get("$defs", {}).items() if key != _ARGUMENTS}:
        schema["$defs"] = defined
    return schema, AnswerType(kind, False, by_pydantic)


def _typed_dict(by_pydantic: bool) -> Any:
    if by_pydantic:  # which before Python 3.12 takes this one alone, and brings it
        from typing_extensions import TypedDict as Extended

        return Extended
    return TypedDict


def _said(hint: Any) -> str | None:
    """Return the text that a type is annotated with: `Annotated[str, "the city"]`."""
    if get_origin(hint) is NotRequired:
        hint = get_args(hint)[0]
    return next((part for part in getattr(hint, "__metadata__", ()) if isinstance(part, str)), None)


def _plain(function: Callable[..., Any]) -> Any:
    """Return what carries the annotations of a callable: itself, what a partial wraps, or its `__call__`."""
    while isinstance(function, functools.partial):
        function = function.func
    return function if inspect.isroutine(function) or isinstance(function, type) else type(function).__call__


def read_tools(tools: Any) -> tuple[dict[str, Tool], list[dict[str, Any]]]:
    """Return the tools by name, and what a model is told of all.

    Raises:
        InvalidRequestError: One is none, or two have the same name.
    """
    if isinstance(tools, str | Mapping) or not isinstance(tools, Sequence) or not tools:
        raise InvalidRequestError(
            Sentence.of(
                "tools.list",
                "tools must be a list of functions, such as [get_weather], not {tools}",
                tools=repr(tools)[:80],
            )
        )
    by_name: dict[str, Tool] = {}
    definitions: list[dict[str, Any]] = []
    for tool in tools:
        if isinstance(tool, Mapping):
            if tool.get("type", "function") == "function":
                raise InvalidRequestError(
                    Sentence.of(
                        "tools.dict",
                        "a dict describes a function and has none to run: hand the function in, or Tool(name=…, "
                        "parameters=…, function=…)",
                    )
                )
            definitions.append(dict(tool))  # one that the vendor's server runs
            continue
        if not isinstance(tool, Tool) and not callable(tool):
            raise InvalidRequestError(
                Sentence.of("tools.form", "a tool is a function or a Tool, not {tool}", tool=repr(tool)[:80])
            )
        made = tool if isinstance(tool, Tool) else Tool.of(tool)
        if made.name in by_name:
            raise InvalidRequestError(
                Sentence.of(
                    "tools.same_name",
                    "two tools are called {name}: Tool.of(function, name=…) gives another name",
                    name=made.name,
                )
            )
        by_name[made.name] = made
        definitions.append(made.definition)
    return by_name, definitions
