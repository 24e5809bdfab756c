"""What `genai replay` decides, without a Langfuse and without a provider."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.recording import EXCHANGES_V4

from genai_sdk.cli.replay.comparison import compare
from genai_sdk.cli.replay.generation import CALLS, Generation, Skipped, read_generation
from genai_sdk.cli.replay.judge import read_verdict
from genai_sdk.cli.replay.outcome import Job, Outcome
from genai_sdk.cli.replay.run import Budget
from genai_sdk.cli.replay.template import replaced, variables_of
from genai_sdk.cli.replay.variant import Request, named_prompt
from genai_sdk.errors import ConfigurationError
from genai_sdk.prompts.template import parse_chat, parse_text

USER = {"role": "user", "content": "Hi"}


def text(content: str) -> list[dict[str, Any]]:
    return [{"role": "assistant", "content": content}]


def tools(*calls: tuple[str, Any]) -> list[dict[str, Any]]:
    made = [{"function": {"name": name, "arguments": json.dumps(arguments)}} for name, arguments in calls]
    return [{"role": "assistant", "content": None, "tool_calls": made}]


@pytest.mark.parametrize(
    ("recorded", "replayed", "kind", "detail"),
    [
        (text("Hello,  Mina!\n"), text("Hello, Mina!"), "text", None),
        (text("Hello!"), text("Hi!"), "text", ""),
        (text('{"a": 1, "b": [1, 2]}'), text('```json\n{"b": [1, 2], "a": 1}\n```'), "json", None),
        (text('{"a": 1, "b": [1, {"c": true}]}'), text('{"a": 1, "b": [1, {"c": 1}]}'), "json", "b[1].c is 1 for true"),
        (text('{"a": 1}'), text('{"b": 1}'), "json", "a is gone; b is new"),
        (text("[1, 2]"), text("[1]"), "json", "the list has 1 items for 2"),
        (text('{"a": 1}'), text("a is 1"), "json", "the new answer is no JSON"),
        (tools(("w", {"c": 1}), ("t", {})), tools(("t", {}), ("w", {"c": 1})), "tools", None),
        (tools(("w", {"city": "Seoul"})), tools(("w", {"city": "Busan"})), "tools", 'w.city is "Busan" for "Seoul"'),
        (tools(("w", {}), ("w", {})), tools(("w", {}), ("t", {})), "tools", "w is not called; t is called"),
        (tools(("w", {})), text("It rains."), "tools", "w is not called"),
        (text("It rains."), tools(("w", {})), "tools", "w is called"),
        (text(json.dumps(dict.fromkeys("abcde", 1))), text("{}"), "json", "a is gone; b is gone; c is gone; 2 more"),
    ],
)
def test_answers_are_compared_as_what_they_are(recorded: Any, replayed: Any, kind: str, detail: str | None) -> None:
    comparison = compare(recorded, replayed)
    assert (comparison.kind, comparison.is_same, comparison.detail) == (kind, detail is None, detail or "")


@given(st.text(), st.text())
def test_what_is_read_from_a_text_is_what_its_template_was_filled_with_or_nothing(one: str, two: str) -> None:
    template = parse_text("Greet {{ one }}, and then {{two}}; {{one}} again.")
    variables = {"one": one, "two": two}
    read = variables_of(template, [{"role": "user", "content": template.fill(variables)}])
    assert read in (None, variables)


@pytest.mark.parametrize(
    ("template", "message", "variables"),
    [
        ("Greet {{name}}.", "Greet Mina.", {"name": "Mina"}),
        ("Greet {{name}}.", "Greet Mina and Jun", None),
        ("{{one}}{{two}}", "ab", None),
        ("{{one}} in {{two}}", "a in b in c", None),  # it can be read in two ways
        ("{{one}} and {{one}}", "a and b", None),
        ("Nothing", "Nothing", {}),
        ("{{all}}", "", {"all": ""}),
    ],
)
def test_variables_are_told_where_there_is_one_way_to_read_them(template: str, message: str, variables: Any) -> None:
    assert variables_of(parse_text(template), [{"role": "user", "content": message}]) == variables


def test_a_text_stands_in_one_of_the_messages_and_is_replaced_there() -> None:
    template = parse_text("Be {{tone}}.")
    messages = [{"role": "system", "content": "Be kind."}, USER]
    assert variables_of(template, messages) == {"tone": "kind"}
    assert replaced(template, messages, "Kind, please.") == [{"role": "system", "content": "Kind, please."}, USER]
    twice = [messages[0], {"role": "user", "content": "Be brief."}]
    assert variables_of(template, twice) is None


def test_a_chat_s_messages_come_first_and_its_placeholder_takes_what_is_between() -> None:
    system = {"role": "system", "content": "Be {{tone}}."}
    chat = parse_chat([system, {"type": "placeholder", "name": "history"}, {"role": "user", "content": "Now {{task}}"}])
    said = [USER, {"role": "assistant", "content": "Hello"}]
    messages = [{"role": "system", "content": "Be kind."}, *said, {"role": "user", "content": "Now sum up"}]
    assert variables_of(chat, messages) == {"tone": "kind", "history": said, "task": "sum up"}
    assert variables_of(chat, messages[1:]) is None
    plain = parse_chat([system])
    assert replaced(plain, messages, [USER]) == [USER, *messages[1:]]


def row(**fields: Any) -> dict[str, Any]:
    facts = {"id": "o", "traceId": "t", "type": "GENERATION", "metadata": {"attributes.gen_ai.operation.name": "chat"}}
    content = {"input": json.dumps([USER]), "output": json.dumps({"role": "assistant", "content": "Hello"})}
    times = {"startTime": "2026-11-28T10:00:00.000Z", "endTime": "2026-11-28T10:00:01.500Z"}
    return {**facts, **content, **times, "level": "DEFAULT", **fields}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"level": "ERROR"}, "it failed"),
        ({"type": "EMBEDDING"}, "it is no chat call"),
        ({"input": None}, "its content was not recorded"),
        ({"output": None}, "its content was not recorded"),
        (
            {"input": '[{"role": "user", "content": "x… <cut: 8 of 99 bytes>'},
            "its content was cut when it was recorded",
        ),
        ({"input": "<masked: the mask function failed>"}, "what was recorded are no messages"),
        (
            {"input": [{"role": "user", "content": "@@@langfuseMedia:type=image/png|id=x|source=bytes@@@"}]},
            "it has media",
        ),
        ({"input": [{"role": "user", "content": f"[image/png, 1,234 bytes, sha256 {'a' * 64}]"}]}, "it has media"),
    ],
)
def test_what_cannot_be_made_again_has_a_reason(fields: Any, reason: str) -> None:
    read = read_generation(row(**fields))
    assert isinstance(read, Skipped)
    assert reason in read.reason


def test_a_call_of_another_instrumentation_is_read_too() -> None:
    read = read_generation(row(metadata={}, model="m", usageDetails={"input": 3, "output": 2, "total": 5}))
    assert isinstance(read, Generation)
    assert read.usage is not None
    assert (read.usage.prompt_tokens, read.usage.completion_tokens, read.seconds, read.cost) == (3, 2, 1.5, None)


def test_what_a_real_langfuse_recorded_is_read_or_skipped_for_what_it_is() -> None:
    """The rows are those of a bare 4.16, as it gave them back (tests/data/langfuse-exchanges-v4.json)."""
    read: dict[str, Generation | str] = {}
    for exchange in EXCHANGES_V4:
        if exchange["name"].startswith("v2_observations_of_"):
            for each in exchange["response"]["json"]["data"]:
                if each["type"] in CALLS:
                    one = read_generation(each)
                    read[each["name"]] = one.reason if isinstance(one, Skipped) else one
    served = read.pop("checkout-answer")
    assert isinstance(served, Generation)
    assert [each["content"] for each in served.messages] == ["Be brief.", "What is a region?"]
    assert served.answers == [{"role": "assistant", "content": "A part of the world."}]
    assert (served.model, served.parameters) == ("gpt-4o-mini", {"temperature": 0.2})
    assert (served.prompt, served.connection, served.cost) == (("variable_template", 1), "seoul", 6.3e-06)
    assert served.usage is not None
    assert served.usage.model_dump(exclude_none=True) == {
        "prompt_tokens": 12,
        "completion_tokens": 8,
        "total_tokens": 20,
        "prompt_tokens_details": {"cached_tokens": 4, "cache_creation_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 2,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
    assert isinstance(read.pop("region-down"), Generation)  # answered by its fallback: a warning, and an answer
    assert isinstance(read.pop("house-model-inferred"), Generation)
    assert isinstance(read.pop("house-model-cost-zero"), Generation)
    assert read == {
        "failed-no-usage": "it failed",
        "failed-cost-zero": "it failed",
        "image-as-text-part": "it has media that was not recorded",
        "embed-docs": "it is no chat call",
    }


@pytest.mark.parametrize(
    ("answer", "score", "reason"),
    [
        ('{"score": 0.5, "reason": "half"}', 0.5, "half"),
        ('{"score": true}', True, ""),
        ('{"score": "good", "reason": "so"}', "good", "so"),
        ('{"grade": 1}', None, 'the judge\'s answer has no score: {"grade": 1}'),
        ("fine", None, "the judge did not answer JSON: fine"),
        ("[1]", None, "the judge's answer has no score: [1]"),
    ],
)
def test_a_judge_s_answer_is_a_score_or_says_why_there_is_none(answer: str, score: Any, reason: str) -> None:
    verdict = read_verdict(answer, 0.1)
    assert (verdict.score, verdict.reason, verdict.cost) == (score, reason, 0.1)


def test_a_budget_counts_what_is_under_way_and_what_it_came_to() -> None:
    budget = Budget(1.0)
    assert budget.reserve(0.6)
    assert not budget.reserve(0.6)
    budget.settle(0.6, 0.1)
    assert budget.reserve(0.6)
    budget.settle(0.6, 2.0)  # dearer than it should have been
    assert not budget.reserve(0.0)
    assert budget.spent == pytest.approx(2.1)


def test_what_is_left_of_an_item_is_what_was_not_made_of_it() -> None:
    generation = Generation(id="o", trace_id="t", messages=[USER], answers=text("Hello"))
    request = Request(model="m", messages=[USER], options={})
    job = Job(item_id="i", generation=generation, request=request, expected=0.5, judging=0.25)
    assert (job.calls(judged=True), job.cost(judged=True), job.cost(judged=False)) == (2, 0.75, 0.5)
    done = Job(
        item_id="i",
        generation=generation,
        request=request,
        expected=0.5,
        judging=0.25,
        done=Outcome(item_id="i", model="m", answer=text("Hello")[0]),
    )
    assert (done.calls(judged=True), done.cost(judged=True), done.calls(judged=False)) == (1, 0.25, 0)


def test_a_prompt_is_named_with_a_label_or_a_version() -> None:
    assert named_prompt("support/reply") == {"name": "support/reply"}
    assert named_prompt("support/reply@3") == {"name": "support/reply", "version": 3}
    assert named_prompt("reply@next") == {"name": "reply", "label": "next"}
    with pytest.raises(ConfigurationError, match="is no prompt"):
        named_prompt("@next")
