"""What the seam loads, and when."""

import subprocess
import sys

import pytest

HEAVY = ("aiohttp", "asyncio", "http.client", "ssl", "urllib.parse")


def loaded_by(program: str) -> set[str]:
    """Return which heavy modules a program has loaded, apart from those that the package loads anyway."""
    code = f"import sys, genai_sdk; before = set(sys.modules); {program}; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split()) & set(HEAVY)


def test_importing_the_seam_loads_nothing_heavy() -> None:
    code = "import sys, genai_sdk.http; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "aiohttp" not in done.stdout.split()
    assert loaded_by("import genai_sdk.http") <= {"urllib.parse"}


@pytest.mark.parametrize("transport", ["SyncTransport", "AsyncTransport"])
def test_a_transport_that_was_not_used_has_loaded_no_engine(transport: str) -> None:
    assert loaded_by(f"from genai_sdk.http import {transport}; {transport}()") <= {"urllib.parse"}
