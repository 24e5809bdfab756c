"""The import of litellm: once, late, and without letting it read or fetch more than it must."""

import os
import pathlib
import threading
import warnings
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
# What litellm writes while it is imported, for its tokenizer's first use, which `inside` gets over with.
_WRITTEN = "TIKTOKEN_CACHE_DIR"

# One per process like the environment it guards; a lock and nothing else.
_IMPORT = threading.Lock()


def translators() -> ModuleType:
    """Return the module of this package that uses litellm, importing litellm (3-4 s of CPU) if nobody has yet."""
    with _IMPORT, _environment(_AT_IMPORT), warnings.catch_warnings():
        # pydantic warns of how litellm wrote its models, whoever imported litellm before.
        warnings.simplefilter("ignore")
        return import_module(f"{__package__}.translators")


def offer_tokenizers() -> None:
    """Let litellm find the tokenizers it brings, as after an import of its own; else tiktoken asks the network.

    Only a handed-out Router needs this: it counts tokens before the fallback of a broken stream.
    """
    import litellm

    folder = pathlib.Path(litellm.__file__).parent / "litellm_core_utils" / "tokenizers"
    os.environ.setdefault(_WRITTEN, str(folder))


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in (*values, _WRITTEN)}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
