"""An immutable index over one set of connections: from a name to the deployments that serve it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NoReturn

from genai_sdk.catalogue import ADAPTERS, PREFIXES
from genai_sdk.errors import ConfigurationError
from genai_sdk.models import unresolved
from genai_sdk.models.entry import Entries, IndexedConnection
from genai_sdk.models.match import NOT_ALLOWED, NoMatch, RequestedModel, answer
from genai_sdk.models.reason import why_not
from genai_sdk.models.resolution import Candidate, Refusal, Resolution, Scope, in_connection_order
from genai_sdk.models.search import Search, ask
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView

_REMEMBERED = 1_024
"""Resolutions kept; a program asks for a handful of names."""
_LONGEST_NAME = 4_096
"""Characters; twice Bedrock's longest ARN."""


class ModelIndex:
    """Resolves names on one set of connections; build a new one when the set changes.

    It is safe to use from several threads.

    Args:
        views: The connections, in connection order (see `in_connection_order`).
        listed: `llm_connection_names`, which then says the order and who serves at all, or None.
        errors: The errors of broken connections by name; without one, a broken connection's error is a
            `ConfigurationError` with the text of its view.
    """

    def __init__(
        self,
        views: Sequence[ConnectionView],
        listed: Sequence[str] | None = None,
        errors: Mapping[str, ConfigurationError] | None = None,
    ) -> None:
        self._errors = errors or {}
        self._delivered = frozenset(view.name for view in views)
        self._pins = self._delivered.union(listed or ())
        self._longest_pin = max(map(len, self._pins), default=0)
        self._entries = Entries.read(
            views if listed is None else in_connection_order(views, listed), named=listed is not None
        )
        self._remembered: dict[tuple[str, Scope | None, bool], Resolution] = {}

    @property
    def entries(self) -> Entries:
        """The connections that may serve."""
        return self._entries

    def resolve(self, name: str, *, scope: Scope | None = None, verbatim: bool = True) -> Resolution:
        """Return who serves `name`.

        Args:
            name: The name as asked, after any alias.
            scope: What a bare name is restricted to; a name with a pin or prefix of its own leaves it.
            verbatim: Whether a bare name that nobody in the scope knows is sent as it is.

        Raises:
            UnknownModelError: Nobody serves it, or the one who would cannot choose.
            ConnectionNotFoundError: It is pinned to a connection that is missing.
            ConfigurationError: It is pinned to a connection that cannot be used, or only such would serve it.
        """
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            raise unresolved.not_a_name(name)
        key = (name, scope, verbatim)
        resolution = self._remembered.get(key)
        if resolution is None:
            resolution = self._resolve(name, scope, verbatim)
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = resolution
        return resolution

    def refusals(self, name: str) -> tuple[Refusal, ...]:
        """Return every connection that a name of this kind asks and that does not serve it, with the reason.

        That takes its time: `resolve` asks nobody who could not say yes.

        Raises:
            GenAIError: As `resolve`.
        """
        served = {candidate.connection for candidate in self.resolve(name).candidates}
        scope, rest = self._read(name, None)
        return tuple(self._refused(scope, rest, served))

    def _refused(self, scope: Scope | None, rest: str, served: Collection[str]) -> Iterator[Refusal]:
        requested = RequestedModel.read(rest)
        for entry in self._entries.all:
            if entry.name not in served and (scope is None or entry.is_in(scope)):
                yield Refusal(entry.name, why_not(entry, requested, named=scope is not None))

    def scope_of(self, name: str) -> Scope | None:
        """Return what `name` restricts itself to by its own pin or provider prefix; None for a bare name."""
        return self._read(name, None)[0]

    def rest_of(self, name: str) -> str:
        """Return `name` without its pin or provider prefix."""
        return self._read(name, None)[1]

    def _resolve(self, name: str, scope: Scope | None, verbatim: bool) -> Resolution:
        own, rest = self._read(name, scope)
        if own is not None:
            scope, verbatim = own, True
        elif scope == Scope():
            scope = None
        if scope is not None and scope.connection is not None:
            return self._pinned(name, scope, scope.connection, rest, verbatim)
        if scope is not None and scope.adapter is not None:
            return self._prefixed(name, scope, scope.adapter, rest, verbatim)
        requested = RequestedModel.read(name)
        positions = self._entries.worth_asking(requested)
        if "/" in name:
            exact = self._exactly(name)
            positions = exact if self._serving(exact) else positions
        search = ask(self._entries, requested, positions, named=False)
        return search.resolution(name, scope) if search.candidates else self._fail(name, name, search, scope)

    def _read(self, name: str, scope: Scope | None) -> tuple[Scope | None, str]:
        """Split a pin or provider prefix off; a slash that belongs to a custom model splits nothing."""
        end = name.rfind("/", 0, self._longest_pin + 1)
        while end > 0:
            if name[:end] in self._pins:
                return Scope(connection=name[:end]), name[end + 1 :]
            end = name.rfind("/", 0, end)
        head, slash, rest = name.partition("/")
        if slash and head in PREFIXES and not self._serving(self._exactly(name), scope):
            return Scope(adapter=PREFIXES[head].name), rest
        return None, name

    def _exactly(self, name: str) -> Sequence[int]:
        positions = self._entries.by_canonical.get(RequestedModel.read(name).name.canonical, ())
        return [position for position in positions if name in self._entries.all[position].offer.customs]

    def _serving(self, positions: Sequence[int], scope: Scope | None = None) -> bool:
        entries = (self._entries.all[position] for position in positions)
        return any(entry.bar is None and (scope is None or entry.is_in(scope)) for entry in entries)

    def _pinned(self, name: str, scope: Scope, connection: str, rest: str, verbatim: bool) -> Resolution:
        position = self._entries.by_name.get(connection)
        if position is None:
            raise unresolved.no_connection(name, connection, self._entries.all, delivered=connection in self._delivered)
        entry = self._entries.all[position]
        if entry.bar is not None:
            raise self._barred(entry)
        if not rest:
            raise unresolved.no_model(name)
        reply = answer(entry.offer, RequestedModel.read(rest), named=True)
        if isinstance(reply, NoMatch):
            if reply.rivals:
                raise unresolved.tie(name, connection, reply)
            if not verbatim:
                raise unresolved.unknown(
                    name,
                    rest,
                    (entry,),
                    [Refusal(connection, reply.reason or Sentence.of("models.does_not_list", "does not list it"))],
                )
        elif reply.listed or not verbatim:
            return Resolution(name, (Candidate(connection, reply.model, reply.why),), scope=scope)
        if not entry.offer.allows(rest):
            raise unresolved.unknown(name, rest, (entry,), [Refusal(connection, NOT_ALLOWED.reason)])
        return Resolution(name, (Candidate(connection, rest, "as asked"),), scope=scope)

    def _prefixed(self, name: str, scope: Scope, adapter: str, rest: str, verbatim: bool) -> Resolution:
        among = self._entries.by_adapter.get(adapter, ())
        if not rest:
            raise unresolved.no_model(name)
        requested = RequestedModel.read(rest)
        if not among:
            raise unresolved.no_adapter(name, rest, adapter, self._entries.all, self._prefixes_for(requested))
        search = ask(self._entries, requested, self._entries.worth_asking(requested, among), named=True)
        if not search.candidates and verbatim:
            self._send_verbatim(rest, adapter, among, search)
        return search.resolution(name, scope) if search.candidates else self._fail(name, rest, search, scope)

    def _send_verbatim(self, rest: str, adapter: str, among: Sequence[int], search: Search) -> None:
        if ADAPTERS[adapter].foreign_with_base_url:
            own = [position for position in among if not self._entries.all[position].offer.view.base_url]
            among = own or among
        tied = {position for position, reply in search.failed if reply is not None}
        for position in among:
            # Who lists the model in several forms surely does not have it under this one.
            entry = self._entries.all[position]
            if position not in tied and entry.offer.allows(rest):
                search.accept(position, entry, rest, "as asked")

    def _prefixes_for(self, requested: RequestedModel) -> list[str]:
        """Return the prefixes behind which somebody says yes."""
        search = ask(self._entries, requested, self._entries.worth_asking(requested), named=True)
        adapters = (self._entries.all[self._entries.by_name[one.connection]].offer.adapter for one in search.candidates)
        return list(dict.fromkeys(adapter.prefix for adapter in adapters if adapter is not None))

    def _fail(self, name: str, rest: str, search: Search, scope: Scope | None) -> NoReturn:
        if not search.failed:
            refusing = {refusal.connection for refusal in search.refusals}
            others = self._refused(scope, rest, refusing)
            raise unresolved.unknown(name, rest, self._entries.all, [*search.refusals, *others])
        position, failed = min(search.failed, key=lambda pair: pair[0])
        entry = self._entries.all[position]
        raise unresolved.tie(name, entry.name, failed) if isinstance(failed, NoMatch) else self._barred(entry)

    def _barred(self, entry: IndexedConnection) -> ConfigurationError:
        own = self._errors.get(entry.name)
        # A copy: an error raised twice would gather the tracebacks of both.
        if own is None:
            return unresolved.barred(entry)
        from copy import copy

        return copy(own)


def resolve(
    name: str,
    views: Sequence[ConnectionView],
    *,
    listed: Sequence[str] | None = None,
    scope: Scope | None = None,
    verbatim: bool = True,
    errors: Mapping[str, ConfigurationError] | None = None,
) -> Resolution:
    """Resolve one name; see `ModelIndex`, which does it many times, for the arguments.

    Raises:
        UnknownModelError: Nobody serves it, or the one who would cannot choose.
        ConnectionNotFoundError: It is pinned to a connection that is missing.
        ConfigurationError: It is pinned to a connection that cannot be used, or only such would serve it.
    """
    return ModelIndex(views, listed, errors).resolve(name, scope=scope, verbatim=verbatim)
