"""What real libraries export, recorded by data/record.py, as Langfuse understands it."""

from pathlib import Path

import pytest
from tests.langfuse.exports import PROTOBUF, show

from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.otlp import read_spans
from genai_sdk.langfuse.trace import Trace

DATA = Path(__file__).parent / "data"
NAMES = sorted(path.stem for path in DATA.glob("*.pb"))
SYSTEM, USER = "Answer in Korean.", "Hello!"


def recorded(name: str) -> Trace:
    spans = read_spans(PROTOBUF, (DATA / f"{name}.pb").read_bytes())
    return Trace(spans[0].trace_id, tuple(sorted(spans, key=lambda each: each.start)))


def the(name: str, type: str) -> Observation:  # noqa: A002
    return recorded(name).find(type=type)[0]


def test_there_is_a_recording_of_every_library() -> None:
    assert NAMES == ["langfuse", "openinference", "openllmetry", "opentelemetry", "plain", "pydantic-ai"]


@pytest.mark.parametrize("name", NAMES)
def test_every_recording_can_be_shown(name: str) -> None:
    (shown,) = show(recorded(name).observations)
    assert shown["version"] == "1.0.0"
    assert shown["metadata"]["resourceAttributes"] == {"service.name": "shop", "service.version": "1.0.0"}


@pytest.mark.parametrize("name", ["openinference", "openllmetry", "opentelemetry"])
def test_a_completion_is_a_generation_with_model_parameters_and_tokens(name: str) -> None:
    seen = the(name, "GENERATION")
    assert seen.model == "gpt-4o-mini"
    assert {"temperature": 0.2, "max_tokens": 64}.items() <= seen.parameters.items()
    assert (seen.usage["input"], seen.usage["output"]) == (4, 2)
    (shown,) = show([seen])[0]["observations"]
    assert (shown["promptTokens"], shown["completionTokens"], shown["totalTokens"]) == (4, 2, 6)


@pytest.mark.parametrize("name", ["openllmetry", "opentelemetry"])
def test_messages_of_opentelemetry_are_what_went_in_and_came_out(name: str) -> None:
    seen = the(name, "GENERATION")
    assert [(each["role"], each["parts"][0]["content"]) for each in seen.input] == [("system", SYSTEM), ("user", USER)]
    assert [(each["role"], each["parts"][0]["content"]) for each in seen.output] == [("assistant", "fake: Hello!")]
    assert "gen_ai.input.messages" not in seen.shown_attributes
    assert seen.shown_attributes["gen_ai.response.finish_reasons"] == ["stop"]


def test_values_of_openinference_are_what_went_in_and_came_out() -> None:
    seen = the("openinference", "GENERATION")
    assert seen.input["messages"] == [{"role": "system", "content": SYSTEM}, {"role": "user", "content": USER}]
    assert seen.output["choices"][0]["message"]["content"] == "fake: Hello!"
    assert not [name for name in seen.shown_attributes if name.startswith(("llm.input_messages", "output.value"))]


def test_an_agent_of_pydantic_ai_is_a_tree_whose_tokens_count_once() -> None:
    trace = recorded("pydantic-ai")
    assert [line.split(" · ")[0] for line in str(trace).splitlines()] == [
        "forecaster run",
        "└─ AGENT forecaster run",
        "   ├─ GENERATION chat test",
        "   ├─ TOOL weather",
        "   └─ GENERATION chat test",
    ]
    agent, tool = the("pydantic-ai", "AGENT"), the("pydantic-ai", "TOOL")
    assert (agent.model, agent.usage) == (None, {})
    assert agent.input[:1] == [{"role": "system", "content": SYSTEM}]
    assert agent.output == {"weather": "sunny in a"}
    assert (tool.input, tool.output) == ({"city": "a"}, "sunny in a")
    assert trace.session_id == agent.attributes["gen_ai.conversation.id"]


def test_the_official_sdk_is_read_by_its_own_attributes() -> None:
    trace = recorded("langfuse")
    generation = the("langfuse", "GENERATION")
    assert (trace.name, trace.environment, trace.release) == ("answer", "staging", "1.2.3")
    assert trace.input == {"args": ["Hello!"], "kwargs": {}}
    assert (generation.usage, generation.cost) == ({"input": 12, "output": 5, "total": 17}, {"total": 0.0001})
    (shown,) = show(trace.observations)
    assert "attributes" not in shown["metadata"]
    assert shown["metadata"]["scope"]["attributes"]["public_key"] == "pk-lf-recorded"


def test_spans_made_by_hand_keep_kinds_values_events_and_exceptions() -> None:
    trace = recorded("plain")
    checkout, chat, retry = trace.observations
    assert [each.kind for each in trace.observations] == ["server", "client", "internal"]
    assert (trace.user_id, trace.session_id, trace.tags) == ("user-7", "sess-1", ["a", "b"])
    assert {
        "yes": True,
        "count": -7,
        "half": 0.5,
        "whole": [1, 2, 3],
        "text": "생성",
    }.items() <= checkout.attributes.items()
    assert checkout.scope.attributes == {"team": "search"}
    assert (chat.type, chat.input) == ("GENERATION", [{"role": "user", "content": "Hello!"}])
    assert (retry.level, retry.status_message) == ("ERROR", "the provider was silent for 60 s")
