"""`genai rehearse`: routing options against regions that fail, in simulated time."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.cli.conftest import ROOT, Run

from genai_sdk import GenAIClient
from genai_sdk.cli.rehearse.report import Report, report_of
from genai_sdk.cli.rehearse.run import rehearse
from genai_sdk.cli.rehearse.scenario import Scenario, read_scenario
from genai_sdk.connections import ConnectionRecord
from genai_sdk.errors import ConfigurationError, InvalidRequestError, UnknownModelError
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeLangfuse, FakeProvider, Status

MODELS = {
    "openai": "gpt-6-luna",
    "azure": "gpt-6-luna",
    "anthropic": "claude-sonnet-5",
    "bedrock": "anthropic.claude-sonnet-5-20260601-v1:0",
    "google-vertex-ai": "gemini-3.8-flash",
    "google-ai-studio": "gemini-3.8-flash",
}
HELLO = [{"role": "user", "content": "Hello!"}]
FALLBACK: Mapping[str, Any] = {"fallbacks": [{"seoul/*": "usa/*"}], "num_retries": 0}
FILE = """
model = "seoul/gpt-6-luna"
calls = 20
[regions.seoul]
models = ["gpt-6-luna"]
[regions.usa]
models = ["gpt-6-luna"]
[[faults]]
region = "seoul"
status = 503
[gate]
lost = 0
"""


def scenario(*faults: Mapping[str, Any], **more: Any) -> Scenario:
    regions = {name: {"models": ["gpt-6-luna"], "latency": 1.0} for name in ("seoul", "usa")}
    table = {"model": "seoul/gpt-6-luna", "regions": regions, "calls": 60, "faults": list(faults), **more}
    return msgspec.convert(table, Scenario)


def play(played: Scenario, router_args: Mapping[str, Any] = FALLBACK) -> Report:
    return report_of(played, *rehearse(played, router_args))


def test_a_region_that_is_down_loses_calls_without_a_fallback_and_none_with_one():
    played = scenario({"region": "seoul", "from": 10, "until": 20, "status": 503})
    alone = play(played, {"num_retries": 0})
    assert alone.added.lost == alone.faulty.lost == 10
    assert list(alone.errors.values()) == [10]
    (reason,) = alone.errors
    assert reason.startswith("ProviderUnavailableError: seoul")
    both = play(played)
    assert both.added.lost == 0
    assert both.faulty.served == {"seoul/gpt-6-luna": 50, "usa/gpt-6-luna": 10}
    assert [met.requests for met in both.faults] == [10]


def test_minutes_of_waiting_are_counted_and_not_waited_for():
    began = time.monotonic()
    report = play(scenario({"region": "seoul", "from": 0, "until": 30, "silent": True}), {**FALLBACK, "timeout": 300})
    assert report.faulty.longest == pytest.approx(301, abs=0.01)  # 300 s of silence, then a second in the USA
    assert report.added.lost == 0
    assert time.monotonic() - began < 300


def test_a_retry_after_is_waited_for_where_there_is_no_fallback():
    played = scenario({"region": "seoul", "until": 5, "status": 429, "retry_after": 120}, calls=1)
    report = play(played, {"num_retries": 1})
    assert report.faulty.longest == pytest.approx(122, abs=0.5)  # a second, two minutes, a second
    assert report.faulty.lost == 0


def test_a_cooldown_spares_the_next_calls_a_dead_deployment():
    played = scenario({"region": "seoul", "status": 503}, model="gpt-6-luna", rate=1)
    met = {
        seconds: play(played, {"num_retries": 0, "cooldown_time": seconds}).faults[0].requests for seconds in (5, 30)
    }
    assert met[30] < met[5] < 60


def test_a_hedged_call_ends_when_the_quicker_region_answers():
    played = scenario({"region": "seoul", "latency": 30}, model="gpt-6-luna", calls=10, rate=0.01)
    hedged = play(played, {"num_retries": 0, "hedge_after": 2, "max_hedge_share": 1})
    assert hedged.faulty.served == {"usa/gpt-6-luna": 10}
    assert hedged.faulty.longest == pytest.approx(3, abs=0.01)
    assert play(played, {"num_retries": 0}).faulty.longest == pytest.approx(30, abs=0.01)


def test_a_dearer_stand_in_adds_its_dollars():
    regions = {"cheap": {"models": ["gpt-5-nano"]}, "dear": {"models": ["gpt-5"]}}
    played = scenario({"region": "cheap", "status": 500}, model="cheap/gpt-5-nano", regions=regions, calls=4)
    report = play(played, {"num_retries": 0, "fallbacks": [{"cheap/gpt-5-nano": "dear/gpt-5"}]})
    assert report.quiet.dollars is not None
    assert report.faulty.dollars is not None
    assert report.added.dollars == report.faulty.dollars - report.quiet.dollars > 0
    # What the table says of 1000 tokens in and 200 out, four times: 0.05 and 0.40 dollars a million, 1.25 and 10.
    assert report.quiet.dollars == pytest.approx(4 * (1_000 * 0.05 + 200 * 0.40) / 1e6)
    assert report.faulty.dollars == pytest.approx(4 * (1_000 * 1.25 + 200 * 10) / 1e6)


def test_a_cost_that_is_not_known_breaks_a_gate_on_dollars_only():
    played = scenario(calls=2, model="nobody-knows-it", regions={"seoul": {"models": ["nobody-knows-it"]}})
    report = play(played)
    assert (report.quiet.dollars, report.added.dollars, report.broken) == (None, None, [])
    gated = play(msgspec.structs.replace(played, gate=msgspec.convert({"dollars": 1}, type(played.gate))))
    assert gated.broken == ["the price of a model is not known, and $1 are allowed"]


@pytest.mark.parametrize("adapter", MODELS)
def test_every_wire_fails_and_answers_in_its_own_words(adapter: str):
    model = MODELS[adapter]
    regions = {"seoul": {"adapter": adapter, "models": [model], "region": "us-east-1"}}
    faults = [
        {"region": "seoul", "until": 1, "status": 429, "retry_after": 7},
        {"region": "seoul", "from": 100, "until": 101, "cut": True},
    ]
    played = scenario(*faults, model=model, regions=regions, calls=3, rate=0.01)
    report = play(played, {"num_retries": 1})
    assert report.quiet.attempts == 3
    assert report.faulty.served == {f"seoul/{model}": 3}
    assert (report.faulty.attempts, [met.requests for met in report.faults]) == (5, [1, 1])
    assert report.added.longest >= 7


def test_the_same_seed_makes_the_same_rehearsal_and_another_one_another():
    played = scenario({"region": "seoul", "status": 503, "share": 0.5}, rate=7)
    arguments = {"num_retries": 2, "routing_strategy": "simple-shuffle"}
    first, second = (rehearse(played, arguments) for _ in range(2))
    assert first == second
    assert rehearse(msgspec.structs.replace(played, seed=2), arguments) != first


def test_a_rehearsed_call_makes_the_attempts_of_the_client_itself():
    now = datetime.now(UTC)
    with FakeLangfuse() as langfuse, FakeProvider("seoul") as seoul, FakeProvider("usa") as usa:
        for fake in (seoul, usa):
            url = fake.base_url("openai")
            facts: dict[str, Any] = {"custom_models": ("gpt-6-luna",), "with_default_models": False}
            langfuse.connections.put(
                ConnectionRecord(
                    name=fake.name,
                    adapter="openai",
                    secret=Secret("sk"),
                    base_url=url,
                    created_at=now,
                    updated_at=now,
                    **facts,
                )
            )
        seoul.always(Status(503))
        with GenAIClient(
            host=langfuse.url,
            broker_url=langfuse.url,
            public_key=langfuse.public_key,
            secret_key=langfuse.secret_key,
            router_args=FALLBACK,
        ) as client:
            made = [len(client.completion("seoul/gpt-6-luna", HELLO).genai.attempts) for _ in range(3)]
    _, faulty = rehearse(scenario({"region": "seoul", "status": 503}, calls=3), FALLBACK)
    assert [one.attempts for one in faulty.outcomes] == made


def test_routing_options_and_models_that_are_wrong_are_errors():
    with pytest.raises(InvalidRequestError, match="did you mean 'fallbacks'"):
        play(scenario(), {"fallback": []})
    with pytest.raises(UnknownModelError):
        play(scenario(model="nobody-has-it"))


def test_a_fallback_to_a_model_that_its_region_does_not_have_is_lost():
    played = scenario({"region": "seoul", "status": 503}, calls=2)
    report = play(played, {"num_retries": 0, "fallbacks": [{"seoul/gpt-6-luna": "usa/gpt-6-lunar"}]})
    assert report.faulty.lost == 2
    assert "usa/gpt-6-lunar" in next(iter(report.errors))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("calls = 20", "calls = 0", "calls must be 1 to 100000"),
        ("calls = 20", "calls = 20\nspeed = 2", "`speed`"),
        ("status = 503", "", "fault 1: give one of status, cut, silent and latency"),
        ("status = 503", "status = 503\ncut = true", "give one of"),
        ("status = 503", "status = 200", "status must be 400 to 599"),
        ("status = 503", "cut = true\nretry_after = 3", "retry_after goes with a status"),
        ("status = 503", "status = 503\nshare = 0", "share must be more than 0"),
        ("status = 503", "status = 503\nuntil = 0", "until must come after"),
        ('region = "seoul"', 'region = "mars"', "there is no region 'mars'; there are: seoul, usa"),
        ('region = "seoul"', 'region = "seoul"\nmodel = "x"', "seoul has no model 'x'; it has: gpt-6-luna"),
        ("[gate]", "[gate", "genai docs rehearse"),
    ],
)
def test_a_file_that_cannot_be_rehearsed_says_why(old: str, new: str, words: str, tmp_path: Path):
    path = tmp_path / "faults.toml"
    path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_scenario(path)
    assert words in str(raised.value)
    assert str(path) in str(raised.value)


def test_the_exit_code_is_the_gate(genai: Run, tmp_path: Path):
    path = tmp_path / "faults.toml"
    path.write_text(FILE, encoding="utf-8")
    broken = genai("rehearse", str(path), "--router-args", '{"num_retries": 0}')
    assert (broken.returncode, broken.stderr) == (3, "")
    assert "gate: 20 calls lost, 0 allowed" in broken.stdout
    passed = genai("rehearse", str(path), GENAI_ROUTER_ARGS=json.dumps(FALLBACK))
    assert (passed.returncode, passed.stderr) == (0, "")
    assert "usa/gpt-6-luna answered 0 calls, and 20 with the faults" in passed.stdout
    assert "gate: passed" in passed.stdout


@pytest.mark.parametrize("source", ["args.json", "args.toml", "wrapped.toml", "app_settings:ROUTER_ARGS"])
def test_router_args_come_from_where_the_team_has_them(source: str, genai: Run, tmp_path: Path):
    (tmp_path / "faults.toml").write_text(FILE, encoding="utf-8")
    (tmp_path / "args.json").write_text(json.dumps(FALLBACK), encoding="utf-8")
    toml = 'num_retries = 0\nfallbacks = [{ "seoul/*" = "usa/*" }]\n'
    (tmp_path / "args.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "wrapped.toml").write_text(f"[router_args]\n{toml}", encoding="utf-8")
    (tmp_path / "app_settings.py").write_text(f"ROUTER_ARGS = {dict(FALLBACK)!r}\n", encoding="utf-8")
    where = source if ":" in source else str(tmp_path / source)
    path = f"{tmp_path}:{ROOT / 'src'}"
    done = genai("rehearse", str(tmp_path / "faults.toml"), "--router-args", where, "--json", PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["faulty"]["lost"], report["faulty"]["served"]) == (0, {"usa/gpt-6-luna": 20})


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("no.json", "router_args cannot be read from 'no.json'"),
        ("nowhere", "it is none of these; give a .toml or .json file"),
        ("no_such_module:X", "No module named 'no_such_module'"),
        ("json:no_such_name", "no_such_name"),
        ("json:dumps", "must be a table, not function"),
    ],
)
def test_router_args_that_are_not_there_are_an_error(source: str, words: str, genai: Run, tmp_path: Path):
    path = tmp_path / "faults.toml"
    path.write_text(FILE, encoding="utf-8")
    done = genai("rehearse", str(path), "--router-args", source)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr


def test_router_args_in_two_places_are_an_error(genai: Run, tmp_path: Path):
    path = tmp_path / "faults.toml"
    path.write_text(f"{FILE}[router_args]\nnum_retries = 0\n", encoding="utf-8")
    done = genai("rehearse", str(path), "--router-args", "{}")
    assert done.returncode == 2
    assert "one of them" in done.stderr


def test_the_file_of_the_page_passes_its_gate(genai: Run, tmp_path: Path):
    page = (ROOT / "docs/rehearse.md").read_text(encoding="utf-8")
    path = tmp_path / "faults.toml"
    path.write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    done = genai("rehearse", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == page.partition("faults.toml\n```\n\n```\n")[2].partition("```")[0].strip()
