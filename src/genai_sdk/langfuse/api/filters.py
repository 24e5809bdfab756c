"""Conditions as Langfuse's API takes them: JSON in a parameter, each with a column, an operator and a value.

https://github.com/langfuse/langfuse/blob/v4.16.0/packages/shared/src/interfaces/filters.ts
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.langfuse.errors import ApiError, invalid
from genai_sdk.langfuse.timestamps import read_nanos

_MOST = 50
"""How many conditions one request may have."""

Compare = Callable[[Any, Any], bool]

_TEXT: Mapping[str, Compare] = {
    "=": operator.eq,
    "contains": lambda value, wanted: wanted in value,
    "does not contain": lambda value, wanted: wanted not in value,
    "starts with": lambda value, wanted: value.startswith(wanted),
    "ends with": lambda value, wanted: value.endswith(wanted),
}
_ORDER: Mapping[str, Compare] = {
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_OPTIONS: Mapping[str, Compare] = {
    "any of": lambda value, wanted: value in wanted,
    "none of": lambda value, wanted: value not in wanted,
}
_LISTS: Mapping[str, Compare] = {
    "any of": lambda value, wanted: any(each in value for each in wanted),
    "none of": lambda value, wanted: not any(each in value for each in wanted),
    "all of": lambda value, wanted: all(each in value for each in wanted),
}
_OPERATORS: Mapping[str, Mapping[str, Compare]] = {
    "string": _TEXT,
    "stringObject": _TEXT,
    "number": {**_ORDER, "!=": operator.ne},
    "numberObject": {**_ORDER, "!=": operator.ne},
    "datetime": _ORDER,
    "boolean": {"=": operator.eq, "<>": operator.ne},
    "stringOptions": _OPTIONS,
    "arrayOptions": _LISTS,
    "null": {"is null": lambda value, _: value is None, "is not null": lambda value, _: value is not None},
}
_EMPTY: Mapping[str, Any] = {"string": "", "stringObject": "", "stringOptions": "", "arrayOptions": ()}
"""What a text or a list that is not there is compared as."""
_VALUES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "stringObject": (str,),
    "number": (int, float),
    "numberObject": (int, float),
    "datetime": (str,),
    "boolean": (bool,),
    "stringOptions": (list,),
    "arrayOptions": (list,),
}


class Filter(msgspec.Struct, frozen=True):
    """A condition.

    Attributes:
        kind: What the column holds: string, number, datetime, stringOptions and the like.
        column: The column.
        operator: How it is compared.
        value: What it is compared with; a moment is in nanoseconds since 1970.
        key: Which part of an object, such as a name in the metadata; or None.
    """

    kind: str
    column: str
    operator: str
    value: Any = None
    key: str | None = None


def read_filters(raw: Any) -> list[Filter]:
    """Read conditions: a list, or JSON of one.

    Raises:
        ApiError: They are of another form.
    """
    if isinstance(raw, str):
        try:
            raw = msgspec.json.decode(raw)
        except (msgspec.DecodeError, RecursionError):
            raise ApiError(400, "Invalid request data", "Invalid JSON in filter parameter") from None
    if not isinstance(raw, list) or len(raw) > _MOST:
        raise invalid("filter", f"Invalid input: expected a list of at most {_MOST} conditions")
    return [_read(each) for each in raw]


def _read(raw: Any) -> Filter:
    if not isinstance(raw, dict):
        raise invalid("filter", "Invalid input: expected object")
    kind, column, how = raw.get("type"), raw.get("column"), raw.get("operator")
    if not isinstance(kind, str) or kind not in _OPERATORS:
        raise invalid("filter", f"Invalid type {kind!r}; there are {', '.join(_OPERATORS)}")
    if not isinstance(how, str) or how not in _OPERATORS[kind]:
        raise invalid("filter", f"Invalid operator {how!r} for {kind}; there are {', '.join(_OPERATORS[kind])}")
    if not isinstance(column, str):
        raise invalid("filter", "Invalid input: expected a column")
    value, kinds = raw.get("value"), _VALUES.get(kind)
    if kinds is not None and not isinstance(value, kinds):
        raise invalid("filter", f"Invalid value for {kind}")
    if kind == "datetime":
        try:
            value = read_nanos(str(value))
        except ValueError:
            raise invalid("filter", "Invalid ISO datetime") from None
    key = raw.get("key")
    if kind.endswith("Object") and not isinstance(key, str):
        raise invalid("filter", f"Invalid input: {kind} takes a key")
    return Filter(kind, column, how, value, key if isinstance(key, str) else None)


def passes(each: Filter, row: Mapping[str, Any]) -> bool:
    """Whether a row, its columns by name, meets a condition; what is no number is neither less nor more than one.

    Raises:
        ApiError: It has no such column.
    """
    if each.column not in row:
        raise invalid("filter", f"Invalid column {each.column!r}; there are {', '.join(sorted(row))}")
    value = row[each.column]
    if each.key is not None:
        value = value.get(each.key) if isinstance(value, Mapping) else None
    if each.kind != "null":
        value = _EMPTY.get(each.kind) if value is None else value
        if value is None:
            return False
        if each.kind in {"string", "stringObject"} and not isinstance(value, str):
            value = str(value)
        if each.kind in {"number", "numberObject"} and not isinstance(value, int | float):
            return False
        if each.kind == "arrayOptions" and not isinstance(value, Sequence):
            return False
    return _OPERATORS[each.kind][each.operator](value, each.value)
