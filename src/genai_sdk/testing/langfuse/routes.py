"""What a fake Langfuse does on each of its paths."""

import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

import msgspec

from genai_sdk.langfuse import views
from genai_sdk.langfuse.composition import Composed, resolve
from genai_sdk.langfuse.field_groups import observation_fields
from genai_sdk.langfuse.new_prompt import read_labels, read_prompt
from genai_sdk.langfuse.new_score import read_score
from genai_sdk.langfuse.otlp import read_spans
from genai_sdk.langfuse.prompt import PRODUCTION
from genai_sdk.langfuse.refusal import RefusalError, invalid
from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.langfuse.broker import deliver_connections
from genai_sdk.testing.langfuse.llm_connections import delete_connection, list_connections, put_connection
from genai_sdk.testing.langfuse.media import register_media, report_media, show_media
from genai_sdk.testing.langfuse.page import page, read_number
from genai_sdk.testing.langfuse.project import FakeProject
from genai_sdk.testing.langfuse.traces import Score

VERSION = "4.16.0"
"""The Langfuse that this one is like."""

Work = Callable[[FakeProject, Request, re.Match[str]], Answer]


class Route(msgspec.Struct, frozen=True):
    """A path and what happens on it.

    Attributes:
        operation: What it is called in scripts and the journal.
        method: The HTTP method.
        pattern: The whole path, still percent-encoded.
        work: Answers; None for the paths that need no key pair.
    """

    operation: str
    method: str
    pattern: re.Pattern[str]
    work: Work | None


def find(request: Request, *, broker: bool) -> tuple[Route, re.Match[str]] | None:
    """Return the route of a request, or None if there is no such path.

    Raises:
        RefusalError: There is, but not with this method.
    """
    there = False
    for route in ROUTES:
        matched = route.pattern.fullmatch(request.path)
        if matched is None or (route.work is _connections and not broker):
            continue
        if route.method == request.method:
            return route, matched
        there = True
    if there:
        raise RefusalError(405, "Method not allowed")
    return None


def health() -> Answer:
    """Answer that all is well."""
    return json_answer({"status": "OK", "version": VERSION})


