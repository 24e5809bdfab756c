"""Langfuse's wire: what a real Langfuse 4.16 was recorded to answer, and what its API says beyond that.

The recorded requests are asked of the recording itself (which shows that the comparison can be met), of the fake and
of the local platform. Everything that a test needs is written over HTTP.
"""

import itertools
from typing import Any

import pytest
from tests.contract.recording import EXCHANGES, Comparison, Recording, give_it_the_same_past, replay
from tests.contract.wire import Langfuse, Reply, generation, span

WRONG = "Invalid credentials. Confirm that you've configured the correct host."
exchanges = pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange["name"])


@pytest.fixture(scope="module")
def answers(recorded_server: Langfuse) -> dict[str, Reply]:
    """The answers to every recorded request, asked in the recorded order of a server with the same past."""
    if not recorded_server.is_recording:
        give_it_the_same_past(recorded_server)
    return {exchange["name"]: replay(recorded_server, exchange) for exchange in EXCHANGES}


@exchanges
def test_every_recorded_request_is_answered_with_the_recorded_status(
    exchange: dict[str, Any], answers: dict[str, Reply]
) -> None:
    answer = answers[exchange["name"]]
    assert answer.status == exchange["response"]["status"], answer
    assert answer.headers["content-type"].startswith("application/json")


@exchanges
def test_every_recorded_answer_has_the_recorded_meaning(
    exchange: dict[str, Any], answers: dict[str, Reply], recorded_server: Langfuse
) -> None:
    answered = answers[exchange["name"]].json
    if "otlp" in exchange["name"]:  # the rest is the state of Langfuse's own queue
        assert answered["name"] == exchange["response"]["json"]["name"]
    else:
        Comparison(recorded_server.project_id).compare(exchange["response"]["json"], answered)


def test_a_recording_answers_nothing_that_was_not_recorded() -> None:
    with Recording() as recording:
        assert recording.ask("GET", "traces", limit=7).status == 404


# Who is let in.


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !!!", "Bearer x", "Basic cGstbGYtdGVzdA==", "Digest x", "Basic //79/A=="],
)
def test_whoever_shows_no_key_pair_is_told_so(server: Langfuse, header: str) -> None:
    headers = {"authorization": header} if header else {}
    reply = server.ask("GET", "traces", pair=None, headers=headers)
    assert (reply.status, reply.json["error"]) == (401, "UnauthorizedError")
    assert reply.json["message"] in {"No authorization header", "Invalid authorization header", WRONG}


def test_half_a_key_pair_opens_nothing(server: Langfuse) -> None:
    public_key, secret_key = server.pair
    for pair in ((public_key, ""), ("", secret_key), (public_key, secret_key + "x"), (secret_key, public_key)):
        reply = server.ask("GET", "projects", pair=pair)
        assert (reply.status, reply.json["message"]) == (401, WRONG)


def test_health_needs_no_key_pair(server: Langfuse) -> None:
    assert server.get("health", pair=None)["status"] == "OK"


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "projects"), ("PUT", "v2/prompts"), ("POST", "llm-connections"), ("GET", "otel/v1/traces")],
)
def test_another_method_is_refused_by_its_name(server: Langfuse, method: str, path: str) -> None:
    reply = server.ask(method, path, {} if method in {"PUT", "POST"} else None)
    assert reply.status == 405
    assert reply.json == {"message": "Method not allowed", "error": "MethodNotAllowedError"}


def test_there_is_nothing_at_other_paths(server: Langfuse) -> None:
    assert server.ask("GET", "v9/prompts").status == 404


# Prompts.


def test_versions_count_up_and_the_newest_is_latest(server: Langfuse) -> None:
    assert [server.prompt("p", text)["version"] for text in ("one", "two", "three")] == [1, 2, 3]
    assert server.get("v2/prompts/p", label="latest")["version"] == 3
    assert server.get("v2/prompts/p", version=1)["labels"] == []


