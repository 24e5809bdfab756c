"""Values that never show themselves."""

from collections.abc import Callable
from typing import Any, Generic, NoReturn, Self, TypeVar, get_args, get_origin

import msgspec

T = TypeVar("T")


class Closed:
    """What no printer, serializer or copier opens.

    A plain class on purpose: msgspec gives its structs a `__rich_repr__` that tells every field whatever their `repr`
    says, and `asdict` opens them; error reporters open what is a Mapping or a Sequence. Of this they have its `repr`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} cannot be pickled: what is secret stays in its process")


class Sealed(Closed, Generic[T]):
    """A value of any kind, hidden: it lives in a function's cell, so that a debugger's list of fields has none of it.

    Args:
        value: The value; it is not to change any more.

    Attributes:
        reveal: Returns the value; called right where it is used, and never into a variable that outlives a wait.
    """

    __slots__ = ("reveal",)

    reveal: Callable[[], T]

    def __init__(self, value: T) -> None:
        self.reveal = lambda: value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and bool(other.reveal() == self.reveal())

    def __hash__(self) -> int:
        return hash(self.reveal())


class Secret(Sealed[str]):
    """A secret string: `repr`, `str`, formatting and logging show stars, and it cannot be pickled."""

    __slots__ = ()


def opened(item: object) -> Any:
    """Open a sealed value for msgspec: the `enc_hook` of who writes secrets on purpose (a wire, an encrypted file)."""
    if isinstance(item, Sealed):
        return item.reveal()
    raise NotImplementedError(f"a {type(item).__name__} cannot be written as JSON")


def sealed(kind: Any, value: Any) -> Any:
    """Seal what msgspec has read: the `dec_hook` of who reads what `opened` wrote."""
    if kind is Secret:
        if not isinstance(value, str):
            raise TypeError("Expected `str`")
        return Secret(value)
    if (get_origin(kind) or kind) is Sealed:
        try:
            return Sealed(msgspec.convert(value, *get_args(kind) or (Any,)))
        except msgspec.ValidationError as error:  # which msgspec would not say the place of
            reason = str(error)
        raise TypeError(reason)
    if kind is object:  # which msgspec takes for a kind of ours
        return value
    raise NotImplementedError(f"a {kind} cannot be read from JSON")
