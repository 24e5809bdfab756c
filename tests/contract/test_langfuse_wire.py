"""Langfuse's wire: what a real Langfuse 4.16 was recorded to answer, and what its API says beyond that.

The recorded requests are asked of the recording itself (which shows that the comparison can be met), of the fake and
of the local platform. Everything that a test needs is written over HTTP.
"""

from typing import Any

import pytest
from tests.contract.recording import EXCHANGES, Comparison, Recording, give_it_the_same_past, replay
from tests.contract.wire import Langfuse, Reply

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


def test_a_prompt_that_others_refer_to_is_not_deleted(server: Langfuse) -> None:
    server.prompt("base", labels=["production"])
    server.prompt("composed", tag("base"))
    reply = server.ask("DELETE", "v2/prompts/base")
    assert reply.status == 400
    assert "base" in reply.json["message"]
    assert server.get("v2/prompts/base")["version"] == 1


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


# What a reader has already.


def test_a_prompt_that_did_not_change_is_answered_without_a_body(server: Langfuse) -> None:
    server.prompt("greeting", "Hello", labels=["production"])
    first = server.ask("GET", "v2/prompts/greeting")
    again = server.ask("GET", "v2/prompts/greeting", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    for several in (f'"other", {first.headers["etag"]}', f"W/{first.headers['etag']}", "*"):
        assert server.ask("GET", "v2/prompts/greeting", headers={"if-none-match": several}).status == 304


def test_a_prompt_whose_label_moved_has_another_tag(server: Langfuse) -> None:
    server.prompt("greeting", "Hello", labels=["production"])
    tag = server.ask("GET", "v2/prompts/greeting").headers["etag"]
    server.prompt("greeting", "Good day")
    server.ask("PATCH", "v2/prompts/greeting/versions/2", {"newLabels": ["production"]})
    moved = server.ask("GET", "v2/prompts/greeting", headers={"if-none-match": tag})
    assert (moved.status, moved.json["version"]) == (200, 2)
    assert moved.headers["etag"] != tag


def test_only_reads_are_answered_with_a_tag(server: Langfuse) -> None:
    written = server.ask("POST", "v2/prompts", {"name": "p", "prompt": "x"}, headers={"if-none-match": "*"})
    assert (written.status, "etag" in written.headers) == (201, False)
    missing = server.ask("GET", "v2/prompts/missing", headers={"if-none-match": "*"})
    assert (missing.status, "etag" in missing.headers) == (404, False)