def test_a_label_moves_and_tags_are_shared(server: Langfuse) -> None:
    server.prompt("p", "one", labels=["production", "eu"], tags=["a"])
    server.prompt("p", "two", labels=["eu"], tags=["b", "c", "b"])
    assert server.get("v2/prompts/p")["prompt"] == "one"
    assert server.get("v2/prompts/p", label="eu")["prompt"] == "two"
    assert server.get("v2/prompts/p")["tags"] == ["b", "c"]
    server.prompt("p", "three")
    assert server.get("v2/prompts/p", label="latest")["tags"] == ["b", "c"]


def test_promoting_a_version_takes_effect_at_once(server: Langfuse) -> None:
    server.prompt("p", "one", labels=["production"])
    server.prompt("p", "two")
    reply = server.ask("PATCH", "v2/prompts/p/versions/2", {"newLabels": ["production"]})
    assert (reply.status, set(reply.json["labels"])) == (200, {"production", "latest"})
    assert server.get("v2/prompts/p")["prompt"] == "two"
    assert server.get("v2/prompts/p", version=1)["labels"] == []


@pytest.mark.parametrize(
    ("version", "body", "status", "said"),
    [
        (9, {"newLabels": ["x"]}, 404, "Prompt 'p' version 9 not found in project"),
        (1, {"newLabels": ["latest"]}, 400, "Invalid request data"),
        (1, {"newLabels": ["UPPER case"]}, 400, "Invalid request data"),
        (1, {}, 400, "Invalid request data"),
        (1, {"newLabels": "x"}, 400, "Invalid request data"),
    ],
)
def test_what_cannot_be_labelled_says_why(server: Langfuse, version: int, body: Any, status: int, said: str) -> None:
    server.prompt("p")
    reply = server.ask("PATCH", f"v2/prompts/p/versions/{version}", body)
    assert (reply.status, reply.json["message"]) == (status, said)
    assert server.get("v2/prompts/p", version=1)["labels"] == ["latest"]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "a|b"}, "name"),
        ({"name": "/a"}, "name"),
        ({"name": "a//b"}, "name"),
        ({"name": "new"}, "name"),
        ({"name": "<b>x</b>"}, "name"),
        ({"name": 7}, "name"),
        ({"prompt": [{"role": "user", "content": "x"}]}, "prompt"),
        ({"type": "chat"}, "prompt"),
        ({"type": "poem"}, "type"),
        ({"labels": ["UPPER"]}, "labels"),
        ({"labels": [1]}, "labels"),
        ({"tags": "a"}, "tags"),
        ({"commitMessage": "x" * 501}, "commitMessage"),
    ],
)
def test_a_prompt_of_the_wrong_form_is_refused_by_its_field(
    server: Langfuse, fields: dict[str, Any], where: str
) -> None:
    reply = server.ask("POST", "v2/prompts", {"name": "p", "prompt": "x", **fields})
    assert (reply.status, reply.json["message"]) == (400, "Invalid request data")
    assert reply.json["error"][0]["path"][0] == where
    assert server.get("v2/prompts")["data"] == []


def test_a_prompt_keeps_its_type(server: Langfuse) -> None:
    server.prompt("p", "x")
    reply = server.ask("POST", "v2/prompts", {"name": "p", "type": "chat", "prompt": []})
    assert reply.status == 400
    assert "Create a new prompt with a different name" in reply.json["message"]


def test_a_name_stands_for_one_thing_in_a_chat_prompt(server: Langfuse) -> None:
    messages = [{"role": "user", "content": "{{ history }}"}, {"type": "placeholder", "name": "history"}]
    reply = server.ask("POST", "v2/prompts", {"name": "p", "type": "chat", "prompt": messages})
    assert (reply.status, reply.json["message"].rpartition(": ")[2]) == (400, "history")


def tag(name: str, by: str = "label=production") -> str:
    return f"@@@langfusePrompt:name={name}|{by}@@@"


