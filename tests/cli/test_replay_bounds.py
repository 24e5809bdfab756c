"""What `genai replay` may spend, and what is left where it was interrupted."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, surroundings
from tests.cli.production import OTHER, Production, ask, calls, replayed, three

from genai_sdk.testing import Reply, Slow, Status

Replay = Callable[..., Any]


def test_nothing_is_called_without_max_cost_or_above_it_or_where_a_price_is_not_known(
    production: Production, genai: Run
) -> None:
    trace_id = production.run(three)
    asked = len(production.fake.journal)
    for options, code, words in (
        (["--model", OTHER], 2, "nothing was called: allow it by --max-cost 0.0"),
        (["--model", OTHER, "--max-cost", "0.000001"], 1, "that is more than --max-cost 1e-06"),
        (["--model", "house-model", "--max-cost", "1"], 1, "the price of house-model is not known"),
        (["--model", "nobodys-model", "--max-cost", "1"], 1, "nobodys-model"),
        ([], 2, "say what to try"),
        (["--model", OTHER, "--output", "x.json"], 2, "--output is the cassette's"),
        (["--model", OTHER, "--since", "1h"], 2, "TRACE_ID says what to replay: leave --since out"),
        (["--cassette", "--output", "x.json", "--judge", "q"], 2, "leave --judge out"),
        (["--model", OTHER, "--limit", "3"], 2, "leave --limit out"),
    ):
        done = genai("replay", trace_id, *options, **production.environ)
        assert (done.returncode, words in done.stderr) == (code, True), done.stderr
    assert len(production.fake.journal) == asked
    assert production.langfuse.projects[0].store.datasets.page(1, 0)[1] == 0
    priced = genai("replay", trace_id, "--model", OTHER, **production.environ).stdout
    assert "3 recorded calls on gpt-4o\n3 calls, about $0.000" in priced
    report = replayed(genai, production, trace_id, "--model", "house-model", "--max-cost", "1", "--allow-unpriced")
    assert report["totals"]["cost"][1] is None
    assert report["spent"] == 0


def test_it_stops_where_the_money_ends_and_says_how_to_go_on(production: Production, genai: Run) -> None:
    trace_id = production.run(three)
    # The answers are longer than was recorded, so that more is spent than was expected.
    production.fake.always(Reply(text="word " * 2_000), model=OTHER)
    arguments = ("--model", OTHER, "--max-cost", "0.001", "--concurrency", "1")
    done = genai("replay", trace_id, *arguments, "--json", **production.environ)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (len(report["rows"]), report["left"]) == (1, 2)
    assert "--max-cost is reached: 2 calls were not made; to go on:" in done.stderr
    assert f"genai replay --dataset '{report['dataset']}' --run gpt-4o --model gpt-4o" in done.stderr
    rest = replayed(genai, production, "--dataset", report["dataset"], "--model", OTHER, "--max-cost", "1")
    assert [row["was_there"] for row in rest["rows"]] == [True, False, False]
    assert calls(production, OTHER) == 3


def test_a_failed_call_is_a_row_and_tried_again_the_next_time(production: Production, genai: Run) -> None:
    trace_id = production.run(lambda client: ask(client, "Hello!"))
    production.fake.script(Status(400, message="no such thing"))
    report = replayed(genai, production, trace_id, "--model", OTHER, "--max-cost", "1", code=1)
    assert report["rows"][0]["error"].startswith("BadRequestError")
    assert report["totals"]["failed"] == 1
    again = replayed(genai, production, trace_id, "--model", OTHER, "--max-cost", "1")
    assert (again["totals"]["failed"], again["rows"][0]["was_there"]) == (0, False)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_it_at_once_and_what_was_answered_is_kept(production: Production, genai: Run, home: Path) -> None:
    trace_id = production.run(three)
    production.fake.script(Reply(), Slow(60), model=OTHER)
    command = [sys.executable, "-m", "genai_sdk.cli", "replay", trace_id, "--model", OTHER, "--max-cost", "1"]
    environ = surroundings(home, **production.environ)
    with subprocess.Popen(
        [*command, "--concurrency", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
    ) as process:
        production.fake.journal.wait_for(5, timeout=60)  # three then, and two now
        process.send_signal(signal.SIGINT)
        out, problem = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "1 answered" in out
    assert "stopped: 2 calls were not made" in problem
    rest = replayed(genai, production, trace_id, "--model", OTHER, "--max-cost", "1")
    assert [row["was_there"] for row in rest["rows"]] == [True, False, False]


def test_where_langfuse_fails_calls_go_on_and_the_run_is_written_the_next_time(
    any_production: Production, genai: Run
) -> None:
    production = any_production
    trace_id = production.run(three)
    production.langfuse.always(Status(500), operation="scores")
    arguments = (trace_id, "--model", OTHER, "--max-cost", "1")
    done = genai("replay", *arguments, **production.environ)
    assert done.returncode == 1
    assert "3 answered" in done.stdout
    assert "3 not written to the run: Langfuse at" in done.stderr
    production.langfuse.clear()
    assert len(replayed(genai, production, *arguments)["rows"]) == 3
    assert len(production.langfuse.scores) == 3
    assert calls(production, OTHER) == 3
