"""Streams on their way: opened where they are, given up at any time, and never leaving a connection behind."""

import asyncio
import gc
import threading
import warnings

import pytest
from tests.drivers.stage import CASES, HELLO, Face, Stage

from genai_sdk.drivers.driver import Driver
from genai_sdk.errors import ProviderTimeoutError
from genai_sdk.http import AsyncTransport, Deadline, SyncTransport, TransportClosed
from genai_sdk.testing import Reply, Slow, StallBeforeHeaders, StallStream
from genai_sdk.wires.operation import CHAT, ChatRequest

WIRES = pytest.mark.parametrize("name", ["openai", "responses", "anthropic", "gemini", "vertex claude", "bedrock"])


@WIRES
def test_the_first_chunk_is_there_while_the_provider_still_writes(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(StallStream(after_chunks=1))
    chunks, _ = face.stream(stage.deployment(name), until=2 if name == "openai" else 1)
    assert "".join(chunk.text for chunk in chunks) in ("seoul:", "")


@WIRES
def test_closing_a_stream_frees_its_connection(stage: Stage, face: Face, name: str) -> None:
    stage.fake.script(StallStream(after_chunks=1))
    face.stream(stage.deployment(name), until=1)
    # Tokens are fetched over the sync transport, where their connection waits for the next use; a sync stream takes it.
    kept = face.is_async and CASES[name].scheme == "oauth"
    stage.fake.wait_closed(down_to=int(kept))


def test_dropping_a_stream_frees_its_connection(stage: Stage, driver: Driver) -> None:
    stage.fake.script(StallStream(after_chunks=1))
    stream = driver.stream(CHAT, stage.deployment(), ChatRequest(HELLO), Deadline(20, gap=20))
    assert next(stream).choices
    del stream
    gc.collect()
    stage.fake.wait_closed()


def test_a_stream_read_to_its_end_keeps_its_connection_for_the_next_call(stage: Stage, driver: Driver) -> None:
    before = stage.fake.accepted_connections
    for _ in range(3):
        list(driver.stream(CHAT, stage.deployment(), ChatRequest(HELLO), Deadline(20, gap=20)))
    assert stage.fake.accepted_connections == before + 1


def test_a_closed_stream_is_over_however_often_it_is_closed(stage: Stage, driver: Driver) -> None:
    stream = driver.stream(CHAT, stage.deployment(), ChatRequest(HELLO), Deadline(20, gap=20))
    next(stream)
    stream.close()
    stream.close()
    assert list(stream) == []


def test_another_thread_may_close_a_stream_that_waits(stage: Stage, driver: Driver) -> None:
    stage.fake.script(StallStream(after_chunks=1))
    stream = driver.stream(CHAT, stage.deployment(), ChatRequest(HELLO), Deadline(20, gap=20))
    reader = threading.Thread(target=lambda: list(stream))
    reader.start()
    stage.fake.journal.wait_for(1)
    stream.close()
    reader.join(5)
    assert not reader.is_alive()


def test_a_sync_stream_works_inside_a_running_event_loop(stage: Stage, driver: Driver) -> None:
    async def notebook() -> str:
        chunks = driver.stream(CHAT, stage.deployment("anthropic"), ChatRequest(HELLO), Deadline(20, gap=20))
        reply = driver.run(CHAT, stage.deployment("gemini"), ChatRequest(HELLO), Deadline(20))
        return "".join(chunk.text for chunk in chunks) + reply.value.text

    assert asyncio.run(notebook()) == "seoul: one two three" * 2


@WIRES
def test_cancelling_a_task_aborts_its_request(stage: Stage, driver: Driver, name: str) -> None:
    stage.fake.script(StallBeforeHeaders(), operation="chat")

    async def cancelled() -> None:
        call = asyncio.create_task(driver.arun(CHAT, stage.deployment(name), ChatRequest(HELLO), Deadline(20)))
        await asyncio.to_thread(stage.fake.journal.wait_for, 2 if name.startswith("vertex") else 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(call, 5)
        await asyncio.to_thread(stage.fake.journal.wait_aborted)

    asyncio.run(cancelled())


def test_cancelling_a_task_that_reads_a_stream_aborts_it(stage: Stage, driver: Driver) -> None:
    stage.fake.script(StallStream(after_chunks=1))

    async def read() -> None:
        stream = await driver.astream(CHAT, stage.deployment(), ChatRequest(HELLO), Deadline(20, gap=20))
        async for _ in stream:
            pass

    async def cancelled() -> None:
        task = asyncio.create_task(read())
        await asyncio.to_thread(stage.fake.journal.wait_for, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)
        await asyncio.to_thread(stage.fake.wait_closed)

    asyncio.run(cancelled())


def test_one_driver_serves_several_event_loops_at_once(stage: Stage, driver: Driver) -> None:
    async def many() -> list[str]:
        calls = [driver.arun(CHAT, stage.deployment(name), ChatRequest(HELLO), Deadline(20)) for name in CASES]
        return [reply.value.text for reply in await asyncio.gather(*calls)]

    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.extend(asyncio.run(many()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert texts == ["seoul: one two three"] * 3 * len(CASES)


def test_concurrent_calls_fetch_one_token(stage: Stage, driver: Driver) -> None:
    stage.fake.script(Slow(0.1), operation="token")

    async def many() -> None:
        calls = [driver.arun(CHAT, stage.deployment("vertex"), ChatRequest(HELLO), Deadline(20)) for _ in range(5)]
        await asyncio.gather(*calls)

    asyncio.run(many())
    assert [entry.operation for entry in stage.fake.journal].count("token") == 1


def test_a_waiter_who_is_cancelled_does_not_take_the_token_from_the_others(stage: Stage, driver: Driver) -> None:
    stage.fake.script(Slow(0.2), operation="token")

    async def many() -> str:
        deployment = stage.deployment("vertex")
        first = asyncio.create_task(driver.arun(CHAT, deployment, ChatRequest(HELLO), Deadline(20)))
        second = asyncio.create_task(driver.arun(CHAT, deployment, ChatRequest(HELLO), Deadline(20)))
        await asyncio.to_thread(stage.fake.journal.wait_for, 1)
        first.cancel()
        return (await asyncio.wait_for(second, 10)).value.text

    assert asyncio.run(many()) == "seoul: one two three"
    assert [entry.operation for entry in stage.fake.journal].count("token") == 1


def test_waiting_for_a_token_is_bounded_by_the_attempt(stage: Stage, face: Face) -> None:
    stage.fake.script(StallBeforeHeaders(), operation="token")
    with pytest.raises(ProviderTimeoutError):
        face.complete(stage.deployment("vertex"), deadline=Deadline(0.3))


def test_a_lifted_budget_bounds_only_the_gaps(stage: Stage, driver: Driver) -> None:
    stage.fake.script(Slow(0, between=0.5, then=Reply(text="a b c d e")))
    deadline = Deadline(2, gap=10)
    stream = driver.stream(CHAT, stage.deployment(), ChatRequest(HELLO), deadline)
    next(stream)
    deadline.lift()
    assert "".join(chunk.text for chunk in stream) == "a b c d e"


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_closed_transport_says_so(stage: Stage, make_driver, is_async: bool) -> None:
    sync, async_ = SyncTransport(), AsyncTransport()
    face = Face(make_driver(sync, async_), is_async=is_async)
    sync.close()
    async_.close()
    with pytest.raises(TransportClosed):
        face.complete(stage.deployment())
    with pytest.raises(TransportClosed):
        face.stream(stage.deployment("anthropic"))


def test_a_transport_closed_while_a_stream_is_read_says_so(stage: Stage, make_driver) -> None:
    stage.fake.script(StallStream(after_chunks=1))
    transport = SyncTransport()
    stream = make_driver(transport, AsyncTransport()).stream(
        CHAT, stage.deployment(), ChatRequest(HELLO), Deadline(20, gap=20)
    )
    next(stream)
    transport.close()
    with pytest.raises(TransportClosed):
        list(stream)


def test_nothing_is_left_to_be_awaited_or_closed(stage: Stage, driver: Driver) -> None:
    async def some() -> None:
        for name in CASES:
            await driver.arun(CHAT, stage.deployment(name), ChatRequest(HELLO), Deadline(20))
            stream = await driver.astream(CHAT, stage.deployment(name), ChatRequest(HELLO), Deadline(20, gap=20))
            await anext(stream)
            del stream

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(some())
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_a_model_that_cannot_stream_answers_in_one_chunk(stage: Stage, face: Face) -> None:
    chunks, request_id = face.stream(stage.deployment("bedrock", "ai21.j2-mid-v1"), HELLO[1:])
    (entry,) = stage.fake.journal
    assert not entry.stream
    assert request_id == entry.request_id
    assert [(chunk.text, len(chunk.choices)) for chunk in chunks] == [("seoul: one two three", 1), ("", 0)]
    assert chunks[0].choices[0].finish_reason == "stop"
    assert chunks[1].usage is not None


def test_a_closed_stream_yields_nothing_even_if_it_was_there_already(stage: Stage, driver: Driver) -> None:
    deployment = stage.deployment("bedrock", "ai21.j2-mid-v1")
    stream = driver.stream(CHAT, deployment, ChatRequest(HELLO[1:]), Deadline(20, gap=20))
    stream.close()
    assert list(stream) == []
