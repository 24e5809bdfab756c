"""`genai trace` and `genai traces` on servers of every age."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Run, surroundings
from tests.contract.wire import Langfuse, generation, span

from genai_sdk.testing import FakeLangfuse

MODES = ["legacy", "dual", "events_only"]


class Server:
    """A fake of some age, as the commands and the tests reach it."""

    def __init__(self, fake: FakeLangfuse) -> None:
        self.fake = fake
        self.wire = Langfuse(fake.url, (fake.public_key, fake.secret_key), fake.project.id)
        self.environ = {
            "LANGFUSE_BASE_URL": fake.url,
            "LANGFUSE_PUBLIC_KEY": fake.public_key,
            "LANGFUSE_SECRET_KEY": fake.secret_key,
        }


@pytest.fixture(params=MODES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with FakeLangfuse(mode=request.param) as fake:
        yield Server(fake)


@pytest.fixture
def bare() -> Iterator[Server]:
    """A Langfuse as it is deployed today."""
    with FakeLangfuse(mode="events_only") as fake:
        yield Server(fake)


def fallback(server: Server) -> str:
    """A call that failed once and was served elsewhere."""
    failed = {"langfuse__observation__level": "ERROR", "langfuse__observation__status_message": "seoul answered 503"}
    return server.wire.trace(
        generation(name="region-down", id="a" * 16, start=1_800_000_000, user__id="u-7", session__id="s-7"),
        span("attempt 1 seoul", id="b" * 16, parent="a" * 16, start=1_800_000_000.1, seconds=0.2, **failed),
        span("attempt 2 usa", id="c" * 16, parent="a" * 16, start=1_800_000_000.4, seconds=0.5),
    )


def test_a_trace_is_drawn_whatever_the_server_answers(server: Server, genai: Run) -> None:
    trace_id = fallback(server)
    for arguments in ((), (trace_id,)):
        done = genai("trace", *arguments, **server.environ)
        assert done.returncode == 0, done.stderr
        head, root, first, second = done.stdout.splitlines()
        assert head == "region-down · 1.00 s · $0.25 · u-7 · s-7"
        assert root == "└─ GENERATION region-down · 1.00 s · gpt-4o-mini · 3 → 2 tokens · $0.25"
        assert first == "   ├─ SPAN attempt 1 seoul · 200 ms · ERROR seoul answered 503"
        assert second == "   └─ SPAN attempt 2 usa · 500 ms"


def test_traces_are_listed_whatever_the_server_answers(server: Server, genai: Run) -> None:
    first = fallback(server)
    second = server.wire.trace(span("later", start=1_800_000_060))
    done = genai("traces", **server.environ)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [second, first], done.stderr
    assert done.stdout.splitlines()[1].split()[1:] == ["2027-01-15", "08:00:00", "1.00", "s", "$0.25", "region-down"]
    (row,) = json.loads(genai("traces", "--json", "--limit", "1", "--user", "u-7", **server.environ).stdout)
    assert (row["id"], row["name"], row["session"], row["cost"]) == (first, "region-down", "s-7", 0.25)
    for wanted in (("--session", "s-7"), ("--name", "region-down")):
        assert first in genai("traces", *wanted, **server.environ).stdout
    assert genai("traces", "--name", "nobody", **server.environ).stdout == "No trace is like that.\n"


def test_a_trace_that_is_not_there_is_said_so(server: Server, genai: Run) -> None:
    done = genai("trace", "0" * 32, **server.environ)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"has no trace '{'0' * 32}' in this project" in done.stderr


def test_nothing_recorded_is_said_so(server: Server, genai: Run) -> None:
    for command in ("trace", "traces"):
        assert "nothing is recorded yet" in genai(command, **server.environ).stderr


def test_traces_that_failed_are_listed_alone(bare: Server, genai: Run) -> None:
    bare.wire.trace(span("well"))
    failed = bare.wire.trace(span("badly", langfuse__observation__level="ERROR"))
    (line,) = genai("traces", "--level", "error", **bare.environ).stdout.splitlines()
    assert line.startswith(failed)


def test_an_old_server_is_not_asked_for_a_level(genai: Run) -> None:
    with FakeLangfuse(mode="legacy") as fake:
        server = Server(fake)
        fallback(server)
        done = genai("traces", "--level", "ERROR", **server.environ)
    assert done.returncode == 1
    assert "leave --level out" in done.stderr


def test_a_cost_that_nobody_knows_is_not_shown_as_nothing(server: Server, genai: Run) -> None:
    told = {"langfuse__observation__cost_details": '{"total": 0}', "langfuse__observation__metadata__cost": "unknown"}
    told |= {"langfuse__observation__usage_details": '{"input": 3, "output": 2}'}
    trace_id = server.wire.trace(span("house", langfuse__observation__type="generation", **told))
    drawn = genai("trace", trace_id, **server.environ).stdout
    assert "cost unknown" in drawn
    assert "$" not in drawn
    (row,) = json.loads(genai("traces", "--json", **server.environ).stdout)
    assert row["cost"] is None


def test_a_sum_is_not_nothing_because_a_refused_call_cost_nothing(server: Server, genai: Run) -> None:
    nothing = {"langfuse__observation__type": "generation", "langfuse__observation__cost_details": '{"total": 0}'}
    trace_id = server.wire.trace(
        span("block", id="a" * 16),
        span("refused", id="b" * 16, parent="a" * 16, **nothing),
        span("house", id="c" * 16, parent="a" * 16, langfuse__observation__metadata__cost="unknown", **nothing),
    )
    head = genai("trace", trace_id, **server.environ).stdout.splitlines()[0]
    assert head.startswith("block")
    assert "$" not in head


def test_traces_are_listed_since_some_time(bare: Server, genai: Run) -> None:
    bare.wire.trace(span("then", start=1_700_000_000))
    now = bare.wire.trace(span("now"))
    (line,) = genai("traces", "--since", "15m", **bare.environ).stdout.splitlines()
    assert line.startswith(now)
    assert len(genai("traces", "--since", "2023-11-01", **bare.environ).stdout.splitlines()) == 2
    wrong = genai("traces", "--since", "yesterday", **bare.environ)
    assert wrong.returncode == 2
    assert "write 90s, 15m, 2h or 7d" in wrong.stderr


def test_the_server_is_asked_once_what_it_answers(genai: Run) -> None:
    with FakeLangfuse(mode="legacy") as fake:
        server = Server(fake)
        fallback(server)
        fake.journal.clear()
        genai("trace", **server.environ)
        asked = [entry.path for entry in fake.journal]
    assert [path.partition("?")[0].rpartition("/")[0] for path in asked] == [
        "/api/public/v2",
        "/api/public",
        "/api/public/traces",
    ]


def test_a_trace_of_several_pages_is_read_whole(bare: Server, genai: Run) -> None:
    children = [
        span(f"child {number}", id=f"{number:016x}", parent="a" * 16, start=1_800_000_000.5)
        for number in range(1, 1_102)
    ]
    trace_id = bare.wire.trace(span("root", id="a" * 16, start=1_800_000_000), *children)
    assert len(genai("trace", trace_id, **bare.environ).stdout.splitlines()) == 1_103


def test_a_trace_is_printed_for_scripts(server: Server, genai: Run) -> None:
    trace_id = fallback(server)
    shown = json.loads(genai("traces", "show", trace_id, "--json", **server.environ).stdout)
    assert (shown["id"], shown["name"], shown["cost"]) == (trace_id, "region-down", 0.25)
    assert [each["level"] for each in shown["observations"]] == ["DEFAULT", "ERROR", "DEFAULT"]


def test_traces_are_shown_as_they_come_in_until_interrupted(server: Server, home: Path) -> None:
    first = fallback(server)
    command = [sys.executable, "-m", "genai_sdk.cli", "traces", "tail", "--interval", "0.2", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=surroundings(home, **server.environ)) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["id"] == first
            late = server.wire.trace(span("began earlier", start=1_800_000_000 - 60))
            assert json.loads(process.stdout.readline())["id"] == late
            process.send_signal(signal.SIGINT)
            assert process.stdout.read() == b""
            assert process.wait(30) == 0
        finally:
            process.kill()


def test_options_in_front_of_tail_are_not_ignored(genai: Run) -> None:
    done = genai("traces", "--name", "x", "tail")
    assert done.returncode == 2
    assert "--name belongs behind 'tail'" in done.stderr


def test_every_trace_is_one_line_however_narrow_the_terminal(server: Server, genai: Run) -> None:
    made = [server.wire.trace(span(f"a name that is too long for it {n}", start=1_800_000_000 + n)) for n in range(3)]
    done = genai("traces", COLUMNS="80", **server.environ)
    assert [line.split()[0] for line in done.stdout.splitlines()] == made[::-1]
