"""A child of `multiprocessing` whose SIGTERM comes too early to interrupt its wait; a program of its own."""

import _thread
import multiprocessing
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection

from genai_sdk.lifecycle.process_end import ProcessEnd


class Member:
    """One who is waited for."""

    exit_timeout = 30.0

    def __init__(self, told: Connection) -> None:
        self.unfinished = True
        self._told = told

    def flush(self, timeout: float, *, durable: bool = False) -> bool:
        """Nothing is under way."""
        return True

    def finish(self, timeout: float) -> None:
        """Say that it was waited for."""
        self.unfinished = False
        self._told.send("finished")


def wait_for_ever(told: Connection) -> None:
    """Wait; a signal arrives that does not interrupt the wait, as one an instant before it would not."""
    process_end = ProcessEnd()
    member = Member(told)
    process_end.add(member)
    process_end.handle_sigterm()
    lock = multiprocessing.get_context("fork").Semaphore(0)

    def signal_once_waiting() -> None:
        time.sleep(0.2)  # a handler that runs before the wait passes as well
        _thread.interrupt_main(signal.SIGTERM)

    threading.Thread(target=signal_once_waiting, daemon=True).start()
    lock.acquire()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=wait_for_ever, args=[theirs], daemon=True)
    process.start()
    theirs.close()
    print(ours.recv() if ours.poll(60) else "not finished")
    process.join(60)
    print(process.exitcode)
