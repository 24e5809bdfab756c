"""No secret is in what printers, error reporters and debuggers show of the frames that an exception came through."""

import asyncio
import os
import signal
import threading
from typing import Any

import pytest
from tests.client.test_canary import CONNECTIONS, assert_clean, steps
from tests.printers import as_debugger, frames_of, printed, printed_frames

from genai_sdk import GenAIError, MissingCredentialsError
from genai_sdk.testing import StallBeforeHeaders

DRIVERS = ["direct", "litellm"]
WAIT = 20.0


class InterruptedCallError(Exception):
    """What a signal handler raises inside a waiting call."""


@pytest.fixture
def secrets(recorded, regions) -> list[str]:
    """Every secret there is."""
    known = [secret for secrets in CONNECTIONS.values() for secret in secrets]
    pair = [recorded["public_key"], recorded["secret_key"]]
    key = regions.usa.service_account()["private_key"].splitlines()[3]
    return [*known, key, *pair[1:], recorded["encryption_key"], recorded["salt"], "token-onprem-0003"]


def sent_secrets(regions: Any) -> set[str]:
    """What proved who asks, as it went over the wires: keys, signatures and minted tokens."""
    names = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-security-token")
    heads = [entry.headers for fake in (regions.usa, regions.langfuse) for entry in fake.journal]
    return {head[name].rpartition(" ")[2] for head in heads for name in names if head.get(name)}


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("model", list(CONNECTIONS))
def test_the_frames_of_a_failed_call_hold_no_secret(make_client, face, regions, secrets, model, driver):
    client = make_client(driver=driver, router_args={"num_retries": 0, "timeout": 0.5, "stream_timeout": 0.3})
    failed = 0
    for step in steps(model).values():
        for stream in (False, True):
            regions.usa.script(step, operation="chat")
            try:
                answer = face.ask(client, model, "one two three four", stream=stream)
                if stream:
                    face.read(answer)
            except GenAIError as error:
                failed += 1
                assert_clean(printed_frames(error), [*secrets, *sent_secrets(regions)])
            regions.usa.clear()
    assert failed >= 20


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("model", list(CONNECTIONS))
def test_a_signal_handler_that_raises_inside_a_waiting_call_shows_no_secret(
    make_client, regions, secrets, model, driver
):
    client = make_client(driver=driver)
    client.completion(model, [{"role": "user", "content": "warm"}])
    regions.usa.clear()
    regions.usa.script(StallBeforeHeaders(), operation="chat")
    done = threading.Event()

    def interrupt() -> None:
        while not done.is_set() and not len(regions.usa.journal):
            done.wait(0.01)
        while not done.wait(0.05):
            os.kill(os.getpid(), signal.SIGUSR1)

    def handler(_number: int, _frame: Any) -> None:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        raise InterruptedCallError

    before = signal.signal(signal.SIGUSR1, handler)
    thread = threading.Thread(target=interrupt)
    try:
        thread.start()
        with pytest.raises(InterruptedCallError) as caught:
            client.completion(model, [{"role": "user", "content": "Hello!"}], timeout=WAIT)
    finally:
        done.set()
        thread.join()
        signal.signal(signal.SIGUSR1, before)
    assert any("Socket" in frame for frame in frames_of(caught.value)), "it came through the waiting socket"
    sent = sent_secrets(regions)
    assert sent
    assert_clean(printed_frames(caught.value), [*secrets, *sent])


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("model", list(CONNECTIONS))
def test_a_cancelled_call_shows_no_secret(make_client, regions, secrets, model, driver):
    client = make_client(driver=driver)

    async def cancelled() -> BaseException:
        await client.acompletion(model, [{"role": "user", "content": "warm"}])
        regions.usa.clear()
        regions.usa.script(StallBeforeHeaders(), operation="chat")
        task = asyncio.ensure_future(client.acompletion(model, [{"role": "user", "content": "Hello!"}], timeout=WAIT))
        while not len(regions.usa.journal):  # noqa: ASYNC110 - the journal belongs to the server's threads
            await asyncio.sleep(0.01)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            return error
        raise AssertionError("it was not cancelled")

    error = asyncio.run(cancelled())
    assert any("AsyncConnection" in frame for frame in frames_of(error)), "it came through the waiting connection"
    assert_clean(printed_frames(error), [*secrets, *sent_secrets(regions)])


def test_nothing_that_a_client_holds_can_be_printed_or_carried_away(make_client, face, regions, secrets):
    client = make_client()
    for model in CONNECTIONS:
        face.ask(client, model)
    sent = sent_secrets(regions)
    registry = client._registry  # what a debugger would open
    held = [client, client._settings, registry, registry.get(), *registry.get().connections]
    for item in held:
        assert_clean(printed(item), [*secrets, *sent])
    assert_clean("\n".join(as_debugger(client)), [*secrets, *sent])


@pytest.mark.parametrize(
    "wrong",
    [
        {"database_url": "postgresql://reader:hush@h:port/langfuse"},
        {"database_url": "mysql://reader:hush@h/langfuse"},
        {"database_url": "postgresql://reader:hush@h/langfuse?sslaccept=strict"},
        {"encryption_key": "hush"},
        {"host": "ftp://nowhere"},
        {"llm_connection_names": ["nobody"]},
        {"sample_rate": 2},
        {"ca_bundle": "/nowhere.pem"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_frames_of_a_failed_set_up_hold_no_secret(make_client, face, secrets, wrong):
    with pytest.raises(GenAIError) as caught:
        face.ask(make_client(**wrong), "openai_test/gpt-4o-mini")
    assert_clean(printed_frames(caught.value), ["hush", *secrets])


def test_a_missing_key_shows_none_of_the_environment(monkeypatch, make_client):
    monkeypatch.setenv("SOMEBODY_ELSES_TOKEN", "hush-else")
    monkeypatch.setenv("GENAI_ENCRYPTION_KEY", "hush-key")
    monkeypatch.setenv("GENAI_DATABASE_URL", "postgresql://reader:hush-dsn@h/langfuse")
    monkeypatch.delenv("LANGFUSE_SECRET_KEY", raising=False)
    with pytest.raises(MissingCredentialsError) as caught:
        make_client(secret_key=None, database_url=None, encryption_key=None)
    assert_clean(printed_frames(caught.value), ["hush"])
