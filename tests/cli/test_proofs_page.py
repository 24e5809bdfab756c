"""The page on proofs shows what the commands print."""

from pathlib import Path

import pytest
from tests.cli.conftest import ROOT, Run
from tests.cli.played_week import SPAN, Played

from genai_sdk.cli.next_steps import typed

PAGE = ROOT / "docs/proofs.md"


def blocks() -> list[str]:
    return [block.partition("\n")[2] for block in PAGE.read_text(encoding="utf-8").split("```")[1::2]]


@pytest.mark.parametrize(
    ("place", "command", "more"),
    [(2, "whatif", ("--max-lost", "0")), (4, "sunset", ("--on", "2026-11-28"))],
)
def test_what_the_page_shows_is_what_is_printed(
    place: int, command: str, more: tuple[str, ...], week_on_platform: Played, genai: Run, tmp_path: Path
) -> None:
    options = tmp_path / "quick.toml"
    options.write_text(blocks()[0], encoding="utf-8")
    done = genai(command, *SPAN, "--router-args", str(options), *more, COLUMNS="100", **week_on_platform.environ)
    assert (done.returncode, done.stderr) == (3, "")
    printed = done.stdout.replace(typed("genai replay"), "genai replay").replace(SPAN[1], "30d")
    assert printed == blocks()[place]