def test_references_are_filled_in_where_they_stand(server: Langfuse) -> None:
    server.prompt("base", "Be kind.", labels=["production"])
    server.prompt("chat", [{"role": "system", "content": tag("base", "version=1") + " Always."}], labels=["production"])
    answer = server.get("v2/prompts/chat")
    assert answer["prompt"] == [{"role": "system", "content": "Be kind. Always."}]
    assert answer["resolutionGraph"]["root"]["name"] == "chat"
    assert server.get("v2/prompts/chat", resolve="false")["prompt"][0]["content"].startswith("@@@")
    server.prompt("base", "Be brief.", labels=["production"])
    assert server.get("v2/prompts/chat")["prompt"] == [{"role": "system", "content": "Be kind. Always."}]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (tag("gone"), "Prompt dependency not found: gone - label production"),
        (tag("base", "version=7"), "Prompt dependency not found: base - version 7"),
        (tag("chat"), "Prompt dependency is not a text prompt: chat - label production"),
        (tag("level5"), "Maximum nesting depth exceeded (5)"),
        (tag("self", "label=latest"), "Circular dependency detected involving prompt 'self'"),
    ],
)
def test_references_that_lead_nowhere_are_refused(server: Langfuse, prompt: str, said: str) -> None:
    live = {"labels": ["production"]}
    server.prompt("base", "x", **live)
    server.prompt("self", "x", **live)
    server.prompt("chat", [{"role": "user", "content": "x"}], **live)
    server.prompt("level1", "x", **live)
    for level in range(2, 6):
        server.prompt(f"level{level}", tag(f"level{level - 1}"), **live)
    reply = server.ask("POST", "v2/prompts", {"name": "self", "prompt": prompt})
    assert (reply.status, reply.json["message"].startswith(said)) == (400, True)
    assert server.get("v2/prompts/self", label="latest")["version"] == 1


def test_deleting_the_latest_version_makes_the_one_before_it_latest(server: Langfuse) -> None:
    for text in ("one", "two", "three"):
        server.prompt("p", text)
    assert server.ask("DELETE", "v2/prompts/p", version=3).status == 204
    assert server.get("v2/prompts/p", label="latest")["version"] == 2
    assert server.ask("DELETE", "v2/prompts/p").status == 204
    reply = server.ask("DELETE", "v2/prompts/p")
    assert (reply.status, reply.json["message"]) == (404, "Prompt not found")
    assert server.ask("DELETE", "v2/prompts/p", version=1, label="x").status == 400


def test_a_prompt_that_others_refer_to_is_not_deleted(platform: Langfuse) -> None:
    platform.prompt("base", labels=["production"])
    platform.prompt("composed", tag("base"))
    reply = platform.ask("DELETE", "v2/prompts/base")
    assert reply.status == 400
    assert "base" in reply.json["message"]
    assert platform.get("v2/prompts/base")["version"] == 1


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("folder/deep/x", "folder%2Fdeep%2Fx"),
        ("with space", "with%20space"),
        ("번역/é+b&c?d#e", "%EB%B2%88%EC%97%AD%2F%C3%A9%2Bb%26c%3Fd%23e"),
        ("100%", "100%25"),
        ("..", "%2E%2E"),
        ("a/../b", "a%2F..%2Fb"),
        ("p/versions/1", "p%2Fversions%2F1"),
    ],
)
def test_a_name_is_found_however_it_is_written_in_a_path(server: Langfuse, name: str, path: str) -> None:
    server.prompt(name, labels=["production"])
    assert server.get(f"v2/prompts/{path}")["name"] == name
    assert server.ask("PATCH", f"v2/prompts/{path}/versions/1", {"newLabels": ["eu"]}).status == 200
    assert server.get("v2/prompts", name=name)["data"][0]["labels"] == ["eu", "latest", "production"]
    assert server.ask("DELETE", f"v2/prompts/{path}").status == 204


def test_prompts_are_listed_by_name_in_pages_that_say_how_many_there_are(server: Langfuse) -> None:
    for name in ("c", "a", "b"):
        server.prompt(name, labels=["production"], tags=[name])
    server.prompt("a", "two", labels=["eu"])
    first = server.get("v2/prompts", limit=2)
    assert [row["name"] for row in first["data"]] == ["a", "b"]
    assert first["meta"] == first["pagination"] == {"page": 1, "limit": 2, "totalItems": 3, "totalPages": 2}
    assert [row["name"] for row in server.get("v2/prompts", limit=2, page=2)["data"]] == ["c"]
    assert [row["name"] for row in server.get("v2/prompts", tag="b")["data"]] == ["b"]
    (found,) = server.get("v2/prompts", label="eu")["data"]
    assert (found["name"], found["versions"], found["labels"]) == ("a", [2], ["eu", "latest"])


