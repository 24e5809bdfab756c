"""The first thing that a newcomer sees."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.cli.conftest import surroundings


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:

    home = tmp_path_factory.mktemp("demo") / "home"
    done = subprocess.run(
        [sys.executable, "-m", "genai_sdk.cli", "demo"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=surroundings(home),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not home.exists()
    return done.stdout


def test_a_wrong_key_is_refused_in_the_provider_s_own_words(said: str):
    assert re.search(r"wrong +refused +wrong/gpt-6-luna answered 401: Access denied due to invalid subscription", said)


def test_both_versions_of_the_prompt_answer_the_same_line(said: str):
    for version, words in ((1, "Say hello to Mina."), (2, "Greet Mina in Korean, politely.")):
        assert f"prompt greeting v{version}" in said
        assert words in said
        assert re.search(rf"GENERATION greeting-v{version} .* greeting v{version}\n", said)


def test_the_region_that_is_down_is_in_the_trace_and_the_other_one_answers(said: str):
    tree = said[said.index("region-down") :]
    assert re.search(r"attempt 1 seoul/gpt-6-luna .* ERROR seoul/gpt-6-luna answered 503", tree)
    assert re.search(r"attempt 2 seoul/gpt-6-luna .* ERROR", tree)
    assert re.search(r"attempt 3 usa/gpt-6-luna · \d+ m?s\n", tree)


def test_every_trace_says_tokens_and_cost(said: str):
    trees = said[said.index("7. ") :]
    assert len(re.findall(r"GENERATION [\w-]+ · [\d.]+ m?s · gpt-6-luna · \d+ → \d+ tokens · \$0\.\d+", trees)) == 5
    assert re.search(r"In all: 5 calls, \d+ → \d+ tokens, \$0\.000\d+\.", trees)


def test_it_is_calm(said: str):
    assert "\x1b" not in said
    assert max(map(len, said.splitlines())) <= 100
    assert said.count("\n") <= 90


def test_it_says_that_nothing_is_real_and_what_to_type_next(said: str):
    assert "The provider is simulated" in " ".join(said.split())
    assert "genai up" in said[said.index("Next:") :]
    assert "genai demo --stay" in said[said.index("Next:") :]


def test_what_to_type_next_works_as_it_stands(said: str):
    commands = re.findall(
        r"^ +([^#\n]+genai [a-z][^#\n]*|genai [a-z][^#\n]*)", said[said.index("Next:") :], re.MULTILINE
    )
    assert len(commands) == 5
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", f"{command} --help"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=surroundings(Path("/nowhere")),
        )
        assert done.returncode == 0, done.stderr
        assert "Usage: genai " in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_can_stay_with_its_pages_open_on_what_was_shown(tmp_path: Path, number: int):
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "genai_sdk.cli", "demo", "--stay"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=surroundings(tmp_path / "home"),
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "Ctrl-C ends it" not in said:
                line = process.stdout.readline()
                assert line, f"it ended: {said}"
                said += line
            link = re.search(r"http://127\.0\.0\.1:\d+/\S+", said[said.index("8. ") :])
            assert link is not None
            with httpx.Client(follow_redirects=True) as browser:
                browser.get(link[0])
                page = browser.get(f"{link[0].split('/login')[0]}/traces").text
            assert all(name in page for name in ("by-name", "streamed", "greeting-v2", "region-down"))
            process.send_signal(number)
            rest, complaints = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, complaints) == (0, "")
    assert "its directory is gone." in rest


def test_it_can_be_full_of_a_week_of_traffic(tmp_path: Path):
    environ = surroundings(tmp_path / "home")
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "genai_sdk.cli", "demo", "--week"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "Ctrl-C ends it" not in said:
                line = process.stdout.readline()
                assert line, f"it ended: {said}"
                said += line
            directory, options = re.search(r"--data (\S+)\)", said), re.search(r"--router-args (\S+)", said)
            assert directory is not None
            assert options is not None
            arguments = ["sunset", "--router-args", options[1], "--on", "2026-11-28"]
            shell = f'eval "$({sys.executable} -m genai_sdk.cli env --data {directory[1]})"; '
            shell += f"{sys.executable} -m genai_sdk.cli {' '.join(arguments)}"
            shown = subprocess.run(
                ["/bin/sh", "-c", shell], capture_output=True, text=True, timeout=60, check=False, env=environ
            )
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, complaints) == (0, "")
    assert (shown.returncode, "aliases: smart → seoul/gpt-5" in shown.stdout) == (3, True), shown
    assert not Path(directory[1]).exists()
