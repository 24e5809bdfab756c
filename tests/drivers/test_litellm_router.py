"""The genuine `litellm.Router` that is handed out: registered as the client resolves names, and it answers."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from tests.drivers.stage import BIRTH, KEY, Stage

from genai_sdk.connections import Connection
from genai_sdk.errors import ConfigurationError
from genai_sdk.routing.litellm_router import build_router
from genai_sdk.routing.options import ROUTER_ARGS
from genai_sdk.testing import FakeProvider

# What pydantic says of litellm's own types while a Router loads the parts it needs; a Router is litellm's.
pytestmark = [
    pytest.mark.usefixtures("_litellm"),
    pytest.mark.filterwarnings("ignore:.*using the `ReadOnly` qualifier:UserWarning"),
]


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A fake of this test's own: Router's clients keep their connections."""
    with FakeProvider("seoul", keys={KEY}) as fake:
        yield Stage(fake)


def connection(stage: Stage, name: str, case: str, *models: str, age: int = 0, **view) -> Connection:
    made = stage.deployment(case, name=name, custom_models=models, **view).connection
    when = BIRTH + timedelta(seconds=age)
    return msgspec.structs.replace(made, view=msgspec.structs.replace(made.view, created_at=when))


@pytest.fixture
def connections(stage: Stage) -> list[Connection]:
    broken = connection(stage, "broken", "openai", "gpt-4o", age=9)
    return [
        connection(stage, "first", "openai", "gpt-4o", "own-model", with_default_models=False),
        connection(stage, "second", "azure", "gpt-4o", age=1),
        connection(stage, "claude", "anthropic", age=2, base_url=None),
        connection(stage, "cloud", "bedrock", "amazon.nova-lite-v1:0", age=3),
        connection(stage, "vertex", "vertex", age=4, base_url=None),
        msgspec.structs.replace(
            broken, view=msgspec.structs.replace(broken.view, error="no key"), credentials=None,
            error=ConfigurationError("no key"),
        ),
    ]  # fmt: skip


@pytest.fixture
def rows(connections: list[Connection]):
    """What Router was given, by name."""
    router = build_router(connections, {"num_retries": 0})
    try:
        found: dict[str, list[dict]] = {}
        for row in router.registry().all():
            found.setdefault(row["model_name"], []).append(row["litellm_params"])
        yield found
    finally:
        router.retire()


def test_a_name_is_shared_by_all_that_serve_it_in_connection_order(rows) -> None:
    assert [(row["model"], row["order"]) for row in rows["gpt-4o"]] == [("openai/gpt-4o", 1), ("azure/gpt-4o", 2)]


def test_every_model_is_registered_behind_its_connection_too(rows) -> None:
    assert rows["first/own-model"][0]["model"] == "openai/own-model"
    assert rows["cloud/amazon.nova-lite-v1:0"][0]["model"] == "bedrock/amazon.nova-lite-v1:0"
    assert any(name.startswith("claude/claude-") for name in rows)


def test_connections_with_default_models_take_any_name_behind_a_wildcard(rows) -> None:
    assert rows["claude/*"][0]["model"] == "anthropic/*"
    assert "first/*" not in rows
    assert not any(name.startswith("broken") for name in rows)


def test_each_adapter_gets_what_litellm_authenticates_it_with(rows) -> None:
    assert rows["first/own-model"][0]["api_key"] == KEY
    azure = rows["second/gpt-4o"][0]
    assert not azure["api_base"].endswith("/openai/deployments")
    assert azure["api_version"] == "2025-02-01-preview"
    aws = rows["cloud/amazon.nova-lite-v1:0"][0]
    assert (aws["aws_access_key_id"], aws["api_key"]) == ("AKIAFAKE", "")
    google = next(row for name, (row, *_) in rows.items() if name.startswith("vertex/gemini"))
    assert (google["vertex_project"], google["vertex_location"]) == ("fake-project", "global")


def test_it_is_a_genuine_router_with_the_arguments_given_and_answers(stage: Stage, connections) -> None:
    import litellm

    args = {"num_retries": 1, "fallbacks": [{"gpt-4o": ["own-model"]}], "routing_strategy": "ordered"}
    router = build_router(connections[:1], args)
    try:
        assert type(router) is litellm.Router
        assert router.num_retries == 1
        assert router.settings().fallbacks == [{"gpt-4o": ["own-model"]}]
        answer = router.completion("first/own-model", [{"role": "user", "content": "one two"}])
        assert answer.choices[0].message.content == "seoul: one two"
    finally:
        router.retire()


