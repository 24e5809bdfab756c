"""Many threads and tasks on one client while its connections refresh and rotate underneath."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.langfuse_database import read_rows

from genai_sdk.crypto import Cipher

MODEL = "openai_test/gpt-4o-mini"


def rotate(dsn: str, connection: str, key: str) -> None:
    """Write another key for a connection, as Langfuse would."""
    cipher = Cipher(read_rows()["encryption_key"])
    with psycopg.connect(dsn) as session:
        session.execute(
            "UPDATE llm_api_keys SET secret_key = %s, updated_at = now() WHERE provider = %s",
            [cipher.encrypt(key), connection],
        )


@pytest.fixture
def rotating(regions):
    """Rotate the key of openai_test until the test ends, then put the recorded one back."""
    over = threading.Event()

    def run() -> None:
        number = 0
        while not over.wait(0.05):
            number += 1
            rotate(regions.dsn, "openai_test", f"sk-rotated-{number:04d}")

    thread = threading.Thread(target=run)
    thread.start()
    yield
    over.set()
    thread.join()
    rotate(regions.dsn, "openai_test", "sk-test-openai-0001")


def test_threads_and_tasks_share_a_client_whose_connections_change(client, regions, rotating):
    client.connections()
    begun = time.time()
    # A minute passes in 60 ms, so that the registry refreshes all the time.
    client._registry._cache._now = lambda: begun + (time.time() - begun) * 1000
    texts: list[str] = []

    def used_keys() -> set[str | None]:
        return {entry.authenticated_as for entry in regions.usa.journal}

    def ask_in_thread(number: int) -> None:
        # At least six turns, and on until rotated keys have come into use, however fast the calls are.
        for turn in range(2_000):
            if turn >= 6 and len(used_keys()) > 2:
                break
            question = f"thread {number} turn {turn}"
            answer = client.completion(MODEL, [{"role": "user", "content": question}])
            texts.append(answer.text == f"usa: {question}")

    async def ask_in_task(number: int) -> None:
        question = f"task {number}"
        if number % 4:
            answer = await client.acompletion(MODEL, [{"role": "user", "content": question}])
            texts.append(answer.text == f"usa: {question}")
        else:
            stream = await client.acompletion(MODEL, [{"role": "user", "content": question}], stream=True)
            text = "".join([chunk.text async for chunk in stream])
            texts.append(text == f"usa: {question}")

    async def ask_in_tasks() -> None:
        await asyncio.gather(*(ask_in_task(number) for number in range(200)))

    with ThreadPoolExecutor(33) as pool:
        running = [pool.submit(ask_in_thread, number) for number in range(32)]
        running.append(pool.submit(asyncio.run, ask_in_tasks()))
        for one in running:
            one.result(120)
    assert len(texts) >= 32 * 6 + 200
    assert all(texts), "every caller got the answer to its own question"
    assert len(used_keys()) > 2, "the rotated keys came into use"


def test_a_rejected_key_is_replaced_within_the_call(make_client, face, regions):
    client = make_client()
    assert face.ask(client, MODEL).text
    rotate(regions.dsn, "openai_test", "sk-new")
    regions.usa.accept("sk-new")
    try:
        response = face.ask(client, MODEL)
        assert [row.status for row in response.genai.attempts] == [401, 200]
    finally:
        regions.usa.accept()
        rotate(regions.dsn, "openai_test", "sk-test-openai-0001")
