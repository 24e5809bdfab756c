"""Plays the situations of one framework in a process that has it: `python main.py with_openai own`.

Each line on stdin is a situation and its side, sync or async; each on stdout whether it ended well, and how it failed.
All that it recorded has been sent by then. `own` records by this client alone, `official` with the framework's own
integration of Langfuse beside it.
"""

import asyncio
import inspect
import json
import sys
import traceback
from contextlib import ExitStack, nullcontext
from importlib import import_module
from typing import Any

from genai_sdk import GenAIClient


def play(framework: str, records: str) -> None:
    """Play what is asked for until nothing more is."""
    quickstart: Any = import_module(framework)
    # A region that failed is not rested: each situation begins with both.
    options: dict[str, Any] = {"router_args": {"disable_cooldowns": True}}
    if records == "official":
        options |= quickstart.OPTIONS
    with ExitStack() as stack:
        client = stack.enter_context(GenAIClient(**options))
        around = (lambda name: client.trace(name)) if records == "own" else stack.enter_context(quickstart.official())
        quickstart.begin(client)
        for line in sys.stdin:
            situation, side = json.loads(line)
            try:
                with (around or nullcontext)(situation):
                    made = getattr(quickstart, situation if side == "sync" else f"{situation}_async")()
                    if inspect.isawaitable(made):
                        asyncio.run(made)
                error = ""
            except Exception:
                error = traceback.format_exc()
            if records == "official":
                from langfuse import get_client

                get_client().flush()
            sent = client.flush(20)
            print(json.dumps(error or ("" if sent else "not everything was sent")), file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    sys.stdout = sys.stderr  # the answers are the only thing that is said there
    play(sys.argv[1], sys.argv[2])
