"""A handler of SIGTERM runs, though the main thread began to wait before Python could run it."""

import _thread
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import Connection

import pytest

from genai_sdk.lifecycle.process_end import ProcessEnd

BOUND = 60.0
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # 3.12: it has threads
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # 3.12: it has threads


class Member:
    """One who is waited for."""

    exit_timeout = 30.0

    def __init__(self, told: Connection) -> None:
        self.unfinished = True
        self._told = told

    def flush(self, timeout: float, *, durable: bool = False) -> bool:
        return True

    def finish(self, timeout: float) -> None:
        self.unfinished = False
        self._told.send("finished")


def signalled_too_early(told: Connection) -> None:
    """Wait for ever; a signal arrives that does not interrupt the wait, as one an instant before it would not."""
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


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_handler_that_came_too_late_for_a_wait_interrupts_it(method: str) -> None:
    context = multiprocessing.get_context(method)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=signalled_too_early, args=[theirs])
    process.start()
    theirs.close()
    try:
        assert ours.poll(BOUND)
        assert ours.recv() == "finished"
        process.join(BOUND)
        assert process.exitcode == -signal.SIGTERM
    finally:
        process.kill()
        process.join()
        ours.close()


def test_a_child_of_a_child_leaves_its_parents_pipe_alone() -> None:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    if (pid := os.fork()) == 0:
        from genai_sdk.lifecycle.wakeup import Wakeup

        wakeup = Wakeup()
        wakeup.begin()
        pipe = wakeup._pipe
        wakeup.begin_in_child()
        assert pipe is not None
        closed = [not os.path.exists(f"/proc/self/fd/{end}") for end in pipe]
        theirs.send((signal.set_wakeup_fd(-1), closed))
        os._exit(0)
    theirs.close()
    assert ours.poll(BOUND)
    assert ours.recv() == (-1, [True, True])
    ours.close()
    os.waitpid(pid, 0)
