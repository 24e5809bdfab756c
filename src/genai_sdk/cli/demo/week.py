"""`genai demo --week`: a platform with a week of traffic on it, for the commands that read traces."""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from genai_sdk.cli.next_steps import steps, typed
from genai_sdk.cli.output import folded, show
from genai_sdk.local import Platform
from genai_sdk.sentence import Sentence
from genai_sdk.testing.week import Week


def show_week(wait: Callable[[], None]) -> None:
    """Play the week, say what can be done with it, and keep it until `wait` returns."""
    with tempfile.TemporaryDirectory(prefix="genai-week-") as directory, Platform(Path(directory), port=0) as platform:
        keys = platform.credentials
        with Week(platform.url, keys.public_key, keys.secret_key) as week:
            with click.progressbar(
                length=week.calls, label="a week", file=sys.stderr, hidden=not sys.stderr.isatty()
            ) as bar:
                played = week.play(bar.update)
            file = Path(directory) / "router_args.json"
            file.write_text(json.dumps(week.router_args, indent=2), encoding="utf-8")
            for line in folded(
                f"The last week of a company that sells tea: {played.calls} calls, {sum(played.lost.values())} of them "
                "lost, and failures that others made up for. Its providers are simulated and answer as long as this "
                "runs; nobody is billed."
            ):
                show(line, bold=True)
            show(Sentence.of("demo.pages", "Its pages: {url}", url=platform.login_url))
            show(Sentence.of("demo.elsewhere", "In another terminal:"))
            show(f'  eval "$({typed(f"genai env --data {directory}")})"')
            rows = (
                ("genai costs --by model", "what it cost"),
                (f"genai whatif --router-args {file}", "the same routing again; then change the file"),
                (f"genai sunset --router-args {file}", "which of its models end soon"),
                (
                    f"genai replay --since 7d --name support --model gpt-6-luna --max-cost 1 --router-args {file}",
                    "what another model would have answered",
                ),
            )
            for line in steps(rows, "  "):
                show(line)
            show(Sentence.of("demo.end", "Ctrl-C ends it."))
            sys.stdout.flush()
            wait()
