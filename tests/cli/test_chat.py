"""`genai chat`, once, piped and in a terminal of its own."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Run, surroundings

from genai_sdk.cli.output import printable
from genai_sdk.cli.remote import Remote
from genai_sdk.client.settings import read_access
from genai_sdk.local import Platform

MODEL = "gpt-6-luna"


def test_one_message_is_answered_and_accounted_for_apart(platform: Platform, genai: Run) -> None:
    done = genai("chat", "Hello!", "--model", MODEL)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 1
    assert re.search(r"simulated/gpt-6-luna · \d+ → \d+ tokens · \$", done.stderr)
    listed = json.loads(genai("traces", "--name", "genai chat", "--json").stdout)
    assert [row["session"][:11] for row in listed] == ["genai-chat-"]


def test_piped_lines_are_one_conversation(platform: Platform, genai: Run) -> None:
    done = genai("chat", "--model", MODEL, "--json", "--system", "Be brief.", stdin="Hello!\n\nAgain!\n")
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["connection"], first["error"], second["error"]) == ("simulated", "", "")
    assert second["input_tokens"] > first["input_tokens"], "what was said before is said again"


def test_what_is_not_answered_is_exit_code_1_with_its_attempts(platform: Platform, genai: Run) -> None:
    done = genai("chat", "Hello!", "--model", "simulated-down")
    assert (done.returncode, done.stdout) == (1, "")
    assert "simulated/simulated-down: " in done.stderr
    assert "503 after" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_has_to_be_chosen(platform: Platform, genai: Run) -> None:
    done = genai("chat", "Hello!")
    assert done.returncode == 2
    assert "say which model to ask" in done.stderr
    assert "No connection serves 'gtp-5'" in genai("chat", "Hello!", "--model", "gtp-5").stderr
    assert genai("chat", "--var", "a=b").returncode == 2
    assert genai("chat", "--prompt", "a", "--system", "b").returncode == 2


def write_prompt(platform: Platform, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("GENAI_HOME", str(home))
    with Remote(read_access()) as remote:
        body = {"name": "tone", "prompt": "In the tone of {{who}}.", "config": {"model": MODEL, "temperature": 0.2}}
        remote.ask("POST", "/api/public/v2/prompts", {**body, "type": "text", "labels": ["production"]})


def test_a_prompt_brings_its_model_and_takes_variables(
    platform: Platform, genai: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_prompt(platform, monkeypatch, home)
    done = genai("chat", "Hello!", "--prompt", "tone", "--var", "who=Mina", "--json")
    turn = json.loads(done.stdout)
    assert (turn["model"], turn["error"]) == (MODEL, "")
    (prompt,) = json.loads(genai("costs", "--by", "prompt", "--since", "1h", "--json").stdout)
    assert (prompt["key"], prompt["calls"]) == ("tone v1", 1)
    done = genai("chat", "Hello!", "--prompt", "tone")
    assert (done.returncode, done.stdout) == (2, "")
    assert "prompt 'tone' needs --var who=…" in done.stderr


class Terminal:
    """`genai chat` as somebody types at it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self._own, other = pty.openpty()
        command = [sys.executable, "-m", "genai_sdk.cli", "chat", *arguments]
        environ = surroundings(home, NO_COLOR="1", TERM="dumb")
        self.process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, env=environ)
        os.close(other)
        self.shown = ""

    def until(self, text: str, within: float = 60) -> str:
        """Read until something is shown, and return what came before it."""
        end = time.monotonic() + within
        while text not in self.shown:
            if not select.select([self._own], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"{text!r} was not shown; {self.shown!r} was")
            self.shown += os.read(self._own, 65_536).decode()
        before, _, self.shown = self.shown.partition(text)
        return before

    def type(self, line: str) -> None:
        os.write(self._own, line.encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._own)


@pytest.fixture
def terminal(platform: Platform, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    write_prompt(platform, monkeypatch, home)
    opened = Terminal(home, "--model", MODEL)
    yield opened
    opened.close()


def test_somebody_talks_in_a_terminal(terminal: Terminal) -> None:
    terminal.until(f"{MODEL} > ")
    terminal.type("Hello!\n")
    terminal.until("simulated/gpt-6-luna · ")
    terminal.until(f"{MODEL} > ")
    terminal.type("/model nobody-7\n")
    terminal.until("No connection serves 'nobody-7'")
    terminal.until(f"{MODEL} > ")
    terminal.type("/model simulated-slow\n")
    terminal.until("simulated-slow > ")
    terminal.type("/prompt tone\n")
    terminal.until("who: ")
    terminal.type("Mina\n")
    terminal.until("prompt tone, version 1; asks simulated-slow")
    terminal.until("simulated-slow > ")
    terminal.type("/help\n")
    terminal.until("/clear")
    terminal.until("simulated-slow > ")
    terminal.type("\x04")
    assert terminal.process.wait(30) == 0


def test_an_answer_is_stopped_and_the_conversation_goes_on(terminal: Terminal) -> None:
    terminal.until(f"{MODEL} > ")
    terminal.type("/model simulated-slow\n")
    terminal.until("simulated-slow > ")
    terminal.type("Hello!\n")
    terminal.until("[simulated")
    terminal.process.send_signal(signal.SIGINT)
    terminal.until("stopped; what came is kept")
    terminal.until("simulated-slow > ")
    terminal.type("/quit\n")
    assert terminal.process.wait(30) == 0


def test_what_would_steer_a_terminal_is_made_visible() -> None:
    assert printable("a\tb\n\x1b]0;title\x07\r") == "a\tb\n\\x1b]0;title\\x07\\x0d"
