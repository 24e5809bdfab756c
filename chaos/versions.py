"""What ran, in which versions."""

import platform
from collections.abc import Iterable
from importlib.metadata import distributions, version
from pathlib import Path

from genai_sdk.version import __version__


def versions() -> dict[str, str]:
    """Return the versions of this package, of Python, and of what the broker and the clients stand on."""
    names = ("httptools", "msgspec", "psycopg", "uvicorn")
    return {
        "GenAI SDK": __version__,
        "Python": platform.python_version(),
        **{name: version(name) for name in names},
        "system": f"{platform.system()} {platform.machine()}",
    }


def versions_of(place: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the versions of distributions that another environment has."""
    folders = [str(folder) for folder in place.glob("lib/python*/site-packages")]
    there = {each.name: each.version for each in distributions(path=folders)}
    return {name: there[name] for name in names}
