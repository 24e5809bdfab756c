"""A type as `response_format`: asked for as a JSON schema, read back as the type.

Pydantic's models, and types made of them, are described and read by pydantic, which is imported for them alone; all
other types (dataclasses, TypedDict, msgspec's structs, lists, literals, unions) by msgspec.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from genai_sdk.client.misfit import misfit, nothing_to_read, unfit
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.types import ChatCompletion
from genai_sdk.wires.openai.schema import strict
from genai_sdk.wires.partial_json import read_partial
from genai_sdk.wires.schema import NotStrictError, root_of

_VALUE = "value"
"""The one field of the object that an answer which is none (a list, a number, a union) is wrapped in."""
_LONGEST = 64
"""Characters of a schema's name (https://platform.openai.com/docs/api-reference/chat/create), of `[a-zA-Z0-9_-]`."""
_FENCE = r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*"


class AnswerType(msgspec.Struct, frozen=True):
    """What an answer is read as.

    Attributes:
        type: The type that was given.
        wrapped: Whether the answer is the field `value` of an object.
        pydantic: Whether pydantic reads it.
    """

    type: Any
    wrapped: bool
    pydantic: bool

    def read(self, text: str) -> Any:
        """Return an answer's text as a value of the type.

        Raises:
            pydantic.ValidationError: It does not fit, and pydantic reads it.
            msgspec.ValidationError: It does not fit, and msgspec reads it; `msgspec.DecodeError` where it is no JSON.
        """
        text = _unfenced(text)
        encoded: str | bytes = _unwrapped(text) if self.wrapped else text
        if not self.pydantic:
            return msgspec.json.decode(encoded, type=self.type)
        if hasattr(self.type, "model_validate_json"):
            return self.type.model_validate_json(encoded)
        return _adapter(self.type).validate_json(encoded)

    def parse(self, response: ChatCompletion[Any]) -> Any:
        """Return an answer as a value of the type.

        Raises:
            ResponseFormatError: It does not fit, or has no text.
        """
        if not response.text:
            raise unfit(response, _name(self.type), nothing_to_read(response))
        try:
            return self.read(response.text)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise unfit(response, _name(self.type), misfit(error)) from error

    def partial(self, text: str) -> Any:
        """Return what a text that has not ended yet holds, in plain dicts and lists; None before there is anything."""
        value = read_partial(text)
        return value.get(_VALUE) if self.wrapped and isinstance(value, dict) and value.keys() <= {_VALUE} else value


def read_response_format(hint: Any) -> tuple[Mapping[str, Any] | None, AnswerType | None]:
    """Return the wire form of `response_format`, and what the answer is read as if it was a type.

    Raises:
        InvalidRequestError: It is neither a dict nor a type with a JSON schema.
    """
    if hint is None or isinstance(hint, Mapping):
        return hint, None
    hint = getattr(hint, "__value__", hint)  # what `type X = …` names
    if not isinstance(hint, type) and get_origin(hint) is None:
        raise InvalidRequestError(
            Sentence.of(
                "schema.response_format",
                "response_format must be a dict, or a type such as a pydantic model, a dataclass or "
                "list[str]: {hint!r}",
                hint=hint,
            )
        )
    by_pydantic = is_read_by_pydantic(hint)
    schema = schema_of(hint, f"response_format: {_name(hint)}", by_pydantic=by_pydantic)
    wrapped = root_of(schema).get("type") != "object"
    if wrapped:
        inner = {key: part for key, part in schema.items() if key != "$defs"}
        outer = {"type": "object", "properties": {_VALUE: inner}, "required": [_VALUE], "additionalProperties": False}
        schema = {**outer, "$defs": schema["$defs"]} if "$defs" in schema else outer
    described: dict[str, Any] = {"name": _name(hint)}
    try:
        described.update(schema=strict(schema), strict=True)
    except NotStrictError:
        described.update(schema=schema, strict=False)
    return {"type": "json_schema", "json_schema": described}, AnswerType(hint, wrapped, by_pydantic)


def is_read_by_pydantic(hint: Any) -> bool:
    """Whether a type, or one that it is made of, is pydantic's."""
    return any(map(_is_pydantic, _parts(hint, set())))


def schema_of(hint: Any, where: str, *, by_pydantic: bool) -> dict[str, Any]:
    """Return the JSON schema of a type; `where` names it in the error.

    Raises:
        InvalidRequestError: It has none.
    """
    try:
        if not by_pydantic:
            return msgspec.json.schema(hint)
        if hasattr(hint, "model_json_schema"):
            made: dict[str, Any] = hint.model_json_schema()
            return made
        made = _adapter(hint).json_schema()
    except (TypeError, ValueError, NameError, AttributeError, RuntimeError) as error:
        reason = str(error)
    else:
        return made
    raise InvalidRequestError(
        Sentence.of("schema.none", "{where} has no JSON schema: {reason}", where=where, reason=reason)
    )


def _adapter(hint: Any) -> Any:
    from pydantic import TypeAdapter  # a cost only for those who hand in a type that is made of pydantic's

    return TypeAdapter(hint)


def _parts(hint: Any, seen: set[int]) -> Iterator[Any]:
    """Yield a type, the types it is made of, and what they are annotated with."""
    if id(hint) in seen:
        return
    seen.add(id(hint))
    yield hint
    for part in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from _parts(part, seen)
    if dataclasses.is_dataclass(hint) or is_typeddict(hint) or hasattr(hint, "_fields"):
        try:
            hints = get_type_hints(hint, include_extras=True)
        except (NameError, TypeError):
            return  # a name that is not there: whoever makes the schema says so
        for part in hints.values():
            yield from _parts(part, seen)


def _is_pydantic(part: Any) -> bool:
    if hasattr(part, "__pydantic_core_schema__") or hasattr(part, "model_json_schema"):
        return True
    kind = part if isinstance(part, type) else type(part)
    return kind.__module__.partition(".")[0] in ("pydantic", "annotated_types")


def _unwrapped(text: str) -> str | bytes:
    """Return the JSON in the field of the wrapping object; a server without strict mode may leave the object out."""
    try:
        data = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return text
    return bytes(data[_VALUE]) if list(data) == [_VALUE] else text


def _unfenced(text: str) -> str:
    """Return what is in a fence of Markdown, which models without a strict mode put around JSON."""
    match = re.fullmatch(_FENCE, text, re.DOTALL)
    return match[1] if match else text


def _name(hint: Any) -> str:
    words = re.sub(r"[^a-zA-Z0-9_-]+", "_", hint.__name__ if isinstance(hint, type) else str(hint))
    if get_origin(hint) is not None:  # whose text has modules in it
        inner = (_name(part) for part in get_args(hint) if isinstance(part, type) or get_origin(part) is not None)
        words = "_".join([getattr(get_origin(hint), "__name__", "answer"), *inner])
    return words.strip("_")[:_LONGEST].strip("_") or "answer"