def _projects(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    row = {"id": project.id, "name": project.name, "metadata": {}}
    return json_answer({"data": [{**row, "organization": {"id": "org-test", "name": "TestOrg"}}]})


def _list_prompts(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    query = request.query
    rows = []
    for name in project.prompts:
        versions = tuple(
            each
            for each in project.prompts.versions(name)
            if query.get("label") in (None, *each.labels)
            and query.get("tag") in (None, *each.tags)
            and query.get("version") in (None, str(each.version))
        )
        if versions and query.get("name") in (None, name):
            rows.append(views.prompt_row(versions))
    found = page(rows, query, 10)
    return json_answer({**found, "pagination": found["meta"]})


def _create_prompt(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    new = read_prompt(request.body)
    version = project.prompts.create(
        new.name,
        new.prompt,
        labels=new.labels,
        tags=new.tags,
        config=new.config,
        commit_message=new.commit_message,
    )
    return json_answer(views.prompt_written(project.id, version), 201)


def _get_prompt(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    name, label, given = unquote(matched["name"]), request.query.get("label"), request.query.get("version")
    if label and given:
        raise RefusalError(400, "Cannot specify both version and label")
    if given and not given.isdecimal():
        raise invalid("version", "Invalid input: expected number, received NaN")
    number = int(given) if given else None
    found = project.prompts.find(name, label=label or PRODUCTION, version=number)
    if found is None:
        wanted = f"version {number}" if number is not None else f"label '{label or PRODUCTION}'"
        raise RefusalError(404, f"Prompt not found: '{name}' with {wanted}")
    raw = request.query.get("resolve") == "false"
    try:
        composed = Composed(found.prompt, None) if raw else resolve(project.prompts.find, found)
    except RefusalError as error:  # what it refers to has gone since it was written
        raise RefusalError(500, "Internal Server Error", error.message) from None
    return json_answer(views.prompt_read(project.id, found, composed))


def _label_prompt(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    labels = read_labels(request.body)
    version = project.prompts.label(unquote(matched["name"]), int(matched["version"]), *labels)
    return json_answer(views.prompt_written(project.id, version))


def _delete_prompt(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    name, label, given = unquote(matched["name"]), request.query.get("label"), request.query.get("version")
    if label and given:
        raise RefusalError(400, "Cannot specify both version and label")
    number = read_number(request.query, "version", 0) or None
    if not project.prompts.delete(name, label=label, version=number):
        raise RefusalError(404, "Prompt not found")
    return Answer(204, {})


def _take_spans(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    spans = read_spans(request.headers, request.body)
    if not spans:
        return json_answer({})
    project.traces.add(spans)
    job = {"id": str(uuid.uuid4()), "name": "otel-ingestion-job"}
    return json_answer({"name": "otel-ingestion-job", "data": job})


def _list_traces(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    rows = [
        views.trace_row(project.id, trace, [score.id for score in project.scores if score.trace_id == trace.id])
        for trace in project.traces
    ]
    kept = [
        row
        for row in rows
        if all(request.query.get(key) in (None, row[key]) for key in ("name", "userId", "sessionId"))
    ]
    return json_answer(page(sorted(kept, key=lambda row: str(row["timestamp"]), reverse=True), request.query, 50))


def _get_trace(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    try:
        trace = project.traces[matched["id"]]
    except KeyError:
        raise RefusalError(404, f"Trace {matched['id']} not found within authorized project") from None
    scores = [{**score.body, "id": score.id} for score in project.scores if score.trace_id == trace.id]
    return json_answer(views.trace_whole(project.id, trace, scores, project.prompts.ids))


def _get_observation(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    found = next((each for each in project.traces.observations() if each.id == matched["id"]), None)
    if found is None:
        raise RefusalError(404, "Observation not found within authorized project")
    return json_answer(views.observation(project.id, found, project.prompts.ids))


def _list_observations(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    query = request.query
    limit, start = read_number(query, "limit", 50, most=1_000), _start(query.get("cursor"))
    groups = [part.strip() for part in query.get("fields", "").split(",") if part.strip()]
    found = [
        (each, each is trace.root)
        for trace in project.traces
        for each in trace.observations
        if query.get("traceId") in (None, trace.id)
        and query.get("type") in (None, each.type)
        and query.get("name") in (None, each.name)
    ]
    found.sort(key=lambda pair: pair[0].start, reverse=True)
    shown = [
        observation_fields(project.id, each, groups, project.prompts.ids, is_root=is_root)
        for each, is_root in found[start : start + limit]
    ]
    following = start + limit
    return json_answer({"data": shown, "meta": {"cursor": str(following)} if following < len(found) else {}})


def _start(cursor: str | None) -> int:
    """Read a cursor of the fake's: how many rows came before, which is enough while nothing is added."""
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise RefusalError(400, "Invalid cursor format")
    return int(cursor or 0)


def _take_score(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    body = request.json()
    if isinstance(body, list):  # how the official SDK 5.x sends them, to servers from 4.59 on
        for score in [_score(each) for each in body]:
            project.scores.add(score)
        return json_answer({"message": "Accepted"}, 202)
    score = _score(body)
    project.scores.add(score)
    return json_answer({"id": score.id})


def _take_events(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    """Take the scores of a batch of events, which is how the official SDK 4.x sends them; other events are refused."""
    batch = _object(request).get("batch")
    if not isinstance(batch, list):
        raise invalid("batch", "Invalid input: expected array, received undefined")
    done: dict[str, list[dict[str, Any]]] = {"successes": [], "errors": []}
    for event in batch:
        try:
            if event["type"] != "score-create":
                raise RefusalError(400, "Invalid request data", f"this fake takes no {event['type']}")
            project.scores.add(_score(event["body"]))
            done["successes"].append({"id": event["id"], "status": 201})
        except RefusalError as error:
            done["errors"].append({"id": event["id"], "status": 400, "message": error.message})
    return json_answer(done, 207)


def _score(body: Any) -> Score:
    new = read_score(body)
    return Score(
        id=new.id or str(uuid.uuid4()),
        name=new.name,
        value=new.value,
        trace_id=new.trace_id,
        observation_id=new.observation_id,
        body=body,
    )


def _connections(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    return deliver_connections(project, request)


def _object(request: Request) -> dict[str, Any]:
    body = request.json()
    if not isinstance(body, dict):
        raise RefusalError(400, "Invalid request data", "Invalid JSON")
    return body


def _route(operation: str, method: str, path: str, work: Work | None) -> Route:
    return Route(operation, method, re.compile("/api/" + path), work)


ROUTES: Sequence[Route] = (
    _route("health", "GET", "public/health", None),
    _route("projects", "GET", "public/projects", _projects),
    _route("prompts", "GET", "public/v2/prompts", _list_prompts),
    _route("prompts", "POST", "public/v2/prompts", _create_prompt),
    _route("prompts", "GET", "public/v2/prompts/(?P<name>[^/]+)", _get_prompt),
    _route("prompts", "DELETE", "public/v2/prompts/(?P<name>[^/]+)", _delete_prompt),
    _route("prompts", "PATCH", r"public/v2/prompts/(?P<name>[^/]+)/versions/(?P<version>\d+)", _label_prompt),
    _route("otlp", "POST", "public/otel/v1/traces", _take_spans),
    _route("traces", "GET", "public/traces", _list_traces),
    _route("traces", "GET", "public/traces/(?P<id>[^/]+)", _get_trace),
    _route("traces", "GET", "public/observations/(?P<id>[^/]+)", _get_observation),
    _route("traces", "GET", "public/v2/observations", _list_observations),
    _route("scores", "POST", "public/scores", _take_score),
    _route("scores", "POST", "public/ingestion", _take_events),
    _route("media", "POST", "public/media", register_media),
    _route("media", "GET", "public/media/(?P<id>[^/]+)", show_media),
    _route("media", "PATCH", "public/media/(?P<id>[^/]+)", report_media),
    _route("storage", "PUT", "storage/(?P<ticket>[^/]+)", None),
    _route("llm-connections", "GET", "public/llm-connections", list_connections),
    _route("llm-connections", "PUT", "public/llm-connections", put_connection),
    _route("llm-connections", "DELETE", "public/llm-connections/(?P<id>[^/]+)", delete_connection),
    _route("connections", "GET", "genai/v1/connections", _connections),
)