@pytest.mark.parametrize("query", [{"page": 0}, {"limit": 0}, {"limit": 101}, {"page": "x"}, {"limit": "-1"}])
def test_pages_out_of_bounds_are_refused(server: Langfuse, query: dict[str, Any]) -> None:
    for path in ("v2/prompts", "traces", "llm-connections"):
        reply = server.ask("GET", path, **query)
        assert (reply.status, reply.json["error"][0]["path"]) == (400, list(query))


# Connections.


def connection(name: str = "c", **fields: Any) -> dict[str, Any]:
    return {"provider": name, "adapter": "openai", "secretKey": "sk-0123456789", **fields}


def test_a_connection_is_written_anew_under_its_id_and_can_be_deleted(server: Langfuse) -> None:
    first = server.ask("PUT", "llm-connections", connection(extraHeaders={"x-team": "search"}))
    assert (first.status, first.json["displaySecretKey"]) == (201, "...6789")
    second = server.ask("PUT", "llm-connections", connection(secretKey="sk-other-abcd", baseURL="http://127.0.0.1/v1"))
    assert (second.status, second.json["id"]) == (200, first.json["id"])
    assert second.json["extraHeaderKeys"] == []
    assert second.json["createdAt"] == first.json["createdAt"]
    (listed,) = server.get("llm-connections")["data"]
    assert (listed["displaySecretKey"], listed["baseURL"]) == ("...abcd", "http://127.0.0.1/v1")
    deleted = server.ask("DELETE", f"llm-connections/{first.json['id']}")
    assert (deleted.status, deleted.json) == (200, {"message": "LLM connection successfully deleted"})
    again = server.ask("DELETE", f"llm-connections/{first.json['id']}")
    assert (again.status, again.json["message"]) == (404, "LLM connection not found")


def test_no_answer_holds_a_secret(server: Langfuse) -> None:
    written = server.ask("PUT", "llm-connections", connection(extraHeaders={"x-key": "header-secret"}))
    listed = server.ask("GET", "llm-connections")
    for reply in (written, listed):
        assert b"0123456" not in reply.body
        assert b"header-secret" not in reply.body


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"provider": ""}, "provider"),
        ({"secretKey": ""}, "secretKey"),
        ({"adapter": "nope"}, "adapter"),
        ({"baseURL": "no url"}, "baseURL"),
        ({"customModels": [""]}, "customModels"),
        ({"customModels": "gpt"}, "customModels"),
        ({"withDefaultModels": "yes"}, "withDefaultModels"),
        ({"extraHeaders": {"x": 1}}, "extraHeaders"),
        ({"config": {"region": "us-east-1"}}, "config"),
        ({"config": {"useResponsesApi": "yes"}}, "config"),
        ({"adapter": "anthropic", "config": {"a": 1}}, "config"),
        ({"adapter": "bedrock"}, "config"),
        ({"adapter": "bedrock", "config": {"region": "us-east-1"}}, "secretKey"),
    ],
)
def test_a_connection_of_the_wrong_form_is_refused_by_its_field(
    server: Langfuse, fields: dict[str, Any], where: str
) -> None:
    reply = server.ask("PUT", "llm-connections", connection(**fields))
    assert (reply.status, reply.json["message"]) == (400, "Invalid request data")
    assert reply.json["error"][0]["path"][0] == where
    assert server.get("llm-connections")["data"] == []


# Traces and observations.


def test_a_span_that_comes_twice_counts_once_as_it_came_last(server: Langfuse) -> None:
    trace_id = server.trace(span("before", id="a" * 16))
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace_id, **span("after", id="a" * 16)}]}]}]}
    assert server.ask("POST", "otel/v1/traces", body).status == 200
    assert [each["name"] for each in server.get(f"traces/{trace_id}")["observations"]] == ["after"]


