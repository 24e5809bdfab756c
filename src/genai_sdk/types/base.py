"""The base of every value: frozen, lenient when read, indexable like a dict, unknown fields kept."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Self, TypeAlias, TypeVar

import msgspec

Readers: TypeAlias = Mapping[str, Callable[[Any], Any]]

_HIDDEN = frozenset({"model_extra", "genai"})


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen OpenAI-shaped value.

    Fields are attributes and items alike (`response.choices`, `response["choices"]`). What a provider sends beyond
    the fields declared here is kept in `model_extra` and is reachable in both ways too.
    """

    model_extra: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])

    readers: ClassVar[Readers] = {}
    """How a field is read from JSON where the plain value will not do; a null leaves the default."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a value from decoded JSON, leniently."""
        readers = cls.readers
        known: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        fields = cls.__struct_fields__
        for key, item in data.items():
            if key not in fields or key in _HIDDEN:
                extra[key] = item
            elif item is not None:
                reader = readers.get(key)
                known[key] = item if reader is None else reader(item)
        return cls(model_extra=extra, **known)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__") and name in self.model_extra:
            return self.model_extra[name]
        raise AttributeError(f"{type(self).__name__} has no field {name!r}; it has {', '.join(self.keys())}")

    def __getitem__(self, key: str) -> Any:
        if key in self.__struct_fields__ and key not in _HIDDEN:
            return getattr(self, key)
        return self.model_extra[key]

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def get(self, key: str, default: Any = None) -> Any:
        """Return the field `key`, or `default` where there is none."""
        return self[key] if key in self else default  # noqa: SIM401 - this is what get is

    def keys(self) -> list[str]:
        """List the fields, declared ones first."""
        return [name for name in self.__struct_fields__ if name not in _HIDDEN] + list(self.model_extra)

    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Return plain dicts and lists in the provider's shape, without `genai`."""
        pairs = ((key, _plain(self[key], exclude_none)) for key in self.keys())
        return {key: item for key, item in pairs if item is not None or not exclude_none}

    def model_dump_json(self, *, exclude_none: bool = False) -> str:
        """Return `model_dump` as JSON text."""
        return msgspec.json.encode(self.model_dump(exclude_none=exclude_none)).decode()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let a pydantic model hold this value: it takes an instance or a dict, and dumps a dict."""
        from pydantic_core import core_schema  # a cost only for those who use pydantic

        def read(data: Any) -> Any:
            return data if isinstance(data, cls) else cls.from_dict(data)

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.model_dump())
        )


def _plain(item: Any, exclude_none: bool) -> Any:
    if isinstance(item, Value):
        return item.model_dump(exclude_none=exclude_none)
    if isinstance(item, dict):
        return {key: _plain(part, exclude_none) for key, part in item.items()}
    if isinstance(item, list | tuple):
        return [_plain(part, exclude_none) for part in item]
    return item


T = TypeVar("T", bound=Value)


def count(item: Any) -> int:
    """Read a token count, which some servers send as a float or a string."""
    return int(float(item))


def many(kind: type[T]) -> Callable[[Iterable[Any]], tuple[T, ...]]:
    """Return a reader of a list of `kind`."""
    return lambda items: tuple(item if isinstance(item, kind) else kind.from_dict(item) for item in items)


def one(kind: type[T]) -> Callable[[Any], T]:
    """Return a reader of one `kind`."""
    return lambda item: item if isinstance(item, kind) else kind.from_dict(item)
