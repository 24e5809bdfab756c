"""Strike everything that a call passes through, count what was lost, and write docs/chaos.md: `make chaos`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chaos import page
from chaos.campaign import Campaign
from chaos.plan import plan
from chaos.processes import ROOT
from chaos.stage import Stage
from chaos.versions import versions, versions_of

DOCS = ROOT / "docs"
ACCOUNT = DOCS / "chaos.json"
RIVALS = ROOT / ".venv-bench"
NOT_THEIRS = ("replica", "brokers", "pooler", "redis", "service", "disks")
"""Parts that only our services go through, so that striking them compares nothing."""


def read_arguments(given: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=14, help="which faults, whom, in which order, how long (14)")
    parser.add_argument("--seconds", type=float, default=300, help="about how long the faults last (300)")
    parser.add_argument("--clients", type=int, default=2, help="services, a process each (2)")
    parser.add_argument("--threads", type=int, default=4, help="threads of each that call (4)")
    parser.add_argument("--tasks", type=int, default=16, help="tasks of each that call (16)")
    parser.add_argument("--pace", type=float, default=0.1, help="seconds between two calls of one of them (0.1)")
    parser.add_argument("--timeout", type=float, default=2, help="seconds that an attempt may take (2)")
    parser.add_argument("--beside", type=float, default=90, help="about how long the faults beside others last (90)")
    parser.add_argument("--alone", action="store_true", help="leave out the campaign beside others")
    parser.add_argument("--keep", action="store_true", help="print the account, and leave the page as it is")
    parser.add_argument("--render", action="store_true", help="write the page anew from the last account")
    return parser.parse_args(given)


def main(given: Sequence[str]) -> int:
    """Run a campaign; the exit code is 1 if anything was lost."""
    arguments = read_arguments(given)
    if arguments.render:
        write(json.loads(ACCOUNT.read_text()))
        return 0
    load = {name: getattr(arguments, name) for name in ("clients", "threads", "tasks", "pace", "timeout")}
    with tempfile.TemporaryDirectory() as home, Stage(home, seed=arguments.seed, **load) as stage:
        result = Campaign(stage, plan(arguments.seed, arguments.seconds, stage.absent)).run()
    beside = None if arguments.alone else compare(arguments.seed, arguments.beside, load)
    whole = {
        "date": datetime.now(UTC).date().isoformat(),
        "seed": arguments.seed,
        "load": load,
        "versions": versions(),
        **result,
        "beside": beside,
    }
    print(page.summary(whole))
    if not arguments.keep:
        ACCOUNT.write_text(json.dumps(whole, indent=1) + "\n")
        write(whole)
    return int(page.lost(whole) > 0)


def compare(seed: int, seconds: float, load: dict[str, Any]) -> dict[str, Any]:
    """Play regions and Langfuse under faults to us and to others at once, a service each; keys are not rotated."""
    print("beside others:")
    contenders = {"ours": sys.executable, **dict.fromkeys(("router", "official"), str(RIVALS / "bin/python"))}
    stage_load = {**load, "clients": 1}
    with (
        tempfile.TemporaryDirectory() as home,
        Stage(home, seed=seed, contenders=contenders, mortal=False, **stage_load) as stage,
    ):
        result = Campaign(stage, plan(seed, seconds, NOT_THEIRS, rotates=False)).compare(list(contenders))
    return {**result, "versions": versions_of(RIVALS, ("litellm", "langfuse", "openai"))}


def write(whole: dict[str, Any]) -> None:
    """Write the page."""
    (DOCS / "chaos.md").write_text(page.render(whole))
    print("docs/chaos.md is written")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
