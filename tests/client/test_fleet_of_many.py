"""Many processes that share what they know of regions through one real Redis; `make fleet` has a hundred of them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.client.two_regions import Scene
from tests.redis_server import RedisServer, redis_server

from genai_sdk.testing import FakeProvider, Status
from genai_sdk.testing.langfuse import FakeLangfuse

ROOT = Path(__file__).parents[2]
MANY = 100 if os.environ.get("GENAI_LONG_TESTS") == "1" else 12

Order = Callable[..., tuple[float, list[Any]]]


@pytest.fixture
def scene() -> Iterator[Scene]:
    with FakeLangfuse() as langfuse, FakeProvider("one") as one, FakeProvider("two") as two:
        yield Scene(langfuse, one, two)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def order(scene: Scene, redis: RedisServer) -> Iterator[Order]:
    """Tell some of the processes to do something; returns when that was, and their answers."""
    options = {**scene.options, "redis_url": redis.url, "router_args": {"cooldown_time": 120, "num_retries": 0}}
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.client.fleet_worker", str(MANY), json.dumps(options)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": os.environ["PATH"], "HOME": "/nowhere"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def order_(what: str, argument: Any, first: int = 0, last: int = MANY) -> tuple[float, list[Any]]:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps([what, argument, first, last]) + "\n")
        worker.stdin.flush()
        began, answers = json.loads(worker.stdout.readline())
        return began, answers

    yield order_
    worker.communicate(timeout=120)
    assert worker.returncode == 0


def test_one_meets_a_dead_region_and_all_others_pass_it_over_without_a_call(
    scene: Scene, order: Order, request: pytest.FixtureRequest
) -> None:
    assert order("ask", "two/m")[1] == [["two", 1]] * MANY
    assert None not in order("up", 1)[1]
    scene.one.always(Status(503))
    began, answers = order("ask", "m", 0, 1)
    assert answers == [["two", 2]]
    learnt = order("received", 1, 1)[1]
    assert None not in learnt
    request.node.user_properties.append(("the last knew after", f"{1000 * (max(learnt) - began):.0f} ms"))
    assert order("ask", "m", 1)[1] == [["two", 1]] * (MANY - 1)
    assert len(scene.one.journal) == 1


def test_without_redis_each_goes_by_what_it_sees_itself_and_no_call_fails(
    scene: Scene, order: Order, redis: RedisServer
) -> None:
    order("ask", "two/m")
    order("up", 1)
    redis.kill()
    scene.one.always(Status(503))
    assert order("ask", "m")[1] == [["two", 2]] * MANY
    assert order("ask", "m")[1] == [["two", 1]] * MANY
    assert None not in order("outages", 1)[1]
    redis.start()
    assert None not in order("up", 1)[1]


def test_while_redis_hangs_no_call_fails_and_each_learns_of_a_dead_region_by_one_attempt(
    scene: Scene, order: Order, redis: RedisServer
) -> None:
    order("ask", "two/m")
    order("up", 1)
    redis.pause()
    scene.one.always(Status(503))
    assert order("ask", "m")[1] == [["two", 2]] * MANY
    assert order("ask", "m")[1] == [["two", 1]] * MANY
    redis.resume()
