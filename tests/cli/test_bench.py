"""`genai bench`, on its simulated provider and on a connection of a project."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, surroundings

from genai_sdk.cli.bench.report import report_of, spread
from genai_sdk.cli.bench.run import Budget, Load, Result, Sample
from genai_sdk.connections import ConnectionRecord
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeProvider, Reply, Slow, Status
from genai_sdk.testing.langfuse import FakeLangfuse

LOAD = Load(model="m", text="Hi", calls=10, concurrency=2, stream=True, max_tokens=9, max_cost=1.0, max_seconds=60.0)


class Project:
    """A project with a priced and an unpriced deployment of one provider."""

    def __init__(self, langfuse: FakeLangfuse, provider: FakeProvider) -> None:
        self.langfuse, self.provider = langfuse, provider
        now = datetime(2026, 1, 1, tzinfo=UTC)
        langfuse.connections.put(
            *(
                ConnectionRecord(
                    name=adapter,
                    adapter=adapter,
                    secret=Secret("sk-1"),
                    base_url=provider.base_url(adapter),
                    custom_models=("gpt-6-luna",),
                    created_at=now,
                    updated_at=now,
                )
                for adapter in ("azure", "openai")
            )
        )
        self.environ = {
            "LANGFUSE_BASE_URL": langfuse.url,
            "LANGFUSE_PUBLIC_KEY": langfuse.public_key,
            "LANGFUSE_SECRET_KEY": langfuse.secret_key,
            "GENAI_BROKER_URL": langfuse.url,
        }


@pytest.fixture
def project() -> Iterator[Project]:
    answer = Reply(text="The sea is wide.", prompt_tokens=1_000, completion_tokens=1_000)
    with FakeLangfuse() as langfuse, FakeProvider("azure", answer=answer) as provider:
        yield Project(langfuse, provider)


def read(done: Any) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_without_a_model_a_simulated_provider_shows_what_the_client_adds(genai: Run) -> None:
    report = read(genai("bench", "--calls", "12", "--concurrency", "3", "--json"))
    assert (report["simulated"], report["calls"], report["answered"], report["attempts"]) == (True, 11, 11, 11)
    assert report["served"] == {"simulated/gpt-6-luna": 11}
    assert 0 < report["first_content"]["p50"] <= report["latency"]["largest"]
    assert report["tokens"] == 11 * 34
    assert report["cpu"] > 0
    assert report["over_raw"] >= 0
    assert genai("bench", "--max-cost", "1").returncode == 2


@pytest.mark.parametrize("streamed", ["--stream", "--no-stream"])
def test_a_model_of_the_projects_own_is_called_so_many_times_and_recorded(
    project: Project, genai: Run, streamed: str
) -> None:
    report = read(genai("bench", "azure/gpt-6-luna", streamed, "--calls", "6", "--json", **project.environ))
    assert (report["calls"], report["answered"], report["streamed"]) == (5, 5, streamed == "--stream")
    assert len(project.provider.journal) == 6
    assert report["cost"] > 0
    assert (report["first_content"] is None) == (streamed == "--no-stream")
    assert [trace.name for trace in project.langfuse.traces.all] == ["genai bench"] * 6


def test_calls_end_before_they_cost_more_than_they_may(project: Project, genai: Run) -> None:
    one = read(genai("bench", "azure/gpt-6-luna", "--calls", "2", "--json", "--no-trace", **project.environ))
    each = one["cost"] / 2
    bound = ["--max-cost", f"{each * 4.5:.9f}"]
    report = read(genai("bench", "azure/gpt-6-luna", "--calls", "50", *bound, "--json", **project.environ))
    assert report["calls"] == 3
    assert report["cost"] <= each * 4.5
    assert "could go over" in report["stopped"]
    assert len(project.langfuse.traces.all) == 4


def test_a_bound_on_what_has_no_known_price_is_refused_after_one_call(project: Project, genai: Run) -> None:
    done = genai("bench", "openai/gpt-6-luna", "--max-cost", "1", **project.environ)
    assert done.returncode == 1
    assert "--max-cost cannot hold" in done.stderr
    assert len(project.provider.journal) == 1


def test_failures_are_counted_by_kind_with_what_the_first_said(project: Project, genai: Run) -> None:
    project.provider.script(Reply(text="Hi"), Status(429), Status(503), Status(429))
    done = genai("bench", "azure/gpt-6-luna", "--calls", "5", "--concurrency", "1", "--no-stream", **project.environ)
    assert done.returncode == 0, done.stderr
    assert "1 of 4 in " in done.stdout
    assert "failed 2: RateLimitError: " in done.stdout
    assert "failed 1: ProviderUnavailableError: " in done.stdout


def test_a_model_that_fails_at_once_is_told_as_any_call_would(project: Project, genai: Run) -> None:
    project.provider.script(Status(401))
    done = genai("bench", "azure/gpt-6-luna", "--calls", "5", **project.environ)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert len(project.provider.journal) <= 2


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_it_with_what_was_measured_so_far(project: Project, home: Path) -> None:
    project.provider.script(Reply(text="Hi"), Reply(text="Hi"), Slow(60))
    command = [sys.executable, "-m", "genai_sdk.cli", "bench", "azure/gpt-6-luna", "--concurrency", "1", "--json"]
    environ = surroundings(home, **project.environ)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        project.provider.journal.wait_for(3, timeout=60)
        process.send_signal(signal.SIGINT)
        out, problem = process.communicate(timeout=30)
    assert process.returncode == 130, problem
    report = json.loads(out)
    assert (report["answered"], report["stopped"]) == (1, "it was interrupted")
    assert report["cost"] > 0


def test_time_ends_it_too() -> None:
    budget = Budget(LOAD, Sample(latency=1.0), 10.0, iter([9.0, 11.0]).__next__)
    assert (budget.begin(), budget.begin()) == (True, False)
    assert budget.stopped == "60 s were over"


def test_what_is_not_known_is_none_and_what_nobody_did_is_empty() -> None:
    first = Sample(latency=1.0, cost=0.5, attempts=1)
    none = report_of(LOAD, Result(samples=(), first=first, seconds=0.0, cpu=0.0))
    assert (none.latency, none.cpu, none.calls_per_second, none.cost) == (None, None, 0.0, 0.5)
    unpriced = Sample(latency=1.0, tokens=None, cost=None, attempts=1, served="a/m")
    some = report_of(LOAD, Result(samples=(unpriced,), first=first, seconds=2.0, cpu=0.1))
    assert (some.cost, some.tokens, some.throughput) == (None, None, None)


def test_shares_are_of_the_calls_there_were() -> None:
    found = spread([float(number) for number in range(1, 101)])
    assert found is not None
    assert (found.p50, found.p95, found.p99, found.largest) == (50.0, 95.0, 99.0, 100.0)
    assert spread([]) is None
