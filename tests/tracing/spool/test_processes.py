"""Real processes on one spool: killed, forked, out of disk, and what is read back in the end."""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from genai_sdk.testing import FakeLangfuse

ROOT = Path(__file__).parents[3]
LONG = os.environ.get("GENAI_LONG_TESTS") == "1"
MANY = 100 if LONG else 12


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as langfuse:
        yield langfuse


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Every process that was started; killed with the test."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def start(langfuse: FakeLangfuse, tmp_path: Path, started: list[subprocess.Popen[str]]) -> Any:
    def start(what: str, count: int = 0) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.tracing.spool.worker",
                langfuse.url,
                str(tmp_path / "spool"),
                what,
                str(count),
            ],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "HOME": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    return start


def said(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.stderr.read() if process.stderr else "")
    return line.split()


def kill(process: subprocess.Popen[str]) -> list[str]:
    """Kill it, and return what it had said that was not read yet."""
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    rest = process.stdout.read()
    process.wait()
    return [word for line in rest.splitlines(keepends=True) if line.endswith("\n") for word in line.split()]


def read_back(langfuse: FakeLangfuse) -> dict[str, int]:
    """Every trace as Langfuse's API lists it, and how many observations it has."""
    pair = base64.b64encode(f"{langfuse.public_key}:{langfuse.secret_key}".encode()).decode()
    counts: dict[str, int] = {}
    page, pages = 1, 1
    while page <= pages:
        request = urllib.request.Request(
            f"{langfuse.url}/api/public/traces?limit=100&page={page}", headers={"authorization": f"Basic {pair}"}
        )
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)
        for trace in answer["data"]:
            assert trace["id"] not in counts, "shown twice"
            counts[trace["id"]] = len(trace["observations"])
        page, pages = page + 1, answer["meta"]["totalPages"]
    return counts


def waits_until(true: Any, seconds: float = 120) -> None:
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not come to that")


def test_many_processes_write_half_of_them_are_killed_and_the_others_send_everything(
    langfuse: FakeLangfuse, start: Any, tmp_path: Path
) -> None:
    langfuse.down()
    workers = [start("write", 40) for _ in range(MANY)]
    traces = [trace for worker in workers for trace in said(worker)]
    dead, alive = workers[::2], workers[1::2]
    for worker in dead:
        kill(worker)
    assert len(list((tmp_path / "spool").rglob("*.spool"))) == MANY
    langfuse.up()
    waits_until(lambda: len(langfuse.traces) == len(traces))
    for worker in alive:
        _, errors = worker.communicate(timeout=60)
        assert (worker.returncode, errors) == (0, "")
    counts = read_back(langfuse)
    assert set(counts) == set(traces)
    assert set(counts.values()) == {1}
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_a_killed_process_loses_nothing_that_was_written(langfuse: FakeLangfuse, start: Any, tmp_path: Path) -> None:
    """With Langfuse up and down in turn, at any moment of writing, sending and acknowledging."""
    chance = random.Random(14)
    workers = [start("keep_writing", 10) for _ in range(MANY // 3)]
    traces = []
    for worker in workers:
        if chance.random() < 0.5:
            langfuse.down()
        for _ in range(chance.randrange(1, 6)):
            traces += said(worker)
        with suppress(Exception):
            langfuse.up()
        traces += kill(worker)
    survivor = start("write", 1)
    traces += said(survivor)
    waits_until(lambda: set(traces) <= set(langfuse.traces._spans))
    survivor.communicate(timeout=60)
    assert survivor.returncode == 0
    counts = read_back(langfuse)
    assert set(traces) <= set(counts)
    assert set(counts.values()) == {1}
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_a_process_that_ends_while_langfuse_is_down_does_not_wait_for_it(
    langfuse: FakeLangfuse, start: Any, tmp_path: Path
) -> None:
    langfuse.down()
    worker = start("end", 20)
    _, errors = worker.communicate(timeout=25)  # less than its exit_timeout of 30 s
    assert (worker.returncode, errors) == (0, "")
    langfuse.up()
    other = start("write", 1)
    said(other)
    waits_until(lambda: len(langfuse.traces) == 21)


def test_a_forked_child_has_a_file_of_its_own(langfuse: FakeLangfuse, start: Any, tmp_path: Path) -> None:
    worker = start("fork", 20)
    _, errors = worker.communicate(timeout=60)
    assert worker.returncode == 0, errors
    assert set(read_back(langfuse).values()) == {1}
    assert len(langfuse.traces) == 60
    assert [path for path in (tmp_path / "spool").rglob("*") if path.is_file()] == []


def test_where_the_disk_is_full_traces_wait_in_memory_and_the_log_says_so_once(
    langfuse: FakeLangfuse, start: Any
) -> None:
    langfuse.down()
    worker = start("fill", 20)
    assert " ".join(said(worker)) == "20 0 {}"
    worker.stdin.write("\n")
    worker.stdin.flush()
    assert " ".join(said(worker)) == "20 1 {}"
    langfuse.up()
    _, errors = worker.communicate(timeout=60)
    assert len(read_back(langfuse)) == 21
    assert errors.count("wait in memory") == 1
