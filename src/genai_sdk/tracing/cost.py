"""What a call's cost is on the wire: what its reported usage costs, else 0, and why. Pure.

Langfuse tokenises and prices by itself whatever has a model and no usage, failed calls too (seen on 4.16): only a total
of 0 keeps a price off a call that cost nothing, or whose price is not known here.
"""

from collections.abc import Mapping, Sequence

from genai_sdk.catalogue.prices import costs_together
from genai_sdk.errors import StreamInterruptedError
from genai_sdk.tracing.record import AttemptRecord, Cost, Generation
from genai_sdk.types import CANCELLED, Usage
from genai_sdk.types.usage import added

NOTHING: Mapping[str, float] = {"total": 0}
UNKNOWN, INFERRED = "unknown", "inferred"

# Reasons of attempts that a provider may have worked on without saying for how many tokens.
_MAY_COST = frozenset(
    {
        CANCELLED,
        "timeout",
        "first token timeout",
        "deadline",
        "malformed answer",
        "answer too large",
        "stream ended early",
        "stream interrupted",
        "empty stream",
    }
)


def cost_of(
    costs: Mapping[str, float] | None,
    usage: Usage | None,
    attempts: Sequence[AttemptRecord],
    error: BaseException | None,
    *,
    infer: bool,
) -> Cost:
    """Return what is sent of a call's cost.

    Args:
        costs: US dollars by kind, where usage and price are known.
        usage: The tokens that the provider reported.
        attempts: Every attempt.
        error: What ended the call, if an error did.
        infer: Whether Langfuse is to guess what is not known here.
    """
    if costs is not None:
        return Cost(costs)
    if error is not None and not reported(usage):
        refused = [each.row for each in attempts if reported(each.row.usage)]
        if not _may_cost(error, attempts) and all(row.costs is not None for row in refused):
            return Cost(costs_together([row.costs or NOTHING for row in refused]) if refused else NOTHING)
    return Cost(None, INFERRED) if infer else Cost(NOTHING, UNKNOWN)


def of_refused(attempts: Sequence[AttemptRecord]) -> Usage | None:
    """Return the tokens of all answers that could not be used, as far as their providers reported them."""
    usage: Usage | None = None
    for each in attempts:
        usage = added(usage, each.row.usage)
    return usage


def reported(usage: Usage | None) -> bool:
    """Whether a provider reported any tokens."""
    return usage is not None and bool(usage.prompt_tokens or usage.completion_tokens or usage.total_tokens)


def explain(generation: Generation) -> str | None:
    """Say in words why a call that failed has the cost it has; None where it is what its tokens cost."""
    note = generation.cost.note
    if note == INFERRED:
        return "Its cost is Langfuse's guess: no usage or no price was known."
    if note == UNKNOWN and reported(generation.usage):
        return "Its cost is not known, and recorded as 0: the model has no price here."
    if note == UNKNOWN:
        return "Its cost is not known, and recorded as 0: it ended before the provider reported its usage."
    if generation.cost.details == NOTHING:
        return f"It cost 0: {'the provider reported no usage' if generation.attempts else 'no provider was asked'}."
    return None


def _may_cost(error: BaseException, attempts: Sequence[AttemptRecord]) -> bool:
    unpriced = (each.row for each in attempts if not reported(each.row.usage))
    return isinstance(error, StreamInterruptedError) or any(row.reason in _MAY_COST for row in unpriced)
