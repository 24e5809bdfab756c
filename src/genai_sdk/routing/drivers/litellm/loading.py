"""The import of litellm: once, late, and without letting it read or fetch more than it must."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

# What litellm reads while it is imported. Without these it loads a `.env` file from a parent of its own folder into
# os.environ, and fetches price lists and header lists from GitHub.
_AT_IMPORT = {
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
}

# One per process like the environment it guards; a lock and nothing else.
_IMPORT = threading.Lock()


def translators() -> ModuleType:
    """Return the module of this package that uses litellm, importing litellm (3-4 s of CPU) if nobody has yet."""
    with _IMPORT, _environment(_AT_IMPORT):
        return import_module(f"{__package__}.translators")


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
