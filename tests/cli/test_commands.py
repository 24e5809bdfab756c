"""What all commands have in common, and those that only read."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from tests.cli.conftest import ROOT, Run

from genai_sdk.cli.commands import genai as commands
from genai_sdk.local import Platform
from genai_sdk.version import __version__

HEAVY = {"litellm", "openai", "aiohttp", "psycopg", "starlette", "uvicorn", "cryptography"}
LOADED = "import sys; sys.argv = ['genai', {!r}]; import atexit; atexit.register(lambda: print(sorted(sys.modules)));"


def every_command(group: click.Group = commands, before: str = "genai") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        found.append((f"{before} {name}", command))
        if isinstance(command, click.Group):
            found += every_command(command, f"{before} {name}")
    return found


@pytest.mark.parametrize("option", ["--help", "--version", "-h"])
def test_help_and_version_load_nothing_heavy(option: str):
    code = f"{LOADED.format(option)} from genai_sdk.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in eval(done.stdout.splitlines()[-1])}
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_without_click_it_says_what_to_install():
    code = "import sys; sys.modules['click'] = None; from genai_sdk.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'genai-sdk-langfuse[platform]'" in done.stderr


def test_the_version_is_the_package_s():
    assert __version__ in CliRunner().invoke(commands, ["--version"]).output


def test_every_command_and_option_is_in_the_docs():
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    missing = []
    for name, command in every_command():
        missing += [name] if f"`{name}" not in page else []
        options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
        missing += [f"{name} {each.opts[-1]}" for each in options if f"`{each.opts[-1]}" not in page]
    assert missing == []


def test_every_command_and_option_has_help():
    silent = [name for name, command in every_command() if not command.help]
    silent += [
        f"{name} {each.name}"
        for name, command in every_command()
        for each in command.params
        if isinstance(each, click.Option) and not each.help
    ]
    assert silent == []


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    "group", ["genai", *(name for name, command in every_command() if isinstance(command, click.Group))]
)
def test_a_list_of_commands_says_all_of_each_in_eighty_columns(group: str, language: str):
    done = CliRunner().invoke(commands, ["--language", language, *group.split()[1:], "--help"], env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    listed = done.output.partition({"en": "Commands:", "ko": "명령:"}[language])[2]
    assert listed
    assert "..." not in listed


def test_a_plan_is_printed_and_read_by_scripts(platform: Platform, genai: Run):
    assert "1. simulated/gpt-6-luna  (a custom model)" in genai("explain", "gpt-6-luna").stdout
    plan = json.loads(genai("explain", "gpt-6-luna", "--json").stdout)
    assert [one["connection"] for one in plan["candidates"]] == ["simulated"]


def test_a_plan_says_what_becomes_of_parameters(platform: Platform, genai: Run):
    options = ("--param", "temperature=0.2", "--param", 'stop=["END"]', "--param", "user=mina", "--drop-params")
    assert "sends temperature, stop, user" in genai("explain", "gpt-6-luna", *options).stdout
    plan = json.loads(genai("explain", "gpt-6-luna", *options, "--json").stdout)
    assert plan["parameters"]["simulated/gpt-6-luna"]["sent"] == ["temperature", "stop", "user"]
    assert "is not NAME=VALUE" in genai("explain", "gpt-6-luna", "--param", "temperature").stderr
    assert "completion does not know 'heat'" in genai("explain", "gpt-6-luna", "--param", "heat=1").stderr
    spoken = genai("explain", "gpt-6-luna", "--operation", "speech", "--stream", "--param", "stream_format=sse").stdout
    assert spoken.startswith("gpt-6-luna, speech\n")
    assert "     sends stream_format" in spoken
    assert "operation must be one of completion, " in genai("explain", "gpt-6-luna", "--operation", "talk").stderr


def test_an_error_is_one_message_without_a_traceback(platform: Platform, genai: Run):
    done = genai("explain", "gtp-5")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Error: No connection serves 'gtp-5'." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("costs", "--since", "0001-01-01"), "'0001-01-01' is no time"),
        (("whatif", "--router-args", "{}", "--until", "9999-12-31T23:59:59-10:00"), "is no time"),
        (("bench", "gpt-6-luna", "--max-cost", "nan"), "'nan' is no number"),
        (("whatif", "--router-args", "{}", "--max-mean", "nan"), "'nan' is no number"),
        (("replay", "--since", "1h", "--model", "m", "--max-cost", "nan"), "'nan' is no number"),
    ],
)
def test_what_is_no_number_and_no_time_is_refused(genai: Run, arguments: tuple[str, ...], words: str):
    done = genai(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert words in done.stderr


def test_with_nothing_set_up_it_says_how(genai: Run):
    done = genai("connections", "list")
    assert done.returncode == 1
    assert "LANGFUSE_BASE_URL" in done.stderr
    assert "genai up" in done.stderr


def test_a_trace_needs_a_call_before(platform: Platform, genai: Run):
    assert "nothing is recorded yet" in genai("trace").stderr


def test_a_langfuse_that_refuses_the_key_pair_says_so(platform: Platform, genai: Run):
    keys = {"LANGFUSE_PUBLIC_KEY": "pk-lf-x", "LANGFUSE_SECRET_KEY": "sk-lf-canary"}
    done = genai("connections", "list", LANGFUSE_BASE_URL=platform.url, **keys)
    assert done.returncode == 1
    assert "refused the key pair of 'pk-lf-x' with 401" in done.stderr
    assert "canary" not in done.stderr