def test_children_may_come_before_their_parent(server: Langfuse) -> None:
    child = span("child", id="b" * 16, parent="a" * 16, start=1_800_000_001)
    trace_id = server.trace(child)
    root = span("root", id="a" * 16, start=1_800_000_000, user__id="u")
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace_id, **root}]}]}]}
    assert server.ask("POST", "otel/v1/traces", body).status == 200
    trace = server.get(f"traces/{trace_id}")
    assert (trace["name"], trace["userId"], trace["latency"]) == ("root", "u", 2.0)


def test_traces_are_filtered_by_what_they_say_of_themselves(server: Langfuse) -> None:
    mine = server.trace(generation(user__id="u1", session__id="s1", langfuse__trace__name="checkout"))
    server.trace(generation(user__id="u2", session__id="s2"))
    for query in ({"userId": "u1"}, {"sessionId": "s1"}, {"name": "checkout"}):
        assert [row["id"] for row in server.get("traces", **query)["data"]] == [mine]
    assert server.get("traces", userId="' OR 1=1 --")["meta"]["totalItems"] == 0


def test_cursors_lead_over_every_observation_once(server: Langfuse) -> None:
    # Several of one moment, so that no moment alone tells where a page ended.
    for second in range(3):
        server.trace(*(span(f"s{number}", start=1_800_000_000 + second) for number in range(5)))
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 4}
    for _ in range(10):
        answer = server.get("v2/observations", **query)
        assert len(answer["data"]) <= 4
        seen += [row["id"] for row in answer["data"]]
        if "cursor" not in answer["meta"]:
            break
        query["cursor"] = answer["meta"]["cursor"]
    assert len(seen) == len(set(seen)) == 15
    begun = [row["startTime"] for row in server.get("v2/observations", limit=100)["data"]]
    assert begun == sorted(begun, reverse=True)


def test_a_cursor_of_another_form_is_refused(server: Langfuse) -> None:
    for cursor in ("nonsense", "!!!", "W10=", "번역"):
        reply = server.ask("GET", "v2/observations", cursor=cursor)
        assert (reply.status, reply.json["message"]) == (400, "Invalid cursor format")


def test_fields_of_observations_are_shown_by_the_group(server: Langfuse) -> None:
    server.prompt("p")
    told = {"langfuse__observation__prompt__name": "p", "langfuse__observation__prompt__version": 1}
    server.trace(
        generation(
            langfuse__observation__input='[{"role": "user"}]',
            langfuse__observation__metadata__team="search",
            langfuse__trace__tags=["b", "a"],
            langfuse__release="1.2",
            **told,
        )
    )

    def shown(fields: str | None) -> Any:
        (row,) = server.get("v2/observations", **({} if fields is None else {"fields": fields}))["data"]
        return row

    usual = shown(None)
    assert usual["name"] == "call"
    assert not {"input", "metadata", "usageDetails", "promptName", "tags"} & usual.keys()
    assert "name" not in shown("core")
    assert shown("core,io")["input"] == '[{"role": "user"}]'
    assert shown("metadata")["metadata"]["team"] == "search"
    assert shown("model,usage")["providedModelName"] == "gpt-4o-mini"
    assert (shown("usage")["usageDetails"], shown("usage")["totalCost"]) == ({"input": 3, "output": 2}, 0.25)
    assert (shown("prompt")["promptName"], shown("prompt")["promptVersion"]) == ("p", 1)
    assert (shown("trace_context")["tags"], shown("trace_context")["release"]) == (["a", "b"], "1.2")
    assert shown("basic, nonsense")["level"] == "DEFAULT"


def test_what_an_observation_cannot_be_filtered_by_is_not_passed_over(platform: Langfuse) -> None:
    for path in ("traces", "observations", "v2/observations", "scores"):
        reply = platform.ask("GET", path, filter="[]")
        assert (reply.status, "does not know the parameter 'filter'" in reply.json["message"]) == (400, True)
    assert platform.ask("GET", "v2/observations", parseIoAsJson="true").status == 400
    assert platform.ask("GET", "v2/observations", isRootObservation="maybe").status == 400


