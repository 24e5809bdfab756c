"""Calls over the bounds of their prompt's contract."""

import logging

import pytest

from genai_sdk.prompts.contract import bounds_of
from genai_sdk.testing import Reply
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
    assert link.exceeded(None, None) == link.exceeded(0.01, 5.0) == ()
    assert link.exceeded(0.02, 6.0) == ("$0.02 is over max_cost, $0.01", "6 s are over max_latency, 5 s")
    assert PromptLink("a", 1).exceeded(9.0, 9.0) == ()


@pytest.mark.parametrize("config", [None, "text", [], {}, {"contract": 3}, {"contract": {"max_cost": -1}}])
def test_what_is_no_bound_is_none(config):
    assert bounds_of(config) == (None, None)
