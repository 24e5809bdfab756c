"""The errors of a name that does not resolve: what was asked, what there is, and what to do next."""

from collections.abc import Sequence

from genai_sdk.errors import ConfigurationError, ConnectionNotFoundError, InvalidRequestError, UnknownModelError
from genai_sdk.models.entry import IndexedConnection
from genai_sdk.models.match import NoMatch
from genai_sdk.models.resolution import Refusal

_SHOWN = 10
_REASONS = 5
_COMPARED = 2_000
"""Names looked through for close ones; comparing is slow."""
_REGISTER = "Register one in Langfuse under Settings, LLM Connections."


def not_a_name(name: object) -> InvalidRequestError:
    """Say that a model must be a short text."""
    what = f"a text of {len(name):,} characters" if isinstance(name, str) and name else repr(name)[:80]
    return InvalidRequestError(f'model must be a name such as "gpt-6-luna" or "my-connection/gpt-6-luna", not {what}')


def no_model(name: str) -> UnknownModelError:
    """Say that only a pin or prefix was given."""
    return UnknownModelError(f"{name!r} names no model: write one behind the slash, such as {name + 'gpt-6-luna'!r}")


def unknown(
    name: str, rest: str, entries: Sequence[IndexedConnection], refusals: Sequence[Refusal]
) -> UnknownModelError:
    """Say that nobody serves a name."""
    parts = [f"No connection serves {_short(name)}."]
    if close := [*_close_pins(name, entries), *_close_models(rest, entries)]:
        parts.append(f"Close to it: {', '.join(close)}.")
    if refusals:
        parts.append(f"Refused: {_some([f'{one.connection} ({one.reason})' for one in refusals], '; ', _REASONS)}.")
    parts.append(_connections(entries))
    if entries:
        parts.append("client.models() lists every name; connection/model sends any name to one connection.")
    return UnknownModelError(" ".join(parts))


def no_adapter(
    name: str, rest: str, adapter: str, entries: Sequence[IndexedConnection], prefixes: Sequence[str]
) -> UnknownModelError:
    """Say that no connection speaks the adapter of a provider prefix, and which prefix would work."""
    parts = [f"{_short(name)} asks for a connection of adapter {adapter}, and there is none."]
    if prefixes:
        parts.append(f"{' or '.join(f'{prefix}/{rest}' for prefix in prefixes)} would work.")
    elif there := list(dict.fromkeys(row.prefix for entry in entries if (row := entry.offer.adapter))):
        parts.append(f"Prefixes that have a connection: {', '.join(there)}.")
    return UnknownModelError(" ".join([*parts, _connections(entries)]))


def tie(name: str, connection: str, reply: NoMatch) -> UnknownModelError:
    """Say that a connection cannot choose between several of its models."""
    choices = " or ".join(f"{connection}/{rival}" for rival in reply.rivals)
    return UnknownModelError(f"{_short(name)} fits several models of connection {connection!r}: ask for {choices}")


def no_connection(
    name: str, connection: str, entries: Sequence[IndexedConnection], *, delivered: bool
) -> ConnectionNotFoundError:
    """Say that a pin's connection is not there for this client."""
    if delivered:
        return ConnectionNotFoundError(
            f"{_short(name)} asks for connection {connection!r}, which llm_connection_names leaves out: add it there. "
            f"{_connections(entries)}"
        )
    return ConnectionNotFoundError(
        f"{_short(name)} asks for connection {connection!r}, which the project does not have: register it in Langfuse "
        f"under Settings, LLM Connections, or ask for another. {_connections(entries)}"
    )


def barred(entry: IndexedConnection) -> ConfigurationError:
    """Say why a connection cannot be used."""
    reason = entry.bar.reason if entry.bar is not None else "unknown"
    return ConfigurationError(f"connection {entry.name!r} cannot be used: {reason}")


def _connections(entries: Sequence[IndexedConnection]) -> str:
    if not entries:
        return f"There are no connections. {_REGISTER}"
    return f"Connections: {_some([f'{entry.name} ({entry.offer.view.adapter})' for entry in entries], ', ')}."


def _close_pins(name: str, entries: Sequence[IndexedConnection]) -> list[str]:
    head, slash, rest = name.partition("/")
    if not slash:
        return []
    usable = [entry for entry in entries[:_COMPARED] if entry.bar is None]
    heads = [*(entry.name for entry in usable), *(row.prefix for entry in usable if (row := entry.offer.adapter))]
    from difflib import get_close_matches  # 1 ms that only a mistake pays

    return [f"{one}/{rest}"[:200] for one in get_close_matches(head[:100], dict.fromkeys(heads), 2)]


def _close_models(rest: str, entries: Sequence[IndexedConnection]) -> list[str]:
    names: dict[str, str] = {}
    for entry in entries:
        if entry.bar is None:
            names.update((name.lower(), name) for name in entry.offer.names())
        if len(names) >= _COMPARED:
            break
    # A shorter text is compared faster, and nobody mistypes a longer one.
    from difflib import get_close_matches

    return [names[one] for one in get_close_matches(rest.lower()[:100], list(names)[:_COMPARED], 3)]


def _some(items: Sequence[str], joint: str, shown: int = _SHOWN) -> str:
    more = len(items) - shown
    return joint.join(items[:shown]) + (f"{joint}and {more:,} more" if more > 0 else "")


def _short(name: str) -> str:
    return repr(name if len(name) <= 200 else f"{name[:200]}…")
