"""The plugin in a user's own suite, in a pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

SUITE = """
import socket, urllib.request
import pytest
from genai_sdk.testing import NetworkForbiddenError, Status

def reach():
    with socket.socket() as opened:
        opened.settimeout(0.01)
        opened.connect(("192.0.2.1", 80))

def test_fixture(fake_provider):
    request = urllib.request.Request(fake_provider.url + "/v1/models", headers={"authorization": "Bearer x"})
    with urllib.request.urlopen(request, timeout=5) as response:
        assert response.status == 200
    assert len(fake_provider.journal) == 1

def test_factory(fake_providers):
    first, second = fake_providers("seoul", keys={"k"}), fake_providers("usa")
    assert (first.name, second.name) == ("seoul", "usa")
    assert first.url != second.url

def test_guard(network_guard):
    with pytest.raises(NetworkForbiddenError):
        reach()
    assert network_guard.refused == ["192.0.2.1:80"]

def test_by_configuration():
    with pytest.raises(EXPECTED):
        reach()

@pytest.fixture(scope="module")
def early():
    with pytest.raises(EXPECTED):
        reach()

def test_set_up_by_configuration(early):
    pass

@pytest.mark.network
def test_let_out():
    with pytest.raises(OSError):
        reach()
"""


def run(folder: Path, expected: str, *options: str) -> str:
    (folder / "test_suite.py").write_text(SUITE.replace("EXPECTED", expected))
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers --strict-config\n")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *options]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command += ["-p", "genai_sdk.testing.plugin"]
    found = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return found.stdout + found.stderr


def test_its_fixtures_work_and_the_network_is_open_by_default(tmp_path: Path) -> None:
    assert "6 passed" in run(tmp_path, "OSError")


def test_the_configuration_guards_every_test_but_those_that_object(tmp_path: Path) -> None:
    assert "6 passed" in run(tmp_path, "NetworkForbiddenError", "-o", "genai_network_guard=true")


def test_it_is_found_by_its_entry_point() -> None:
    from importlib.metadata import entry_points

    (found,) = (item for item in entry_points(group="pytest11") if item.name == "genai_sdk")
    assert found.value == "genai_sdk.testing.plugin"
