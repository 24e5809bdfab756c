"""Writes the results of the runs that nothing waits for: `docs/wider-runs.md`.

`pytest --record TARGET` does it for tests, `python -m tests.recorded TARGET LINE …` for what a script printed.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "wider-runs.md"
NEVER = "not run yet"
HEAD = """\
# Wider runs

<!-- Each row is written by the run of its target, the rest by tests/recorded.py. -->

`.ci/run` runs `make check`, `make test`, `make docs` and `make demo`: what needs a package index and nothing else.
Each target here makes what it needs, locked with hashes as ours is, runs, and writes its row. Run one when you touch
what it holds, and before a release.
In `make test` the tests of `make peers`, `make shapes` and `make integrations` skip where their environments are not
there, and say so.

"""


class Target(NamedTuple):
    """A target of the Makefile.

    Attributes:
        holds: What it holds, in words.
        packages: The packages whose versions say what it was held to, each with its lock in requirements/.
    """

    holds: str
    packages: tuple[tuple[str, str], ...] = ()


TARGETS: Mapping[str, Target] = {
    "peers": Target(
        "traces, prompts and the API beside the official Langfuse SDK; our tables, wires and fakes against the "
        "vendors' SDKs; the peers of `make bench`",
        (
            ("langfuse", "langfuse-4"),
            ("langfuse", "langfuse-5"),
            *((name, "vendors") for name in ("openai", "anthropic", "google-genai", "boto3")),
            ("openai", "openai-2"),
            ("litellm", "bench"),
        ),
    ),
    "shapes": Target(
        "processes under other people's servers and queues, and in a notebook: none of them loses a trace at its end",
        tuple((name, "shapes") for name in ("uvicorn", "gunicorn", "uvicorn-worker", "celery", "rq", "ipykernel")),
    ),
    "integrations": Target(
        "the pages of docs/integrations, each as it stands; LangChain's classes with their types and traces; "
        "the situations of ten quickstarts, their traces compared span by span",
        (
            *((name, "integrations") for name in ("langchain", "langgraph", "langfuse", "fastapi", "django", "celery")),
            *((name, "integrations") for name in ("rq", "ipython", "llama-index-core", "instructor", "dspy", "openai")),
            *((name, "neighbours") for name in ("openai", "anthropic", "openai-agents", "pydantic-ai")),
        ),
    ),
    "properties": Target(
        "the tests that make up their examples, with 300 of them instead of 25", (("hypothesis", "dev"),)
    ),
    "spool": Target("a hundred processes on one trace spool, half of them killed: all is read back once"),
    "fleet": Target(
        "a hundred processes on one real Redis: all learn of a dead region from the first that meets it; "
        "Redis gone or hung fails no call"
    ),
    "neighbours": Target("one environment with what people install beside this package: all imported"),
    "sizes": Target("how much is installed, without and with the extra `litellm`"),
}


def record(target: str, result: Iterable[str], day: date | None = None, page: Path = PAGE) -> None:
    """Write the row of a target anew.

    Args:
        target: Its name.
        result: What it came to, in lines.
        day: The day of the run; else today's, in UTC.
        page: The page.
    """
    day = day or datetime.now(UTC).date()
    cells = (day.isoformat(), ", ".join(versions(target)) or "-", "<br>".join(result))
    rows = {**read(page.read_text(encoding="utf-8") if page.exists() else ""), target: cells}
    page.write_text(render(rows), encoding="utf-8")


def versions(target: str) -> list[str]:
    """Return what a target is held to, as its locks pin it."""
    return [f"{name} {_pin(name, lock)}" for name, lock in TARGETS[target].packages]


def _pin(name: str, lock: str) -> str:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    pin = re.search(rf"^{re.escape(name)}==(\S+)", text, re.MULTILINE)
    if pin is None:
        raise LookupError(f"requirements/{lock}.txt has no {name}")
    return pin[1]


def read(text: str) -> dict[str, tuple[str, ...]]:
    """Return the cells of each target's row that its run wrote."""
    rows = re.findall(r"^\| `make (\w+)` \|.*?\| (.*?) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    return {target: tuple(cells) for target, *cells in rows}


def render(rows: Mapping[str, tuple[str, ...]]) -> str:
    """Return the page."""
    lines = ["| target | what it holds | run on | with | result |", "| --- | --- | --- | --- | --- |"]
    for target, about in TARGETS.items():
        cells = rows.get(target, ("-", "-", NEVER))
        lines.append(f"| `make {target}` | {about.holds} | {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n"


def counted(outcomes: Mapping[str, int], seconds: float) -> str:
    """Return the outcomes of tests in words.

    Args:
        outcomes: How many ended in which way.
        seconds: How long all took.
    """
    words = ", ".join(f"{count:,} {name}" for name, count in outcomes.items() if count)
    return f"{words or 'no tests'} in {seconds / 60:.1f} minutes"


if __name__ == "__main__":
    record(sys.argv[1], sys.argv[2:])
