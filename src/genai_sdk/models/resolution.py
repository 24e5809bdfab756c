"""What a name resolves to."""

from collections.abc import Mapping, Sequence

import msgspec

from genai_sdk.types import ConnectionView, Record


class Scope(msgspec.Struct, frozen=True):
    """What a name restricts itself to: one connection (a pin) or one adapter (a provider prefix).

    Attributes:
        connection: The connection of a pin, or None.
        adapter: The adapter of a provider prefix, or None.
    """

    connection: str | None = None
    adapter: str | None = None


class Candidate(Record, frozen=True):
    """A deployment that serves the name.

    Attributes:
        connection: The connection's name.
        model: The id to send.
        why: A short phrase for `explain`.
    """

    connection: str
    model: str
    why: str


class Refusal(Record, frozen=True):
    """A connection that might have been expected to serve the name, and why it does not."""

    connection: str
    reason: str


class Resolution(msgspec.Struct, frozen=True):
    """What a name resolves to.

    Attributes:
        name: The name, after any alias.
        candidates: Who serves it, in connection order; never empty.
        refusals: Who does not, where the reason is worth saying.
        scope: What restricted it, or None.
    """

    name: str
    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...] = ()
    scope: Scope | None = None


def unalias(name: str, aliases: Mapping[str, str]) -> str:
    """Return what `name` stands for in `model_group_alias`; an alias of an alias is not followed."""
    return aliases.get(name, name)


def in_connection_order(views: Sequence[ConnectionView], listed: Sequence[str] | None) -> tuple[ConnectionView, ...]:
    """Return the views in connection order: as listed, else by age, then by name, so that a new one is last.

    Args:
        views: The connections, in any order.
        listed: `llm_connection_names`, or None; who is not listed is left out.
    """
    if listed is None:
        return tuple(sorted(views, key=lambda view: (view.created_at, view.name)))
    by_name = {view.name: view for view in views}
    return tuple(by_name[name] for name in dict.fromkeys(listed) if name in by_name)
