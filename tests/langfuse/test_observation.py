"""What a span says of itself, and what is made of nonsense."""

from typing import Any

import pytest
from tests.langfuse.exports import event, observe, show

from genai_sdk.langfuse.conventions import MODEL, SESSION, TYPES, USER


@pytest.mark.parametrize(
    ("told", "scope", "name", "type_"),
    [
        ({}, "shop", "x", "SPAN"),
        *[
            ({row.attribute: word, "model": "m"}, "shop", "x", type_)
            for row in TYPES
            for word, type_ in row.types.items()
        ],
        ({"langfuse.observation.type": "span", "model": "m"}, "shop", "x", "SPAN"),
        ({"langfuse.observation.type": "dream"}, "shop", "x", "SPAN"),
        ({"langfuse.observation.type": ["generation"]}, "shop", "x", "SPAN"),
        ({"gen_ai.operation.name": "dream", "gen_ai.request.model": "m"}, "shop", "x", "GENERATION"),
        ({"gen_ai.response.model": "m"}, "shop", "x", "GENERATION"),
        ({"ai.operationId": "ai.generateText", "ai.model.id": "m"}, "ai", "x", "SPAN"),
        ({"ai.operationId": "ai.embed.doEmbed"}, "ai", "x", "SPAN"),
        ({"operation.name": "ai.embed.doEmbed search", "ai.model.id": "m"}, "ai", "x", "EMBEDDING"),
        ({"operation.name": "ai.toolCall weather"}, "ai", "x", "TOOL"),
        ({"gen_ai.tool.call.id": "1"}, "shop", "x", "TOOL"),
        ({"flue.task.id": "1"}, "shop", "x", "AGENT"),
        ({}, "livekit-agents", "agent_turn", "AGENT"),
    ],
)
def test_a_type_is_told_in_many_words(told: dict[str, Any], scope: str, name: str, type_: str) -> None:
    assert observe(told, scope=scope, name=name).type == type_


@pytest.mark.parametrize(("names", "attribute"), [(MODEL, "model"), (USER, "user_id"), (SESSION, "session_id")])
def test_the_first_name_that_says_something_counts(names: tuple[str, ...], attribute: str) -> None:
    for place, name in enumerate(names):
        told = {**dict.fromkeys(names[:place], ""), **dict.fromkeys(names[place:], "later"), name: "this"}
        assert getattr(observe(told), attribute) == "this"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({}, "own"),
        ({"gen_ai.tool.name": "weather", "logfire.msg": "running"}, "weather"),
        ({"logfire.msg": "running"}, "running"),
        ({"ai.toolCall.name": "weather", "ai.operationId": "ai.toolCall"}, "weather"),
        ({"ai.operationId": "ai.embed", "ai.telemetry.functionId": "search"}, "search:ai.embed"),
        ({"ai.operationId": "ai.embed"}, "ai.embed"),
        ({"gen_ai.tool.name": ["a"]}, '["a"]'),
    ],
)
def test_a_span_may_be_called_otherwise(told: dict[str, Any], name: str) -> None:
    assert observe(told, name="own").name == name


@pytest.mark.parametrize(
    ("told", "resource", "environment"),
    [
        ({}, {}, "default"),
        ({"langfuse.environment": "Staging"}, {}, "staging"),
        ({"deployment.environment": "a"}, {"langfuse.environment": "b"}, "b"),
        ({}, {"deployment.environment.name": "prod-1"}, "prod-1"),
        ({}, {"deployment.environment": "prod_1"}, "prod_1"),
        ({"langfuse.environment": "langfuse-langfuse_x"}, {}, "x"),
        ({"langfuse.environment": "langfuse"}, {}, "default"),
        ({"langfuse.environment": "not allowed!"}, {}, "default"),
        ({"langfuse.environment": "x" * 99}, {}, "x" * 40),
        ({"langfuse.environment": 7}, {}, "default"),
    ],
)
def test_an_environment_is_written_as_langfuse_writes_it(told: Any, resource: Any, environment: str) -> None:
    assert observe(told, resource=resource).environment == environment


@pytest.mark.parametrize("name", ["langfuse.trace.tags", "langfuse.tags", "ai.telemetry.metadata.tags", "tag.tags"])
@pytest.mark.parametrize(
    ("told", "tags"),
    [
        (["b", "a"], ["b", "a"]),
        ('["b", 1]', ["b", "1"]),
        ("a, b", ["a", "b"]),
        ("a", ["a"]),
        ("[a", ["[a"]),
        ([1, None], ["1", ""]),
        (7, []),
        ({"a": 1}, []),
    ],
)
def test_tags_come_in_several_forms(name: str, told: Any, tags: list[str]) -> None:
    assert observe({name: told}).tags == tags


