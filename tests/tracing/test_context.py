"""Where an observation belongs, among blocks of ours and spans of others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.tracing.context import TraceContext, find_context
from genai_sdk.tracing.ids import Ids
from genai_sdk.tracing.otel import ActiveSpan
from genai_sdk.tracing.record import TraceAttributes

PLAIN = TraceAttributes(environment="staging", release="1")
OURS = ActiveSpan("a" * 32, "b" * 16, "pk-ours", {"user.id": "user-7"})
OTHER_PROJECT = ActiveSpan("c" * 32, "d" * 16, "pk-other", {"user.id": "user-9"})
FOREIGN = ActiveSpan("e" * 32, "f" * 16)


def find(block: TraceContext | None = None, span: ActiveSpan | None = None, **options: object) -> TraceContext:
    given: dict[str, object] = {
        "draw": Ids().trace,
        "public_key": "pk-ours",
        "sample_rate": 1.0,
        "join_otel": False,
        **options,
    }
    return find_context(block, span, PLAIN, **given)  # type: ignore[arg-type]


def block(beside: ActiveSpan | None = None) -> TraceContext:
    return TraceContext("1" * 32, "2" * 16, PLAIN, beside=None if beside is None else beside.id)


def test_by_itself_it_is_the_root_of_a_new_trace() -> None:
    first, second = find(), find()
    assert first.parent_id is None
    assert first.trace_id != second.trace_id
    assert first.shared == PLAIN


def test_under_a_span_of_the_langfuse_sdk_for_our_project_it_is_part_of_its_trace() -> None:
    scope = find(span=OURS)
    assert (scope.trace_id, scope.parent_id) == (OURS.trace_id, OURS.id)
    assert scope.shared.user_id == "user-7"
    assert scope.shared.environment == "staging"


@pytest.mark.parametrize("span", [OTHER_PROJECT, FOREIGN])
def test_under_any_other_span_it_is_a_trace_of_its_own_that_names_the_span(span: ActiveSpan) -> None:
    scope = find(span=span)
    assert scope.trace_id != span.trace_id
    assert scope.parent_id is None
    assert scope.facts == {"otel_trace_id": span.trace_id, "otel_span_id": span.id}
    assert scope.shared.user_id is None


@pytest.mark.parametrize("span", [OTHER_PROJECT, FOREIGN])
def test_with_join_otel_it_is_part_of_that_trace(span: ActiveSpan) -> None:
    scope = find(span=span, join_otel=True)
    assert (scope.trace_id, scope.parent_id, scope.facts) == (span.trace_id, span.id, {})
    assert scope.shared == PLAIN, "another project's people stay there"


@pytest.mark.parametrize("span", [None, FOREIGN, OTHER_PROJECT])
@pytest.mark.parametrize("join_otel", [False, True])
def test_in_a_block_it_is_part_of_the_block(span: ActiveSpan | None, join_otel: bool) -> None:
    inside = block()
    assert find(inside, span, join_otel=join_otel) is inside


def test_of_a_block_and_a_langfuse_span_the_inner_one_counts() -> None:
    begun_in_the_span = block(beside=OURS)
    assert find(begun_in_the_span, OURS) is begun_in_the_span
    assert find(block(), OURS).parent_id == OURS.id


@given(st.floats(0, 1))
def test_whether_a_new_trace_is_in_the_sample_follows_from_its_id(rate: float) -> None:
    scope = find(sample_rate=rate)
    assert scope.sampled == (int(scope.trace_id[16:], 16) < rate * 2**64)


def test_a_trace_that_others_record_is_always_in_the_sample() -> None:
    assert find(span=OURS, sample_rate=0.0).sampled


def test_what_the_langfuse_sdk_says_of_its_trace_is_taken_over() -> None:
    attributes = {
        "langfuse.trace.name": "checkout",
        "session.id": "sess-1",
        "langfuse.trace.tags": ("a", "b"),
        "langfuse.environment": "prod",
        "langfuse.release": "2",
        "langfuse.trace.metadata.cart": "3",
        "user.id": 7,
    }
    shared = find(span=ActiveSpan("a" * 32, "b" * 16, "pk-ours", attributes)).shared
    assert (shared.trace_name, shared.session_id, shared.tags) == ("checkout", "sess-1", ("a", "b"))
    assert shared.metadata == (b'{"cart":"3"}',)
    assert (shared.environment, shared.release, shared.user_id) == ("prod", "2", None)
