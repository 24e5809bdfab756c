"""The cache itself: what it loads, whom it keeps waiting, and how it ends."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.connections.sources import PATIENCE, Clock, in_thread, settle

from genai_sdk.errors import AccessDeniedError, ClientClosedError, SourceUnavailableError
from genai_sdk.lifecycle import Cache, Fetch, Freshness

RULES = Freshness(fresh_for=60, max_stale=3600)
THREAD = "genai-test"


class Source:
    """Counts loads; each waits while `open` is not set, and raises `failure` if there is one."""

    def __init__(self) -> None:
        self.loads: list[str] = []
        self.failure: BaseException | None = None
        self.began = threading.Semaphore(0)
        self.open = threading.Event()
        self.open.set()

    def __call__(self, fetch: Fetch[str, str]) -> str:
        self.loads.append(fetch.key)
        answer = f"{fetch.key}{len(self.loads)}"
        self.began.release()
        assert self.open.wait(PATIENCE)
        if self.failure is not None:
            raise self.failure
        return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source() -> Iterator[Source]:
    source = Source()
    yield source
    source.open.set()
    settle(THREAD)


@pytest.fixture
def make(source: Source, clock: Clock) -> Callable[..., Cache[str, str]]:
    def make(rules: Freshness = RULES, **options: Any) -> Cache[str, str]:
        options = {"source": lambda: "the source", "thread": THREAD, "timeout": PATIENCE, "now": clock, **options}
        return Cache(source, rules, **options)

    return make


@pytest.fixture(params=["sync", "async"])
def get(request: pytest.FixtureRequest) -> Callable[..., str]:
    if request.param == "sync":
        return lambda cache, *args, **options: cache.get(*args, **options)
    return lambda cache, *args, **options: asyncio.run(cache.aget(*args, **options))


Make = Callable[..., Cache[str, str]]
Get = Callable[..., str]


def test_each_key_is_loaded_once_and_served_from_then_on(make: Make, get: Get, source: Source) -> None:
    cache = make()
    assert [get(cache, key) for key in "aabba"] == ["a1", "a1", "b2", "b2", "a1"]
    assert source.loads == ["a", "b"]


def test_a_stale_value_is_served_while_one_load_runs_beside(make: Make, get: Get, source: Source, clock: Clock) -> None:
    cache = make()
    get(cache, "a")
    clock.advance(60)
    source.open.clear()
    assert [get(cache, "a") for _ in range(3)] == ["a1"] * 3
    source.open.set()
    settle(THREAD)
    assert get(cache, "a") == "a2"


def test_a_call_waits_no_longer_than_it_may_and_leaves_the_load_to_the_others(
    make: Make, get: Get, source: Source
) -> None:
    cache = make()
    source.open.clear()
    patient = in_thread(lambda: cache.get("a"))
    assert source.began.acquire(timeout=PATIENCE)
    with pytest.raises(SourceUnavailableError, match=r"within the 0\.01 s that the call has"):
        get(cache, "a", timeout=0.01)
    source.open.set()
    assert patient.get() == "a1"
    assert source.loads == ["a"]


def test_a_load_that_outlasts_its_time_is_given_up_and_not_heard(
    make: Make, get: Get, source: Source, clock: Clock
) -> None:
    cache = make(timeout=0.01)
    source.open.clear()
    with pytest.raises(SourceUnavailableError, match=r"the source did not answer within 0\.01 s"):
        get(cache, "a")
    source.open.set()
    settle(THREAD)
    assert cache.in_flight("a") is None
    with pytest.raises(SourceUnavailableError):
        get(cache, "a")
    clock.advance(1)
    assert cache.get("a") == "a2"


def test_an_error_nobody_foresaw_is_named_and_not_quoted(make: Make, get: Get, source: Source) -> None:
    source.failure = RuntimeError("hunter22")
    with pytest.raises(SourceUnavailableError, match=r"^the source failed with RuntimeError$"):
        get(make(), "a")


def test_prefetching_never_waits(make: Make, source: Source, clock: Clock) -> None:
    cache = make()
    source.open.clear()
    assert [cache.prefetch("a") for _ in range(3)] == [None] * 3
    source.open.set()
    settle(THREAD)
    assert (cache.prefetch("a"), source.loads) == ("a1", ["a"])
    clock.advance(60)
    assert cache.prefetch("a") == "a1"
    settle(THREAD)
    assert cache.prefetch("a") == "a2"
    cache.close()
    assert cache.prefetch("a") is None


def test_checking_asks_on_this_thread_and_makes_the_value_fresh_again(
    make: Make, get: Get, source: Source, clock: Clock
) -> None:
    cache = make()
    assert cache.check("a") is None, "nobody has asked for it"
    get(cache, "a")
    clock.advance(59)
    assert cache.check("a") is cache.known("a")
    clock.advance(59)
    assert get(cache, "a") == "a2"
    assert source.loads == ["a", "a"]


def test_a_check_that_fails_changes_nothing_unless_the_value_was_withdrawn(
    make: Make, get: Get, source: Source, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = make()
    get(cache, "a")
    before = cache.known("a")
    source.failure = SourceUnavailableError("down")
    assert isinstance(cache.check("a"), SourceUnavailableError)
    assert cache.known("a") is before
    source.failure = AccessDeniedError("no")
    assert isinstance(cache.check("a"), AccessDeniedError)
    with pytest.raises(AccessDeniedError):
        get(cache, "a")


def test_a_check_leaves_a_load_in_flight_to_itself(make: Make, source: Source) -> None:
    cache = make()
    cache.get("a")
    source.open.clear()
    fetch = cache.begin("a")
    assert cache.check("a") is None
    source.open.set()
    assert fetch.answer.result(PATIENCE).value == "a2"


def test_what_was_learned_elsewhere_is_not_loaded_and_what_is_of_no_use_is_dropped(
    make: Make, get: Get, source: Source
) -> None:
    cache = make()
    cache.put("a", "x")
    cache.drop("a", "y")
    assert get(cache, "a") == "x"
    cache.drop("a", "x")
    assert get(cache, "a") == "a1"


def test_a_value_that_runs_out_is_loaded_again(make: Make, get: Get, clock: Clock) -> None:
    cache = make(expires_at=lambda _: clock.now + 30)
    get(cache, "a")
    clock.advance(31)
    assert get(cache, "a") == "a2"


def test_what_an_earlier_process_kept_serves_if_the_first_load_fails(
    make: Make, get: Get, source: Source, clock: Clock
) -> None:
    kept = make()
    kept.put("a", "kept")
    source.failure = SourceUnavailableError("down")
    assert get(make(recall=kept.known), "a") == "kept"


def test_many_threads_and_loops_share_a_load(make: Make, source: Source) -> None:
    cache = make()
    gate = threading.Barrier(21)

    async def tasks() -> list[str]:
        return await asyncio.gather(*(cache.aget("a") for _ in range(20)))

    def thread() -> list[str]:
        gate.wait(PATIENCE)
        return [cache.get("a")]

    def loop() -> list[str]:
        gate.wait(PATIENCE)
        return asyncio.run(tasks())

    source.open.clear()
    outcomes = [in_thread(target) for target in [thread] * 18 + [loop] * 2]
    gate.wait(PATIENCE)
    assert source.began.acquire(timeout=PATIENCE)
    source.open.set()
    assert [value for outcome in outcomes for value in outcome.get()] == ["a1"] * 58
    assert source.loads == ["a"]


def test_closing_ends_waits_and_drops_every_value(make: Make, get: Get, source: Source) -> None:
    cache = make()
    cache.put("b", "x")
    source.open.clear()
    waiting = in_thread(lambda: get(cache, "a"))
    assert source.began.acquire(timeout=PATIENCE)
    cache.close()
    with pytest.raises(ClientClosedError):
        waiting.get()
    source.open.set()
    settle(THREAD)
    cache.put("a", "x")
    for key in "ab":
        assert cache.known(key) is None
        with pytest.raises(ClientClosedError):
            get(cache, key)
    cache.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_serves_what_is_known_and_loads_the_rest_itself(make: Make, source: Source) -> None:
    cache = make()
    cache.put("b", "x")
    source.open.clear()
    waiting = in_thread(lambda: cache.get("a"))  # a load whose thread no child has
    assert source.began.acquire(timeout=PATIENCE)
    with cache._lock:  # as another thread may hold it at that moment
        pid = os.fork()
    if pid == 0:
        ok = False
        try:
            source.open.set()  # the child's own copy
            ok = (cache.get("b"), cache.get("a")) == ("x", "a2")
        finally:
            os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    source.open.set()
    assert waiting.get() == "a1"
