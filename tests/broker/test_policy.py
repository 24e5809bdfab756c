"""Who may have what: the file, its check, and what a broker hands out by it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from genai_sdk.broker.policy import Policy, read_policy
from genai_sdk.cli.commands import genai
from genai_sdk.connections import ConnectionRecord
from genai_sdk.errors import ConfigurationError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = """
[[allow]]
projects = ["proj-search"]
connections = ["azure_*"]
models = ["gpt-4o*", "text-embedding-*"]

[[allow]]
projects = ["proj-search"]
connections = ["azure_eu"]
models = ["o4-mini"]

[[allow]]
public_keys = ["pk-lf-batch"]

[[short_lived]]
connections = ["bedrock_*"]
aws = { action = "AssumeRole", role_arn = "arn:aws:iam::1:role/genai", external_id = "e", lifetime = 1800 }

[[short_lived]]
projects = ["proj-search"]
"""


def record(name: str, *models: str) -> ConnectionRecord:
    return ConnectionRecord(
        name=name, adapter="openai", secret="sk", custom_models=models, created_at=NOW, updated_at=NOW
    )


def permitted(policy: Policy, project: str, public_key: str, name: str) -> ConnectionRecord | None:
    return policy.permit(project, public_key, record(name, "gpt-4o", "o4-mini", "o3"))


def test_without_rules_a_project_has_all_of_its_own() -> None:
    assert permitted(read_policy("", "p.toml"), "any", "pk", "x") == record("x", "gpt-4o", "o4-mini", "o3")


def test_with_rules_nobody_has_what_none_names() -> None:
    policy = read_policy(TEXT, "p.toml")
    assert permitted(policy, "proj-search", "pk", "openai") is None
    assert permitted(policy, "proj-other", "pk", "azure_us") is None
    assert permitted(policy, "proj-other", "pk-lf-batch", "openai") == record("openai", "gpt-4o", "o4-mini", "o3")


def test_models_of_several_rules_add_up() -> None:
    policy = read_policy(TEXT, "p.toml")
    us, eu = (permitted(policy, "proj-search", "pk", name) for name in ("azure_us", "azure_eu"))
    assert us is not None
    assert eu is not None
    assert (us.models, us.custom_models) == (("gpt-4o*", "text-embedding-*"), ("gpt-4o",))
    assert (eu.models, eu.custom_models) == (("gpt-4o*", "text-embedding-*", "o4-mini"), ("gpt-4o", "o4-mini"))


def test_the_first_rule_says_how_long_a_credential_lives() -> None:
    policy = read_policy(TEXT, "p.toml")
    role = policy.lifetime_of("proj-search", "pk", "bedrock_eu")
    assert role is not None
    assert (role.action, role.role_arn, role.lifetime) == ("AssumeRole", "arn:aws:iam::1:role/genai", 1800)
    other = policy.lifetime_of("proj-search", "pk", "vertex")
    assert other is not None
    assert (other.action, other.lifetime) == ("GetSessionToken", 3600)
    assert policy.lifetime_of("proj-other", "pk", "vertex") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[allow]", "p.toml is no TOML"),
        ("[[alow]]", "has no alow; it has allow, short_lived"),
        ("allow = 1", r"allow must be tables, each under \[\[allow\]\]"),
        (
            "[[allow]]\nproject = ['a']",
            r"number 1 of \[\[allow\]\]: a rule of \[\[allow\]\] has no project; it has proj",
        ),
        ("[[allow]]\n[[allow]]\nconnections = []", "number 2 of .*connections must be a list of names or patterns"),
        ("[[allow]]\nmodels = 'gpt-4o'", "models must be a list"),
        ("[[short_lived]]\naws = 1", "aws must be a table"),
        ("[[short_lived]]\naws = { role = 'x' }", "aws has no role; it has action, role_arn"),
        ("[[short_lived]]\naws = { action = 'Assume' }", "action is 'Assume'; it is GetSessionToken or AssumeRole"),
        ("[[short_lived]]\naws = { action = 'AssumeRole' }", "AssumeRole takes a role_arn"),
        ("[[short_lived]]\naws = { role_arn = 'x' }", "GetSessionToken takes none"),
        ("[[short_lived]]\naws = { action = 'AssumeRole', role_arn = 1 }", "role_arn must be a string"),
        ("[[short_lived]]\naws = { lifetime = 900 }", "lifetime must be a number of seconds from 1800 to 43200"),
    ],
)
def test_a_policy_that_says_nothing_sensible_is_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read_policy(text, "p.toml")


def test_a_command_checks_it(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(TEXT)
    good = CliRunner().invoke(genai, ["broker", "check-policy", str(path)])
    assert good.exit_code == 0
    assert (
        "Project proj-search may have the connections azure_* with the models gpt-4o*, text-embedding-*." in good.output
    )
    assert "Key pair pk-lf-batch of every project may have every connection with any model." in good.output
    assert "Nobody has anything else." in good.output
    path.write_text("[[allow]]\nmodel = ['x']")
    bad = CliRunner().invoke(genai, ["broker", "check-policy", str(path)])
    assert bad.exit_code == 1
    assert "has no model" in bad.output
    missing = CliRunner().invoke(genai, ["broker", "check-policy", str(tmp_path / "none")])
    assert "cannot be read: No such file" in missing.output
