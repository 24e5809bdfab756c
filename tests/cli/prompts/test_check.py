"""`genai prompts check`: what would go wrong, before it does."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.prompts.conftest import Create
from tests.connections.records import record

from genai_sdk.cli.prompts.code import read_uses
from genai_sdk.cli.prompts.config import check_config
from genai_sdk.errors import ConfigurationError
from genai_sdk.testing import FakeLangfuse


def write(root: Path, name: str, config: str = "", text: str = "Hello {{name}}!\n") -> None:
    (root / f"{name}.md").write_text(f"+++\n[config]\n{config}\n+++\n{text}" if config else text)


def found(run: Run, *arguments: str) -> list[tuple[str, str, str]]:
    done = run("check", *arguments, "--json")
    assert done.returncode in (0, 1), done.stderr
    rows = json.loads(done.stdout)
    assert done.returncode == any(row["level"] == "error" for row in rows)
    return [(row["level"], row["code"], row["message"]) for row in rows]


def test_good_prompts_pass(fake: FakeLangfuse, run: Run, root: Path) -> None:
    fake.connections.put(record(name="openai_test", custom_models=("gpt-6-luna",), with_default_models=False))
    write(root, "a", 'model = "gpt-6-luna"\ntemperature = 0.2\nteam = "support"')
    done = run("check")
    assert (done.returncode, done.stdout) == (0, "1 prompt, 0 errors, 0 warnings.\n")


def test_models_that_nobody_serves_are_errors(fake: FakeLangfuse, run: Run, root: Path) -> None:
    fake.connections.put(record(name="openai_test", custom_models=("gpt-6-luna",), with_default_models=False))
    write(root, "a", 'model = "gpt-6-lunar"')
    write(root, "b", 'model = "gpt-6-luna"\nfallbacks = ["nobody-7"]')
    (first, second) = found(run)
    assert first[:2] == second[:2] == ("error", "model")
    assert "'gpt-6-lunar'" in first[2]
    assert "the fallback 'nobody-7' leads nowhere" in second[2]
    assert found(run, "--offline") == []


def test_parameters_that_nobody_takes_are_errors_and_those_of_some_warnings(
    fake: FakeLangfuse, run: Run, root: Path
) -> None:
    fake.connections.put(
        record(name="house", base_url="http://127.0.0.1:9/v1", custom_models=("m",), with_default_models=False),
        record("anthropic", name="claude", custom_models=("m",), with_default_models=False),
    )
    write(root, "a", 'model = "claude/m"\nlogit_bias = { "1" = 2 }')
    write(root, "b", 'model = "m"\nlogit_bias = { "1" = 2 }')
    first, second = found(run)
    assert first[:2] == ("error", "model")
    assert second[:2] == ("warning", "model")
    for row in (first, second):
        assert row[2].startswith("claude/m: passed over: no place for logit_bias")


def test_what_a_prompt_is_made_of_is_looked_up_in_files_and_langfuse(create: Create, run: Run, root: Path) -> None:
    create("shared", "Be kind to {{name}}.", labels=["production"])
    write(root, "a", text="@@@langfusePrompt:name=shared|label=production@@@\n")
    write(root, "b", text="@@@langfusePrompt:name=nowhere|label=production@@@\n")
    write(root, "c", text="@@@langfusePrompt:name=d|label=production@@@\n")
    write(root, "d", text="@@@langfusePrompt:name=c|label=production@@@\n")
    rows = found(run)
    assert [row[:2] for row in rows] == [("error", "composition")] * 3
    assert "not found: nowhere" in rows[0][2]
    assert "Circular" in rows[1][2]
    assert [row[:2] for row in found(run, "a", "--offline")] == [("note", "composition")]


def test_size_is_held_to_a_bound(run: Run, root: Path) -> None:
    write(root, "a", text="word " * 50)
    (row,) = found(run, "--max-tokens", "20")
    assert row[:2] == ("error", "size")
    assert found(run, "--max-tokens", "100") == []


def test_a_contract_holds_what_its_version_needs(run: Run, root: Path) -> None:
    write(root, "a", 'contract = { variables = ["city"] }')
    write(root, "b", "contract = { max_cost = 0 }")
    rows = found(run)
    assert rows[0] == ("error", "contract", "it needs name, which its contract does not have")
    assert "number of dollars above 0" in rows[1][2]


def test_files_that_cannot_be_read_are_findings(run: Run, root: Path) -> None:
    write(root, "a", "model = ")
    (root / "b.md").write_text("=== user ===\n{{x}}\n\n=== placeholder: x ===\n")
    write(root, "c", text="{{#if name}}Hello{{/if}}\n")
    rows = found(run)
    assert [row[:2] for row in rows] == [("error", "file"), ("error", "file"), *[("warning", "variables")] * 2]
    assert "must be unique" in rows[1][2]


CODE = """
async def use(client, more, values):
    client.completion(prompt="a", variables={"name": 1})
    client.completion(prompt="a", variables={"nam": 1})
    client.completion(prompt="a")
    client.completion(prompt="a", messages=[])
    client.get_prompt("a")
    client.get_prompt("a").compile(name=1, city=2)
    (await client.aget_prompt("a")).compile(**more)
    client.run("a", variables=dict(nam=1))
    await client.arun(name="a", variables={**more})
    client.get_prompt("gone", variables=values)
    client.run(values)
