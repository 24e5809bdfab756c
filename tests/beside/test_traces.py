"""Calls beside the official Langfuse SDK: in its spans where they belong to the same project, else apart."""

from typing import Any

import pytest
from tests.beside.conftest import Peer, on_fakes

from genai_sdk.testing.langfuse import Observation

pytestmark = on_fakes

SHARED = ("user.id", "session.id", "langfuse.environment", "langfuse.release", "langfuse.trace.")


def shared(span: Observation) -> dict[str, Any]:
    """What a span has in common with its trace."""
    return {name: told for name, told in span.attributes.items() if name.startswith(SHARED)}


@pytest.mark.parametrize("way", ["plain", "thread", "stream", "async", "task"])
def test_a_call_in_an_observed_function_nests_under_it(peer: Peer, way: str) -> None:
    observed = peer.do("observed", way)
    (trace,) = peer.langfuse.traces
    (call,) = trace.find("chat gpt-4o-mini", type="generation")
    assert [(each.name, each.scope.name) for each in trace.observations[:2]] == [
        ("observed", "langfuse-sdk"),
        ("chat gpt-4o-mini", call.scope.name),
    ]
    assert trace.root.id == observed["span"] == call.parent_id
    assert trace.id == observed["trace"] == observed["told"]
    assert not list(peer.other.traces)


def test_calls_in_observed_functions_at_once_keep_to_their_own(peer: Peer) -> None:
    observed = peer.do("at_once", 10)
    traces = {each.id: each for each in peer.langfuse.traces}
    assert {each["trace"] for each in observed} == {each["told"] for each in observed} == traces.keys()
    for each in observed:
        (call,) = traces[each["trace"]].find("chat gpt-4o-mini")
        assert call.parent_id == each["span"]


def test_a_call_in_a_foreign_span_is_a_trace_of_its_own_that_names_it(peer: Peer) -> None:
    foreign = peer.do("in_foreign_span", join_otel=False)
    (trace,) = peer.langfuse.traces
    assert (trace.root.name, trace.root.parent_id) == ("chat gpt-4o-mini", None)
    assert trace.id != foreign["trace"]
    assert trace.root.metadata["otel_span_id"] == foreign["span"]
    assert trace.root.metadata["otel_trace_id"] == foreign["trace"]


def test_a_call_in_a_foreign_span_joins_it_where_that_is_wanted(peer: Peer) -> None:
    foreign = peer.do("in_foreign_span", join_otel=True)
    (trace,) = peer.langfuse.traces
    assert (trace.id, trace.root.name, trace.root.parent_id) == (foreign["trace"], "chat gpt-4o-mini", foreign["span"])


def test_an_observed_function_in_a_block_takes_the_calls_in_it(peer: Peer) -> None:
    peer.do("in_blocks")
    traces = {each.id: each for each in peer.langfuse.traces}
    spans = {each.name: each for trace in traces.values() for each in trace.observations}
    assert spans["block"].parent_id == spans["outer"].id
    assert spans["in block"].parent_id == spans["block"].id
    assert spans["in inner"].parent_id == spans["inner"].id
    assert len(traces) == 1


def test_two_projects_never_mix(peer: Peer) -> None:
    observed = peer.do("two_projects", [peer.other.public_key, peer.other.secret_key])
    (mine,) = peer.langfuse.traces
    assert mine.root.id == observed["span"]
    calls = {project.id: project.traces.observations("chat gpt-4o-mini") for project in peer.langfuse.projects}
    said = {project: {each.input[-1]["content"] for each in found} for project, found in calls.items()}
    assert said == {peer.langfuse.project.id: {"one"}, peer.other.id: {"two"}}
    assert [len(found) for found in calls.values()] == [10, 10]
    assert {each.parent_id for each in calls[peer.langfuse.project.id]} == {observed["span"]}
    assert all(trace.id != mine.id for trace in peer.other.traces)
    assert {trace.name for trace in peer.other.traces} == {"chat gpt-4o-mini", "block of two"}
    assert all(trace.root.metadata["otel_span_id"] == observed["span"] for trace in peer.other.traces)
    assert set(observed["instrumented"]) <= {"observed"}  # nothing of ours leaves by somebody else's exporter


@pytest.mark.parametrize("where", ["inside", "around"])
def test_a_call_shares_what_the_official_sdk_says_of_the_trace(peer: Peer, where: str) -> None:
    given = {
        "user_id": "user-7",
        "session_id": "session-1",
        "tags": ["beta", "eu"],
        "metadata": {"team": "번역", "tier": "gold"},
        "trace_name": "checkout",
        "environment": "staging",
    }
    peer.do("propagated", where, given, {})
    (trace,) = peer.langfuse.traces
    (call,) = trace.find("chat gpt-4o-mini")
    assert len(shared(trace.root)) == 7
    for span in (call, *trace.children(call)):
        assert shared(span) == shared(trace.root)


def test_what_a_call_says_itself_counts_first(peer: Peer) -> None:
    peer.do("propagated", "around", {"user_id": "user-7", "tags": ["beta"]}, {"user_id": "user-8", "tags": ["call"]})
    (trace,) = peer.langfuse.traces
    (call,) = trace.find("chat gpt-4o-mini")
    assert (trace.root.user_id, call.user_id) == ("user-7", "user-8")
    assert set(call.tags) == {"beta", "call"}
