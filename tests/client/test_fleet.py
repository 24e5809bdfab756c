"""What a fleet shares through a real Redis, in real processes; the tests that need one skip loudly without."""

import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.client.conftest import Face
from tests.client.two_regions import Scene
from tests.redis_server import RedisServer, redis_server
from tests.routing.scenario import connection
from tests.silence import silence_all

from genai_sdk import GenAIClient
from genai_sdk.connections import Secret
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConfigurationError
from genai_sdk.routing.fleet import Fleet, FleetStats
from genai_sdk.routing.health import Health
from genai_sdk.routing.limits import Limits
from genai_sdk.routing.options import RoutingOptions
from genai_sdk.testing import FakeProvider, Status
from genai_sdk.testing.langfuse import FakeLangfuse

HELLO = [{"role": "user", "content": "Hello!"}]
BOUND = 30.0

CHILD = """
import json, sys
from genai_sdk import GenAIClient
from genai_sdk.errors import GenAIError

options = json.loads(sys.argv[1])
with GenAIClient(**options) as client:
    for line in sys.stdin:
        what = line.strip()
        if what == "stats":
            fleet = client.stats().fleet
            print(json.dumps([fleet.up, fleet.received]), flush=True)
            continue
        try:
            answer = client.completion(what, [{"role": "user", "content": "Hello!"}])
            print(json.dumps([answer.genai.connection, len(answer.genai.attempts)]), flush=True)
        except GenAIError as error:
            print(json.dumps([type(error).__name__, str(error)]), flush=True)
"""


