"""Whatever is asked, no answer is the server's own failure: hypothesis asks every path for anything."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.wire import any_value
from tests.local.api.conftest import Attacked

from genai_sdk.langfuse.api.routes import ROUTES

PATHS = {each.path: each.works for each in ROUTES}

QUERY_NAMES = st.sampled_from(
    [
        *("page", "limit", "cursor", "name", "version", "label", "tag", "tags", "resolve", "userId", "sessionId"),
        *("traceId", "type", "level", "environment", "fields", "orderBy", "filter", "value", "valueMin", "valueMax"),
        *("fromTimestamp", "toTimestamp", "fromStartTime", "toStartTime", "fromUpdatedAt", "parentObservationId"),
        *("datasetName", "datasetId", "runName", "sourceTraceId", "sourceObservationId"),
        *("scoreIds", "observationId", "dataType", "source", "id", "isRootObservation", "traceName", "release"),
    ]
)
HARD = st.sampled_from(
    [
        *("", "0", "-1", "1e999", "nan", "9" * 30, "9" * 5000, "true", "null", "%", "\x00", "' OR 1=1 --", '"', "\\"),
        *("../../etc/passwd", "\u202e", "🙂", "W10=", "WzEsMl0=", "WzEsOTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0=", "latest"),
        *("2027-01-01", "2027-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "timestamp."),
        *("NUMERIC", "BOOLEAN", "CATEGORICAL", "core,io", "x" * 3000),
    ]
)
TEXTS = HARD | st.text(max_size=8)
SURROGATES = st.text(st.characters(categories=["Cs", "Lu"]), max_size=4)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | SURROGATES
FIELDS = st.sampled_from(
    [
        *("name", "prompt", "type", "labels", "tags", "config", "commitMessage", "newLabels", "provider", "adapter"),
        *("secretKey", "baseURL", "customModels", "withDefaultModels", "extraHeaders", "value", "dataType", "id"),
        *("traceId", "observationId", "sessionId", "comment", "metadata", "environment", "batch", "traceIds", "body"),
        *("datasetName", "input", "expectedOutput", "datasetItemId", "runName", "description", "inputSchema"),
        *("resourceSpans", "scopeSpans", "spans", "spanId", "attributes", "key", "status", "code", "startTimeUnixNano"),
    ]
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | TEXTS, inner, max_size=5),
    max_leaves=12,
)
GOOD: dict[str, dict[str, Any]] = {
    "v2/prompts": {"name": "p", "prompt": "x", "type": "text", "labels": [], "tags": [], "config": {}},
    "v2/prompts/{name:path}/versions/{version}": {"newLabels": ["a"]},
    "llm-connections": {"provider": "c", "adapter": "openai", "secretKey": "sk-1", "customModels": [], "config": None},
    "scores": {"name": "s", "value": 1, "id": "i", "traceId": "a" * 32, "metadata": {}, "dataType": None},
    "ingestion": {"batch": [{"id": "e", "type": "score-create", "body": {"name": "s", "value": 1}}]},
    "traces": {"traceIds": ["x"]},
    "v2/datasets": {"name": "kept", "description": "d", "metadata": {}},
    "dataset-items": {"datasetName": "kept", "id": "kept", "input": "x", "expectedOutput": {}, "status": "ACTIVE"},
    "dataset-run-items": {"runName": "kept", "datasetItemId": "kept", "traceId": "x", "metadata": {}},
}
anything = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def path_of(draw: st.DrawFn, pattern: str) -> str:
    from urllib.parse import quote

    for placeholder in ("{id}", "{id:path}", "{name:path}", "{run:path}", "{version}"):
        if placeholder in pattern:
            pattern = pattern.replace(placeholder, quote(draw(TEXTS | st.sampled_from(["kept", "1"])), safe=""))
    return pattern


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes | None, dict[str, Any]]:
    pattern, methods = draw(st.sampled_from(sorted(PATHS.items())))
    method = draw(st.sampled_from(sorted(methods)))
    body: bytes | None = None
    if method not in {"GET"}:
        kind = draw(st.sampled_from(["near", "json", "bytes"]))
        if kind == "near" and pattern in GOOD:
            good = dict(GOOD[pattern])
            for field in draw(st.lists(st.sampled_from(sorted(good)), max_size=2)):
                good[field] = draw(JSON)
            body = json.dumps(good).encode("utf-8", "surrogatepass")
        elif kind == "json":
            body = json.dumps(draw(JSON)).encode("utf-8", "surrogatepass")
        else:
            body = draw(st.binary(max_size=60))
    return method, path_of(draw, pattern), body, draw(st.dictionaries(QUERY_NAMES, TEXTS, max_size=4))


@anything
@given(requests())
def test_every_answer_is_an_answer(attacked: Attacked, request: tuple[str, str, bytes | None, dict[str, Any]]) -> None:
    method, path, body, query = request
    reply = attacked.ask(method, path, body, **{name + "_": value for name, value in query.items()})
    assert reply.status < 500, (request, reply)
    if reply.status >= 400:
        assert reply.json["message"]


ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        [
            *("langfuse.observation.type", "langfuse.observation.level", "langfuse.observation.input"),
            *("langfuse.observation.output", "langfuse.observation.usage_details", "langfuse.observation.cost_details"),
            *("langfuse.observation.model.name", "langfuse.observation.model.parameters", "langfuse.trace.metadata"),
            *("langfuse.observation.prompt.name", "langfuse.observation.prompt.version", "langfuse.trace.tags"),
            *("langfuse.observation.completion_start_time", "langfuse.observation.metadata", "langfuse.trace.input"),
            *("user.id", "session.id", "langfuse.environment", "langfuse.version", "langfuse.trace.name"),
            *("gen_ai.request.model", "gen_ai.usage.input_tokens", "gen_ai.prompt", "gen_ai.input.messages"),
        ]
    ),
    LEAVES | JSON.map(json.dumps) | st.lists(LEAVES, max_size=2),
    max_size=6,
)


@anything
@given(ATTRIBUTES, st.integers() | TEXTS, st.integers() | TEXTS)
def test_what_was_taken_in_can_be_read_again(attacked: Attacked, told: dict[str, Any], start: Any, end: Any) -> None:
    trace_id = "f" * 32
    pairs = [{"key": key, "value": any_value(value)} for key, value in told.items()]
    span = {"traceId": trace_id, "spanId": "e" * 16, "name": "s", "startTimeUnixNano": start, "endTimeUnixNano": end}
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [{**span, "attributes": pairs}]}]}]}
    taken = attacked.ask("POST", "otel/v1/traces", body)
    assert taken.status in {200, 400}, taken
    if taken.status == 200:
        for path in (
            *(f"traces/{trace_id}", "traces", f"observations/{'e' * 16}", "observations", "sessions", "metrics/daily"),
            "v2/observations?fields=core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context",
        ):
            read = attacked.ask("GET", path)
            assert read.status == 200, (path, read)
    attacked.ask("DELETE", f"traces/{trace_id}")
