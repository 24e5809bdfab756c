"""The errors of a name that does not resolve: what was asked, what there is, and what to do next."""

from collections.abc import Sequence

from genai_sdk.errors import ConfigurationError, ConnectionNotFoundError, InvalidRequestError, UnknownModelError
from genai_sdk.models.entry import IndexedConnection
from genai_sdk.models.match import NoMatch
from genai_sdk.models.resolution import Refusal
from genai_sdk.sentence import Sentence

_SHOWN = 10
_REASONS = 5
_COMPARED = 2_000
"""Names looked through for close ones; comparing is slow."""


def not_a_name(name: object) -> InvalidRequestError:
    """Say that a model must be a short text."""
    what: str = repr(name)[:80]
    if isinstance(name, str) and name:
        what = Sentence.of("models.long_text", "a text of {count:,} characters", count=len(name))
    return InvalidRequestError(
        Sentence.of(
            "models.not_a_name",
            'model must be a name such as "gpt-6-luna" or "my-connection/gpt-6-luna", not {what}',
            what=what,
        )
    )


def no_model(name: str) -> UnknownModelError:
    """Say that only a pin or prefix was given."""
    return UnknownModelError(
        Sentence.of(
            "models.no_model",
            "{name!r} names no model: write one behind the slash, such as {example!r}",
            name=name,
            example=name + "gpt-6-luna",
        )
    )


def unknown(
    name: str, rest: str, entries: Sequence[IndexedConnection], refusals: Sequence[Refusal]
) -> UnknownModelError:
    """Say that nobody serves a name."""
    parts: list[Sentence] = []
    if close := [*_close_pins(name, entries), *_close_models(rest, entries)]:
        parts.append(Sentence.of("models.close", "Close to it: {names}.", names=close))
    if refusals:
        rows = [
            Sentence.of("models.refusal", "{connection} ({reason})", connection=one.connection, reason=one.reason)
            for one in refusals
        ]
        parts.append(Sentence.of("models.refused", "Refused: {rows:; }.", rows=_some(rows, _REASONS)))
    parts.append(_connections(entries))
    if entries:
        parts.append(
            Sentence.of(
                "models.names",
                "client.models() lists every name; connection/model sends any name to one connection.",
            )
        )
    return UnknownModelError(
        Sentence.of("models.unserved", "No connection serves {name!r}. {rest: }", name=_short(name), rest=parts)
    )


def no_adapter(
    name: str, rest: str, adapter: str, entries: Sequence[IndexedConnection], prefixes: Sequence[str]
) -> UnknownModelError:
    """Say that no connection speaks the adapter of a provider prefix, and which prefix would work."""
    parts: list[Sentence] = []
    if prefixes:
        names = [f"{prefix}/{rest}" for prefix in prefixes]
        parts.append(Sentence.of("models.would_work", "{names: or } would work.", names=names))
    elif there := list(dict.fromkeys(row.prefix for entry in entries if (row := entry.offer.adapter))):
        parts.append(Sentence.of("models.prefixes", "Prefixes that have a connection: {names}.", names=there))
    return UnknownModelError(
        Sentence.of(
            "models.no_adapter",
            "{name!r} asks for a connection of adapter {adapter}, and there is none. {rest: }",
            name=_short(name),
            adapter=adapter,
            rest=[*parts, _connections(entries)],
        )
    )


def tie(name: str, connection: str, reply: NoMatch) -> UnknownModelError:
    """Say that a connection cannot choose between several of its models."""
    return UnknownModelError(
        Sentence.of(
            "models.tie",
            "{name!r} fits several models of connection {connection!r}: ask for {choices: or }",
            name=_short(name),
            connection=connection,
            choices=[f"{connection}/{rival}" for rival in reply.rivals],
        )
    )


def no_connection(
    name: str, connection: str, entries: Sequence[IndexedConnection], *, delivered: bool
) -> ConnectionNotFoundError:
    """Say that a pin's connection is not there for this client."""
    if delivered:
        return ConnectionNotFoundError(
            Sentence.of(
                "models.left_out",
                "{name!r} asks for connection {connection!r}, which llm_connection_names leaves out: add it there. "
                "{rest}",
                name=_short(name),
                connection=connection,
                rest=_connections(entries),
            )
        )
    return ConnectionNotFoundError(
        Sentence.of(
            "models.no_connection",
            "{name!r} asks for connection {connection!r}, which the project does not have: register it in Langfuse "
            "under Settings, LLM Connections, or ask for another. {rest}",
            name=_short(name),
            connection=connection,
            rest=_connections(entries),
        )
    )


def barred(entry: IndexedConnection) -> ConfigurationError:
    """Say why a connection cannot be used."""
    reason = entry.bar.reason if entry.bar is not None else "unknown"
    return ConfigurationError(
        Sentence.of(
            "connection.unusable", "connection {name!r} cannot be used: {reason}", name=entry.name, reason=reason
        )
    )


def _connections(entries: Sequence[IndexedConnection]) -> Sentence:
    if not entries:
        return Sentence.of(
            "models.no_connections",
            "There are no connections. Register one in Langfuse under Settings, LLM Connections.",
        )
    names = [f"{entry.name} ({entry.offer.view.adapter})" for entry in entries]
    return Sentence.of("models.connections", "Connections: {names}.", names=_some(names))


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


def _some(items: Sequence[str], shown: int = _SHOWN) -> list[str]:
    left = len(items) - shown
    return [*items[:shown], *([Sentence.of("models.more", "and {count:,} more", count=left)] if left > 0 else ())]


def _short(name: str) -> str:
    return name if len(name) <= 200 else f"{name[:200]}…"
