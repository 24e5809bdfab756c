"""Tables of fallbacks: from a name to the names tried in its place. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence

_SHAPE = 'give a list of dicts such as [{"gpt-6-sol": ["claude-haiku-4-5"]}]'


class FallbackTable(msgspec.Struct, frozen=True):
    """Fallback targets by key, and those for every name without a key of its own.

    Attributes:
        rows: The targets of each key, in the order given.
        default: The targets for every other name.
    """

    rows: Mapping[str, tuple[str, ...]] = {}
    default: tuple[str, ...] = ()


def read_table(option: str, value: Any, *, plain: bool = False) -> FallbackTable:
    """Read a fallback option: a dict, a list of dicts, or with `plain` also a name or a list of names.

    Every key of every dict counts, the same key twice adds up, and a string target is one target.

    Raises:
        InvalidRequestError: The option has another form.
    """
    if plain and (isinstance(value, str) or (isinstance(value, list | tuple) and _all_text(value))):
        return FallbackTable(default=read_names(option, value))
    parts = [value] if isinstance(value, Mapping) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, Mapping) for part in parts):
        raise InvalidRequestError(
            Sentence.of(
                "fallbacks.value", "{option} cannot be {value!r}: {shape}", option=option, value=value, shape=_SHAPE
            )
        )
    rows: dict[str, tuple[str, ...]] = {}
    for part in parts:
        for key, targets in part.items():
            if not isinstance(key, str):
                raise InvalidRequestError(
                    Sentence.of(
                        "fallbacks.key",
                        "{option}: the key {key!r} is not a model name; {shape}",
                        option=option,
                        key=key,
                        shape=_SHAPE,
                    )
                )
            rows[key] = rows.get(key, ()) + read_names(f"{option}[{key!r}]", targets)
    return FallbackTable(default=rows.pop("*", ()), rows=rows)  # "*" is Router's spelling of the default


def read_names(option: str, value: Any) -> tuple[str, ...]:
    """Read one model name or a list of them.

    Raises:
        InvalidRequestError: It is neither, or a name is empty.
    """
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not _all_text(names) or not all(names):
        raise InvalidRequestError(
            Sentence.of(
                "fallbacks.target",
                "{option} cannot be {value!r}: give a model name or a list of model names",
                option=option,
                value=value,
            )
        )
    return tuple(names)


def _all_text(items: Iterable[Any]) -> bool:
    return all(isinstance(item, str) for item in items)


class FallbackMatch(msgspec.Struct, frozen=True):
    """A fallback target that applies.

    Attributes:
        key: The key it was found under.
        target: The name to try, its `*` filled in.
        leaves: Whether the key itself names a connection or provider, so that the target leaves it.
    """

    key: str
    target: str
    leaves: bool


class FallbackRequest(msgspec.Struct, frozen=True):
    """What a lookup knows of the call.

    Attributes:
        names: The name as asked, and after the alias.
        rest: The name without pin and provider prefix.
        served: (connection, model) of each candidate, in order.
    """

    names: tuple[str, ...]
    rest: str
    served: tuple[tuple[str, str], ...]


def lookup(
    table: FallbackTable, request: FallbackRequest, *, is_bare: Callable[[str], bool], same: Callable[[str, str], bool]
) -> tuple[FallbackMatch, ...]:
    """Return the targets for a call that failed: those of the first key that fits, in this order.

    The name asked (before and after the alias), `connection/model` of each candidate, the bare model by canonical
    form, `connection/*`, the default.

    Args:
        table: The fallbacks.
        request: The call.
        is_bare: Whether a name has neither pin nor provider prefix.
        same: Whether the first of two bare names asks for the second.
    """
    exact = (*request.names, *(f"{connection}/{model}" for connection, model in request.served))
    for key in exact:
        if key in table.rows:
            return _targets(table.rows, key, leaves=not is_bare(key))
    for key in table.rows:
        if is_bare(key) and same(key, request.rest):
            return _targets(table.rows, key, leaves=False)
    for key in table.rows:
        if key.endswith("/*") and key != "/*" and _covers(key[:-1], request):
            return _targets(table.rows, key, leaves=True, star=request.rest)
    return tuple(FallbackMatch("default_fallbacks", target, leaves=False) for target in table.default)


def _covers(start: str, request: FallbackRequest) -> bool:
    return any(name.startswith(start) for name in request.names) or any(
        f"{connection}/" == start for connection, _ in request.served
    )


def _targets(
    rows: Mapping[str, tuple[str, ...]], key: str, *, leaves: bool, star: str | None = None
) -> tuple[FallbackMatch, ...]:
    return tuple(
        FallbackMatch(key, target[:-1] + star if star is not None and target.endswith("/*") else target, leaves)
        for target in rows[key]
    )
