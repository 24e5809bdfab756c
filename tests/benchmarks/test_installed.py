"""An installation is a distribution and everything it needs, in the environment that has it."""

import sys
from pathlib import Path

import pytest
from benchmarks.installed import MissingDistributionError, distributions, installed, weight
from benchmarks.processes import Stage


def install(site, name, size, *requires):
    """Write a distribution of one file."""
    info = site / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1", *(f"Requires-Dist: {one}" for one in requires)]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    (site / f"{name}.bin").write_bytes(b"x" * size)
    (info / "RECORD").write_text(f"{name}.bin,,\n{name}-gone.bin,,\n")


@pytest.fixture
def environment(tmp_path):
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    install(site, "One", 1, "two", 'three ; extra == "more"', 'six ; python_version < "3"')
    install(site, "two", 10, "four[more]>=1")
    install(site, "three", 100, "one")
    install(site, "four", 1_000, 'five ; extra == "more"', 'three ; extra == "other"')
    install(site, "five", 10_000)
    return distributions(tmp_path / "bin" / "python")


@pytest.mark.parametrize(
    ("requirements", "size"),
    [(["one"], 11_011), (["one[more]"], 11_111), (["four"], 1_000), (["four", "four[more]"], 11_000), ([], 0)],
    ids=str,
)
def test_extras_and_markers_decide_what_is_needed_and_nothing_counts_twice(environment, requirements, size):
    assert weight(environment, requirements) == size


def test_what_is_not_there_is_named(environment):
    with pytest.raises(MissingDistributionError, match="six is not installed"):
        weight(environment, ["six"])


def test_ours_is_its_sources_its_bytecode_and_what_it_requires_and_who_is_not_there_is_absent(tmp_path):
    said = []
    with Stage(sys.executable, str(tmp_path)) as stage:
        found = installed(stage, ["sockets", "openai", "ours-direct-traced", "any-llm"], said.append)["installed"]
    assert set(found) == {"openai", "ours-direct-traced"}
    assert found["ours-direct-traced"]["megabytes"][0] > 5
    assert ["any-llm from installed" in line for line in said] == [True]


def test_an_environment_is_read_without_starting_its_interpreter():
    assert "pytest" in distributions(Path(sys.executable))
