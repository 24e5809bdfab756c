"""`genai spool` on what a killed process has left."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT, Run

from genai_sdk.testing import FakeLangfuse, Status

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as langfuse:
        yield langfuse


@pytest.fixture
def spool(genai: Run, langfuse: FakeLangfuse, tmp_path: Path) -> Command:
    def run(*arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        keys = {"LANGFUSE_PUBLIC_KEY": langfuse.public_key, "LANGFUSE_SECRET_KEY": langfuse.secret_key}
        where = {"LANGFUSE_BASE_URL": langfuse.url, "GENAI_SPOOL": str(tmp_path / "spool")}
        return genai("spool", *arguments, stdin=stdin, **{**keys, **where, **environ})

    return run


def leave(langfuse: FakeLangfuse, tmp_path: Path, count: int) -> None:
    """Have a process write traces, and kill it."""
    command = [sys.executable, "-m", "tests.tracing.spool.worker", langfuse.url, str(tmp_path / "spool"), "write"]
    worker = subprocess.Popen(
        [*command, str(count)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline()
    worker.kill()
    worker.communicate()


def test_what_a_killed_process_left_is_shown_and_sent(spool: Command, langfuse: FakeLangfuse, tmp_path: Path) -> None:
    langfuse.down()
    leave(langfuse, tmp_path, 20)
    (waiting,) = json.loads(spool("status", "--json").stdout)
    assert (waiting["state"], waiting["records"]) == ("waiting", 20)

    failed = spool("replay", "--timeout", "1")
    assert failed.returncode == 1
    assert "sent 0, set aside 0, left 20" in failed.stdout
    assert "ConnectFailed" in failed.stderr

    langfuse.up()
    assert spool("replay").stdout == "sent 20, set aside 0, left 0\n"
    assert len(langfuse.traces) == 20
    assert spool("status").stdout == "nothing waits, nothing was set aside\n"


def test_what_is_refused_is_set_aside_with_its_reason_and_may_be_tried_again(
    spool: Command, langfuse: FakeLangfuse, tmp_path: Path
) -> None:
    langfuse.down()
    leave(langfuse, tmp_path, 3)
    langfuse.up()
    langfuse.script(Status(400), operation="otlp")
    assert "set aside 3" in spool("replay").stdout
    shown = spool("status").stdout
    assert "set aside" in shown
    assert "400" in shown

    langfuse.script(Status(400), operation="otlp")
    assert "set aside 3" in spool("replay", "--set-aside").stdout
    assert spool("replay", "--set-aside").stdout == "sent 3, set aside 0, left 0\n"
    assert len(langfuse.traces) == 3
    assert spool("status").stdout == "nothing waits, nothing was set aside\n"


def test_another_key_can_read_nothing_and_drop_deletes_it(
    spool: Command, langfuse: FakeLangfuse, tmp_path: Path
) -> None:
    langfuse.down()
    leave(langfuse, tmp_path, 5)
    rotated = {"LANGFUSE_SECRET_KEY": "sk-lf-rotated"}
    (file,) = json.loads(spool("status", "--json", **rotated).stdout)
    assert (file["state"], file["records"]) == ("unreadable", 5)
    assert "sent 0, set aside 0, left 0" in spool("replay", **rotated).stdout
    assert spool("drop", stdin="n\n").returncode == 1
    assert spool("drop", "--yes").stdout == "dropped 5\n"
    assert spool("status").stdout == "nothing waits, nothing was set aside\n"


def test_without_a_directory_the_command_says_what_to_set(spool: Command) -> None:
    ended = spool("status", GENAI_SPOOL="")
    assert ended.returncode == 1
    assert "GENAI_SPOOL" in ended.stderr


def test_a_directory_that_others_can_write_to_is_refused(spool: Command, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool").chmod(0o777)
    ended = spool("status")
    assert ended.returncode == 1
    assert "can write to it" in ended.stderr
