"""A sentence of ours as a value: English text that still knows its key and what was put into it. Pure.

Whoever shows it in another language makes the text anew from key and fields (`genai_sdk.translation`); nobody ever
reads the English back. It is a `str`, so that it goes wherever a text goes.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

Field: TypeAlias = "str | int | float | bool | Sequence[Field] | None"
"""What stands in a sentence: a plain value, another `Sentence`, or several of them.

Several are joined by what stands behind the colon of their place, such as `{names: or }`, else by a comma.
"""

_PLAIN = (str, int, float, list, tuple, type(None))

NO_FIELDS: Mapping[str, Any] = MappingProxyType({})


class Sentence(str):
    """English text with the key and the fields that it was made from.

    Args:
        text: The English text.
        key: The sentence's stable name, such as `"connection.no_region"`.
        fields: What stands in it.
        template: The English sentence with places for the fields; empty for one that was stored.
    """

    __slots__ = ("fields", "key", "template")

    key: str
    fields: Mapping[str, Any]
    template: str

    def __new__(cls, text: str, key: str, fields: Mapping[str, Any] = NO_FIELDS, template: str = "") -> "Sentence":
        """Return the text with what it was made from; whoever has a template takes `of`."""
        made = super().__new__(cls, text)
        made.key, made.fields, made.template = key, fields, template
        return made

    def __getnewargs__(self) -> tuple[str, str, dict[str, Any], str]:  # type: ignore[override]
        """What a copy is made of, be it in another process."""
        return str(self), self.key, dict(self.fields), self.template

    @classmethod
    def of(cls, key: str, template: str, /, **fields: Any) -> "Sentence":
        """Return a sentence.

        A test holds every call of this in the package to have a literal key and template, a template with just the
        places that its fields fill, and a translation under the same key with no other places.

        Args:
            key: Its stable name: `area.what`.
            template: The sentence in English, with `{names}` for the fields, as `str.format` reads them.
            **fields: What stands in it (`Field`).
        """
        plain = {name: item if isinstance(item, _PLAIN) else str(item) for name, item in fields.items()}
        return cls(filled(template, fields), key, plain, template)

    def changed(self, change: Callable[[str], str]) -> "Sentence":
        """Return the same sentence with every text in its fields as `change` returns it, such as without secrets."""
        fields = {name: _changed(item, change) for name, item in self.fields.items()}
        return Sentence(
            filled(self.template, fields) if self.template else change(str(self)), self.key, fields, self.template
        )


def filled(template: str, fields: Mapping[str, Any]) -> str:
    """Return a sentence with its fields in it."""
    return template.format_map({name: placed(item) for name, item in fields.items()})


def placed(item: Any) -> Any:
    """Return a field as `str.format` is to see it."""
    return _Several(item) if isinstance(item, (list, tuple)) else item


class _Several(list[Any]):
    """Several texts in one place."""

    def __format__(self, joint: str) -> str:
        return (joint or ", ").join(map(str, self))


def to_data(text: str) -> dict[str, Any] | None:
    """Return a sentence's key and fields as plain data, such as JSON takes; None of a text that is none of ours."""
    if not isinstance(text, Sentence):
        return None
    return {"key": text.key, "fields": {name: _data(item) for name, item in text.fields.items()}}


def from_data(text: str, data: Any) -> str:
    """Return a sentence from its text and its `to_data`; the text alone where that is something else."""
    if not isinstance(data, Mapping):
        return text
    key, fields = data.get("key"), data.get("fields")
    if not isinstance(key, str) or not isinstance(fields, Mapping):
        return text
    return Sentence(text, key, {str(name): _value(item) for name, item in fields.items()})


def _changed(item: Any, change: Callable[[str], str]) -> Any:
    if isinstance(item, Sentence):
        return item.changed(change)
    if isinstance(item, str):
        return change(item)
    return [_changed(each, change) for each in item] if isinstance(item, (list, tuple)) else item


def _data(item: Any) -> Any:
    if isinstance(item, Sentence):
        return {"text": str(item), **(to_data(item) or {})}
    if isinstance(item, (list, tuple)):
        return [_data(each) for each in item]
    return item if item is None or isinstance(item, (bool, int, float)) else str(item)


def _value(item: Any) -> Any:
    if isinstance(item, Mapping):
        return from_data(str(item.get("text", "")), item)
    return [_value(each) for each in item] if isinstance(item, list) else item
