"""Which interpreter of the process this is."""

from contextlib import suppress
from importlib import import_module

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence


def refuse_in_subinterpreter() -> None:
    """Raise where a call could not work: msgspec and httptools load in the main interpreter only, as do our threads.

    Raises:
        ConfigurationError: This is a subinterpreter (PEP 734).
    """
    for name in ("_interpreters", "_xxsubinterpreters"):  # from CPython 3.13 on, and before
        with suppress(ImportError):
            module = import_module(name)
            if module.get_current() != module.get_main():
                break
            return
    else:
        return
    raise ConfigurationError(
        Sentence.of(
            "client.subinterpreter",
            "GenAI SDK does not run in a subinterpreter, since what it is built on (msgspec, "
            "httptools) does not: make the client in the main interpreter, and share it between "
            "threads, or use processes (ProcessPoolExecutor in place of InterpreterPoolExecutor; no "
            "mod_wsgi or uWSGI application in a subinterpreter: WSGIApplicationGroup %{{GLOBAL}}, "
            "single-interpreter = true)",
        )
    )
