"""`genai doctor` against a running platform, a wrong one, and none."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

from genai_sdk.cli.doctor.connection_checks import remedy_of
from genai_sdk.cli.doctor.record_checks import TRACE
from genai_sdk.client.origins import origins
from genai_sdk.langfuse.new_connection import NewConnection
from genai_sdk.local import Platform
from genai_sdk.local.simulated import ready_connection
from genai_sdk.secret import Secret


def checks(done: Any) -> dict[str, dict[str, str]]:
    return {f"{each['area']}: {each['name']}": each for each in json.loads(done.stdout)}


def test_all_is_well_on_a_running_platform(platform: Platform, genai: Run) -> None:
    done = genai("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nLANGFUSE\n  ok      address: http://127.0.0.1:" in done.stdout
    assert "  ok      simulated: azure: opened; " in done.stdout
    assert "  ok      read back: after " in done.stdout
    assert "All well: " in done.stdout
    assert platform.credentials.secret_key not in done.stdout
    assert "\x1b" not in done.stdout


def test_json_says_the_same_for_scripts(platform: Platform, genai: Run) -> None:
    found = checks(genai("doctor", "--json"))
    assert found["langfuse: key pair"]["state"] == "ok"
    assert found["langfuse: clock"]["detail"] == "agrees with Langfuse's"
    assert (
        found["settings: host"]["detail"]
        == f"{platform.url} (from local platform on {platform.directory} (GENAI_HOME))"
    )
    assert found["settings: secret_key"]["detail"].startswith("set, not shown (from ")


def test_each_connection_is_asked_on_demand(platform: Platform, genai: Run) -> None:
    found = checks(genai("doctor", "--live", "--json"))
    simulated = found["connections: simulated"]
    assert " answers in " in simulated["detail"]
    assert "its price is not known" in simulated["detail"]
    facts = {**simulated["facts"]}
    assert 0 < facts.pop("latency") < 20
    assert facts == {
        "adapter": "azure",
        "model": "simulated-small",
        "priced": False,
        "cost": None,
        "price_source": None,
    }


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "base URL"),
        (401, "genai connections rotate seoul"),
        (404, "first custom model"),
        (429, "limits and billing"),
        (503, "try again later"),
        (400, ""),
    ],
)
def test_what_did_not_answer_is_said_with_what_to_do(status: int | None, words: str) -> None:
    assert words in remedy_of("seoul", status)


def test_a_key_that_is_refused_is_to_be_rotated(platform: Platform, genai: Run) -> None:
    ready = ready_connection(platform.url, "usa", "azure")
    platform.store.connections.put(
        NewConnection(
            provider="refused",
            adapter="azure",
            secret_key=Secret("sk-mistyped-1"),
            base_url=ready.base_url,
            custom_models=["gpt-6-luna"],
        )
    )
    done = genai("doctor", "--live")
    assert done.returncode == 1
    assert "  FAILED  refused: gpt-6-luna: " in done.stdout
    assert "genai connections rotate refused" in done.stdout
    assert "sk-mistyped-1" not in done.stdout


def test_what_a_model_costs_is_said_by_whose_price(platform: Platform, genai: Run) -> None:
    ready = ready_connection(platform.url, "seoul", "azure")
    platform.store.connections.put(
        NewConnection(
            provider="priced",
            adapter="azure",
            secret_key=Secret(ready.secret),
            base_url=ready.base_url,
            custom_models=["gpt-6-luna"],
        )
    )
    opened = checks(genai("doctor", "--json"))["connections: priced"]
    assert opened["facts"] == {"adapter": "azure", "model": "gpt-6-luna", "priced": True}
    tried = checks(genai("doctor", "--json", "--live"))["connections: priced"]
    assert "(our table)" in tried["detail"]
    assert tried["facts"]["cost"] > 0
    assert tried["facts"]["price_source"].startswith("table ")


def test_what_was_written_is_there(platform: Platform, genai: Run) -> None:
    trace = checks(genai("doctor", "--json"))["traces: written"]["detail"].removeprefix("trace ")
    found = platform.store.traces.find(trace)
    assert found is not None
    assert found.name == TRACE


def test_a_broken_connection_fails_with_its_reason(platform: Platform, genai: Run) -> None:
    platform.store.connections.put(
        NewConnection(provider="broken", adapter="bedrock", secret_key=Secret("no json"), custom_models=["a"])
    )
    done = genai("doctor")
    assert done.returncode == 1
    assert "  FAILED  broken: " in done.stdout
    assert "genai connections add broken --replace" in done.stdout
    assert done.stdout.rstrip().endswith("1 problem.")


def test_a_connection_whose_host_has_no_identity_ends_no_other_check(platform: Platform, genai: Run) -> None:
    platform.store.connections.put(
        NewConnection(
            provider="host",
            adapter="bedrock",
            secret_key=Secret("__BEDROCK_DEFAULT_CREDENTIALS__"),
            custom_models=["amazon.nova-lite-v1:0"],
            config={"region": "eu-west-1"},
        )
    )
    found = checks(genai("doctor", "--live", "--json", AWS_EC2_METADATA_DISABLED="true"))
    assert found["connections: host"]["state"] == "failed"
    assert found["traces: read back"]["state"] == "ok"


def test_without_any_setting_it_says_what_to_set(genai: Run) -> None:
    done = genai("doctor")
    assert done.returncode == 1
    assert "LANGFUSE_BASE_URL" in done.stdout
    assert "genai up" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_wrong_key_pair_is_told_from_a_wrong_address(platform: Platform, genai: Run) -> None:
    pair = {"LANGFUSE_PUBLIC_KEY": "pk-lf-wrong", "LANGFUSE_SECRET_KEY": "sk-lf-wrong-canary"}
    wrong = genai("doctor", "--json", LANGFUSE_BASE_URL=platform.url, **pair)
    assert wrong.returncode == 1
    found = checks(wrong)
    assert (found["langfuse: address"]["state"], found["langfuse: key pair"]["state"]) == ("ok", "failed")
    assert "canary" not in wrong.stdout + wrong.stderr
    nowhere = checks(genai("doctor", "--json", LANGFUSE_BASE_URL="http://127.0.0.1:1", **pair))
    assert nowhere["langfuse: address"]["state"] == "failed"
    assert "SSL_CERT_FILE" in nowhere["langfuse: address"]["remedy"]
    assert "langfuse: key pair" not in nowhere


def test_what_a_platform_says_of_itself_and_cannot_be_read_ends_no_other_check(home: Path, genai: Run) -> None:
    home.mkdir()
    (home / "endpoint.json").write_text("broken")
    done = genai("doctor", "--json")
    found = checks(done)
    assert done.returncode == 1
    assert found["settings: local platform"]["state"] == "failed"
    assert {"versions: packages", "langfuse: address", "connections: client"} <= set(found)


def test_a_source_that_does_not_answer_is_said_with_what_to_look_at(platform: Platform, genai: Run) -> None:
    environ = {
        "LANGFUSE_BASE_URL": platform.url,
        "LANGFUSE_PUBLIC_KEY": platform.credentials.public_key,
        "LANGFUSE_SECRET_KEY": platform.credentials.secret_key,
    }
    found = checks(genai("doctor", "--json", GENAI_BROKER_URL="http://127.0.0.1:1", **environ))
    assert found["connections: source"]["state"] == "failed"
    assert "genai broker --check" in found["connections: source"]["remedy"]
    assert found["traces: read back"]["state"] == "ok"


def test_a_spool_that_can_be_written_is_told_from_one_that_cannot(
    platform: Platform, genai: Run, tmp_path: Path
) -> None:
    found = checks(genai("doctor", "--json", GENAI_SPOOL=str(tmp_path / "spool")))
    assert found["traces: spool"]["state"] == "ok"
    (tmp_path / "link").symlink_to(tmp_path / "nowhere" / "spool")
    done = genai("doctor", "--json", GENAI_SPOOL=str(tmp_path / "link"))
    assert checks(done)["traces: spool"]["state"] == "failed"
    assert done.returncode == 1
    assert "traces: spool" not in checks(genai("doctor", "--json"))


def test_http_is_of_no_account_on_this_machine_alone() -> None:
    from genai_sdk.cli.doctor.checks import check_plain

    assert [check_plain(host).state for host in ("127.0.0.1", "::1", "localhost")] == ["note"] * 3
    elsewhere = check_plain("langfuse.internal")
    assert elsewhere.state == "warning"
    assert "in clear" in elsewhere.detail


@pytest.mark.parametrize(
    ("seconds", "state", "detail"),
    [(0, "ok", "agrees"), (90, "warning", "behind"), (-90, "warning", "ahead of"), (4_000, "failed", "behind")],
)
def test_a_clock_that_is_off_is_found(seconds: int, state: str, detail: str) -> None:
    from genai_sdk.cli.doctor.checks import check_clock

    check = check_clock(format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True))
    assert check.state == state
    assert detail in check.detail


def test_where_settings_come_from_is_said_without_a_secret() -> None:
    found = {
        each.setting: each
        for each in origins(
            {
                "LANGFUSE_HOST": "https://langfuse.example.com",
                "LANGFUSE_SECRET_KEY": "sk-lf-canary",
                "GENAI_DATABASE_URL": "postgresql://reader:canary@db.example.com:5432/langfuse?sslkey=canary",
                "GENAI_ENCRYPTION_KEY": "canary",
                "HTTPS_PROXY": "http://me:canary@proxy.example.com:3128",
            }
        )
    }
    assert found["host"].source == "LANGFUSE_HOST"
    assert found["database_url"].value == "postgresql://reader:…@db.example.com:5432/langfuse"
    assert found["https_proxy"].value == "http://me:…@proxy.example.com:3128"
    assert found["public_key"].source == ""
    assert "canary" not in repr(found)
