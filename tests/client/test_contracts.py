"""Calls that break the contract of their prompt's version: its bounds, and the schema of its answers."""

import logging

import pytest

from genai_sdk.prompts.contract import bounds_of
from genai_sdk.testing import Reply
from genai_sdk.tracing.contracts import Breach, Contracts
from genai_sdk.tracing.record import Cost, Generation, ModelRequest, ObservationRecord, TraceAttributes
from genai_sdk.types import PromptLink

MODEL = "gemini_usa/gemini-2.5-flash"


@pytest.fixture
def prompt(regions):
    """Writes a prompt with a contract."""
    names = []

    def write(name, **contract):
        names.append(name)
        config = {"model": MODEL, "contract": contract}
        regions.langfuse.prompts.create(name, "Hello {{name}}!", labels=["production"], config=config)
        return name

    regions.langfuse.traces.clear()
    yield write
    for name in names:
        regions.langfuse.prompts.delete(name)


def calls(client, face, regions, name, times=1):
    for _ in range(times):
        regions.usa.script(Reply(text="Hi", prompt_tokens=1_000, completion_tokens=1_000))
        face.call(client, "completion", prompt=name, variables={"name": "Mina"})
    assert client.flush(20)
    return [trace.root.metadata.get("contract") for trace in regions.langfuse.traces.all]


def test_a_call_over_its_bounds_says_so_on_its_trace_and_once_in_the_log(client, face, regions, prompt, caplog):
    caplog.set_level(logging.WARNING, "genai_sdk")
    name = prompt("dear", max_cost=0.0000001, max_latency=0.0000001)
    first, second = calls(client, face, regions, name, times=2)
    for said in (first, second):
        assert "is over max_cost, $1e-07; " in said
        assert said.endswith("s are over max_latency, 1e-07 s")
    (line,) = [each.getMessage() for each in caplog.records if "broke its contract" in each.getMessage()]
    assert line.startswith("prompt 'dear' (version 1) broke its contract: $")


def test_a_call_within_its_bounds_says_nothing(client, face, regions, prompt, caplog):
    caplog.set_level(logging.WARNING, "genai_sdk")
    assert calls(client, face, regions, prompt("cheap", max_cost=1, max_latency=600)) == [None]
    assert calls(client, face, regions, prompt("odd", max_cost="much", max_latency=True))[-1] is None
    assert "broke its contract" not in caplog.text


def test_bounds_are_exceeded_only_by_what_is_known():
    link = PromptLink("a", 1, max_cost=0.01, max_latency=5.0)
    assert link.exceeded(None, None) == link.exceeded(0.01, 5.0) == []
    assert link.exceeded(0.02, 6.0) == [
        ("max_cost", "$0.02 is over max_cost, $0.01"),
        ("max_latency", "6 s are over max_latency, 5 s"),
    ]
    assert PromptLink("a", 1).exceeded(9.0, 9.0) == []


@pytest.mark.parametrize("config", [None, "text", [], {}, {"contract": 3}, {"contract": {"max_cost": -1}}])
def test_what_is_no_bound_is_none(config):
    assert bounds_of(config) == (None, None)


ORDER = {
    "type": "object",
    "properties": {"dish": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["dish", "count"],
    "additionalProperties": False,
}
FORM = {"type": "json_schema", "json_schema": {"name": "order", "schema": ORDER}}


@pytest.fixture
def ordering(regions):
    """A prompt whose contract is the schema of its answers."""
    config = {"model": MODEL, "response_format": FORM}
    regions.langfuse.prompts.create("order", "Order {{dish}}!", labels=["production"], config=config)
    regions.langfuse.traces.clear()
    yield "order"
    regions.langfuse.prompts.delete("order")


def order(client, face, regions, *replies, **options):
    for reply in replies:
        regions.usa.script(reply)
        face.call(client, "completion", prompt="order", variables={"dish": "bibimbap"}, **options)
    assert client.flush(20)
    return [trace.root.metadata.get("contract") for trace in regions.langfuse.traces.all]


def test_an_answer_that_is_not_of_the_schema_is_told_on_its_trace_counted_and_logged_once(
    client, face, regions, ordering, caplog
):
    caplog.set_level(logging.WARNING, "genai_sdk")
    good, wrong, prose, cut = order(
        client,
        face,
        regions,
        Reply(text='{"dish": "bibimbap", "count": 2}'),
        Reply(text='{"dish": "canary", "count": "two"}'),
        Reply(text="canary"),
        Reply(text='{"dish": "can', finish="length"),
    )
    assert good is None
    assert wrong == "the answer.count is a string, not an integer"
    assert prose == "the answer is no JSON"
    assert cut == "the answer is no JSON, cut off at its longest"
    assert client.stats().broken_contracts == {("order", 1, "answer"): 3}
    (line,) = [each.getMessage() for each in caplog.records if "broke its contract" in each.getMessage()]
    assert line.startswith("prompt 'order' (version 1) broke its contract: the answer.count is a string")
    assert "canary" not in line


def test_a_stream_is_held_to_the_schema_as_a_whole_answer_is(client, face, regions, ordering):
    regions.usa.script(Reply(text='{"dish": "bibimbap"}'))
    stream = face.call(client, "completion", prompt="order", variables={"dish": "bibimbap"}, stream=True)
    face.read(stream)
    assert client.flush(20)
    (trace,) = regions.langfuse.traces.all
    assert trace.root.metadata["contract"] == "the answer.count is missing"


def test_a_call_that_asks_for_another_form_is_not_held_to_the_schema(client, face, regions, ordering):
    assert order(client, face, regions, Reply(text="Gladly."), response_format={"type": "text"}) == [None]
    assert client.stats().broken_contracts == {}


def test_calls_of_tools_are_no_answers_yet(client, face, regions, ordering):
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
    reply = Reply(tool_calls=[("look", {})])
    assert order(client, face, regions, reply, tools=tools) == [None]


def test_a_version_is_told_of_once_an_hour_with_how_many_came_between(caplog):
    caplog.set_level(logging.WARNING, "genai_sdk")
    moments = iter([0.0, 10.0, 3_599.0, 3_601.0])
    contracts = Contracts(now=lambda: next(moments))
    request = ModelRequest("chat", "m", prompt=PromptLink("a", 1))
    record = ObservationRecord(
        trace_id="t",
        id="o",
        kind="generation",
        name="a",
        started=0,
        ended=1,
        shared=TraceAttributes(),
        generation=Generation(request=request, cost=Cost(None)),
    )
    for _ in range(4):
        contracts.note(record, (Breach("answer", "the answer is empty"),))
    first, second = [each.getMessage() for each in caplog.records]
    assert "before it" not in first
    assert "and in 2 calls before it" in second
    assert contracts.counts == {("a", 1, "answer"): 4}
