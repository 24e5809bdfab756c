"""What a fault does inside a process: its clock is set, its connections are forgotten on the way.

`python -m chaos.struck ORDERS MODULE …` runs a module that takes no orders; at SIGUSR1 it does what a file says.
"""

import json
import runpy
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.silence import silence_all

AGAIN = 0.005
"""Seconds between two looks for new connections on a path that is dead."""


class WallClock:
    """The wall clock as this process's Python reads it; the monotonic one goes on, as it does when a clock is set.

    Attributes:
        ahead: Seconds that it is ahead.
    """

    def __init__(self) -> None:
        self.ahead = 0.0

    def install(self) -> None:
        """Stand before `time.time` and `time.time_ns`; whoever imports them from now on has these."""
        read, read_ns = time.time, time.time_ns
        time.time = lambda: read() + self.ahead
        time.time_ns = lambda: read_ns() + int(self.ahead * 1e9)

    def set(self, ahead: float) -> None:
        """Set it so many seconds ahead of the machine's."""
        self.ahead = ahead


def forget(ports: list[int], seconds: float = 0.0) -> int:
    """Let nothing arrive any more on what is connected to these ports, or gets so within some seconds.

    Returns:
        How many connections that were at first.
    """
    count = silence_all(ports)

    def go_on() -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(AGAIN)
            silence_all(ports)

    if seconds:
        threading.Thread(target=go_on, daemon=True).start()
    return count


def main(orders: str, module: str, *arguments: str) -> None:
    """Run a module as it would run by itself."""
    clock = WallClock()
    clock.install()

    def obey(*_: Any) -> None:
        order = json.loads(Path(orders).read_text())
        {"set_clock": clock.set, "forget": forget}[order.pop("do")](**order)

    signal.signal(signal.SIGUSR1, obey)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
