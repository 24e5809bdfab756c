"""PURE: what a version of a prompt promises those who call it, and whether another version keeps that.

Callers give variables, read an answer, pay and wait. The first two follow from the version itself; what a call may cost
and take is said in its config, below `contract`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.prompts.template import ChatTemplate, TextTemplate
from genai_sdk.sentence import Sentence

KEY = "contract"
"""Where in a prompt's config it stands."""

_FIELDS = ("variables", "max_cost", "max_latency")


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """What callers of a version can rely on.

    Attributes:
        variables: The variables that callers give: what a version needs must be among them.
        placeholders: Those of them that take messages.
        answer: The JSON schema of its answers, or None where it has none.
        max_cost: The dollars that a call may cost, or None.
        max_latency: The seconds that a call may take, or None.
    """

    variables: tuple[str, ...]
    placeholders: tuple[str, ...] = ()
    answer: Mapping[str, Any] | None = None
    max_cost: float | None = None
    max_latency: float | None = None


def read_contract(config: Any, template: TextTemplate | ChatTemplate) -> Contract:
    """Return the contract of a version.

    Args:
        config: Its config.
        template: Its text or messages, with all that they are made of.

    Raises:
        ConfigurationError: What the config says of it is of the wrong form.
    """
    config = config if isinstance(config, Mapping) else {}
    terms = config.get(KEY, {})
    if not isinstance(terms, Mapping):
        raise ConfigurationError(
            Sentence.of(
                "contract.table",
                "{key} is a table with {fields}, not {terms}",
                key=KEY,
                fields=", ".join(_FIELDS),
                terms=repr(terms)[:80],
            )
        )
    if unknown := sorted(set(terms) - set(_FIELDS)):
        raise ConfigurationError(
            Sentence.of(
                "contract.unknown",
                "{key} does not know {unknown}; known: {fields}",
                key=KEY,
                unknown=", ".join(unknown),
                fields=", ".join(_FIELDS),
            )
        )
    variables = terms.get("variables", list(template.names))
    if not isinstance(variables, list) or not all(isinstance(name, str) for name in variables):
        raise ConfigurationError(
            Sentence.of(
                "contract.variables",
                '{key}.variables is a list of names such as ["question"], not {variables}',
                key=KEY,
                variables=repr(variables)[:80],
            )
        )
    return Contract(
        variables=tuple(variables),
        placeholders=template.placeholders,
        answer=answer_schema(config),
        max_cost=_bound(terms, "max_cost", "dollars"),
        max_latency=_bound(terms, "max_latency", "seconds"),
    )


