"""Many threads and several event loops at once, cancelled waiters, and forks."""

import asyncio
import os
import threading
from typing import Any

import pytest
from tests.connections.records import record
from tests.connections.sources import DOWN, PATIENCE, Clock, ControlledSource, in_thread, settle

from genai_sdk.connections import ConnectionRegistry, ConnectionSet
from genai_sdk.errors import SourceUnavailableError

THREADS = 32
TASKS = 100


async def many(registry: ConnectionRegistry) -> list[ConnectionSet]:
    return await asyncio.gather(*(registry.aget() for _ in range(TASKS)))


def everyone(registry: ConnectionRegistry, source: ControlledSource) -> list[Any]:
    """Call from 32 threads and from 100 tasks on each of two loops, and let the source answer when all have begun."""
    gate = threading.Barrier(THREADS + 3)

    def call() -> list[ConnectionSet]:
        gate.wait(PATIENCE)
        return [registry.get()]

    def loop() -> list[ConnectionSet]:
        gate.wait(PATIENCE)
        return asyncio.run(many(registry))

    source.open.clear()
    outcomes = [in_thread(call) for _ in range(THREADS)] + [in_thread(loop) for _ in range(2)]
    gate.wait(PATIENCE)
    assert source.started.acquire(timeout=PATIENCE)
    source.open.set()
    return [connections for outcome in outcomes for connections in outcome.get()]


def test_all_who_come_first_share_one_question_and_one_answer() -> None:
    source = ControlledSource()
    answers = everyone(ConnectionRegistry(source), source)
    assert len(answers) == THREADS + 2 * TASKS
    assert len({id(answer) for answer in answers}) == 1
    assert (source.calls, source.most_running) == (1, 1)


def test_all_who_come_to_a_frozen_process_share_one_question() -> None:
    source, clock = ControlledSource(), Clock()
    registry = ConnectionRegistry(source, now=clock)
    registry.get()
    source.rotate("sk-rotated")
    clock.advance(301)
    assert source.started.acquire(timeout=PATIENCE)
    answers = everyone(registry, source)
    assert {answer.get("one").credentials["key"] for answer in answers} == {"sk-rotated"}
    assert (source.calls, source.most_running) == (2, 1)


def test_all_who_come_first_share_the_failure() -> None:
    source = ControlledSource()
    source.failure = DOWN
    registry = ConnectionRegistry(source, now=Clock())
    source.open.clear()
    outcomes = [in_thread(registry.get) for _ in range(THREADS)]
    assert source.started.acquire(timeout=PATIENCE)
    source.open.set()
    errors = []
    for outcome in outcomes:
        with pytest.raises(SourceUnavailableError, match="on fire") as caught:
            outcome.get()
        errors.append(caught.value)
    assert source.calls == 1
    assert len({id(error) for error in errors}) == THREADS, "each has frames of its own"


def test_all_whose_key_was_refused_share_one_question() -> None:
    source = ControlledSource()
    registry = ConnectionRegistry(source, now=Clock())
    failed = registry.get().connections[0]
    assert source.started.acquire(timeout=PATIENCE)
    source.rotate("sk-rotated")
    source.open.clear()
    outcomes = [in_thread(lambda: registry.refetch(failed)) for _ in range(THREADS)]
    assert source.started.acquire(timeout=PATIENCE)
    source.open.set()
    assert {outcome.get().connection.credentials["key"] for outcome in outcomes} == {"sk-rotated"}
    assert source.calls == 2


async def test_a_cancelled_waiter_does_not_cancel_the_others() -> None:
    source = ControlledSource()
    registry = ConnectionRegistry(source)
    source.open.clear()
    impatient, patient = asyncio.create_task(registry.aget()), asyncio.create_task(registry.aget())
    thread = in_thread(registry.get)
    assert await asyncio.to_thread(source.started.acquire, timeout=PATIENCE)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    source.open.set()
    assert await patient is await asyncio.to_thread(thread.get)
    assert source.calls == 1


def test_an_answer_for_a_loop_that_is_gone_is_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    source = ControlledSource()
    registry = ConnectionRegistry(source)
    source.open.clear()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(registry.aget(), 0.01)

    asyncio.run(give_up())
    source.open.set()
    settle()
    assert registry.get().get("one") is not None
    assert source.calls == 1
    assert not caplog.records


def in_child(action: Any) -> None:
    """Fork, run `action` in the child, and fail unless it returns True there."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if in_thread(action).get() is True else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def test_a_child_serves_what_its_parent_knew_and_asks_for_itself() -> None:
    source, clock = ControlledSource(), Clock()
    registry = ConnectionRegistry(source, now=clock)
    first = registry.get()

    def child() -> bool:
        known = registry.get() is first
        source.rotate("sk-child")
        clock.advance(301)
        connection = registry.get().connections[0]
        return known and connection.credentials is not None and connection.credentials["key"] == "sk-child"

    in_child(child)
    assert registry.get() is first


def test_a_child_forked_during_a_fetch_asks_for_itself() -> None:
    source = ControlledSource()
    registry = ConnectionRegistry(source)
    source.open.clear()
    waiting = in_thread(registry.get)
    assert source.started.acquire(timeout=PATIENCE)

    def child() -> bool:
        source.open.set()  # the child's own copy
        return len(registry.get().connections) == 1

    in_child(child)
    assert not source.open.is_set()
    source.open.set()
    assert len(waiting.get().connections) == 1


def test_a_child_forked_while_the_lock_is_held_is_not_stuck() -> None:
    registry = ConnectionRegistry(ControlledSource(record()))
    with registry._cache._lock:
        in_child(lambda: len(registry.get().connections) == 1)
