"""Whatever comes: spans or a refusal, and what was taken can be shown, kept and read again."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.langfuse.exports import JSON, PROTOBUF, event, export, protobuf, show, span

from genai_sdk.langfuse import content, conventions, parameters, usage
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.otlp import read_spans

RECORDED = [path.read_bytes() for path in sorted((Path(__file__).parent / "data").glob("*.pb"))]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SCOPES = ["shop", "ai", "genkit-tracer", "pydantic-ai", "@flue/opentelemetry", "langfuse-sdk", "livekit-agents"]


def names() -> list[str]:
    """Every attribute that any convention reads, out of their tables."""
    found: set[str] = set()

    def collect(told: Any) -> None:
        if isinstance(told, str):
            found.add(told)
        elif isinstance(told, msgspec.Struct):
            collect(msgspec.structs.astuple(told))
        elif isinstance(told, tuple | list | frozenset | dict):
            for part in told:
                collect(part)

    for module in (content, conventions, parameters, usage):
        collect([told for name, told in vars(module).items() if name.strip("_").isupper()])
    own = ("type", "level", "status_message", "model.parameters", "usage_details", "cost_details", "metadata")
    own += ("completion_start_time",)
    more = ("0.role", "0.content", "1", "a.b.c", "1.2.3.x")
    dotted = {
        f"{prefix.rstrip('.')}.{part}" for prefix in found for part in more if "gen_ai" in prefix or "llm" in prefix
    }
    return sorted(found | dotted | {f"langfuse.observation.{name}" for name in own})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
words = st.sampled_from(
    [
        *(
            "generation",
            "span",
            "LLM",
            "chat",
            "invoke_agent",
            "execute_tool",
            "ai.toolCall",
            "ai.embed.doEmbed x",
            "ERROR",
        ),
        *(
            "1",
            "-1",
            "NaN",
            "Infinity",
            "1e400",
            "9" * 5000,
            "true",
            "{}",
            "[]",
            "[[",
            '"\\ud800"',
            "{" * 2000,
            "[" * 2000,
        ),
        *("2026-11-23T08:38:29.400Z", '"2026-11-23"', "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
        *(
            '{"input": "x", "output": -1, "total": 1e300}',
            '{"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}',
        ),
        *("[" * 150 + "]" * 150, '{"messages": [{"role": "user"}], "usage": 1}', "a, b", '["a", 1, null]'),
    ]
)
plain_values = st.recursive(
    words
    | st.text()
    | json_values.map(json.dumps)
    | st.integers(-(2**63), 2**63 - 1)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)
attributes = st.dictionaries(st.sampled_from(names()) | st.text(max_size=20), plain_values, max_size=12)
events = st.builds(
    lambda name, told: {**event(name), "attributes": event(name, **told)["attributes"]},
    st.sampled_from(
        [
            *(
                "gen_ai.user.message",
                "gen_ai.choice",
                "gen_ai.content.prompt",
                "gen_ai.content.completion",
                "exception",
            ),
            "gen_ai.client.inference.operation.details",
        ]
    ),
    attributes,
)
moments = st.integers(0, 2**64 - 1).map(str)
spans = st.builds(
    lambda number, parent, start, end, told, happened, kind, code: span(
        number,
        parent,
        startTimeUnixNano=start,
        endTimeUnixNano=end,
        attributes=told,
        events=happened,
        kind=kind,
        status={"code": code},
    ),
    st.integers(1, 4),
    st.none() | st.integers(1, 5),
    moments,
    moments,
    attributes,
    st.lists(events, max_size=3),
    st.integers(0, 9),
    st.integers(0, 3),
)
exports = st.builds(
    lambda many, scope, resource: export(*many, scope=scope, resource=resource),
    st.lists(spans, min_size=1, max_size=5),
    st.sampled_from(SCOPES),
    attributes,
)


def take(headers: dict[str, str], body: bytes) -> list[Observation]:
    """Read, show and keep; a refusal gives no spans."""
    try:
        seen = read_spans(headers, body, arrived=NOON)
    except ApiError:
        return []
    if seen:
        shown = show(seen)
        kept = [msgspec.json.decode(msgspec.json.encode(each), type=Observation) for each in seen]
        assert show(kept) == shown
    return seen


@given(exports)
def test_whatever_attributes_say_can_be_shown_and_means_the_same_in_both_encodings(told: dict[str, Any]) -> None:
    seen = take(JSON, json.dumps(told).encode())
    assert seen
    if "\\ud" not in json.dumps(told):
        same = take(PROTOBUF, protobuf(told))
        assert [msgspec.structs.asdict(each) for each in same] == [msgspec.structs.asdict(each) for each in seen]


@given(st.binary(max_size=200), st.sampled_from([JSON, PROTOBUF]))
def test_any_bytes_are_spans_or_refused(body: bytes, headers: dict[str, str]) -> None:
    take(headers, body)


@given(st.sampled_from(RECORDED), st.data())
def test_real_exports_with_bytes_changed_are_spans_or_refused(body: bytes, data: st.DataObject) -> None:
    changed = bytearray(body)
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(body) - 1), st.integers(0, 255)), max_size=4)):
        changed[place] = byte
    take(PROTOBUF, bytes(changed))


KEYS = (
    *(
        "resourceSpans",
        "resource",
        "scopeSpans",
        "scope",
        "spans",
        "attributes",
        "events",
        "status",
        "key",
        "value",
        "values",
    ),
    *("traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "code", "message"),
    *("stringValue", "intValue", "doubleValue", "boolValue", "arrayValue", "kvlistValue", "bytesValue", "version"),
)


def wrong(told: Any, draw: Any) -> Any:
    """Put something else in one place of an export."""
    if isinstance(told, dict | list) and told and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(told) if isinstance(told, dict) else range(len(told))))
        changed = dict(told) if isinstance(told, dict) else list(told)
        changed[key] = wrong(told[key], draw)
        return changed
    return draw(json_values | st.dictionaries(st.sampled_from(KEYS), json_values, max_size=3))


@given(st.data())
def test_exports_that_are_wrong_somewhere_are_spans_or_refused(data: st.DataObject) -> None:
    told = export(
        span(1, attributes={"a": ["b", {"c": 1}]}, events=[event("x", y=0.5)], status={"code": 1}), span(2, 1)
    )
    take(JSON, json.dumps(wrong(told, data.draw)).encode())


def test_the_names_are_those_of_the_tables() -> None:
    found = names()
    assert {"gen_ai.response.model", "llm.cost.total", "input.value", "ai.model.id", "llm.input_messages.0.role"} < {
        *found
    }
    assert len(found) > 150
