"""`genai replay` where what it is given is odd: items without an answer, names already taken, files that cannot be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.production import JUDGE, MODEL, OTHER, Production, ask, calls, produced, replayed

from genai_sdk import GenAIClient
from genai_sdk.cli.columns import width_of
from genai_sdk.cli.replay.judge import read_verdict
from genai_sdk.cli.replay.outcome import Report, Row, Side, totals_of
from genai_sdk.cli.replay.terminal import print_report
from genai_sdk.langfuse.new_dataset import NewDataset, NewDatasetItem
from genai_sdk.testing import Reply, Status


@pytest.fixture
def production() -> Iterator[Production]:
    with produced("dual", OTHER, JUDGE, "gone", "house-model") as running:
        yield running


def dataset_of(production: Production, name: str, *requests: Any) -> None:
    """Write a dataset whose items have no expected output."""
    datasets = production.langfuse.projects[0].store.datasets
    dataset = datasets.put(NewDataset(name=name))
    for number, request in enumerate(requests):
        item = NewDatasetItem(dataset_name=name, id=f"{name[:8]}-{number}", input=request)
        datasets.put_item(dataset, item)


def test_an_item_without_an_expected_output_is_judged_by_its_answer_alone(production: Production, genai: Run) -> None:
    production.langfuse.prompts.create(
        "quality", "{{output}} or {{expected_output}}?", labels=["production"], config={"model": JUDGE}
    )
    production.fake.always(Reply(text='{"score": 1, "reason": "right"}'), model=JUDGE)
    dataset_of(production, "open", "Hello!")
    arguments = ("--dataset", "open", "--model", OTHER, "--judge", "quality", "--max-cost", "1")
    report = replayed(genai, production, *arguments)
    assert report["rows"][0]["verdict"]["score"] == 1
    assert production.fake.journal[-1].body["messages"][-1]["content"] == "seoul: Hello! or ?"


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_called(
    production: Production, genai: Run, tmp_path: Path
) -> None:
    trace_id = production.run(lambda client: ask(client, "Hello!"))
    page = tmp_path / "nowhere" / "page.html"
    done = genai("replay", trace_id, "--model", OTHER, "--max-cost", "1", "--page", str(page), **production.environ)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert str(page.parent) in done.stderr
    assert calls(production, OTHER) == 0


def test_a_run_of_another_model_under_the_same_name_is_not_taken_for_this_one(
    production: Production, genai: Run
) -> None:
    dataset_of(production, "open", "Hello!")
    arguments = ("--dataset", "open", "--run", "mine", "--max-cost", "1")
    replayed(genai, production, *arguments, "--model", OTHER)
    other = genai("replay", *arguments, "--model", MODEL, **production.environ)
    assert other.returncode == 1
    assert "'mine'" in other.stderr
    assert OTHER in other.stderr
    assert calls(production, MODEL) == 0


def test_a_dataset_that_is_too_long_is_refused_and_not_cut(production: Production, genai: Run) -> None:
    dataset_of(production, "long", *["Hello!"] * 10_001)
    done = genai("replay", "--dataset", "long", "--model", OTHER, **production.environ)
    assert done.returncode == 1
    assert "10,001" in done.stderr


def test_runs_with_long_names_are_told_apart(production: Production, genai: Run) -> None:
    name = "the questions of all who wrote to us " * 6
    dataset_of(production, name, "Hello!")
    for number, model in enumerate((OTHER, MODEL), 1):
        report = replayed(genai, production, "--dataset", name, "--model", model, "--max-cost", "1")
        assert not report["rows"][0]["was_there"]
        assert calls(production, OTHER) + calls(production, MODEL) == number


def test_an_answer_whose_cost_is_not_known_counts_as_it_was_expected(production: Production, genai: Run) -> None:
    dataset_of(production, "open", *["Tell me all of it. " * 400] * 4)
    production.fake.always(Status(503), model=OTHER)
    fallback = ("--router-args", '{"fallbacks": [{"gpt-4o": "house-model"}], "num_retries": 0}')
    arguments = ("--dataset", "open", "--model", OTHER, "--concurrency", "1", *fallback)
    report = replayed(genai, production, *arguments, "--max-cost", "1")
    assert {row["replayed"]["model"] for row in report["rows"]} == {"house-model"}
    assert report["totals"]["cost"][1] is None
    assert report["spent"] == pytest.approx(report["expected"])
    assert report["spent"] > 0


def test_a_recorded_model_that_nobody_serves_any_more_is_skipped_and_the_others_are_tried(
    production: Production, genai: Run
) -> None:
    prompts = production.langfuse.prompts
    prompts.create("greeting", "Greet {{name}}.", labels=["production"])

    def program(client: GenAIClient) -> None:
        client.completion(MODEL, prompt="greeting", variables={"name": "Mina"})
        client.completion("gone", prompt="greeting", variables={"name": "Jun"})

    trace_id = production.run(program)
    prompts.create("greeting", "Hello, {{name}}!", labels=["next"])
    production.langfuse.connections.change("seoul", custom_models=(MODEL,))
    report = replayed(genai, production, trace_id, "--prompt", "greeting@next", "--max-cost", "1", "--allow-unpriced")
    assert [row["replayed"]["text"] for row in report["rows"]] == ["seoul: Hello, Mina!"]
    (skipped,) = report["skipped"]
    assert "gone" in skipped["reason"]


def test_what_a_trace_holds_steers_no_terminal_and_both_columns_stay_within_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    recorded = Side(model="evil\x1b[2J", text="가나다라" * 30 + "\n\nso", cost=1.0, seconds=1.0, trace_id="t", url="")
    replayed = Side(model="m", text="word " * 40, cost=None, seconds=None, trace_id="", url="")
    row = Row(
        name="n", prompt=None, request="", recorded=recorded, replayed=replayed, error=None, comparison=None,
        verdict=None, was_there=False,
    )  # fmt: skip
    print_report(
        Report(
            dataset="d", run="r", variant="m", judge=None, is_linked=True, expected=0.0, spent=0.0, rows=[row],
            skipped=[], left=0, totals=totals_of([row]),
        )
    )  # fmt: skip
    printed = capsys.readouterr().out
    assert "evil\\x1b[2J" in printed  # made visible
    assert max(map(width_of, printed.splitlines())) <= 80
    assert "가나다라" in printed


@pytest.mark.parametrize("score", ["NaN", "1e999"])
def test_a_score_that_is_no_number_is_none(score: str) -> None:
    assert read_verdict(f'{{"score": {score}, "reason": "x"}}', 0.1).score is None
