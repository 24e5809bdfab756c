"""Every example runs as it stands on a local platform."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genai_sdk.local import Platform, offer_simulated
from genai_sdk.local.store.traces import TraceQuery

ROOT = Path(__file__).parents[2]
SAID = {
    "quickstart": "[simulated seoul]",
    "streaming": "simulated, Usage(",
    "asynchronous": "[simulated seoul]",
    "structured": "City(name=",
    "tools": "get_weather {",
    "fallbacks": "simulated/simulated-down: server error 503\nsimulated/gpt-6-luna: ok",
    "prompts": "Say hello to Mina.",
}
TRACES = {"asynchronous": 3}
PAGES = ["README.md", "README.ko.md", "docs/quickstart.md", "docs/quickstart.ko.md"]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform as `genai up` leaves it on a new directory."""
    with Platform(tmp_path / "home", port=0) as running:
        offer_simulated(running)
        yield running


def run(script: Path, platform: Platform) -> "subprocess.CompletedProcess[str]":
    """Run a script that is told nothing but where the platform lies."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LANGFUSE_", "GENAI_"))}
    kept |= {"GENAI_HOME": str(platform.directory), "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False, env=kept
    )


@pytest.mark.parametrize("page", PAGES)
def test_what_a_newcomer_reads_first_runs_on_a_new_platform_from_top_to_bottom(
    page: str, platform: Platform, tmp_path: Path
):
    text = (ROOT / page).read_text(encoding="utf-8")
    script = tmp_path / "page.py"
    script.write_text("\n".join(part.split("```")[0] for part in text.split("```python\n")[1:]), encoding="utf-8")
    done = run(script, platform)
    assert done.returncode == 0, done.stderr
    assert "Weather(city=" in done.stdout
    if page.startswith("README"):
        assert done.stdout.rstrip().endswith("'simulated-down: server error 503', 'gpt-6-luna: ok']")


def test_every_example_is_run_here():
    assert sorted(SAID) == sorted(path.stem for path in (ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("name", sorted(SAID))
def test_an_example_runs_as_it_stands_and_is_recorded(name: str, platform: Platform):
    done = run(ROOT / "examples" / f"{name}.py", platform)
    assert done.returncode == 0, done.stderr
    assert SAID[name] in done.stdout
    assert done.stderr.count("the local platform") == 1
    assert platform.store.traces.page(TraceQuery(), 10, 0)[1] == TRACES.get(name, 1)


@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_the_readme_s_first_code_is_the_quickstart(page: str):
    first = (ROOT / page).read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    example = (ROOT / "examples/quickstart.py").read_text(encoding="utf-8").split('"""\n\n', 1)[1]
    assert first == example
