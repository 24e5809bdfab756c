"""The headings of the commands' tables."""

from collections.abc import Mapping

from genai_sdk.sentence import Sentence

_HEADINGS: Mapping[str, Sentence] = {
    "NAME": Sentence.of("heading.name", "NAME"),
    "ADAPTER": Sentence.of("heading.adapter", "ADAPTER"),
    "SECRET": Sentence.of("heading.secret", "SECRET"),
    "MODELS": Sentence.of("heading.models", "MODELS"),
    "MODEL": Sentence.of("heading.model", "MODEL"),
    "WINDOW": Sentence.of("heading.window", "WINDOW"),
    "IN $/M": Sentence.of("heading.in_price", "IN $/M"),
    "OUT $/M": Sentence.of("heading.out_price", "OUT $/M"),
    "SERVED BY": Sentence.of("heading.served_by", "SERVED BY"),
    "STATE": Sentence.of("heading.state", "STATE"),
    "RECORDS": Sentence.of("heading.records", "RECORDS"),
    "BYTES": Sentence.of("heading.bytes", "BYTES"),
    "OLDEST": Sentence.of("heading.oldest", "OLDEST"),
    "REASON": Sentence.of("heading.reason", "REASON"),
    "TYPE": Sentence.of("heading.type", "TYPE"),
    "VERSION": Sentence.of("heading.version", "VERSION"),
    "UPDATED": Sentence.of("heading.updated", "UPDATED"),
    "LABELS": Sentence.of("heading.labels", "LABELS"),
    "QUIET": Sentence.of("heading.quiet", "QUIET"),
    "FAULTS": Sentence.of("heading.faults", "FAULTS"),
    "ADDED": Sentence.of("heading.added", "ADDED"),
    "COST": Sentence.of("heading.cost", "COST"),
    "CALLS": Sentence.of("heading.calls", "CALLS"),
    "IN": Sentence.of("heading.in", "IN"),
    "OUT": Sentence.of("heading.out", "OUT"),
    "DAY": Sentence.of("heading.day", "DAY"),
    "CONNECTION": Sentence.of("heading.connection", "CONNECTION"),
    "PROMPT": Sentence.of("heading.prompt", "PROMPT"),
    "USER": Sentence.of("heading.user", "USER"),
}


def headings(*names: str) -> list[str]:
    """Return the headings of a table in the reader's language, by what they are in English."""
    return [_HEADINGS.get(name, name) for name in names]
