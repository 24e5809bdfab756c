"""docs/servers.md, from what came."""

from collections.abc import Mapping
from typing import Any

from servers.moves import MOVES
from servers.remarks import REMARKS
from servers.roster import SERVERS

_HEAD = """\
# Real servers behind OpenAI's wire

`make servers` installs these servers in environments of their own, writes a tiny model with random weights on the
spot (`servers/tiny.py`), and plays the same moves on each through the client, by its sync and its async face, on
loopback only. It is no part of the tests: it installs more than 3 GB. What the bytes of a server taught us is a test of
the ordinary suite. This page is written from `servers/results.json` beside it.

The model says nonsense: what counts is that every answer, refusal and end is read for what it is. Each server is a
connection with another one as its fallback: where a cell says "the fallback answered", the call went there by itself.
"""


def write(results: Mapping[str, Any]) -> str:
    """Return the page."""
    names = [name for name in SERVERS if name in results]
    lines = [_HEAD, "| server | versions | Python | played on |", "|---|---|---|---|"]
    for name in names:
        row = results[name]
        versions = ", ".join(f"{package} {version}" for package, version in row["versions"].items())
        behind = SERVERS[name].behind
        title = SERVERS[name].title + (f", before {SERVERS[behind].title}" if behind else "")
        lines.append(f"| {title} | {versions} | {row['python']} | {row['day']} |")
    lines += ["", "## What came", "", "| move | " + " | ".join(SERVERS[name].title for name in names) + " |"]
    lines.append("|---" * (len(names) + 1) + "|")
    for move, run in MOVES.items():
        cells = [results[name]["moves"].get(move, "") for name in names]
        lines.append(f"| **{move}**: {(run.__doc__ or '').rstrip('.')} | " + " | ".join(cells) + " |")
    lines += ["", "## What each does in its own way", ""]
    for name in names:
        lines += [f"**{SERVERS[name].title}**", "", *(f"- {remark}" for remark in REMARKS.get(name, ())), ""]
    return "\n".join(lines).rstrip() + "\n"
