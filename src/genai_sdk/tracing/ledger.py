"""A call's ledger read back from the line that is recorded of it; see `attempts.ledger`. Pure."""

import re
from collections.abc import Collection, Iterator

import msgspec

_FACTS = re.compile(
    r"(?:(?P<status>\d{3}) )?(?P<reason>(?!after |hedged |without |\d)[a-z].*? )??(?P<hedged>hedged )?"
    r"(?:without [^;]*? |\([^)]*\) )?(?:after (?P<waited>[\d.]+)s )?(?:\d+ tokens (?:unknown cost|\$[\d.]+) )?"
    r"(?P<latency>[\d.]+)s"
)


class LedgerRow(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that was made.

    Attributes:
        connection: The connection's name.
        model: The model id that was sent.
        status: The HTTP status of a failure, or None.
        reason: `"ok"`, or why it failed.
        latency: Seconds it took; of a stream, until its first content.
        waited: Seconds waited before it.
        hedged: Whether it was begun beside another one.
    """

    connection: str
    model: str
    status: int | None = None
    reason: str = "ok"
    latency: float = 0.0
    waited: float = 0.0
    hedged: bool = False


def read_ledger(line: str, connections: Collection[str] = ()) -> list[LedgerRow]:
    """Return the attempts of a line; what was passed over without a request, or cannot be read, is none.

    Args:
        line: The line.
        connections: Names of connections, which may have spaces and slashes in them.
    """
    return list(_rows(line, sorted(connections, key=len, reverse=True)))


def _rows(line: str, names: Collection[str]) -> Iterator[LedgerRow]:
    for part in line.split("; "):
        name = next((each for each in names if part.startswith(f"{each}/")), part.partition("/")[0])
        model, _, rest = part[len(name) + 1 :].partition(" ")
        facts = _FACTS.fullmatch(rest)
        if facts is None or not model:
            continue
        yield LedgerRow(
            connection=name,
            model=model,
            status=int(facts["status"]) if facts["status"] else None,
            reason=(facts["reason"] or "ok").rstrip(),
            latency=float(facts["latency"]),
            waited=float(facts["waited"] or 0),
            hedged=bool(facts["hedged"]),
        )
