"""A client at module level, as applications have one, and what is done with it in every shape of process."""

import os
import sys
from pathlib import Path

from genai_sdk import GenAIClient

client = GenAIClient(exit_timeout=float(os.environ.get("SHAPE_EXIT_TIMEOUT", "30")))
HERE = Path(os.environ.get("SHAPE_HOME", "."))


def call(number: int = 0) -> str:
    """Make one call, whose trace has the number as its name."""
    messages = [{"role": "user", "content": "hello"}]
    return client.completion("gpt-4o-mini", messages, trace_name=f"call {number}").text


async def acall(number: int = 0) -> str:
    """Make one call on an event loop."""
    messages = [{"role": "user", "content": "hello"}]
    return (await client.acompletion("gpt-4o-mini", messages, trace_name=f"call {number}")).text


def burst(count: int) -> None:
    """Make some calls, one after the other."""
    for number in range(count):
        call(number)


def ready() -> None:
    """Tell the test that it may go on."""
    (HERE / "ready").write_text(str(os.getpid()))
    sys.stdout.flush()
