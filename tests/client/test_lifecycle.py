"""Forks, event loops, cancellation, dropping and closing."""

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from genai_sdk import ClientClosedError, StreamInterruptedError
from genai_sdk.testing import CutBody, StallBeforeHeaders, StallStream, Status

MODEL = "openai_test/gpt-4o-mini"
HELLO = [{"role": "user", "content": "one two three four five"}]


def run_script(body: str, regions, recorded) -> subprocess.CompletedProcess[str]:
    """Run a script with a client called `client` in a process of its own."""
    head = f"""
        import asyncio, os, sys
        from genai_sdk import *
        client = GenAIClient()
        HELLO = {HELLO!r}
        MODEL = {MODEL!r}
    """
    environ = {
        **os.environ,
        "LANGFUSE_PUBLIC_KEY": recorded["public_key"],
        "LANGFUSE_SECRET_KEY": recorded["secret_key"],
        "LANGFUSE_BASE_URL": regions.langfuse.url,
        "GENAI_DATABASE_URL": regions.dsn,
        "GENAI_ENCRYPTION_KEY": recorded["encryption_key"],
        "GENAI_SALT": recorded["salt"],
    }
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    script = textwrap.dedent(head) + textwrap.dedent(body)
    command = [sys.executable, "-W", "error", "-c", script]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_a_client_used_before_a_fork_works_on_both_sides(regions, recorded):
    done = run_script(
        """
        first = client.completion(MODEL, HELLO).text
        asyncio.run(client.acompletion(MODEL, HELLO))
        child = os.fork()
        if child == 0:
            text = client.completion(MODEL, HELLO).text
            also = asyncio.run(client.acompletion(MODEL, HELLO)).text
            os._exit(7 if text == also == first else 1)
        again = client.completion(MODEL, HELLO).text
        _, status = os.waitpid(child, 0)
        print(first == again, os.waitstatus_to_exitcode(status))
        """,
        regions,
        recorded,
    )
    assert (done.stdout, done.stderr) == ("True 7\n", "")


def test_a_stream_belongs_to_the_process_that_opened_it(regions, recorded):
    done = run_script(
        """
        stream = client.completion(MODEL, HELLO, stream=True)
        head = next(stream).text
        child = os.fork()
        if child == 0:
            try:
                next(stream)
            except StreamInterruptedError as error:
                stream.close()
                os._exit(7 if "parent process" in str(error) else 2)
            os._exit(1)
        _, status = os.waitpid(child, 0)
        text = head + "".join(chunk.text for chunk in stream)
        print(text, os.waitstatus_to_exitcode(status))
        """,
        regions,
        recorded,
    )
    assert (done.stdout, done.stderr) == ("usa: one two three four five 7\n", "")