class Child:
    """A process of its own with a client; each line it is told brings one back."""

    def __init__(self, options: dict[str, Any]) -> None:
        command = [sys.executable, "-W", "error", "-c", CHILD, json.dumps(options)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what: str) -> list[Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def until(self, done: Callable[[list[Any]], bool]) -> None:
        """Ask for the stats until they are so."""
        end = time.monotonic() + BOUND
        while not done(self.ask("stats")):
            assert time.monotonic() < end, "it did not come true"

    def close(self) -> None:
        self._process.communicate(timeout=BOUND)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class FakeTime:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def scene() -> Iterator[Scene]:
    with FakeLangfuse() as langfuse, FakeProvider("one") as one, FakeProvider("two") as two:
        yield Scene(langfuse, one, two)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def start() -> Iterator[Callable[..., list[Child]]]:
    with ExitStack() as stack:

        def make(count: int, **options: Any) -> list[Child]:
            children = [Child(options) for _ in range(count)]
            for child in children:
                stack.callback(child.close)
            return children

        yield make


def test_one_process_meets_a_dead_region_and_all_others_pass_it_over(scene: Scene, redis: RedisServer, start):
    router_args = {"cooldown_time": 120, "num_retries": 0}
    children = start(4, redis_url=redis.url, router_args=router_args, **scene.options)
    for child in children:
        assert child.ask("two/m") == ["two", 1]
        child.until(lambda stats: stats[0])
    scene.one.always(Status(503))
    assert children[0].ask("m") == ["two", 2]
    for child in children[1:]:
        child.until(lambda stats: stats[1] >= 1)
        assert child.ask("m") == ["two", 1]
    (late,) = start(1, redis_url=redis.url, router_args=router_args, **scene.options)
    late.ask("two/m")
    late.until(lambda stats: stats[1] >= 1)
    assert late.ask("m") == ["two", 1]
    assert len(scene.one.journal) == 1


def test_clients_of_one_key_pair_share_however_they_name_langfuse(scene: Scene, redis: RedisServer, start):
    named = {**scene.options, "redis_url": redis.url, "router_args": {"cooldown_time": 120, "num_retries": 0}}
    here, slashed, unnamed = (
        start(1, **{**named, "host": host})[0] for host in (named["host"], named["host"] + "/", None)
    )
    for child in (slashed, unnamed):
        child.ask("two/m")
        child.until(lambda stats: stats[0])
    scene.one.always(Status(503))
    assert here.ask("m") == ["two", 2]
    for child in (slashed, unnamed):
        child.until(lambda stats: stats[1] >= 1)
        assert child.ask("m") == ["two", 1]


def test_a_retry_after_is_known_to_all(scene: Scene, redis: RedisServer, start):
    router_args = {"num_retries": 0}
    here, there = start(2, redis_url=redis.url, router_args=router_args, **scene.options)
    there.ask("two/m")
    there.until(lambda stats: stats[0])
    scene.one.always(Status(429, retry_after=100))
    assert here.ask("m") == ["two", 2]
    there.until(lambda stats: stats[1] >= 2)
    assert there.ask("m") == ["two", 1]


def test_without_redis_calls_go_on_and_it_is_logged_once_and_counted(
    scene: Scene, redis: RedisServer, face: Face, caplog: pytest.LogCaptureFixture
):
    redis.kill()
    scene.one.always(Status(503))
    with caplog.at_level(logging.INFO), GenAIClient(redis_url=redis.url, **scene.options) as client:
        for _ in range(20):
            assert face.ask(client, "m").genai.connection == "two"
        end = time.monotonic() + BOUND
        while (stats := client.stats().fleet) is None or not stats.outages:
            assert time.monotonic() < end
            face.ask(client, "m")
        redis.start()
        while (stats := client.stats().fleet) is None or not stats.up:
            assert time.monotonic() < end
            face.ask(client, "m")
    said = [row.message for row in caplog.records if row.name == "genai_sdk.fleet"]
    assert [line.split(" (")[0] for line in said] == [
        "Redis does not answer",
        "Redis answers again: state is shared with other processes",
    ]
    assert (stats.outages, stats.last_error) == (1, "ConnectionError")


def test_a_hung_redis_is_an_outage_that_ends(scene: Scene, redis: RedisServer, face: Face):
    with GenAIClient(redis_url=redis.url, router_args={"rpm": 10**9}, **scene.options) as client:

        def ask_until(done: Callable[[FleetStats], bool]) -> FleetStats:
            end = time.monotonic() + BOUND
            while not done(stats := client.stats().fleet):
                assert time.monotonic() < end
                assert face.ask(client, "m").genai.connection == "two"
            return stats

        scene.one.always(Status(503))
        ask_until(lambda stats: stats.up)
        redis.pause()
        assert ask_until(lambda stats: stats.outages == 1).last_error == "TimeoutError"
        redis.resume()
        ask_until(lambda stats: stats.up)
        redis.pause()  # closing does not wait for it either


def test_no_call_waits_for_a_redis_that_hangs(
    scene: Scene, redis: RedisServer, face: Face, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("genai_sdk.routing.fleet._TIMEOUT", 3600)  # so that whoever asks it waits until it is resumed
    router_args = {"rpm": 1000, "cooldown_time": 120, "num_retries": 0}
    with GenAIClient(redis_url=redis.url, router_args=router_args, **scene.options) as client:
        face.ask(client, "two/m")
        end = time.monotonic() + BOUND
        while not client.stats().fleet.up:
            assert time.monotonic() < end
            time.sleep(0.01)
        redis.pause()
        scene.one.always(Status(503))
        assert [len(face.ask(client, "m").genai.attempts) for _ in range(10)] == [2, *[1] * 9]
        assert client.stats().fleet.published == 0
        redis.resume()
        while not client.stats().fleet.published:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_a_rest_that_redis_was_away_for_is_told_when_it_is_back(redis: RedisServer):
    health, clock = Health(), FakeTime()
    fleet = Fleet(Secret(redis.url), "p", health, Limits(), clock.now)
    fleet.start()
    end = time.monotonic() + BOUND
    for name, away in (("a", False), ("b", True)):
        if away:
            redis.kill()
        before = fleet.stats()
        health.failed(Deployment(connection(name, "m"), "m"), None, RoutingOptions(), clock.now())
        if away:
            while fleet._queue.qsize():
                assert time.monotonic() < end
                time.sleep(0.01)
            redis.start()
        while fleet.stats().published == before.published:
            assert time.monotonic() < end, f"{name} was not told of"
            time.sleep(0.01)
    fleet.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a test drop what arrives")
def test_one_whose_connections_to_redis_were_forgotten_on_the_way_soon_hears_of_rests_again(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("genai_sdk.routing.fleet._PING_EVERY", 0.1)
    monkeypatch.setattr("genai_sdk.routing.fleet._SILENCE", 0.5)
    monkeypatch.setattr("genai_sdk.routing.fleet._LISTEN", 0.05)
    port, clock = free_port(), FakeTime()
    with redis_server(port) as redis:
        here, there = (Fleet(Secret(redis.url), "p", Health(), Limits(), clock.now) for _ in range(2))
        here.start()
        end = time.monotonic() + BOUND
        while not (here.stats().up):
            assert time.monotonic() < end
            time.sleep(0.01)
        assert silence_all({port}) >= 1
        there.start()
        there.rests(("a", "m", connection("a", "m").view.updated_at), clock.now() + 1000.0, 0.0)
        while not here.stats().received:
            assert time.monotonic() < end, "it hears nothing any more"
            time.sleep(0.01)
        for fleet in (here, there):
            fleet.close()


def test_a_rest_that_is_over_is_not_told(redis: RedisServer):
    from redis import Redis

    health, clock = Health(), FakeTime()
    fleet = Fleet(Secret(redis.url), "p", health, Limits(), clock.now)
    updated = connection("a", "m").view.updated_at
    with Redis.from_url(redis.url) as client:
        fleet.tell(client, ("a", "m", updated), clock.now(), 0.0)
        assert fleet.stats().published == 0
        fleet.tell(client, ("a", "m", updated), clock.now() + 1, 0.0)
        assert fleet.stats().published == 1


def test_rests_that_nobody_takes_are_counted_and_hold_nobody_up(redis: RedisServer):
    health, clock = Health(), FakeTime()
    fleet = Fleet(Secret(redis.url), "p", health, Limits(), clock.now)
    deployment = Deployment(connection("a", "m"), "m")
    for _ in range(1500):
        health.failed(deployment, None, RoutingOptions(), clock.now())
    assert fleet.stats().dropped == 500


def test_what_others_write_in_redis_is_read_with_care(redis: RedisServer):
    from redis import Redis

    health, clock = Health(), FakeTime()
    fleet = Fleet(Secret(redis.url), "p", health, Limits(), clock.now)
    deployment = Deployment(connection("a", "m"), "m")
    updated = deployment.connection.view.updated_at.isoformat()
    fleet.start()
    with Redis.from_url(redis.url) as client:
        end = time.monotonic() + BOUND
        while fleet.stats().received < 1:
            for message in ("{", "[]", "[1, 2]", f'["x", "y", "rest", "a", "m", "{updated}"]'):
                client.publish(fleet.channel, message)
            client.publish(fleet.channel, json.dumps(["x", 10**9, "rest", "a", "m", updated]))
            assert time.monotonic() < end
    fleet.close()
    assert fleet.stats().ignored >= 4
    assert fleet.stats().outages == 0
    assert health.rests_until(deployment) == clock.now() + 300


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_shares_by_itself(scene: Scene, redis: RedisServer):
    script = f"""
import os, time
from genai_sdk import GenAIClient
client = GenAIClient(redis_url={redis.url!r}, **{scene.options!r})
def up():
    client.completion("m", {HELLO!r})
    end = time.monotonic() + {BOUND}
    while not client.stats().fleet.up and time.monotonic() < end:
        time.sleep(0.01)
    return client.stats().fleet.up
assert up()
child = os.fork()
if child == 0:
    os._exit(0 if not client.stats().fleet.up and up() else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), up())
client.close()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=90)
    assert (done.stdout, done.stderr) == ("0 True\n", "")


def test_processes_share_what_is_left_of_a_minute(scene: Scene, redis: RedisServer):
    from redis import Redis
    from tests.routing.scenario import connection

    from genai_sdk.drivers.driver import Deployment

    clock, options = FakeTime(), RoutingOptions(rpm={"a/m": 10}, tpm={"b": 100})
    a, b = (Deployment(connection(name, "m"), "m") for name in "ab")
    here, there = Limits(), Limits()
    fleets = [Fleet(Secret(redis.url), "p", Health(), each, clock.now) for each in (here, there)]
    with Redis.from_url(redis.url) as client:
        for _ in range(6):
            assert here.admit(a, options, clock.now()) == 0
        assert there.admit(a, options, clock.now()) == 0
        assert here.admit(b, options, clock.now()) == 0
        assert there.admit(b, options, clock.now()) == 0
        here.spend(b, 100, clock.now())
        for fleet in (*fleets, *fleets):
            assert fleet.agree(client)
        assert [there.admit(a, options, clock.now()) for _ in range(3)] == [0, 0, 0]
        left = there.admit(a, options, clock.now())
        assert 0 < left <= 60
        assert there.admit(b, options, clock.now()) > 0
        clock.time += 61
        assert there.admit(a, options, clock.now()) == 0


def test_redis_is_not_loaded_without_the_setting_nor_by_the_call(scene: Scene):
    script = (
        "import sys\nfrom genai_sdk import GenAIClient\n"
        f"with GenAIClient(**{scene.options!r}) as client:\n"
        f"    client.completion('m', {HELLO!r})\n"
        "    print(client.stats().fleet, 'redis' in sys.modules, 'genai_sdk.routing.fleet' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("None False False\n", "")


def test_an_address_that_is_none_is_refused_without_showing_it(scene: Scene):
    with pytest.raises(ConfigurationError, match="redis://host:6379") as caught:
        GenAIClient(redis_url="http://:hunter2@redis", **scene.options)
    assert "hunter2" not in str(caught.value)