def test_limits_become_its_rows_and_what_it_does_not_have_is_left_out(connections) -> None:
    limits = {"rpm": {"first/own-model": 3, "second": 5}, "tpm": 1000}
    router = build_router(connections, {**limits, "hedge_after": 2, "max_hedge_share": 0.2, "first_token_timeout": 3})
    try:
        rows = {row["model_name"]: row["litellm_params"] for row in router.registry().all()}
        assert (rows["first/own-model"]["rpm"], rows["first/own-model"]["tpm"]) == (3, 1000)
        assert (rows["second/gpt-4o"]["rpm"], rows["second/gpt-4o"]["tpm"]) == (5, 1000)
        assert "rpm" not in rows["claude/*"]
    finally:
        router.retire()


def test_whatever_router_args_take_can_be_handed_on(connections) -> None:
    given = {
        **dict.fromkeys(("timeout", "stream_timeout", "hedge_after", "first_token_timeout"), 5.0),
        **dict.fromkeys(("num_retries", "max_fallbacks", "retry_after", "allowed_fails", "cooldown_time"), 1),
        **dict.fromkeys(("disable_cooldowns", "pre_call_checks", "drop_params"), True),
        **{f"{kind}fallbacks": [{"gpt-4o": "own-model"}] for kind in ("", "context_window_", "content_policy_")},
        "enable_pre_call_checks": False,
        "default_fallbacks": ["own-model"],
        "retry_policy": {"TimeoutErrorRetries": 1},
        "model_group_alias": {"fast": "gpt-4o"},
        "routing_strategy": "ordered",
        "max_hedge_share": 0.1,
        "rpm": 3,
        "tpm": {"first": 1000},
    }
    assert given.keys() == ROUTER_ARGS
    router = build_router(connections[:2], given)
    try:
        assert router.settings().enable_pre_call_checks is True
        assert router.settings().default_litellm_params["drop_params"] is True
    finally:
        router.retire()


def test_fallbacks_are_handed_on_in_router_s_one_form(connections) -> None:
    given = {
        "fallbacks": {"gpt-4o": "own-model", "own-model": ("gpt-4o", "second/gpt-4o")},
        "context_window_fallbacks": [{"gpt-4o": "own-model"}],
        "content_policy_fallbacks": [{"gpt-4o": ["own-model"], "own-model": "gpt-4o"}],
        "default_fallbacks": "own-model",
    }
    before = repr(given)
    router = build_router(connections[:2], given)
    try:
        assert router.settings().fallbacks == [
            {"gpt-4o": ["own-model"]},
            {"own-model": ["gpt-4o", "second/gpt-4o"]},
            {"*": ["own-model"]},
        ]
        assert router.settings().context_window_fallbacks == [{"gpt-4o": ["own-model"]}]
        assert router.settings().content_policy_fallbacks == [{"gpt-4o": ["own-model"]}, {"own-model": ["gpt-4o"]}]
        assert repr(given) == before
    finally:
        router.retire()


def test_a_star_becomes_a_row_for_each_model_that_both_serve(connections) -> None:
    given = {"fallbacks": [{"first/*": ["second/*", "own-model"]}, {"second/*": "first/*"}, {"claude/*": "first/*"}]}
    router = build_router(connections[:3], given)
    try:
        assert router.settings().fallbacks == [
            {"first/gpt-4o": ["second/gpt-4o", "own-model"]},
            {"first/own-model": ["own-model"]},
            {"second/gpt-4o": ["first/gpt-4o"]},
        ]
    finally:
        router.retire()


# litellm 1.110.2 runs a failed call's fallbacks on an event loop that it leaves open, with the sockets of that loop.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed:ResourceWarning")
def test_a_fallback_given_as_text_is_taken_when_the_first_fails(stage: Stage, connections) -> None:
    away = connection(stage, "away", "openai", "gpt-4o", base_url="http://127.0.0.1:9/v1", with_default_models=False)
    router = build_router([away, connections[0]], {"num_retries": 0, "fallbacks": {"away/*": "first/*"}})
    try:
        answer = router.completion("away/gpt-4o", [{"role": "user", "content": "one two"}])
        assert answer.choices[0].message.content == "seoul: one two"
    finally:
        router.retire()
