"""`genai prompts label`: what callers rely on is not broken by moving a label."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.prompts.conftest import Create
from tests.contract.wire import Langfuse, generation

from genai_sdk.prompts.contract import Contract, breaches, read_contract
from genai_sdk.prompts.template import parse_chat, parse_text
from genai_sdk.testing import FakeLangfuse


def answer(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}}


def test_a_label_moves_after_its_difference_and_a_yes(fake: FakeLangfuse, create: Create, run: Run) -> None:
    create("a", "Hello {{name}}!", labels=["production"])
    create("a", "Hi {{name}}!", labels=["staging"])
    done = run("label", "a", "production", "--from", "staging", stdin="n\n")
    assert "-Hello {{name}}!\n+Hi {{name}}!" in done.stdout
    assert "production" in fake.prompts.versions("a")[0].labels
    assert "would get production" in run("label", "a", "production", "--version", "2", "--dry-run").stdout
    done = run("label", "a", "production", "--version", "2", "--yes")
    assert done.stdout.endswith("version 2 of a has production, which version 1 had\n")
    assert "production" in fake.prompts.versions("a")[1].labels
    assert run("label", "a", "production", "--version", "2").stdout == "Version 2 of a has production already.\n"


def test_a_version_that_needs_more_does_not_get_the_label(fake: FakeLangfuse, create: Create, run: Run) -> None:
    create("a", "Hello {{name}}!", labels=["production"])
    create("tone", "In the tone of {{tone}}.", labels=["production"])
    create("a", "Hello {{name}}! @@@langfusePrompt:name=tone|label=production@@@")
    done = run("label", "a", "production", "new-label", "--version", "2", "--yes")
    assert done.returncode == 1
    assert "production (version 1): it needs 'tone', which callers do not give" in done.stderr
    assert "--break-contract" in done.stderr
    assert "production" in fake.prompts.versions("a")[0].labels
    done = run("label", "a", "production", "--version", "2", "--json", "--yes")
    assert done.returncode == 1
    (moved,) = json.loads(done.stdout)["labels"]
    assert (moved["before"], len(moved["breaks"])) == (1, 1)
    assert run("label", "a", "production", "--version", "2", "--yes", "--break-contract").returncode == 0
    assert "production" in fake.prompts.versions("a")[1].labels


def test_a_push_with_a_label_keeps_the_contract_too(fake: FakeLangfuse, create: Create, run: Run, root: Path) -> None:
    create("a", "Hello {{name}}!", labels=["production"])
    (root / "a.md").write_text("Hello {{name}} of {{city}}!\n")
    done = run("push", "--label", "production", "--yes")
    assert (done.returncode, len(fake.prompts.versions("a"))) == (1, 1)
    assert "it needs 'city', which callers do not give" in done.stderr
    assert run("push", "--label", "staging", "--yes").returncode == 0
    assert run("push", "--label", "production", "--yes").stdout == "1 is the same already.\n"


def test_which_version_is_to_be_said_once(run: Run) -> None:
    assert run("label", "a", "production").returncode == 2
    assert run("label", "a", "production", "--version", "1", "--from", "x").returncode == 2
    assert "there is no prompt of that name" in run("label", "a", "production", "--version", "1").stderr


def test_a_version_whose_calls_were_over_its_bounds_does_not_get_the_label(
    fake: FakeLangfuse, create: Create, run: Run
) -> None:
    bounds = {"contract": {"max_cost": 0.1, "max_latency": 60}}
    for _ in range(2):
        create("a", labels=["production"], config=bounds)
        create("a", config=bounds)
    wire = Langfuse(fake.url, (fake.public_key, fake.secret_key), fake.project.id)
    dear = {"langfuse__observation__prompt__name": "a", "langfuse__observation__prompt__version": 2}
    wire.trace(generation(name="a", id="a" * 16, start=time.time() - 60, **dear))
    done = run("label", "a", "production", "--version", "2", "--yes")
    assert done.returncode == 1
    assert "production (version 3): its one call: $0.25 is over max_cost, $0.1" in done.stderr
    assert run("label", "a", "production", "--version", "4", "--yes").returncode == 0, "nobody called it yet"


def contract(config: dict[str, Any], text: str = "{{question}}") -> Contract:
    return read_contract(config, parse_text(text))


STRING, NUMBER = {"type": "string"}, {"type": "number"}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (answer(a=STRING), answer(a=STRING, b=NUMBER), None),
        (answer(a=STRING), {}, "have none now"),
        (answer(a=STRING), answer(b=STRING), "the answer.a is gone"),
        (answer(a=STRING), answer(a=NUMBER), "the answer.a may be number, and was string"),
        (answer(a=NUMBER), answer(a={"type": ["number", "null"]}), "may be null"),
        (answer(a=NUMBER), answer(a={"anyOf": [NUMBER, {"type": "null"}]}), "may be null"),
        (answer(a={"anyOf": [NUMBER, STRING]}), answer(a=STRING), None),
        (answer(a={"enum": ["x", "y"]}), answer(a={"enum": ["x"]}), None),
        (answer(a={"enum": ["x"]}), answer(a={"enum": ["x", "y"]}), "may be more than ['x']"),
        (answer(a={"type": "array", "items": STRING}), answer(a={"type": "array", "items": NUMBER}), "the answer.a[]"),
        ({"contract": {"max_cost": 0.01}}, {"contract": {"max_cost": 0.02}}, "max_cost was 0.01 dollars and is 0.02"),
        ({"contract": {"max_latency": 5}}, {}, "max_latency was 5 seconds and is none"),
        ({"contract": {"max_latency": 5}}, {"contract": {"max_latency": 4}}, None),
    ],
)
def test_what_callers_read_pay_and_wait_is_kept(
    before: dict[str, Any], after: dict[str, Any], reason: str | None
) -> None:
    found = breaches(contract(before), contract(after), ("question",))
    assert (found == []) if reason is None else (len(found) == 1 and reason in found[0])


def test_an_answer_may_be_made_of_itself() -> None:
    tree = {
        "$ref": "#/$defs/Tree",
        "$defs": {
            "Tree": {
                "type": "object",
                "properties": {"name": STRING, "parts": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
                "required": ["name"],
            }
        },
    }
    form = {"response_format": {"type": "json_schema", "json_schema": {"name": "tree", "schema": tree}}}
    assert breaches(contract(form), contract(form), ()) == []


def test_a_place_for_messages_does_not_become_one_for_a_text() -> None:
    before = read_contract({}, parse_chat([{"type": "placeholder", "name": "history"}]))
    (found,) = breaches(before, contract({}, "{{history}}"), ("history",))
    assert found == "'history' took messages, and is now a variable in a text"
