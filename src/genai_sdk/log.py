"""What the package says beside its answers, to the logger `genai_sdk`, without loading `logging` before it has to.

A program that logs has loaded it by then; one that does not starts 5 ms sooner.
"""

import sys


def info(text: str, *facts: object) -> None:
    """Log what is good to know, to those who may have said that they want to."""
    logging = sys.modules.get("logging")
    if logging is not None:
        logging.getLogger("genai_sdk").info(text, *facts, stacklevel=2)


def warning(text: str, *facts: object) -> None:
    """Log what somebody should look at; unless the program says otherwise, Python prints it."""
    try:
        import logging
    except ImportError:
        return  # the interpreter is at its very end
    logging.getLogger("genai_sdk").warning(text, *facts, stacklevel=2)