def test_observations_are_filtered(platform: Langfuse) -> None:
    trace_id = platform.trace(
        span("root", id="a" * 16, user__id="u1", session__id="s1", langfuse__environment="staging"),
        generation(parent="a" * 16, id="b" * 16, langfuse__observation__level="ERROR", langfuse__version="2"),
    )
    platform.trace(span("other", id="c" * 16))

    def found(**query: Any) -> set[str]:
        pages = platform.get("v2/observations", **query)
        return {row["id"][0] for row in pages["data"]}

    assert found(traceId=trace_id) == {"a", "b"}
    assert found(type="GENERATION") == found(level="ERROR") == found(version="2") == {"b"}
    assert found(parentObservationId="a" * 16) == found(isRootObservation="false") == {"b"}
    assert found(isRootObservation="true") == {"a", "c"}
    assert found(userId="u1") == found(environment="staging") == {"a"}
    assert found(sessionId="s1") == {"a", "b"}
    assert found(environment=["staging", "default"]) == {"a", "b", "c"}
    assert {row["id"][0] for row in platform.get("observations", type="GENERATION")["data"]} == {"b"}
    assert found(fromStartTime="2200-01-01T00:00:00Z") == set()
    assert found(toStartTime="2200-01-01T00:00:00Z") == {"a", "b", "c"}


def test_traces_are_ordered_filtered_and_shown_in_part(platform: Langfuse) -> None:
    ids = [
        platform.trace(span("t", start=moment, langfuse__trace__tags=tags, langfuse__environment=environment))
        for moment, tags, environment in ((1_700_000_000, ["a"], "eu"), (1_800_000_000, ["a", "b"], "us"))
    ]
    assert [row["id"] for row in platform.get("traces")["data"]] == ids[::-1]
    assert [row["id"] for row in platform.get("traces", orderBy="timestamp.asc")["data"]] == ids
    assert [row["id"] for row in platform.get("traces", tags=["a", "b"])["data"]] == ids[1:]
    assert [row["id"] for row in platform.get("traces", environment="eu")["data"]] == ids[:1]
    assert [row["id"] for row in platform.get("traces", toTimestamp="2024-01-01T00:00:00+09:00")["data"]] == ids[:1]
    part = platform.get("traces", fields="core")["data"][0]
    assert (part["observations"], part["latency"], part["metadata"]) == ([], -1, {})
    assert platform.get("traces", fields="core,observations")["data"][0]["observations"] != []
    assert platform.ask("GET", "traces", orderBy="name.asc").status == 400


def test_a_trace_is_deleted_with_all_that_belongs_to_it(platform: Langfuse) -> None:
    ids = [platform.trace(span("t", id=f"{number:016x}")) for number in range(1, 4)]
    platform.ask("POST", "scores", {"name": "s", "value": 1, "traceId": ids[0], "id": "one"})
    assert platform.ask("DELETE", f"traces/{ids[0]}").json == {"message": "Trace deleted successfully"}
    assert platform.ask("DELETE", "traces", {"traceIds": ids[1:]}).status == 200
    assert platform.get("traces")["meta"]["totalItems"] == platform.get("observations")["meta"]["totalItems"] == 0
    assert platform.ask("GET", "scores/one").status == 404
    for body in ({"traceIds": []}, {"traceIds": ["x"] * 1001}, {}, {"traceIds": [1]}):
        assert platform.ask("DELETE", "traces", body).status == 400


# Sessions and sums.


def test_a_session_has_its_traces(platform: Langfuse) -> None:
    ids = {platform.trace(generation(session__id="chat/1", langfuse__environment="eu")) for _ in range(2)}
    platform.trace(generation(session__id="chat/2"))
    assert {row["id"] for row in platform.get("sessions")["data"]} == {"chat/1", "chat/2"}
    (listed,) = platform.get("sessions", environment="eu")["data"]
    assert (listed["id"], listed["projectId"]) == ("chat/1", platform.project_id)
    assert {row["id"] for row in platform.get("sessions/chat%2F1")["traces"]} == ids
    reply = platform.ask("GET", "sessions/none")
    assert (reply.status, reply.json["message"]) == (404, "Session not found within authorized project")


