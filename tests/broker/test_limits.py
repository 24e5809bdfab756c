"""How often a caller may ask: by one process, and by several that share it through a real Redis."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from tests.broker.conftest import Clock, Run
from tests.broker.projects import Project, Projects
from tests.broker.serving import RunningBroker
from tests.printers import printed_frames
from tests.redis_server import RedisServer, redis_server

from genai_sdk.broker.limits import LARGEST, TokenBuckets
from genai_sdk.broker.metrics import Metrics
from genai_sdk.broker.service import make_application
from genai_sdk.broker.settings import read_broker_settings
from genai_sdk.broker.shared_limits import SharedLimits
from genai_sdk.errors import ConfigurationError
from genai_sdk.secret import Secret


def test_a_bucket_is_emptied_at_once_and_refilled_at_its_rate(clock: Clock) -> None:
    buckets = TokenBuckets(2.0, 3.0, now=clock)
    assert [buckets.take("a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert buckets.take("b") == 0.0
    clock.now += 0.25
    assert buckets.wait("a") == 0.25
    clock.now += 0.25
    assert [buckets.take("a"), buckets.take("a")] == [0.0, 0.5]
    clock.now += 1000
    assert [buckets.take("a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_a_clock_that_is_set_back_empties_no_bucket(clock: Clock) -> None:
    buckets = TokenBuckets(1.0, 2.0, now=clock)
    buckets.take("a")
    clock.now -= 500
    assert buckets.take("a") == 0.0
    assert buckets.wait("a") == 1.0


def test_the_buckets_of_a_broker_go_by_a_clock_that_nobody_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = []

    def make(rate: float, burst: float, *, now: Callable[[], float]) -> TokenBuckets:
        clocks.append(now)
        return TokenBuckets(rate, burst, now=now)

    monkeypatch.setattr("genai_sdk.broker.service.TokenBuckets", make)
    settings = {"GENAI_DATABASE_URL": "postgresql://127.0.0.1:1/langfuse", "GENAI_ENCRYPTION_KEY": "aa" * 32}
    make_application(read_broker_settings({}, settings)).close()
    assert clocks == [time.monotonic, time.monotonic]


def test_what_is_remembered_of_callers_is_bounded(clock: Clock) -> None:
    buckets = TokenBuckets(1.0, 1.0, now=clock)
    for number in range(LARGEST + 10):
        buckets.take(str(number))
    assert len(buckets._levels) == len(buckets.taken()) == LARGEST


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


async def test_processes_share_what_is_left(redis: RedisServer, clock: Clock) -> None:
    # Refilled so slowly that Redis's own clock adds nothing meanwhile.
    one, other = (TokenBuckets(0.001, 5.0, now=clock) for _ in range(2))
    here, there = (SharedLimits(Secret(redis.url), {"callers": each}, Metrics()) for each in (one, other))
    assert [one.take("a") for _ in range(4)] == [0.0] * 4
    assert await here.share()
    assert other.take("a") == 0.0
    assert await there.share()
    assert other.take("a") > 0
    assert await here.share()
    one.take("a")
    assert await here.share()
    assert one.take("a") > 0
    assert one.take("b") == 0.0
    await here.close()
    await there.close()


async def test_without_redis_each_goes_by_its_own_until_it_is_back(
    redis: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    buckets, metrics = TokenBuckets(0.001, 5.0, now=clock), Metrics()
    shared = SharedLimits(Secret(redis.url), {"callers": buckets}, metrics)
    buckets.take("a")
    assert await shared.share()
    redis.kill()
    buckets.take("a")
    assert not await shared.share()
    assert not await shared.share()
    assert [buckets.take("a") for _ in range(4)][-1] > 0
    redis.start()
    assert await shared.share()
    await shared.close()
    assert [record.message for record in caplog.records] == [
        "Redis does not answer (ConnectionError): each process of the broker limits by itself",
        "Redis answers again: rate limits are shared",
    ]


async def test_what_was_taken_while_redis_was_away_is_not_held_against_callers(
    redis: RedisServer, clock: Clock
) -> None:
    buckets, metrics = TokenBuckets(1.0, 10.0, now=clock), Metrics()
    shared = SharedLimits(Secret(redis.url), {"callers": buckets}, metrics)
    redis.kill()
    for _ in range(20):  # an outage in which the caller keeps to half of its rate
        clock.now += 10.0
        assert [buckets.take("a") for _ in range(5)] == [0.0] * 5
        assert not await shared.share()
    redis.start()
    assert buckets.take("a") == 0.0
    assert await shared.share()
    assert buckets.take("a") == 0.0
    await shared.close()


async def test_redis_counts_as_up_only_once_it_has_answered(redis: RedisServer) -> None:
    metrics = Metrics()
    redis.kill()
    shared = SharedLimits(Secret(redis.url), {}, metrics)
    assert not await shared.share()
    await shared.close()
    up = {sample.name: sample.value for sample in metrics.samples(0.0)}["genai_broker_shared_limits_up"]
    assert up == 0.0


def test_an_address_that_is_none_is_refused_without_being_quoted(clock: Clock) -> None:
    with pytest.raises(ConfigurationError) as refused:
        SharedLimits(Secret("http://:password@host"), {}, Metrics())
    assert "password" not in printed_frames(refused.value)


def test_a_key_pair_is_limited_and_no_other(run: Run, projects: Projects) -> None:
    one, two = (projects.add(name, {"lab": {"secret": "sk"}}) for name in ("one", "two"))
    broker = run("--rate", "0.01", "--burst", "3")
    replies = [broker.ask_as(one.pair) for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert int(replies[-1].headers["retry-after"]) >= 1
    assert broker.ask_as(two.pair).status == 200


def test_who_guesses_is_limited_by_address_and_the_owner_is_not(run: Run, projects: Projects) -> None:
    one, late = (projects.add(name, {"lab": {"secret": "sk"}}) for name in ("one", "late"))
    broker = run("--trusted-proxies", "127.0.0.1")
    assert broker.ask_as(one.pair).status == 200
    guesses = [broker.ask_as((one.public_key, f"sk-lf-{number}")).status for number in range(40)]
    assert guesses[0] == 401
    assert guesses[-1] == 429
    assert broker.ask_as(one.pair).status == 200
    # Another address behind the proxy is another caller, but only the proxy is believed to say so.
    assert broker.ask_as(late.pair, headers={"x-forwarded-for": "203.0.113.7"}).status == 200


def test_brokers_that_share_redis_limit_together_and_answer_without_it(
    run: Run, projects: Projects, redis: RedisServer
) -> None:
    one = projects.add("one", {"lab": {"secret": "sk"}})
    options = ("--rate", "0.01", "--burst", "200")
    here, there = (run(*options, GENAI_BROKER_REDIS_URL=redis.url) for _ in range(2))
    assert _answered(here, one) == 200
    # Of its own it would have as many; it hears of the others' within a fifth of a second, so it is given some.
    assert _answered(there, one, pause=0.02) < 200
    redis.kill()
    assert here.ask_as(projects.add("two", {"lab": {"secret": "sk"}}).pair).status == 200


def _answered(broker: RunningBroker, project: Project, pause: float = 0.0) -> int:
    """Return how many requests are answered before one is refused."""
    answered = 0
    while (status := broker.ask_as(project.pair).status) == 200:
        answered += 1
        threading.Event().wait(pause)
    assert status == 429
    return answered
