"""`genai sunset`: what asks for models that end soon."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.played_week import SPAN, Played
from tests.cli.test_traces import Server
from tests.cli.test_whatif import row
from tests.contract.recording import EXCHANGES, EXCHANGES_V4

from genai_sdk.catalogue import facts_of
from genai_sdk.catalogue.model_table import rows
from genai_sdk.cli.sunset.report import endings
from genai_sdk.cli.sunset.uses import Use, led_to, option_uses, prompt_uses, traffic_of
from genai_sdk.cli.whatif.project import connections_of
from genai_sdk.routing import Planner, RoutingOptions, read_router_args
from genai_sdk.testing import FakeLangfuse
from genai_sdk.testing.answer import json_answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.delivery import Delivery, deliver
from genai_sdk.testing.journal import Watch
from genai_sdk.testing.server import Server as AnyServer
from genai_sdk.testing.steps import Reply
from genai_sdk.testing.week.scene import ROUTER_ARGS


def nearest(adapter: str) -> tuple[str, date, date]:
    """A model of the table that ends, its end, and a day before which nothing has ended."""
    ends = [(row.ends, model) for owner, model, row in rows() if owner == adapter and row.ends is not None]
    day, model = max(ends)
    return model, day, min(ends)[0]


MODEL, ENDS, LONG_AGO = nearest("anthropic")
CONNECTIONS = [row("claude", "anthropic", [MODEL], 0), row("spare", "anthropic", [MODEL], 1)]


def found(uses: Sequence[Use], options: Mapping[str, Any] = {}, traffic: Sequence[Mapping[str, Any]] = (),
          on: date = ENDS, within: int = 30) -> list[Any]:  # fmt: skip
    connections = connections_of(CONNECTIONS, None)
    read = read_router_args(options, RoutingOptions())
    calls = traffic_of(traffic)
    places, _ = led_to([*uses, *option_uses(read)], calls, Planner(connections, None), read)
    views = {each.name: each.view for each in connections.connections}
    return [
        (each.connection, each.days, [(use.kind, use.where) for use in each.uses], each.calls)
        for each in endings(places, calls, views, on, within)
    ]


def test_a_prompt_s_config_leads_to_every_deployment_of_its_model() -> None:
    uses = list(prompt_uses("greeting", 3, ["production"], {"model": MODEL, "fallbacks": [f"spare/{MODEL}"]}))
    place = ("prompt", "greeting v3 (production)")
    assert found(uses) == [
        ("claude", 0, [place], 0),
        ("spare", 0, [place, ("prompt", "greeting v3 (production), a fallback")], 0),
    ]


@pytest.mark.parametrize(
    ("options", "places"),
    [
        ({"model_group_alias": {"best": f"claude/{MODEL}"}}, {"claude": [("alias", "best")]}),
        ({"fallbacks": [{"gpt-6": [f"claude/{MODEL}"]}]}, {"claude": [("fallback", "of gpt-6")]}),
        ({"context_window_fallbacks": {"gpt-6": f"claude/{MODEL}"}}, {"claude": [("fallback", "of gpt-6")]}),
        ({"default_fallbacks": [f"spare/{MODEL}"]}, {"spare": [("fallback", "of any")]}),
    ],
)
def test_aliases_and_fallbacks_are_uses(options: Mapping[str, Any], places: Mapping[str, Any]) -> None:
    assert {name: uses for name, _, uses, _ in found([], options)} == places


def test_a_fallback_of_every_model_holds_for_those_that_traffic_names() -> None:
    call = {"startTime": "2026-11-20T00:00:00Z", "model": MODEL, "metadata": {"connection": "claude"}}
    assert found([], {"fallbacks": [{"claude/*": "spare/*"}]}, [call, call]) == [
        ("claude", 0, [], 2),
        ("spare", 0, [("fallback", "of claude/*")], 0),
    ]


def test_calls_of_programs_that_name_no_connection_are_found_by_their_model() -> None:
    call = {"startTime": "2026-11-20T00:00:00Z", "model": MODEL, "metadata": {}}
    assert (None, 0, [], 1) in found([], {}, [call])


@pytest.mark.parametrize(("days", "within", "is_shown"), [(30, 30, True), (31, 30, False), (-400, 0, True)])
def test_what_ends_within_the_days_is_shown_and_what_is_over_too(days: int, within: int, is_shown: bool) -> None:
    shown = found([Use(kind="alias", where="a", name=f"claude/{MODEL}")], on=ENDS - timedelta(days=days), within=within)
    assert [each[1] for each in shown] == ([days] if is_shown else [])


def test_a_successor_has_a_source_and_is_another_model() -> None:
    named = [(adapter, model, each) for adapter, model, each in rows() if each.successor is not None]
    assert len(named) > 20
    for adapter, model, each in named:
        facts = facts_of(adapter, model)
        assert facts is not None
        assert (facts.successor, bool(facts.successor_source)) == (each.successor, True)
        assert each.successor != model


def test_the_week_shows_what_ends(played: Played, genai: Run) -> None:
    command = ("sunset", *SPAN, "--on", "2026-11-28", "--within", "3650")
    done = genai(*command, "--router-args", json.dumps(ROUTER_ARGS), "--json", **played.environ)
    assert (done.returncode, done.stderr) == (3, "")
    report = json.loads(done.stdout)
    assert report["nowhere"] == {}
    shown = {f"{each['connection']}/{each['model']}": each for each in report["endings"]}
    gpt = shown["seoul/gpt-5"]
    assert [use["where"] for use in gpt["uses"] if use["kind"] == "prompt"] == ["support-answer v2 (production)"]
    assert [use["where"] for use in gpt["uses"] if use["kind"] == "alias"] == ["smart"]
    assert gpt["calls"] > 100
    assert gpt["cost"] > 0.1
    assert (gpt["users"] > 5) is (played.kind != "fake-3")  # an older Langfuse has users on traces alone
    assert [use["where"] for use in shown["usa/gpt-5"]["uses"]] == ["of seoul/*"]
    assert shown["studio/gemini-2.5-flash"]["successor"] == facts_of("google-ai-studio", "gemini-2.5-flash").successor  # type: ignore[union-attr]
    assert shown["studio/gemini-2.5-flash"]["served"] is False
    assert list(report["endings"]) == sorted(report["endings"], key=lambda each: each["ends"])


def test_names_that_lead_nowhere_are_said(week_on_platform: Played, genai: Run) -> None:
    done = genai("sunset", *SPAN, "--on", "2026-11-28", COLUMNS="80", **week_on_platform.environ)
    assert "Aliases and fallbacks are known by --router-args alone." in done.stdout
    assert "leads nowhere: prompt support-answer v2 (production): smart: No connection" in done.stdout
    copied = [line for line in done.stdout.splitlines() if line.startswith("  try it: ")]
    assert all("genai replay --since 2026-11-16T00:00:00Z --from-model" in line for line in copied)
    assert max(len(line) for line in done.stdout.splitlines() if line not in copied) <= 80
    assert "\x1b" not in done.stdout


def test_a_project_in_which_nothing_ends_passes(genai: Run) -> None:
    with FakeLangfuse() as fake:
        server = Server(fake)
        body = {"provider": "claude", "adapter": "anthropic", "secretKey": "sk-claude-1234", "customModels": [MODEL]}
        assert server.wire.ask("PUT", "llm-connections", body).status == 201
        server.wire.prompt("greeting", config={"model": MODEL}, labels=["production"])
        early = genai("sunset", "--on", LONG_AGO.isoformat(), "--within", "0", **server.environ)
        late = genai("sunset", "--on", ENDS.isoformat(), "--within", "0", **server.environ)
    assert (early.returncode, early.stderr) == (0, "")
    assert early.stdout.startswith("None of 1 deployments in use ends within 0 days of")
    assert late.returncode == 3
    assert f"{ENDS}  claude/{MODEL}  (today)" in late.stdout
    assert "prompts: greeting v1 (production)" in late.stdout


class Recorded:
    """A Langfuse that answers with what was recorded of one: its calls, connections, models and prompts."""

    def __init__(self) -> None:
        by_name = {each["name"]: each["response"]["json"] for each in (*EXCHANGES, *EXCHANGES_V4)}
        calls = [
            each
            for name, answer in by_name.items()
            if name.startswith("v2_observations_of_")
            for each in answer["data"]
            if each["type"] == "GENERATION"
        ]
        plain = by_name["prompt_plain"]
        listed = [each for each in by_name["list_prompts"]["data"] if each["name"] == plain["name"]]
        prompts = {"data": listed, "meta": {**by_name["list_prompts"]["meta"], "totalPages": 1}}
        whole = {**by_name["list_connections"], "meta": {**by_name["list_connections"]["meta"], "totalPages": 1}}
        self._answers = {
            "/api/public/llm-connections": whole,
            "/api/public/models": {**by_name["models"], "meta": {**by_name["models"]["meta"], "totalPages": 1}},
            "/api/public/v2/prompts": prompts,
            f"/api/public/v2/prompts/{plain['name']}": plain,
            "/api/public/v2/observations": {"data": calls, "meta": {}},
        }
        self.calls = len(calls)
        self.models = {each["model"] for each in calls if each.get("model")} | {
            each["providedModelName"] for each in calls if each.get("providedModelName")
        }
        self._server = AnyServer(self._respond, Watch())

    def __enter__(self) -> dict[str, str]:
        self._server.start()
        url = f"http://127.0.0.1:{self._server.port}"
        return {"LANGFUSE_BASE_URL": url, "LANGFUSE_PUBLIC_KEY": "pk-lf-test", "LANGFUSE_SECRET_KEY": "sk-lf-test"}

    def __exit__(self, *exc: object) -> None:
        self._server.stop()

    def _respond(self, request: Request) -> tuple[Delivery, Any]:
        answer: Any = self._answers.get(request.path)
        if request.query.get("type") == "EMBEDDING" and answer is not None:
            answer = {"data": [], "meta": {}}
        found = json_answer({"message": "never recorded"}, 404) if answer is None else json_answer(answer)
        return deliver(found, Reply()), lambda aborted: None


@pytest.fixture
def recorded_langfuse() -> Iterator[tuple[Recorded, dict[str, str]]]:
    recorded = Recorded()
    with recorded as environ:
        yield recorded, environ


def test_a_recorded_langfuse_is_read(recorded_langfuse: tuple[Recorded, dict[str, str]], genai: Run) -> None:
    recorded, environ = recorded_langfuse
    done = genai("sunset", "--on", "2026-11-28", "--within", "100000", "--json", **environ)
    assert done.returncode in (0, 3), done.stderr
    report = json.loads(done.stdout)
    assert report["in_use"] >= len(recorded.models)
    assert {each["model"] for each in report["endings"] if each["calls"]} <= recorded.models
    assert max(each["calls"] for each in report["endings"]) <= recorded.calls
    tried = genai("whatif", "--router-args", "{}", **environ)
    assert tried.returncode == 1
    assert "no call with its attempts was recorded" in tried.stderr  # it was recorded before there was a ledger
