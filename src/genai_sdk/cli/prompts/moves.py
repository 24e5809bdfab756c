"""Whether a version may take the label that another has: callers rely on what that one promised."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from genai_sdk.cli.prompts.document import PromptDocument
from genai_sdk.cli.prompts.stored import PromptStore
from genai_sdk.errors import ConfigurationError
from genai_sdk.prompts.contract import Contract, breaches, read_contract
from genai_sdk.sentence import Sentence
from genai_sdk.types import PromptLink

LOOKED_BACK = timedelta(days=30)
"""How far back calls of a version are looked at."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A label that goes from one version to another.

    Attributes:
        label: The label.
        before: The version that has it, or None.
        breaks: How the other breaks its contract.
    """

    label: str
    before: int | None
    breaks: list[str]


def moves(
    store: PromptStore, document: PromptDocument, labels: Iterable[str], version: int | None = None
) -> list[Move]:
    """Return what becomes of each label, those left out that the version has already.

    Args:
        store: Langfuse's prompts.
        document: The version that gets the labels, with all that it is made of.
        labels: The labels.
        version: Its number, or None where it is yet to be written.

    Raises:
        ConfigurationError: The contract that the version says of itself cannot be read.
    """
    try:
        offered = read_contract(document.config, document.template)
    except ConfigurationError as error:
        raise ConfigurationError(
            Sentence.of("prompts.failed", "{name}: {error}", name=document.name, error=error)
        ) from None
    found = []
    for label in dict.fromkeys(labels):
        current = store.find(document.name, label=label, resolve=True)
        if current is None:
            found.append(Move(label=label, before=None, breaks=[]))
        elif current.version != version:
            promised = _lenient(current.document)
            breaks = breaches(promised, offered, document.template.names)
            if version is not None:
                breaks += _seen(store, document.name, version, promised, offered)
            found.append(Move(label=label, before=current.version, breaks=breaks))
    return found


def refusal(name: str, moved: Iterable[Move]) -> str | None:
    """Return why labels may not be moved, or None."""
    lines = [f"  {move.label} (version {move.before}): {reason}" for move in moved for reason in move.breaks]
    if not lines:
        return None
    return "\n".join(
        [
            Sentence.of(
                "prompts.breaks",
                "{name}: this would break the contract of the version that has the label now:",
                name=name,
            ),
            *lines,
            Sentence.of("prompts.change_callers", "Change the callers first, or say --break-contract"),
        ]
    )


def _seen(store: PromptStore, name: str, version: int, promised: Contract, offered: Contract) -> list[str]:
    """Return which bounds the calls were over that were made with a version before it gets the label."""
    max_cost = offered.max_cost if offered.max_cost is not None else promised.max_cost
    max_latency = offered.max_latency if offered.max_latency is not None else promised.max_latency
    if max_cost is None and max_latency is None:
        return []
    now = datetime.now(UTC)
    recorded = store.recorded(name, version, now - LOOKED_BACK, now)
    if recorded is None:
        return []
    link = PromptLink(name, version, max_cost=max_cost, max_latency=max_latency)
    calls = "its one call" if recorded.calls == 1 else f"the mean or 95 of 100 of its {recorded.calls:,} calls"
    return [f"{calls}: {text}" for _, text in link.exceeded(recorded.cost, recorded.latency)]


def _lenient(document: PromptDocument) -> Contract:
    """Return a contract as far as it can be read: a version that runs may say nonsense of itself."""
    try:
        return read_contract(document.config, document.template)
    except ConfigurationError:
        return Contract(variables=document.template.names, placeholders=document.template.placeholders)