"""


def test_code_that_does_not_give_what_a_prompt_needs_is_told_with_its_line(
    run: Run, root: Path, tmp_path: Path
) -> None:
    write(root, "a")
    (tmp_path / "code").mkdir()
    (tmp_path / "code/app.py").write_text(CODE)
    done = run("check", "--code", str(tmp_path / "code"), "--json")
    assert done.returncode == 1
    rows = [(row["line"], row["level"], row["message"]) for row in json.loads(done.stdout)]
    assert rows == [
        (4, "error", "'a' needs name, which this call does not give"),
        (4, "warning", "'a' has no nam, which this call gives"),
        (5, "error", "'a' needs name, which this call does not give"),
        (8, "warning", "'a' has no city, which this call gives"),
        (10, "error", "'a' needs name, which this call does not give"),
        (10, "warning", "'a' has no nam, which this call gives"),
        (12, "error", "'gone' is neither a file nor in Langfuse with the label production"),
    ]
    text = run("check", "--code", str(tmp_path / "code"), COLUMNS="300").stdout
    assert f"{tmp_path / 'code/app.py'}:5: error: 'a' needs name" in text.replace("\n    ", " ")
    assert text.endswith("1 prompt, 4 errors, 3 warnings.\n")


def test_code_is_held_to_prompts_that_only_langfuse_has(create: Create, run: Run, tmp_path: Path) -> None:
    create("b", "{{city}}", labels=["production"])
    (tmp_path / "app.py").write_text('client.run("b", variables={"name": 1})\n')
    assert [row[0] for row in found(run, "--code", str(tmp_path / "app.py"))] == ["error", "warning"]
    assert [row[0] for row in found(run, "--offline", "--code", str(tmp_path / "app.py"))] == ["note"]


def test_code_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def (")
    with pytest.raises(ConfigurationError, match="cannot be read as Python"):
        list(read_uses([tmp_path]))
    with pytest.raises(ConfigurationError, match="--code names code"):
        list(read_uses([tmp_path / "nowhere"]))


def schema(**fields: Any) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": fields}}}


def tool(**parameters: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": "look", "parameters": parameters}}


@pytest.mark.parametrize(
    ("config", "level", "text"),
    [
        ({"model": 3}, "error", "config.model must be the name of a model"),
        ({"temprature": 1}, "warning", "did you mean temperature?"),
        ({"api_key": "x"}, "error", "belongs to the connection"),
        ({"temperature": 3}, "error", "config.temperature is from 0 to 2, not 3"),
        ({"temperature": "hot"}, "error", "config.temperature"),
        ({"max_tokens": 0}, "error", "config.max_tokens is 1 or more, not 0"),
        ({"num_retries": -1}, "error", "num_retries"),
        ({"fallbacks": 7}, "error", "fallbacks"),
        ({"response_format": "json"}, "error", "response_format"),
        ({"response_format": {"type": "json_schema"}}, "error", "with a name and a schema"),
        (schema(type="text"), "error", "has the type 'text'"),
        (schema(properties={"a": {"$ref": "#/$defs/B"}}), "error", "refers to '#/$defs/B'"),
        (schema(properties={}, required=["a"]), "error", "requires a"),
        (schema(items=[1]), "error", "is a JSON schema"),
        ({"tools": [tool(type="text")]}, "error", "config.tools[0].parameters has the type 'text'"),
        ({"tools": [{"type": "function", "function": {}}]}, "error", "config.tools[0]"),
        ([1], "error", "config must be an object"),
    ],
)
def test_configs_of_the_wrong_form_are_told(config: Any, level: str, text: str) -> None:
    found = [*check_config(config)]
    assert [said for said, _ in found] == [level], found
    assert text in found[0][1]


def test_a_team_s_own_settings_are_left_alone() -> None:
    assert [*check_config({"owner": "support", "model": "m", "top_p": None, "fallbacks": ["a"]})] == []
