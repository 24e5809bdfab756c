"""`genai connections` against a running platform."""

import json

import pytest
from tests.cli.conftest import Run

from genai_sdk.local import Platform
from genai_sdk.secret import Secret

SECRET = "sk-simulated-canary"


@pytest.fixture
def add(platform: Platform, genai: Run):
    """Add a connection to a simulated region."""

    def run(name: str, *more: str, secret: str = SECRET):
        url = f"{platform.url}/simulated/{name}/openai/deployments"
        return genai(
            *("connections", "add", name, "--adapter", "azure", "--base-url", url, "--model", "gpt-6-luna"),
            *("--secret-stdin", "--no-default-models", *more),
            stdin=secret + "\n",
        )

    return run


def names(platform: Platform) -> list[str]:
    records, _ = platform.store.connections.records(None)
    return sorted(record.name for record in records)


def test_a_connection_is_tried_saved_listed_tested_and_removed(add, platform: Platform, genai: Run):
    done = add("usa", "--header", "x-team=web")
    assert done.returncode == 0, done.stderr
    assert "usa answers: gpt-6-luna in " in done.stdout
    (record,), _ = platform.store.connections.records(["usa"])
    assert (record.secret.reveal(), record.custom_models, record.with_default_models) == (
        SECRET,
        ("gpt-6-luna",),
        False,
    )
    assert record.headers == {"x-team": "web"}
    listed = genai("connections", "list")
    assert "usa        azure    ...nary  gpt-6-luna\n" in listed.stdout
    tested = json.loads(genai("connections", "test", "usa", "--json").stdout)
    assert (tested["ok"], tested["model"]) == (True, "gpt-6-luna")
    assert genai("connections", "remove", "usa", "--yes").stdout == "Removed usa.\n"
    assert names(platform) == ["simulated"]
    for each in (done, listed):
        assert SECRET not in each.stdout + each.stderr


def test_a_key_that_the_provider_refuses_is_not_saved(add, platform: Platform):
    done = add("usa", secret="sk-wrong-canary")
    assert done.returncode == 1
    assert "usa was not saved, for it does not work: usa/gpt-6-luna answered 401: Access denied" in done.stderr
    assert done.stderr.endswith(" (check the connection's secret). --no-test saves it untried.\n")
    assert "Langfuse" not in done.stderr
    assert "canary" not in done.stderr
    assert names(platform) == ["simulated"]


def test_a_key_is_saved_untried_on_demand_and_the_test_says_what_is_wrong(add, platform: Platform, genai: Run):
    assert add("usa", "--no-test", secret="sk-wrong").returncode == 0
    assert names(platform) == ["simulated", "usa"]
    tested = genai("connections", "test", "usa")
    assert tested.returncode == 1
    assert "usa does not work: usa/gpt-6-luna answered 401" in tested.stderr
    tested = genai("connections", "test", "usa", "--json")
    assert (tested.returncode, json.loads(tested.stdout)["status"]) == (1, 401)


def test_a_name_is_not_taken_twice_by_accident(add, platform: Platform):
    done = add("simulated")
    assert done.returncode == 1
    assert "--replace writes it anew" in done.stderr
    assert add("simulated", "--replace").returncode == 0
    (record,), _ = platform.store.connections.records(["simulated"])
    assert record.secret == Secret(SECRET)


def test_a_real_connection_that_a_simulated_one_shadows_is_noted(platform: Platform, genai: Run):
    done = genai("connections", "add", "real", "--adapter", "openai", "--no-test", "--secret-stdin", stdin="sk-1234")
    assert done.returncode == 0, done.stderr
    assert "genai connections remove simulated" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (["--adapter", "openai", "--region", "eu"], "sk", "--region is for bedrock, not for openai"),
        (["--adapter", "openai", "--header", "x"], "sk", "--header takes NAME=VALUE"),
        (["--adapter", "openai"], "", "the secret is empty"),
        (["--adapter", "bedrock"], '{"apiKey": "k"}', "it has no region"),
        (
            ["--adapter", "azure", "--base-url", "http://127.0.0.1:1"],
            "k",
            "for there is no model to try it with. Name one with --model.\n",
        ),
        (["--adapter", "azure"], "k", "it has no base URL, which adapter 'azure' needs: add one.\n"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_saved(arguments, stdin, words, platform: Platform, genai: Run):
    done = genai("connections", "add", "one", *arguments, "--secret-stdin", stdin=stdin)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert names(platform) == ["simulated"]


def test_without_a_terminal_the_secret_must_come_on_standard_input(platform: Platform, genai: Run):
    done = genai("connections", "add", "one", "--adapter", "openai")
    assert done.returncode == 2
    assert "give it with --secret-stdin" in done.stderr


def test_a_broken_connection_is_listed_with_its_reason(platform: Platform, genai: Run):
    add = ("connections", "add", "own", "--adapter", "openai", "--header", "authorization=x", "--no-test")
    assert genai(*add, "--secret-stdin", stdin="sk-1234").returncode == 0
    assert "connection 'own' cannot be used" in " ".join(genai("connections", "list").stdout.split())
    rows = {row["provider"]: row for row in json.loads(genai("connections", "list", "--json").stdout)}
    assert "cannot be used" in rows["own"]["error"]
    assert rows["simulated"]["error"] is None


def test_what_is_not_there_is_not_removed(platform: Platform, genai: Run):
    done = genai("connections", "remove", "nope", "--yes")
    assert done.returncode == 1
    assert "there are: simulated" in done.stderr
