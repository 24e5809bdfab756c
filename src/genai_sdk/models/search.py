"""Asking connections one by one."""

from collections.abc import Sequence

import msgspec

from genai_sdk.models.entry import Entries, IndexedConnection
from genai_sdk.models.match import NoMatch, RequestedModel, answer
from genai_sdk.models.resolution import Candidate, Refusal, Resolution, Scope


class Search(msgspec.Struct):
    """What the connections asked have said so far.

    Attributes:
        candidates: Who said yes.
        refusals: Who said no with a reason, or would have said yes but cannot be used.
        failed: By position, who would serve the name but for a tie (its answer) or because it is broken (None).
    """

    candidates: list[Candidate]
    refusals: list[Refusal]
    failed: list[tuple[int, NoMatch | None]]

    def accept(self, position: int, entry: IndexedConnection, model: str, why: str) -> None:
        """Note a yes; of a connection that cannot be used it is a refusal."""
        if entry.bar is None:
            self.candidates.append(Candidate(entry.name, model, why))
            return
        refusal = Refusal(entry.name, entry.bar.reason)
        if refusal not in self.refusals:
            self.refusals.append(refusal)
            if entry.bar.kind == "broken":
                self.failed.append((position, None))

    def reject(self, position: int, entry: IndexedConnection, reply: NoMatch) -> None:
        """Note a no."""
        if reply.reason:
            self.refusals.append(Refusal(entry.name, reply.reason))
        if reply.rivals:
            self.failed.append((position, reply))

    def resolution(self, name: str, scope: Scope | None) -> Resolution:
        """Return what the search came to."""
        return Resolution(name, tuple(self.candidates), tuple(self.refusals), scope)


def ask(entries: Entries, requested: RequestedModel, positions: Sequence[int], *, named: bool) -> Search:
    """Ask the connections at `positions`, in this order; `named` as in `answer`."""
    search = Search([], [], [])
    for position in positions:
        entry = entries.all[position]
        reply = answer(entry.offer, requested, named=named)
        if isinstance(reply, NoMatch):
            search.reject(position, entry, reply)
        else:
            search.accept(position, entry, reply.model, reply.why)
    return search
