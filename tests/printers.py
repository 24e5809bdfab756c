"""What printers, error reporters, serializers and copiers make of an object, or of an exception's frames.

rich (`rich.pretty.traverse`, 14) and sentry-sdk (`sentry_sdk.serializer`, 2) are no dependencies of the tests; what
they open, and in which order they try it, is done here in the same way.
"""

import copy
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import msgspec

_TESTS = str(Path(__file__).parent)
_DEEP = 12


def as_rich(item: Any, depth: int = 0) -> Iterator[str]:
    """What rich prints: `__rich_repr__` before all, then named tuples and containers, then `repr`."""
    if depth > _DEEP:
        return
    tell = None if isinstance(item, type) else getattr(item, "__rich_repr__", None)
    if callable(tell):
        for part in tell() or ():
            yield from as_rich(part, depth + 1)
    elif isinstance(item, Mapping):
        for key, value in list(item.items()):
            yield from as_rich(key, depth + 1)
            yield from as_rich(value, depth + 1)
    elif isinstance(item, Sequence | Set) and not isinstance(item, str | bytes | bytearray | memoryview | range):
        for part in list(item):
            yield from as_rich(part, depth + 1)
    else:
        yield _repr(item)


def as_sentry(item: Any, depth: int = 0) -> Iterator[str]:
    """What sentry-sdk sends of a local variable: mappings and sequences opened, bytes decoded, else `repr`."""
    if depth > _DEEP:
        return
    if isinstance(item, Mapping):
        for key, value in list(item.items()):
            yield str(key)
            yield from as_sentry(value, depth + 1)
    elif isinstance(item, Sequence | Set) and not isinstance(item, str | bytes | bytearray | memoryview | range):
        for part in list(item):
            yield from as_sentry(part, depth + 1)
    elif isinstance(item, bytes | bytearray):
        yield item.decode("utf-8", "replace")
    else:
        yield _repr(item)


def as_debugger(item: Any, depth: int = 0, seen: set[int] | None = None) -> Iterator[str]:
    """What a debugger's tree of variables shows: every field of an object of ours, to the end; no function's cells."""
    seen = set() if seen is None else seen
    if depth > _DEEP or id(item) in seen or isinstance(item, type | ModuleType):
        return
    seen.add(id(item))
    yield _repr(item)
    if isinstance(item, Mapping):
        for key, value in list(item.items()):
            yield from as_debugger(key, depth + 1, seen)
            yield from as_debugger(value, depth + 1, seen)
    elif isinstance(item, tuple | list | set | frozenset):
        for part in list(item):
            yield from as_debugger(part, depth + 1, seen)
    elif type(item).__module__.startswith("genai_sdk"):
        names = {name for kind in type(item).__mro__ for name in getattr(kind, "__slots__", ())}
        names |= set(getattr(item, "__struct_fields__", ())) | set(getattr(item, "__dict__", ()))
        for name in names:
            with suppress(AttributeError):
                yield from as_debugger(getattr(item, name), depth + 1, seen)


_LEAVE: tuple[Callable[[Any], Any], ...] = (
    pickle.dumps,
    msgspec.json.encode,
    msgspec.msgpack.encode,
    msgspec.to_builtins,
    msgspec.structs.asdict,
    msgspec.structs.astuple,
    copy.copy,
    copy.deepcopy,
    pprint.pformat,
    vars,
    str,
    repr,
)


def printed(item: Any) -> str:
    """Everything that can be made of an object without taking it apart on purpose."""
    parts = [*as_rich(item), *as_sentry(item)]
    for leave in _LEAVE:
        try:
            made = leave(item)
        except Exception as error:
            made = error
        parts += [_repr(made), *as_rich(made), *as_sentry(made)]
        if isinstance(made, BaseException):
            parts.append(str(made))
    return "\n".join(parts)


def printed_frames(error: BaseException) -> str:
    """Everything that is printed of an exception and those behind it with the variables of their frames.

    The tests' own frames are left out: they hold the secrets that they look for.
    """
    parts: list[str] = []
    for one in _behind(error):
        parts += [repr(one), str(one), *(f"{name}={value!r}" for name, value in vars(one).items())]
        for frame, _ in traceback.walk_tb(one.__traceback__):
            parts += _variables(frame)
    return "\n".join(parts)


def printed_stack(frame: FrameType) -> str:
    """Everything that is printed of a thread under way with the variables of its frames."""
    return "\n".join(part for each, _ in traceback.walk_stack(frame) for part in _variables(each))


def frames_of(error: BaseException) -> list[str]:
    """The functions that an exception came through."""
    return [frame.f_code.co_qualname for frame, _ in traceback.walk_tb(error.__traceback__)]


def _variables(frame: FrameType) -> Iterator[str]:
    if frame.f_code.co_filename.startswith(_TESTS):
        return
    for name, value in list(frame.f_locals.items()):
        parts = [_repr(value), *as_rich(value), *as_sentry(value)]
        yield from (f"{frame.f_code.co_qualname}: {name} = {part}" for part in parts)


def _behind(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [other for other in (one.__cause__, one.__context__) if other is not None]


def _repr(item: Any) -> str:
    try:
        return repr(item)
    except Exception as error:
        return type(error).__name__