@pytest.mark.parametrize(
    ("level", "failed", "read_as"),
    [
        ("ERROR", False, "ERROR"),
        ("warn", False, "WARNING"),
        (" info ", True, "DEFAULT"),
        ("TRACE", False, "DEBUG"),
        ("loud", True, "ERROR"),
        (7, False, "DEFAULT"),
    ],
)
def test_levels_of_other_loggers_are_understood(level: Any, failed: bool, read_as: str) -> None:
    assert observe({"langfuse.observation.level": level}, status={"code": 2 if failed else 0}).level == read_as


def test_an_exception_speaks_for_a_failed_span_that_says_nothing() -> None:
    raised = [event("exception", **{"exception.type": "TimeoutError", "exception.message": "silence"})]
    failed = {"code": 2}
    assert observe({}, raised, status=failed).status_message == "silence"
    assert (
        observe({}, [event("exception", **{"exception.type": "TimeoutError"})], status=failed).status_message
        == "TimeoutError"
    )
    assert observe({}, raised).status_message is None
    assert observe({}, raised, status={**failed, "message": "said"}).status_message == "said"
    assert observe({"langfuse.observation.status_message": "told"}, raised, status=failed).status_message == "told"


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ("2026-11-23T08:38:29.400Z", "2026-11-23T08:38:29.400Z"),
        ('"2026-11-23T08:38:29.4+09:00"', "2026-11-22T23:38:29.400Z"),
        ("2026-11-23T08:38:29", "2026-11-23T08:38:29.000Z"),
        ("soon", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("7", None),
        (["2026-11-23"], None),
        ("", None),
    ],
)
def test_the_first_content_came_at_a_moment_or_never(told: Any, first: str | None) -> None:
    seen = observe({"langfuse.observation.completion_start_time": told})
    assert seen.completion_start == first
    assert (show([seen])[0]["observations"][0]["timeToFirstToken"] is None) == (first is None)


def test_the_ai_sdk_counts_milliseconds_to_the_first_content() -> None:
    seen = observe({"ai.response.msToFirstChunk": 250.0}, startTimeUnixNano="1000000000")
    assert seen.completion_start == "1970-01-01T00:00:01.250Z"
    assert show([seen])[0]["observations"][0]["timeToFirstToken"] == 0.25
    assert observe({"ai.response.msToFirstChunk": 1e300}).completion_start is None


@pytest.mark.parametrize(
    ("version", "prompt"),
    [
        (2, ("p", 2)),
        ("2", ("p", 2)),
        (2.0, ("p", 2)),
        ("two", None),
        (-1, None),
        (0, None),
        (2**40, None),
        ([2], None),
        (True, None),
    ],
)
def test_a_generation_is_linked_to_a_prompt_with_a_version(version: Any, prompt: Any) -> None:
    told = {"langfuse.observation.prompt.name": "p", "langfuse.observation.prompt.version": version}
    assert observe({**told, "langfuse.observation.type": "generation"}).prompt == prompt
    assert observe({**told, "langfuse.observation.type": "embedding"}).prompt is None


def test_the_ai_sdk_links_its_prompt_as_metadata() -> None:
    told = {
        "ai.telemetry.metadata.langfusePrompt": '{"name": "p", "version": 3}',
        "ai.telemetry.metadata.team": "search",
    }
    seen = observe({**told, "ai.telemetry.metadata.userId": "u", "model": "m"}, scope="ai")
    assert (seen.prompt, seen.metadata, seen.user_id) == (("p", 3), {"team": "search"}, "u")


def test_metadata_comes_whole_and_name_by_name() -> None:
    told = {
        "langfuse.observation.metadata": '{"a": 1, "b": 1}',
        "langfuse.observation.metadata.b": 2,
        "langfuse.metadata.c": 3,
    }
    assert observe(told).metadata == {"a": 1, "b": 2, "c": 3}
    assert observe({"langfuse.observation.metadata": "soon"}).metadata == {}


def test_what_a_trace_says_of_itself_is_shown() -> None:
    told = {"langfuse.trace.public": True, "langfuse.version": "2", "langfuse.trace.name": "buy", "other": [1]}
    (shown,) = show([observe(told, resource={"langfuse.release": "r", "service.version": "1"})])
    assert (shown["public"], shown["version"], shown["name"], shown["release"]) == (True, "2", "buy", "r")
    assert shown["observations"][0]["version"] == "2"
    assert shown["metadata"]["attributes"]["other"] == "[1]"


def test_json_that_is_nested_too_deep_or_none_stays_text() -> None:
    for text in ("[" * 101 + "]" * 101, "[" * 5000 + "]" * 5000, "NaN", "1e999", "{'a': 1}", "text"):
        assert observe({"langfuse.observation.input": text}).input == text
    assert observe({"langfuse.observation.input": "[" * 100 + "]" * 100}).input != "[" * 100 + "]" * 100
    assert observe({"langfuse.observation.input": '"\\ud800"'}).input == "\ufffd"
