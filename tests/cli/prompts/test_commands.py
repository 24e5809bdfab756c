"""`genai prompts` between a directory and a Langfuse."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.cli.conftest import Run
from tests.cli.prompts.conftest import Create

from genai_sdk.testing import FakeLangfuse

CHAT = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{question}}"}]


def test_prompts_are_listed(fake: FakeLangfuse, create: Create, run: Run) -> None:
    create("support/greeting", labels=["production"], tags=["support"])
    create("support/greeting", "Hi {{name}}!")
    create("answer", CHAT)
    done = run("list")
    head, first, second = done.stdout.splitlines()
    assert head.split() == ["NAME", "TYPE", "VERSION", "UPDATED", "LABELS"]
    assert first.split()[:3] == ["answer", "chat", "1"]
    assert second.split()[:3] == ["support/greeting", "text", "2"]
    assert {"production", "latest", "#support"} <= set(second.split())
    rows = json.loads(run("list", "--json", "--tag", "support").stdout)
    assert [(row["name"], row["versions"]) for row in rows] == [("support/greeting", [1, 2])]
    assert run("list", "--label", "nobody").stdout == "No prompt is like that.\n"


def test_a_pull_of_nothing_says_so(fake: FakeLangfuse, create: Create, run: Run) -> None:
    assert run("pull").stdout == "The project has no prompts yet.\n"
    assert run("pull", "--json").stdout == "[]\n"
    create("a")
    assert run("pull", "--label", "staging").stdout == "No prompt has the label 'staging'.\n"


def test_a_prompt_is_shown_as_its_file(fake: FakeLangfuse, create: Create, run: Run) -> None:
    create("base", "Be kind.", labels=["production"])
    create("a", "@@@langfusePrompt:name=base|label=production@@@ Hi.", config={"model": "m"}, commitMessage="why")
    done = run("show", "a")
    assert done.stdout.endswith("+++\n@@@langfusePrompt:name=base|label=production@@@ Hi.\n")
    assert done.stderr == "version 1 · latest · why\n"
    assert run("show", "a", "--resolved").stdout.endswith("+++\nBe kind. Hi.\n")
    shown = json.loads(run("show", "a", "--version", "1", "--json").stdout)
    assert (shown["config"], shown["labels"], shown["message"]) == ({"model": "m"}, ["latest"], "why")


def test_what_is_not_there_is_told_with_what_is(fake: FakeLangfuse, create: Create, run: Run) -> None:
    create("a", labels=["production"])
    done = run("show", "a", "--label", "staging")
    assert (done.returncode, done.stdout) == (1, "")
    assert "has no prompt 'a' with label 'staging': it has the versions 1 and the labels" in done.stderr
    assert "`genai prompts list`" in run("show", "b").stderr
    assert run("show", "a", "--label", "x", "--version", "1").returncode == 2


def test_pull_push_and_diff_go_round(fake: FakeLangfuse, create: Create, run: Run, root: Path) -> None:
    create("support/greeting", labels=["production"])
    create("answer", CHAT, config={"model": "gpt-6-luna", "tools": [{"type": "function", "function": {}}]})
    done = run("pull")
    assert done.returncode == 0, done.stderr
    assert (root / "support/greeting.md").read_text() == "Hello {{name}}!\n"
    assert run("diff").stdout == "2 prompts are the same here and in Langfuse.\n"
    assert "2 are the same already." in run("push").stdout

    (root / "support/greeting.md").write_text("Good day, {{name}}!\n")
    done = run("diff", "support/greeting")
    assert done.returncode == 3
    assert "-Hello {{name}}!\n+Good day, {{name}}!\n" in done.stdout
    done = run("push", "--dry-run")
    assert "1 would be pushed" in done.stdout
    assert len(fake.prompts.versions("support/greeting")) == 1
    assert run("push", stdin="n\n").returncode == 0
    assert len(fake.prompts.versions("support/greeting")) == 1
    done = run("push", "--label", "staging", "--message", "kinder", stdin="y\n")
    assert "+Good day" in done.stdout, "nothing is written without its diff"
    newest = fake.prompts.versions("support/greeting")[-1]
    assert (newest.prompt, newest.commit_message, "staging" in newest.labels) == ("Good day, {{name}}!", "kinder", True)
    assert len(fake.prompts.versions("answer")) == 1


def test_a_new_file_becomes_a_new_prompt(fake: FakeLangfuse, create: Create, run: Run, root: Path) -> None:
    (root / "fresh.md").write_text('+++\ntags = ["t"]\n\n[config]\nmodel = "m"\n+++\nHello!\n')
    rows = json.loads(run("diff", "--json").stdout)
    assert [(row["name"], row["state"]) for row in rows] == [("fresh", "only a file")]
    done = run("push", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert (row["pushed"], row["version"]) == (True, 1)
    stored = fake.prompts.versions("fresh")[0]
    assert (stored.prompt, stored.config, stored.tags) == ("Hello!", {"model": "m"}, ["t"])


def test_a_file_is_overwritten_only_after_its_diff_and_a_yes(
    fake: FakeLangfuse, create: Create, run: Run, root: Path
) -> None:
    create("a", "Hello!")
    (root / "a.md").write_text("Mine.\n")
    done = run("pull", stdin="n\n")
    assert "-Mine.\n+Hello!" in done.stdout
    assert (root / "a.md").read_text() == "Mine.\n"
    assert run("pull", "--dry-run").stdout.endswith("1 would be written; nothing was, because of --dry-run.\n")
    assert run("pull", stdin="").returncode == 1, "nobody is there to ask"
    assert (root / "a.md").read_text() == "Mine.\n"
    assert run("pull", "--json").returncode == 2
    assert run("pull", "--yes").returncode == 0
    assert (root / "a.md").read_text() == "Hello!\n"


def test_prompts_that_only_langfuse_has_differ_too(fake: FakeLangfuse, create: Create, run: Run, root: Path) -> None:
    create("a", "Hello!")
    done = run("diff")
    assert (done.returncode, done.stdout) == (3, "a: only in Langfuse, in version 1\n")
    assert "there is no prompt below" in run("push").stderr
    assert "has no prompt 'b'" in run("diff", "b").stderr


def test_what_a_prompt_is_made_of_is_pushed_before_it(fake: FakeLangfuse, create: Create, run: Run, root: Path) -> None:
    (root / "a.md").write_text("@@@langfusePrompt:name=z|label=production@@@ Hi.\n")
    (root / "z.md").write_text("Be kind.\n")
    done = run("push", "--yes", "--label", "production")
    assert done.returncode == 0, done.stderr
    assert run("show", "a", "--resolved").stdout == "Be kind. Hi.\n"


def test_what_langfuse_refuses_names_the_prompt(fake: FakeLangfuse, create: Create, run: Run, root: Path) -> None:
    (root / "new.md").write_text("Hi.\n")
    done = run("push", "--yes")
    assert done.returncode == 1
    assert "new: Langfuse at" in done.stderr
    assert "Prompt name cannot be 'new'" in done.stderr


class Old(BaseHTTPRequestHandler):
    """A Langfuse that knows nothing of `resolve`, and puts in what a prompt is made of."""

    def do_GET(self) -> None:
        graph = {"root": {"name": "a", "version": 1, "id": "1"}, "dependencies": {"1": [{"id": "2", "name": "b"}]}}
        prompt = {"name": "a", "version": 1, "type": "text", "prompt": "Be kind.", "resolutionGraph": graph}
        body = json.dumps(prompt).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def test_a_server_that_cannot_show_a_prompt_as_it_was_written_loses_nothing(genai: Run, root: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Old) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        environ = {"LANGFUSE_BASE_URL": f"http://127.0.0.1:{server.server_port}"}
        environ |= {"LANGFUSE_PUBLIC_KEY": "pk-lf-x", "LANGFUSE_SECRET_KEY": "sk-lf-x"}
        done = genai("prompts", "pull", "a", "--dir", str(root), **environ)
        shown = genai("prompts", "show", "a", "--resolved", **environ)
        server.shutdown()
    assert (done.returncode, list(root.iterdir())) == (1, [])
    assert "it is too old to show a prompt as it was written" in done.stderr
    assert shown.stdout == "Be kind.\n"
