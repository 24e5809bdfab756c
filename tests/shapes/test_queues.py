"""Workers of job queues on a real Redis, whose work ends in processes that leave by `os._exit` or die of a signal."""

import shutil
import signal
import subprocess
from collections.abc import Iterator

import pytest
from tests.shapes.conftest import Shape, answers, free_port, script

JOBS = 12


@pytest.fixture
def redis(shape: Shape) -> Iterator[str]:
    """A Redis of this test's own."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("Celery and RQ need a Redis: install redis-server")
    port = free_port()
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, cwd=shape.home, stdout=subprocess.DEVNULL)
    try:
        shape.until(lambda: answers(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_a_celery_worker_that_is_stopped_after_its_tasks_has_delivered(
    shape: Shape, room: str, redis: str, pool: str
) -> None:
    shape.environ |= {"SHAPE_REDIS": redis, "SHAPE_CELERY": "1"}
    worker = shape.start(
        *("-m", "celery", "-A", "tasks", "worker", "--pool", pool, "--concurrency", "3"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "info"),
        python=room,
    )
    lines = (
        "import tasks",
        f"results = [tasks.task.delay(number) for number in range({JOBS})]",
        "assert {result.get(60) for result in results} == {'fake: hello'}",
    )
    assert shape.run(*script(*lines), python=room) == 0, shape.log
    assert shape.end(worker, signal.SIGTERM) == 0, shape.log
    shape.assert_traces(JOBS)


RQ_WORKERS = {
    "forks a horse": "rq.worker.Worker",
    "spawns a horse": "rq.worker.SpawnWorker",
    "works by itself": "rq.worker.SimpleWorker",
}


@pytest.mark.parametrize("kind", RQ_WORKERS.values(), ids=RQ_WORKERS.keys())
def test_an_rq_worker_has_delivered_when_its_jobs_are_done(shape: Shape, room: str, redis: str, kind: str) -> None:
    lines = (
        "import redis, rq, tasks",
        f"queue = rq.Queue(connection=redis.Redis.from_url({redis!r}))",
        f"for number in range({JOBS}): queue.enqueue('tasks.job', number)",
    )
    assert shape.run(*script(*lines), python=room) == 0, shape.log
    assert shape.run("-m", "rq.cli", "worker", "--burst", "--url", redis, "--worker-class", kind, python=room) == 0
    shape.assert_traces(JOBS)
