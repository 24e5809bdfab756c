"""The base of every value: frozen, lenient when read, indexable like a dict, unknown fields kept."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, TypeVar

import msgspec

Readers: TypeAlias = Mapping[str, Callable[[Any], Any]]


class Record(msgspec.Struct, frozen=True):
    """A frozen value whose fields are attributes and items alike; shown without what is as it is by default."""

    hidden: ClassVar[frozenset[str]] = frozenset()
    """Fields that are no items, and in no dump."""

    def __getitem__(self, key: str) -> Any:
        if key in self.__struct_fields__ and key not in self.hidden:
            return getattr(self, key)
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def get(self, key: str, default: Any = None) -> Any:
        """Return the field `key`, or `default` where there is none."""
        return self[key] if key in self else default  # noqa: SIM401 - this is what get is

    def keys(self) -> list[str]:
        """List the fields, declared ones first."""
        return [name for name in self.__struct_fields__ if name not in self.hidden]

    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Return plain dicts and lists, for a provider's value in the provider's shape and without `genai`."""
        pairs = ((key, _plain(self[key], exclude_none)) for key in self.keys())
        return {key: item for key, item in pairs if item is not None or not exclude_none}

    def model_dump_json(self, *, exclude_none: bool = False) -> str:
        """Return `model_dump` as JSON text."""
        return msgspec.json.encode(self.model_dump(exclude_none=exclude_none)).decode()

    def __repr__(self) -> str:
        pairs = ((field, getattr(self, field.name)) for field in msgspec.structs.fields(type(self)))
        shown = [f"{field.name}={item!r}" for field, item in pairs if item != _default(field)]
        return f"{type(self).__name__}({', '.join(shown)})"


class Value(Record, frozen=True, kw_only=True):
    """A frozen OpenAI-shaped value.

    Fields are attributes and items alike (`response.choices`, `response["choices"]`). What a provider sends beyond
    the fields declared here is kept in `model_extra` and is reachable in both ways too.
    """

    # Not `default_factory=dict[str, Any]`, which msgspec calls for each value, at twice what the value costs.
    model_extra: dict[str, Any] = {}

    hidden: ClassVar[frozenset[str]] = frozenset({"model_extra", "genai"})
    readers: ClassVar[Readers] = {}
    """How a field is read from JSON where the plain value will not do; a null leaves the default."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a value from decoded JSON, leniently."""
        known: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        readers = _readers_of(cls)
        for key, item in data.items():
            if key not in readers:
                extra[key] = item
            elif item is not None:
                reader = readers[key]
                known[key] = item if reader is None else reader(item)
        return cls(model_extra=extra, **known)

    if not TYPE_CHECKING:  # or type checkers would take every misspelt field for an unknown one

        def __getattr__(self, name: str) -> Any:
            if not name.startswith("__") and name in self.model_extra:
                return self.model_extra[name]
            raise AttributeError(f"{type(self).__name__} has no field {name!r}; it has {', '.join(self.keys())}")

    def __getitem__(self, key: str) -> Any:
        if key in self.__struct_fields__ and key not in self.hidden:
            return getattr(self, key)
        return self.model_extra[key]

    def keys(self) -> list[str]:
        """List the fields, declared ones first."""
        return super().keys() + list(self.model_extra)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let a pydantic model hold this value: it takes an instance or a dict, and dumps a dict."""
        from pydantic_core import core_schema  # a cost only for those who use pydantic

        def read(data: Any) -> Any:
            return data if isinstance(data, cls) else cls.from_dict(data)

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.model_dump())
        )


@functools.cache
def _readers_of(kind: type[Value]) -> Mapping[str, Callable[[Any], Any] | None]:
    """Return the fields that are read from JSON, each with how."""
    return {name: kind.readers.get(name) for name in kind.__struct_fields__ if name not in kind.hidden}


def _plain(item: Any, exclude_none: bool) -> Any:
    if isinstance(item, Record):
        return item.model_dump(exclude_none=exclude_none)
    if isinstance(item, Mapping):
        return {key: _plain(part, exclude_none) for key, part in item.items()}
    if isinstance(item, list | tuple):
        return [_plain(part, exclude_none) for part in item]
    return str(item) if isinstance(item, str) else item  # of a sentence of ours, the text alone


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default_factory() if callable(field.default_factory) else field.default


T = TypeVar("T", bound=Value)


def count(item: Any) -> int:
    """Read a token count, which some servers send as a float or a string."""
    return item if type(item) is int else int(float(item))


def many(kind: type[T]) -> Callable[[Iterable[Any]], tuple[T, ...]]:
    """Return a reader of a list of `kind`."""
    return lambda items: tuple([item if isinstance(item, kind) else kind.from_dict(item) for item in items])


def one(kind: type[T]) -> Callable[[Any], T]:
    """Return a reader of one `kind`."""
    return lambda item: item if isinstance(item, kind) else kind.from_dict(item)