def test_a_script_that_never_closes_its_client_ends_quietly(regions, recorded):
    done = run_script(
        """
        async def main():
            stream = await client.acompletion(MODEL, HELLO, stream=True)
            print((await stream.__anext__()).text)
        asyncio.run(main())
        print(next(client.completion(MODEL, HELLO, stream=True)).text)
        """,
        regions,
        recorded,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("warm", [True, False])
def test_a_call_in_the_interpreters_last_moments_is_refused(regions, recorded, warm):
    done = run_script(
        f"""
        class Late:
            def __del__(self):
                for ask in (client.completion, lambda *a: client.get_prompt("p"), lambda *a: client.warm_up()):
                    try:
                        ask(MODEL, HELLO)
                    except ClientClosedError as error:
                        print(error)
                client.close()

        late = Late()
        if {warm}:
            client.completion(MODEL, HELLO)
        """,
        regions,
        recorded,
    )
    assert done.stdout.count("the interpreter is shutting down") == 3
    assert (done.returncode, done.stderr) == (0, "")


def test_a_sync_call_inside_a_running_loop_works(client):
    async def cell():
        return client.completion(MODEL, HELLO), await client.acompletion(MODEL, HELLO)

    first, second = asyncio.run(cell())
    assert first.text == second.text == "usa: one two three four five"


def test_one_client_serves_several_event_loops_one_after_the_other_and_at_once(client):
    async def ask():
        return (await client.acompletion(MODEL, HELLO)).text

    texts = [asyncio.run(ask()) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        texts += pool.map(lambda _: asyncio.run(ask()), range(8))
    assert set(texts) == {"usa: one two three four five"}


def test_cancelling_a_task_aborts_the_request_at_once(client, regions):
    regions.usa.script(StallBeforeHeaders())

    async def main():
        task = asyncio.create_task(client.acompletion(MODEL, HELLO))
        await asyncio.to_thread(regions.usa.journal.wait_for, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    regions.usa.journal.wait_aborted(1)
    assert len(regions.usa.journal) == 1, "a cancelled call is not tried again"


def test_a_timeout_of_asyncio_ends_a_stream(client, regions):
    regions.usa.script(StallStream(after_chunks=2))

    async def main():
        stream = await client.acompletion(MODEL, HELLO, stream=True)

        async def read():
            return [chunk async for chunk in stream]

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(read(), 0.5)

    asyncio.run(main())
    regions.usa.journal.wait_aborted(1)


def test_closing_or_dropping_a_stream_frees_its_connection(client, regions, face):
    regions.usa.always(StallStream(after_chunks=2))
    stream = face.ask(client, MODEL, "one two three four", stream=True)
    assert stream.text == ""
    face.close(stream)
    regions.usa.journal.wait_aborted(1)
    stream = face.ask(client, MODEL, "one two three four", stream=True)
    del stream
    gc.collect()
    if face._runner is not None:
        face._runner.run(asyncio.sleep(0))
    regions.usa.journal.wait_aborted(2)


def test_leaving_a_with_block_closes_a_stream(client, regions):
    regions.usa.always(StallStream(after_chunks=2))
    with client.completion(MODEL, HELLO, stream=True) as stream:
        assert next(stream).choices
    regions.usa.journal.wait_aborted(1)
    assert list(stream) == []


def test_a_gap_in_a_stream_is_bounded(client, face, regions):
    regions.usa.always(StallStream(after_chunks=2))
    stream = face.ask(client, MODEL, "one two three four", stream=True, stream_timeout=1)
    with pytest.raises(StreamInterruptedError, match="timeout"):
        face.read(stream)
    assert stream.text
    assert stream.genai.attempts[-1].reason == "stream interrupted"


def test_a_timeout_bounds_one_attempt(client, face, regions):
    regions.seoul.always(StallBeforeHeaders())
    response = face.ask(client, "gemini-2.5-pro", timeout=2)
    assert [row.reason for row in response.genai.attempts] == ["timeout", "ok"]


def test_close_ends_calls_under_way(make_client, regions):
    client = make_client()
    regions.usa.always(StallBeforeHeaders())
    failures: list[type[BaseException]] = []

    def call() -> None:
        try:
            client.completion(MODEL, HELLO)
        except ClientClosedError as error:
            failures.append(type(error))

    def call_async() -> None:
        try:
            asyncio.run(client.acompletion(MODEL, HELLO))
        except ClientClosedError as error:
            failures.append(type(error))

    threads = [threading.Thread(target=target) for target in (call, call, call_async, call_async)]
    for thread in threads:
        thread.start()
    regions.usa.journal.wait_for(4, timeout=60)
    client.close()
    for thread in threads:
        thread.join(10)
    assert failures == [ClientClosedError] * 4
    with pytest.raises(ClientClosedError):
        client.completion(MODEL, HELLO)


def test_close_ends_calls_that_wait_to_try_again(make_client, regions):
    client = make_client()
    regions.usa.always(Status(429, retry_after=60))
    ended = threading.Event()

    def call() -> None:
        with pytest.raises(ClientClosedError):
            client.completion(MODEL, HELLO)
        ended.set()

    thread = threading.Thread(target=call)
    thread.start()
    regions.usa.journal.wait_ended(1, timeout=60)
    client.close()
    assert ended.wait(10)
    thread.join(10)


def test_close_ends_streams_being_read(make_client, regions):
    client = make_client()
    regions.usa.always(StallStream(after_chunks=2))
    stream = client.completion(MODEL, HELLO, stream=True)
    next(stream)
    ended = threading.Event()

    def read() -> None:
        with pytest.raises(ClientClosedError):
            list(stream)
        ended.set()

    thread = threading.Thread(target=read)
    thread.start()
    client.close()
    assert ended.wait(10)
    thread.join(10)


def test_closing_twice_and_leaving_a_with_block_is_fine(make_client):
    with make_client() as client:
        assert client.completion(MODEL, HELLO).text
    client.close()

    async def main():
        async with make_client() as other:
            assert (await other.acompletion(MODEL, HELLO)).text
        await other.aclose()
        with pytest.raises(ClientClosedError):
            await other.acompletion(MODEL, HELLO)

    asyncio.run(main())


def test_a_cold_first_call_has_its_whole_timeout(regions, recorded):
    done = run_script("print(client.completion(MODEL, HELLO, timeout=1.5, num_retries=0).text)", regions, recorded)
    assert (done.stdout, done.stderr) == ("usa: one two three four five\n", "")


def test_a_genuine_router_is_handed_out_with_every_named_connection(make_client, face):
    client = make_client(llm_connection_names=["gemini_usa", "openai_test"], router_args={"num_retries": 1})
    router = face.call(client, "to_litellm_router")
    try:
        assert type(router).__module__ == "litellm.router"
        names = set(router.registry().names())
        offered = {model.name for model in client.models() if "gemini_usa" in model.connections}
        assert {"openai_test/my-model", "gemini_usa/*", *offered} <= names
        assert {f"gemini_usa/{name}" for name in offered} <= names
        assert not any(name.startswith("azure_test/") for name in names)
        assert router.num_retries == 1
    finally:
        router.retire()


def test_warming_up_fetches_connections_and_loads_the_driver(make_client, regions):
    client = make_client()
    client.warm_up().join(60)
    assert "litellm" in sys.modules
    assert client.completion(MODEL, HELLO).text
    assert len(regions.usa.journal) == 1


def test_a_cut_answer_is_not_a_short_answer(client, face, regions):
    regions.usa.script(CutBody())
    response = face.ask(client, MODEL)
    assert response.text == "usa: Hello!"
    assert [row.reason for row in response.genai.attempts] == ["connection cut", "ok"]
