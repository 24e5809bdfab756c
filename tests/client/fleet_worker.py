"""Many processes, each with a client of its own: COUNT OPTIONS; a line of input is an order, its answer a line of JSON.

They are forked from one that has loaded what all need, so that a hundred begin in the time of a few.
"""

import json
import multiprocessing
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

import redis  # noqa: F401 - so that the children need not

from genai_sdk import GenAIClient

PATIENCE = 60.0
HELLO = [{"role": "user", "content": "Hello!"}]


def live(pipe: Connection, options: dict[str, Any]) -> None:
    """Obey until the pipe ends."""
    with GenAIClient(**options) as client:
        while (order := pipe.recv()) is not None:
            what, argument = order
            pipe.send(ask(client, argument) if what == "ask" else wait(client, what, argument))


def ask(client: GenAIClient, model: str) -> list[Any]:
    """Make a call; return who answered it, and after how many attempts."""
    answer = client.completion(model, HELLO)
    return [answer.genai.connection, len(answer.genai.attempts)]


def wait(client: GenAIClient, what: str, least: int) -> float | None:
    """Wait until what is counted of the sharing has come to so much; return when that was, None if it was not."""
    end = time.monotonic() + PATIENCE
    while getattr(client.stats().fleet, what) < least:
        if time.monotonic() > end:
            return None
        time.sleep(0.01)
    return time.monotonic()


def main(count: str, options: str) -> None:
    """Start them, and hand on orders: WHAT, its argument, and to whom, a slice."""
    with GenAIClient(**{**json.loads(options), "redis_url": None}) as client:
        ask(client, "two/m")
    context = multiprocessing.get_context("fork")
    pipes, processes = [], []
    for _ in range(int(count)):
        here, there = context.Pipe()
        process = context.Process(target=live, args=(there, json.loads(options)))
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    for line in sys.stdin:
        what, argument, first, last = json.loads(line)
        began = time.monotonic()
        for pipe in pipes[first:last]:
            pipe.send((what, argument))
        print(json.dumps([began, [pipe.recv() for pipe in pipes[first:last]]]), flush=True)
    for pipe in pipes:
        pipe.send(None)
    for process in processes:
        process.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
