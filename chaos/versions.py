"""What ran, in which versions."""

import platform
from importlib.metadata import version

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