def test_days_are_summed_up(platform: Langfuse) -> None:
    day = 1_799_971_200  # 2027-01-15T00:00:00Z
    platform.trace(
        generation("gpt-4o", tokens=(10, 5), cost=1.5, start=day + 10, langfuse__trace__name="x"),
        generation("gpt-4o-mini", tokens=(1, 1), cost=0.5, start=day + 20),
        span("tool", start=day + 30),
    )
    platform.trace(generation("gpt-4o", tokens=(1, 2), cost=0.25, start=day + 86_399))
    platform.trace(generation("gpt-4o", tokens=(7, 7), cost=4.0, start=day + 86_400))
    later, first = platform.get("metrics/daily")["data"]
    assert (later["date"], later["countTraces"], later["totalCost"]) == ("2027-01-16", 1, 4.0)
    assert (first["date"], first["countTraces"], first["countObservations"]) == ("2027-01-15", 2, 4)
    assert first["totalCost"] == 2.25
    assert first["usage"] == [
        {
            "model": "gpt-4o",
            "inputUsage": 11,
            "outputUsage": 7,
            "totalUsage": 18,
            "countTraces": 2,
            "countObservations": 2,
            "totalCost": 1.75,
        },
        {
            "model": "gpt-4o-mini",
            "inputUsage": 1,
            "outputUsage": 1,
            "totalUsage": 2,
            "countTraces": 1,
            "countObservations": 1,
            "totalCost": 0.5,
        },
    ]
    assert platform.get("metrics/daily", traceName="x")["data"][0]["totalCost"] == 2.0
    assert platform.get("metrics/daily", limit=1)["meta"] == {"page": 1, "limit": 1, "totalItems": 2, "totalPages": 2}


# Scores.


def test_scores_are_written_one_by_one_together_and_as_events(server: Langfuse) -> None:
    trace_id = server.trace(span("judged"))
    one = {"name": "helpful", "value": 0.5, "traceId": trace_id, "comment": "half"}
    assert server.ask("POST", "scores", {**one, "id": "a"}).json == {"id": "a"}
    together = server.ask("POST", "scores", [{**one, "id": "b", "value": "kind"}, {**one, "id": "c"}])
    assert (together.status, together.json) == (202, {"message": "Accepted"})
    events = [
        {"id": "e1", "type": "score-create", "timestamp": "2027-01-01T00:00:00Z", "body": {**one, "id": "d"}},
        {"id": "e2", "type": "trace-create", "timestamp": "2027-01-01T00:00:00Z", "body": {}},
        {"id": "e3", "type": "score-create", "timestamp": "2027-01-01T00:00:00Z", "body": {"name": "x"}},
    ]
    taken = server.ask("POST", "ingestion", {"batch": events})
    assert (taken.status, taken.json["successes"]) == (207, [{"id": "e1", "status": 201}])
    assert [(each["id"], each["status"]) for each in taken.json["errors"]] == [("e2", 400), ("e3", 400)]
    assert {score["id"] for score in server.get(f"traces/{trace_id}")["scores"]} == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    "body", [{}, {"name": "x"}, {"value": 1}, {"name": "x", "value": None}, [1], "x", {"name": "x", "value": [1]}]
)
def test_a_score_of_the_wrong_form_is_refused(server: Langfuse, body: Any) -> None:
    assert server.ask("POST", "scores", body).status == 400


def test_a_score_is_shown_by_its_type(platform: Langfuse) -> None:
    given: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"value": 0.5}, {"dataType": "NUMERIC", "value": 0.5}),
        ({"value": "kind"}, {"dataType": "CATEGORICAL", "stringValue": "kind"}),
        ({"value": 1, "dataType": "BOOLEAN"}, {"dataType": "BOOLEAN", "value": 1.0, "stringValue": "True"}),
        ({"value": "long text", "dataType": "TEXT"}, {"dataType": "TEXT", "stringValue": "long text"}),
    ]
    for number, (written, shown) in enumerate(given):
        body = {"name": "s", "id": f"s{number}", "traceId": "a" * 32, "metadata": {"k": 1}, **written}
        assert platform.ask("POST", "scores", body).status == 200
        for path in ("scores", "v2/scores"):
            answer = platform.get(f"{path}/s{number}")
            assert {name: answer[name] for name in shown} == shown
            assert answer["metadata"] == {"k": 1}
    assert platform.get("v2/scores", dataType="BOOLEAN")["meta"]["totalItems"] == 1
    assert platform.get("v2/scores", scoreIds="s0,s1")["meta"]["totalItems"] == 2
    deleted = platform.ask("DELETE", "scores/s0")
    assert deleted.status == 202
    assert platform.ask("GET", "scores/s0").status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"value": 2, "dataType": "BOOLEAN"},
        {"value": "x", "dataType": "NUMERIC"},
        {"value": 1, "dataType": "CATEGORICAL"},
        {"value": "", "dataType": "TEXT"},
        {"value": 1, "dataType": "OTHER"},
        {"value": 1, "metadata": "x", "environment": 7},
    ],
)
def test_a_value_must_fit_its_type(platform: Langfuse, body: dict[str, Any]) -> None:
    assert platform.ask("POST", "scores", {"name": "s", **body}).status == 400
    assert platform.get("scores")["meta"]["totalItems"] == 0


