"""`genai replay`: recorded calls again, beside what was recorded, and as a run over a Langfuse dataset."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.production import JUDGE, MODEL, OTHER, TOOLS, Production, ask, calls, produced, replayed, three

from genai_sdk import GenAIClient, RateLimitError
from genai_sdk.local import Platform
from genai_sdk.testing import Reply, Status

PICTURE = "data:image/png;base64,iVBORw0KGgo="
Replay = Callable[..., Any]


def test_calls_are_made_again_beside_what_was_recorded_and_written_as_a_run(
    any_production: Production, genai: Run
) -> None:
    production = any_production
    production.langfuse.prompts.create(
        "quality", "Is {{output}} right?", labels=["production"], config={"model": JUDGE}
    )
    production.fake.always(Reply(text='{"score": 0.75, "reason": "right"}'), model=JUDGE)
    production.fake.always(Reply(tool_calls=[("weather", {"city": "Seoul"})]), model=OTHER)
    trace_id = production.run(three, name="checkout")
    arguments = (trace_id, "--model", OTHER, "--max-cost", "0.1", "--judge", "quality")
    report = replayed(genai, production, *arguments)
    texts = [(row["recorded"]["text"], row["replayed"]["text"]) for row in report["rows"]]
    assert texts == [
        ("seoul: Tell me about trains.", 'weather({"city": "Seoul"})'),
        ("seoul: Weather?", 'weather({"city": "Seoul"})'),
        ("seoul: Stream it", 'weather({"city": "Seoul"})'),
    ]
    assert {row["comparison"]["detail"] for row in report["rows"]} == {"weather is called"}
    for row in report["rows"]:
        assert (row["recorded"]["model"], row["replayed"]["model"]) == (MODEL, OTHER)
        assert 0 < row["recorded"]["cost"] < row["replayed"]["cost"]
        assert row["verdict"]["score"] == 0.75
    assert report["totals"]["score"] == 0.75
    assert 0 < report["spent"] < 0.1
    assert report["is_linked"] is (production.mode != "events_only")
    sent = [request.body for request in production.fake.journal if request.model == OTHER and request.body]
    assert sorted(body.get("temperature", 0) for body in sent) == [0, 0, 0.3]
    assert [body["tools"] for body in sent if "tools" in body] == [TOOLS]
    _is_a_run(production, report)


def _is_a_run(production: Production, report: dict[str, Any]) -> None:
    """Hold that Langfuse has the dataset with its items, the run with their traces, and the scores of those."""
    datasets = production.langfuse.projects[0].store.datasets
    dataset = datasets.find(report["dataset"])
    assert dataset is not None
    items, count = datasets.items(10, 0, dataset_id=dataset.id)
    assert count == 3
    assert {item.source_trace_id for item in items} == {row["recorded"]["trace_id"] for row in report["rows"]}
    traces = {row["replayed"]["trace_id"] for row in report["rows"]}
    assert {(each.name, each.trace_id) for each in production.langfuse.scores} == {
        (name, trace_id) for name in ("quality", "same as recorded") for trace_id in traces
    }
    run = datasets.run(dataset.id, report["run"])
    assert (run is not None) is report["is_linked"]
    if run is not None:
        made, _ = datasets.run_items(run.id, None, 0)
        assert {each.trace_id for each in made} == traces
    for trace in production.langfuse.traces:
        if trace.id in traces:
            said = [each.attributes for each in trace.observations]
            assert {each["langfuse.experiment.name"] for each in said} == {report["run"]}
            assert {each["langfuse.experiment.dataset.id"] for each in said} == {dataset.id}
            assert {each["langfuse.experiment.item.root_observation_id"] for each in said} == {trace.root.id}
            assert {each["langfuse.experiment.item.id"] for each in said} < {item.id for item in items}
            assert trace.root.attributes["langfuse.environment"] == "genai-replay"


def test_the_same_command_again_calls_nothing_and_a_judge_comes_to_what_is_there(
    any_production: Production, genai: Run
) -> None:
    production = any_production
    production.langfuse.prompts.create("quality", "{{output}}?", labels=["production"], config={"model": JUDGE})
    production.fake.always(Reply(text='{"score": "good", "reason": "so"}'), model=JUDGE)
    trace_id = production.run(three)
    first = replayed(genai, production, trace_id, "--model", OTHER, "--max-cost", "0.1")
    asked = len(production.fake.journal)
    again = replayed(genai, production, trace_id, "--model", OTHER)
    assert len(production.fake.journal) == asked
    assert again["spent"] == again["expected"] == 0
    assert all(row["was_there"] for row in again["rows"])
    assert [row["replayed"]["trace_id"] for row in again["rows"]] == [
        row["replayed"]["trace_id"] for row in first["rows"]
    ]
    assert [row["replayed"]["text"] for row in again["rows"]] == [row["replayed"]["text"] for row in first["rows"]]
    judged = replayed(genai, production, trace_id, "--model", OTHER, "--judge", "quality", "--max-cost", "0.1")
    assert (calls(production, OTHER), calls(production, JUDGE)) == (3, 3)
    assert judged["totals"]["scores"] == {"good": 3}
    replayed(genai, production, "--dataset", first["dataset"], "--model", OTHER, "--judge", "quality")
    assert (calls(production, OTHER), calls(production, JUDGE)) == (3, 3)


def test_another_version_of_a_prompt_gets_the_variables_that_were_recorded(production: Production, genai: Run) -> None:
    prompts = production.langfuse.prompts
    prompts.create("greeting", "Greet {{name}} in {{language}}.", labels=["production"], config={"temperature": 0.2})
    prompts.create(
        "reply",
        [{"role": "system", "content": "Be {{tone}}."}, {"type": "placeholder", "name": "history"}],
        labels=["production"],
    )

    def program(client: GenAIClient) -> None:
        client.completion(MODEL, prompt="greeting", variables={"name": "Mina", "language": "Korean"}, seed=7)
        client.completion(MODEL, prompt="greeting", variables={"name": "Jun in Seoul", "language": "Korean"})
        history = [{"role": "user", "content": "Where is it?"}]
        client.completion(MODEL, prompt="reply", variables={"tone": "kind", "history": history})
        ask(client, "Nothing to do with it")

    trace_id = production.run(program)
    prompts.create("greeting", "{{language}}, please, for {{name}}!", labels=["next"], config={"temperature": 0.9})
    report = replayed(genai, production, trace_id, "--prompt", "greeting@next", "--max-cost", "1")
    assert [row["replayed"]["text"] for row in report["rows"]] == ["seoul: Korean, please, for Mina!"]
    (skipped,) = report["skipped"]  # the text can be read in two ways
    assert "its variables cannot be told" in skipped["reason"]
    body = production.fake.journal[-1].body
    assert (body["temperature"], body["seed"]) == (0.9, 7)
    newest = next(each for each in production.langfuse.traces if each.id == report["rows"][0]["replayed"]["trace_id"])
    assert ("greeting", 2) in {each.prompt for each in newest.observations}
    prompts.create(
        "reply", [{"role": "system", "content": "Very {{tone}}."}, {"type": "placeholder", "name": "history"}]
    )
    both = replayed(genai, production, trace_id, "--prompt", "reply@2", "--model", OTHER, "--max-cost", "1")
    assert both["run"] == "gpt-4o, reply v2"
    assert [each["content"] for each in production.fake.journal[-1].body["messages"]] == [
        "Very kind.",
        "Where is it?",
    ]


def test_what_cannot_be_made_again_is_skipped_with_a_reason(any_production: Production, genai: Run) -> None:
    production = any_production

    def program(client: GenAIClient) -> None:
        ask(client, "Hello!")
        picture = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": PICTURE}}]
        client.completion(MODEL, [{"role": "user", "content": picture}])
        client.embedding("text-embedding-3-small", "one")
        production.fake.script(Status(429))
        with pytest.raises(RateLimitError):
            ask(client, "Too much", num_retries=0)

    with produced(production.mode, OTHER, "text-embedding-3-small") as other:
        production = other
        trace_id = production.run(program)
        report = replayed(genai, production, trace_id, "--model", OTHER, "--max-cost", "1")
    assert sorted(each["reason"] for each in report["skipped"]) == [
        "it failed",
        "it has media that was not recorded",
        "it is no chat call",
    ]
    assert len(report["rows"]) == 1


def test_a_sample_is_the_same_each_time_and_takes_what_fits_and_nothing_replayed(
    any_production: Production, genai: Run
) -> None:
    production = any_production
    with production.client() as client:
        for number in range(6):
            user = "mina" if number % 2 else "jun"
            model = OTHER if number == 5 else MODEL
            with client.trace("search" if number < 3 else "checkout", user_id=user):
                client.completion(model, [{"role": "user", "content": f"Question {number}"}])

    def sample(*options: str) -> set[str]:
        report = replayed(genai, production, "--since", "1h", "--model", OTHER, "--max-cost", "1", *options)
        return {row["request"] for row in report["rows"]}

    one = sample("--limit", "2")
    assert sample("--limit", "2") == one
    assert len(one) == 2
    assert sample("--name", "checkout") == {"Question 3", "Question 4", "Question 5"}
    assert sample("--user", "mina", "--name", "search") == {"Question 1"}
    assert sample("--from-model", OTHER) == {"Question 5"}
    assert len(sample()) == 6
    nothing = genai("replay", "--since", "1h", "--name", "none", "--model", OTHER, **production.environ)
    assert "there is nothing to replay" in nothing.stderr


@pytest.mark.parametrize(
    ("text", "config", "words"),
    [
        ("{{output}}", None, "its config names no model"),
        ("{{input}}", {"model": JUDGE}, "it has no {{output}}"),
        ("{{output}} {{tone}}", {"model": JUDGE}, "it wants tone"),
        (
            "{{output}}",
            {
                "model": JUDGE,
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "j", "schema": {"type": "object", "properties": {"grade": {}}}},
                },
            },
            "has no property 'score'",
        ),
    ],
)
def test_a_prompt_that_cannot_judge_is_refused_before_anything_is_called(
    production: Production, genai: Run, text: str, config: Any, words: str
) -> None:
    production.langfuse.prompts.create("judge", text, labels=["production"], config=config)
    trace_id = production.run(lambda client: ask(client, "Hello!"))
    done = genai("replay", trace_id, "--model", OTHER, "--max-cost", "1", "--judge", "judge", **production.environ)
    assert done.returncode == 1
    assert words in done.stderr
    assert calls(production, OTHER) == 0


def test_a_dataset_that_somebody_else_wrote_is_replayed_too(production: Production, genai: Run) -> None:
    from genai_sdk.langfuse.new_dataset import NewDataset, NewDatasetItem

    datasets = production.langfuse.projects[0].store.datasets
    dataset = datasets.put(NewDataset(name="hard ones"))
    for number, (given, expected) in enumerate([("Hello!", "seoul: Hello!"), ("Bye!", None), ({"x": 1}, "y")]):
        item = NewDatasetItem(dataset_name="hard ones", id=f"i{number}", input=given, expected_output=expected)
        datasets.put_item(dataset, item)
    report = replayed(genai, production, "--dataset", "hard ones", "--model", OTHER, "--max-cost", "1")
    assert [row["replayed"]["text"] for row in report["rows"]] == ["seoul: Hello!", "seoul: Bye!"]
    assert [row["comparison"] and row["comparison"]["is_same"] for row in report["rows"]] == [True, None]
    assert [each["reason"] for each in report["skipped"]] == ["its input is no conversation"]
    gone = genai("replay", "--dataset", "nowhere", "--model", OTHER, **production.environ)
    assert "has no dataset 'nowhere'" in gone.stderr
    chosen = genai("replay", "--dataset", "hard ones", "--model", OTHER, "--user", "mina", **production.environ)
    assert "--dataset says what to replay: leave --user out" in chosen.stderr


def test_the_terminal_has_the_answers_side_by_side_and_the_page_all_of_them(
    production: Production, genai: Run, tmp_path: Path
) -> None:
    trace_id = production.run(lambda client: ask(client, "Hello <b>you</b>!"))
    page = tmp_path / "page.html"
    arguments = ("--model", OTHER, "--max-cost", "1", "--page", str(page))
    done = genai("replay", trace_id, *arguments, **production.environ)
    assert done.returncode == 0, done.stderr
    assert f"{'   seoul: Hello <b>you</b>!':50}  seoul: Hello <b>you</b>!" in done.stdout
    assert "1 answered, 1 the same as recorded" in done.stdout
    assert "/traces/" in done.stdout
    assert "holds what users wrote" in done.stderr
    html = page.read_text()
    assert "seoul: Hello &lt;b&gt;you&lt;/b&gt;!" in html
    assert "<b>you</b>" not in html
    for outside in ("<script", "src=", "<link", "@import", "url("):
        assert outside not in html


def test_it_works_on_the_local_platform_and_its_run_is_kept_there(platform: Platform, genai: Run) -> None:
    keys = platform.credentials
    pair = {"public_key": keys.public_key, "secret_key": keys.secret_key}
    with GenAIClient(host=platform.url, **pair) as client, client.trace("request") as block:
        client.completion("gpt-6-luna", [{"role": "user", "content": "What is a region?"}])
    assert block.id is not None
    arguments = (block.id, "--model", "gpt-6-sol", "--max-cost", "1", "--json")
    reports = []
    for _ in range(2):
        done = genai("replay", *arguments)
        assert done.returncode == 0, done.stderr
        reports.append(json.loads(done.stdout))
    first, again = reports
    assert (first["rows"][0]["was_there"], again["rows"][0]["was_there"]) == (False, True)
    assert first["rows"][0]["replayed"]["trace_id"] == again["rows"][0]["replayed"]["trace_id"]
    datasets = platform.store.datasets
    dataset = datasets.find(first["dataset"])
    assert dataset is not None
    run = datasets.run(dataset.id, "gpt-6-sol")
    assert run is not None
    made, _ = datasets.run_items(run.id, None, 0)
    assert [each.trace_id for each in made] == [first["rows"][0]["replayed"]["trace_id"]]
    scores = platform.store.scores.of_traces([made[0].trace_id])[made[0].trace_id]
    assert [each.name for each in scores] == ["same as recorded"]
