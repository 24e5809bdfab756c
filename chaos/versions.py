"""What ran, in which versions."""

import platform
import subprocess
from importlib.metadata import version

from chaos.processes import ROOT


def versions() -> dict[str, str]:
    """Return the versions of Python and of what the broker and the clients stand on, and the commit."""
    names = ("httptools", "msgspec", "psycopg", "uvicorn")
    return {
        "commit": _commit(),
        "Python": platform.python_version(),
        **{name: version(name) for name in names},
        "system": f"{platform.system()} {platform.machine()}",
    }


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "not a clone"