def test_scores_are_listed_by_cursors_with_their_value_in_one_field(platform: Langfuse) -> None:
    subjects: list[dict[str, Any]] = [
        {"traceId": "a" * 32},
        {"traceId": "a" * 32, "observationId": "b" * 16},
        {"sessionId": "s1"},
    ]
    values: list[dict[str, Any]] = [{"value": 0.5}, {"value": True, "dataType": "BOOLEAN"}, {"value": "kind"}]
    for number, (subject, value) in enumerate(itertools.product(subjects, values)):
        body = {"name": f"n{number % 3}", "id": f"s{number}", **subject, **value}
        assert platform.ask("POST", "scores", body).status == 200
    seen, query = [], {"limit": 4, "fields": "details,subject,annotation"}
    while True:
        answer = platform.get("v3/scores", **query)
        seen += answer["data"]
        if "cursor" not in answer["meta"]:
            break
        query["cursor"] = answer["meta"]["cursor"]
    assert sorted(row["id"] for row in seen) == [f"s{number}" for number in range(9)]
    by_id = {row["id"]: row for row in seen}
    assert [by_id[f"s{number}"]["value"] for number in range(3)] == [0.5, True, "kind"]
    assert by_id["s3"]["subject"] == {"kind": "observation", "id": "b" * 16, "traceId": "a" * 32}
    assert by_id["s8"]["subject"] == {"kind": "session", "id": "s1"}

    def found(**query: Any) -> list[str]:
        return sorted(row["id"] for row in platform.get("v3/scores", **query)["data"])

    assert found(name="n0,n1", traceId="a" * 32) == ["s0", "s1", "s3", "s4"]
    assert found(dataType="boolean", value="true", sessionId="s1") == ["s7"]
    assert found(dataType="CATEGORICAL", value="kind,rude") == ["s2", "s5", "s8"]
    assert found(dataType="NUMERIC", valueMin=0.4, valueMax=0.6) == ["s0", "s3", "s6"]
    assert found(dataType="NUMERIC", valueMin=0.6) == found(source="EVAL") == []
    assert found(traceId="a" * 32, observationId="b" * 16) == ["s3", "s4", "s5"]


@pytest.mark.parametrize(
    "query",
    [
        {"fields": "everything"},
        {"dataType": "FANCY"},
        {"value": "1"},
        {"value": "x", "dataType": "NUMERIC"},
        {"value": "1", "dataType": "BOOLEAN"},
        {"valueMin": "nan", "dataType": "NUMERIC"},
        {"valueMin": "1"},
        {"observationId": "x"},
        {"traceId": "x", "sessionId": "y"},
        {"userId": "u"},
        {"page": "2"},
        {"cursor": "x"},
        {"limit": "101"},
    ],
)
def test_a_list_of_scores_that_cannot_be_given_is_refused(platform: Langfuse, query: dict[str, str]) -> None:
    assert platform.ask("GET", "v3/scores", **query).status == 400


def test_the_fake_says_that_it_has_no_lists_of_what_only_the_platform_keeps(fake: Langfuse) -> None:
    for path in ("sessions", "metrics/daily", "observations", "v3/scores"):
        assert fake.ask("GET", path).status == 404
    for path in ("scores", "v2/scores"):
        assert fake.ask("GET", path).status in {404, 405}
