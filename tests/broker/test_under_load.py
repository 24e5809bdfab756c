"""Many callers at once, and a broker that is killed under them."""

import threading
from collections.abc import Iterator

import pytest
from benchmarks.broker.mixing import Mixed
from tests.broker.conftest import Run
from tests.broker.projects import Projects

from genai_sdk import GenAIClient
from genai_sdk.testing import FakeProvider

NAMES = ("a", "b", "c")


def test_no_answer_holds_another_projects_connections(run: Run, projects: Projects) -> None:
    numbers = range(20)
    given = [projects.add(str(n), {name: {"secret": f"sk-of-{n}-{name}"} for name in NAMES}) for n in numbers]
    broker = run("--workers", "2", "--audit", "off", "--rate", "100000", GENAI_BROKER_TRUSTED_PROXIES="127.0.0.1")
    mixes = [Mixed([project.pair for project in given], NAMES, seed) for seed in range(3)]
    threads = [threading.Thread(target=mix.run, args=(broker.port, 500)) for mix in mixes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [wrong for mix in mixes for wrong in mix.wrong] == []
    assert all(mix.statuses[200] > 100 and mix.statuses[304] > 20 for mix in mixes)
    assert all(sum(mix.statuses.values()) == 500 for mix in mixes)
    assert {status for mix in mixes for status in mix.statuses} <= {200, 304, 401, 429}


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider("lab", keys={"sk-one", "sk-two"}) as fake:
        yield fake


def test_no_call_fails_while_the_broker_is_killed_and_started_anew(
    run: Run, projects: Projects, provider: FakeProvider
) -> None:
    one = projects.add("one", {"lab": {"secret": "sk-one", "base_url": provider.base_url("openai")}})
    broker = run("--audit", "off")
    clients = [
        GenAIClient(
            public_key=one.public_key,
            secret_key=one.secret_key,
            broker_url=broker.url,
            tracing=False,
            max_stale=1e9,  # the clock runs so fast that a day is over in a second
        )
        for _ in range(4)
    ]
    done, failed, served = threading.Event(), list[Exception](), [0] * len(clients)

    def call(number: int) -> None:
        client = clients[number]
        while not done.is_set():
            # As if a minute had passed at each call: every one of them is due to ask the broker again.
            client._registry._cache._now = _Ahead(served[number])
            try:
                assert client.completion(model="m", messages=[{"role": "user", "content": "Hello!"}]).text
            except Exception as error:
                failed.append(error)
            served[number] += 1

    for client in clients:
        client.warm_up()
    threads = [threading.Thread(target=call, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    port = broker.port
    for _ in range(2):
        _wait_for_calls(served)
        broker.kill()
        _wait_for_calls(served)
        broker = run("--audit", "off", port=port)
        _wait_for_calls(served)
    done.set()
    for thread in threads:
        thread.join()
    for client in clients:
        client.close()
    assert failed == []


class _Ahead:
    """A clock that is a minute further on for each call that was served."""

    def __init__(self, calls: int) -> None:
        self._calls = calls

    def __call__(self) -> float:
        import time

        return time.time() + 61 * self._calls


def _wait_for_calls(served: list[int]) -> None:
    before = list(served)
    while not all(now >= then + 3 for now, then in zip(served, before, strict=True)):
        threading.Event().wait(0.01)
