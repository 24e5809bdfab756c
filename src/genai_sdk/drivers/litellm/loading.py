"""The import of litellm: once, late, and without letting it read or fetch more than it must."""

import logging
import os
import pathlib
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from genai_sdk.errors import ConfigurationError, GenAIError
from genai_sdk.lifecycle.ending import ended, is_ending
from genai_sdk.sentence import Sentence

# What litellm reads while it is imported. Without these it loads a `.env` file from a parent of its own folder into
# os.environ, and fetches price lists and header lists from GitHub.
_AT_IMPORT = {
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
}
# What litellm writes while it is imported, for its tokenizer's first use, which `interception` gets over with.
_WRITTEN = "TIKTOKEN_CACHE_DIR"

_LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")

EXTRA = "pip install 'genai-sdk-langfuse[litellm]'"
"""What brings litellm, in the one version that this package is tested with."""

# One per process like the environment it guards; a lock and nothing else.
_IMPORT = threading.Lock()


def require(what: str) -> None:
    """See that litellm is installed, without importing it.

    Args:
        what: What needs it, the beginning of a sentence, such as `"driver='litellm'"`.

    Raises:
        ConfigurationError: It is not.
    """
    if "litellm" not in sys.modules and find_spec("litellm") is None:
        raise ConfigurationError(
            Sentence.of(
                "litellm.missing", "{what} needs LiteLLM, which is not installed: {extra}", what=what, extra=EXTRA
            )
        )


def translators(what: str = "this call") -> ModuleType:
    """Return the module of this package that uses litellm, importing litellm (3-5 s of CPU) if nobody has yet.

    Args:
        what: What needs it, as `require` takes it.

    Raises:
        ClientClosedError: The interpreter is shutting down; litellm cannot be imported then.
        ConfigurationError: litellm is not installed, or cannot be imported.
    """
    require(what)
    with _IMPORT, _environment(_AT_IMPORT), _own_handlers_only(), warnings.catch_warnings():
        # pydantic warns of how litellm wrote its models, whoever imported litellm before.
        warnings.simplefilter("ignore")
        try:
            return import_module(f"{__package__}.translators")
        except Exception as error:  # noqa: BLE001 - an import runs anybody's code
            failed = error
    raise _failure("imported", failed) from failed


def rehearse(words: ModuleType) -> None:
    """Have the module translate a call for each kind of provider.

    Raises:
        ClientClosedError: The interpreter is shutting down.
        ConfigurationError: litellm is not as it should be.
    """
    try:
        words.rehearse()
    except Exception as error:  # noqa: BLE001 - litellm raises anything
        failed = error
    else:
        return
    raise _failure("used", failed) from failed


def _failure(what: str, failed: Exception) -> GenAIError:
    if is_ending():
        return ended()
    return ConfigurationError(
        Sentence.of(
            "litellm.version",
            "litellm cannot be {what} ({name}: {failed}); bring exactly the version of it that this "
            "package asks for: {extra}",
            what=what,
            name=type(failed).__name__,
            failed=failed,
            extra=EXTRA,
        )
    )


def router_type() -> type[Any]:
    """Return `litellm.Router`, which finds the tokenizers that litellm brings as after an import of its own.

    Else tiktoken asks the network: a handed-out Router counts tokens before the fallback of a broken stream.

    Raises:
        ClientClosedError: The interpreter is shutting down; litellm cannot be imported then.
        ConfigurationError: litellm is not installed, or cannot be imported.
    """
    translators("to_litellm_router()")  # the import, with what belongs around it
    import litellm

    with _IMPORT, warnings.catch_warnings():
        # As above; a Router's own making imports its core (litellm 1.110.2), and pydantic warns of that too.
        warnings.simplefilter("ignore")
        import_module("litellm.router_rust.core")
        from litellm.router import Router
    folder = pathlib.Path(litellm.__file__).parent / "litellm_core_utils" / "tokenizers"
    os.environ.setdefault(_WRITTEN, str(folder))
    router: type[Any] = Router
    return router


@contextmanager
def _own_handlers_only() -> Iterator[None]:
    """Take back the handlers that the import gives litellm's loggers: they print what the program's own print too."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [list(logger.handlers) for logger in loggers]
    for logger in loggers:
        logger.addFilter(_is_of_weight)
    try:
        yield
    finally:
        for logger, kept in zip(loggers, before, strict=True):
            logger.removeFilter(_is_of_weight)
            for handler in [handler for handler in logger.handlers if handler not in kept]:
                logger.removeHandler(handler)


def _is_of_weight(record: logging.LogRecord) -> bool:
    # While the import goes on its handlers are there, and what it says at DEBUG is of no use to anybody.
    return record.levelno >= logging.WARNING


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