def answer_schema(config: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the JSON schema that a config asks answers in, or None."""
    form = config.get("response_format")
    inner = form.get("json_schema") if isinstance(form, Mapping) and form.get("type") == "json_schema" else None
    schema = inner.get("schema") if isinstance(inner, Mapping) else None
    return schema if isinstance(schema, Mapping) else None


def breaches(promised: Contract, offered: Contract, needed: tuple[str, ...]) -> list[str]:
    """Return how a version breaks the contract of the one whose place it takes; empty where it keeps it.

    Args:
        promised: The contract of the version that callers use.
        offered: That of the version that takes its place.
        needed: The variables and placeholders that this version needs.
    """
    found = [f"it needs {name!r}, which callers do not give" for name in needed if name not in promised.variables]
    found += [
        f"{name!r} took {'messages' if name in promised.placeholders else 'a value'}, and is now "
        f"{'a variable in a text' if name in promised.placeholders else 'a placeholder for messages'}"
        for name in needed
        if name in promised.variables and (name in promised.placeholders) != (name in offered.placeholders)
    ]
    if promised.answer is not None:
        found += _narrowed(promised.answer, offered.answer)
    for field, unit in (("max_cost", "dollars"), ("max_latency", "seconds")):
        before, after = getattr(promised, field), getattr(offered, field)
        if before is not None and (after is None or after > before):
            found.append(f"{field} was {before:g} {unit} and is {'none' if after is None else f'{after:g}'}")
    return found


def bounds_of(config: Any) -> tuple[float | None, float | None]:
    """Return `max_cost` and `max_latency` as far as they can be read: no call fails for them."""
    terms = config.get(KEY) if isinstance(config, Mapping) else None
    if not isinstance(terms, Mapping):
        return None, None
    cost, latency = (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
        for value in (terms.get("max_cost"), terms.get("max_latency"))
    )
    return cost, latency


def _bound(terms: Mapping[str, Any], field: str, unit: str) -> float | None:
    value = terms.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ConfigurationError(
            Sentence.of(
                "contract.number",
                "{key}.{field} is a number of {unit} above 0, not {value}",
                key=KEY,
                field=field,
                unit=unit,
                value=repr(value)[:80],
            )
        )
    return float(value)


def _narrowed(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> Iterator[str]:
    if after is None:
        yield "its answers had a JSON schema, and have none now"
        return
    yield from _differences(before, after, (before, after), "the answer", frozenset())


def _differences(
    before: Any, after: Any, roots: tuple[Any, Any], where: str, seen: frozenset[tuple[str, str]]
) -> Iterator[str]:
    """Yield what a reader of the one schema cannot rely on in answers of the other."""
    place = (str(_reference(before)), str(_reference(after)))
    if place in seen:
        return
    seen |= {place} if place != ("None", "None") else set()
    old, new = _resolved(before, roots[0]), _resolved(after, roots[1])
    if not old:
        return
    if _branches(old) or _branches(new):
        known = [_resolved(branch, roots[0]) for branch in _branches(old) or [old]]
        for branch in _branches(new) or [new]:
            if not any(not [*_differences(one, branch, roots, where, seen)] for one in known):
                yield f"{where} may be {_name(_resolved(branch, roots[1]))}, which it could not be"
        return
    if extra := _types(new) - _types(old):
        yield f"{where} may be {' or '.join(sorted(extra))}, and was {' or '.join(sorted(_types(old)))}"
        return
    if "enum" in old or "const" in old:
        values = _values(new)
        if values is None or any(value not in _values(old) for value in values):  # type: ignore[operator]
            yield f"{where} may be more than {_values(old)}"
    for name in old.get("required", ()):
        part = f"{where}.{name}"
        if name not in new.get("properties", {}):
            yield f"{part} is gone"
        elif name not in new.get("required", ()):
            yield f"{part} may be left out"
    for name, schema in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from _differences(schema, new["properties"][name], roots, f"{where}.{name}", seen)
    if isinstance(old.get("items"), Mapping) and "array" in _types(new):
        yield from _differences(old["items"], new.get("items", {}), roots, f"{where}[]", seen)


def _reference(schema: Any) -> Any:
    return schema.get("$ref") if isinstance(schema, Mapping) else None


def _resolved(schema: Any, root: Any) -> Mapping[str, Any]:
    for _ in range(20):  # a reference to a reference; more of them than that go round
        reference = _reference(schema)
        if not isinstance(reference, str) or not reference.startswith("#"):
            break
        target = root
        for step in reference.split("/")[1:]:
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        schema = target
    return schema if isinstance(schema, Mapping) else {}


def _branches(schema: Mapping[str, Any]) -> list[Any]:
    for word in ("anyOf", "oneOf"):
        if isinstance(schema.get(word), list):
            return list(schema[word])
    return []


def _types(schema: Mapping[str, Any]) -> set[str]:
    said = schema.get("type")
    if isinstance(said, list):
        return set(said)
    if isinstance(said, str):
        return {said}
    return {"object"} if "properties" in schema else {"anything"}


def _values(schema: Mapping[str, Any]) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema["enum"] if isinstance(schema.get("enum"), list) else None


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("title") or " or ".join(sorted(_types(schema))))
