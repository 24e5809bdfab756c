"""The page of Celery and RQ, on a real Redis."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.conftest import Stage
from tests.integrations.pages import environ, files, packages, run
from tests.integrations.serving import free_port, running

from genai_sdk.testing import Reply, Status

TEXT = "Seoul is a city."


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("Celery and RQ need a Redis: install redis-server")
    port = free_port()
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        yield f"redis://127.0.0.1:{port}/0"
        process.kill()


@pytest.fixture
def env(redis: str, stage: Stage, tmp_path: Path) -> dict[str, str]:
    """The page's module in a folder, and what workers find in their environment."""
    (tmp_path / "tasks.py").write_text(files("queues")["tasks.py"])
    return environ(stage, f"{packages('integrations')}:{tmp_path}", {"REDIS_URL": redis})


def test_a_celery_task_is_answered_and_recorded(env: dict[str, str], stage: Stage, tmp_path: Path):
    stage.first.script(Status(503))
    stage.second.script(Reply(text="A city."))
    worker = ["-m", "celery", "-A", "tasks", "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    with running(worker, env, tmp_path) as process:
        asking = f"import tasks; print(tasks.summarise.delay({TEXT!r}).get(60))"
        assert run(["-c", asking], env, tmp_path) == "A city.\n", process.log
        assert process.end() == 0, process.log
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.name == "summary"


def test_an_rq_job_is_answered_and_recorded(env: dict[str, str], stage: Stage, redis: str, tmp_path: Path):
    stage.first.script(Reply(text="A city."))
    lines = (
        "import redis, rq",
        f"queue = rq.Queue(connection=redis.Redis.from_url({redis!r}))",
        f"print(queue.enqueue('tasks.summarise_job', {TEXT!r}).id)",
    )
    job = run(["-c", "\n".join(lines)], env, tmp_path).strip()
    run(["-m", "rq.cli", "worker", "--burst", "--url", redis], env, tmp_path)
    reading = ("import redis, rq.job", f"made = rq.job.Job.fetch({job!r}, redis.Redis.from_url({redis!r}))")
    assert run(["-c", "\n".join([*reading, "print(made.return_value())"])], env, tmp_path) == "A city.\n"
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.name == "summary"
