"""`genai prompts codegen`: a module that type checkers hold callers to."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT, Run
from tests.cli.prompts.conftest import Create

from genai_sdk import GenAIClient
from genai_sdk.cli.prompts.codegen import generate, identifier
from genai_sdk.cli.prompts.document import PromptDocument
from genai_sdk.errors import ConfigurationError
from genai_sdk.testing import FakeLangfuse

GOOD = """
from generated import AnswerVariables, aanswer, answer, fixed, odd, OddVariables
from genai_sdk import GenAIClient

async def use(client: GenAIClient) -> None:
    variables: AnswerVariables = {"question": "Why?", "history": [{"role": "user", "content": "Hi"}]}
    client.completion(model="m", messages=answer(client, **variables))
    await client.acompletion(model="m", messages=await aanswer(client, "staging", **variables))
    print(fixed(client).upper(), odd(client, first_name="Mina", client_=3))
    print(OddVariables({"first name": 1, "client": 2}))
"""
BAD = """
from generated import answer, fixed
from genai_sdk import GenAIClient

def use(client: GenAIClient) -> None:
    answer(client, question="Why?")
    answer(client, question=[], history=[])
    fixed(client, name="x")
"""
CHAT = "=== system ===\nBe brief.\n\n=== placeholder: history ===\n\n=== user ===\n{{question}}\n"


def write(root: Path) -> None:
    (root / "answer.md").write_text(CHAT)
    (root / "fixed.md").write_text("Hello!\n")
    (root / "odd.md").write_text("{{first name}} {{client}}\n")


def test_the_module_is_written_and_kept_up_to_date(run: Run, root: Path, tmp_path: Path) -> None:
    write(root)
    module = tmp_path / "app/generated.py"
    assert run("codegen", "-o", str(module), "--check").returncode == 3
    assert not module.exists()
    assert run("codegen", "-o", str(module)).returncode == 0
    assert "is up to date" in run("codegen", "-o", str(module), "--check").stdout
    assert run("codegen", "--offline").stdout == module.read_text()
    (root / "fixed.md").write_text("Hello {{name}}!\n")
    assert run("codegen", "-o", str(module), "--check").returncode == 3


@pytest.fixture
def generated(run: Run, root: Path, tmp_path: Path) -> Path:
    write(root)
    assert run("codegen", "-o", str(tmp_path / "generated.py")).returncode == 0
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(BAD)
    return tmp_path


def test_mypy_holds_callers_to_it(generated: Path) -> None:
    def mypy(*files: str) -> str:
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=.cache", *files]
        environ = {"PATH": "/usr/bin:/bin", "MYPYPATH": str(ROOT / "src"), "HOME": str(generated)}
        done = subprocess.run(command, cwd=generated, capture_output=True, text=True, timeout=300, env=environ)
        return "\n".join(line for line in done.stdout.splitlines() if " error: " in line and line.startswith(files))

    assert mypy("generated.py", "good.py") == ""
    lines = mypy("bad.py").split("\n")
    assert [line.split(":")[1] for line in lines] == ["6", "7", "8"]


def test_pyright_holds_callers_to_it(generated: Path) -> None:
    settings = f'{{"extraPaths": ["{ROOT / "src"}"], "typeCheckingMode": "strict", "pythonVersion": "3.11"}}'
    (generated / "pyrightconfig.json").write_text(settings)

    def pyright(*files: str) -> list[str]:
        command = [str(Path(sys.executable).parent / "basedpyright"), "-p", str(generated)]
        done = subprocess.run(command, cwd=generated, capture_output=True, text=True, timeout=300)
        return [line for line in done.stdout.splitlines() if " error: " in line and any(file in line for file in files)]

    assert pyright("generated.py", "good.py") == []
    assert [line.split(":")[1] for line in pyright("bad.py")] == ["6", "7", "8"]


def test_the_functions_fetch_what_they_say(create: Create, fake: FakeLangfuse, generated: Path) -> None:
    create("answer", [{"type": "placeholder", "name": "history"}, {"role": "user", "content": "{{question}}"}])
    create("answer", [{"role": "user", "content": "{{question}}"}], labels=["production"])
    create("fixed", [{"role": "user", "content": "Hello!"}], labels=["production"])
    scope: dict[str, object] = {}
    exec((generated / "generated.py").read_text(), scope)
    client = GenAIClient(host=fake.url, public_key=fake.public_key, secret_key=fake.secret_key, tracing=False)
    with client:
        prompt = scope["answer"](client, "latest", question="Why?", history=[])  # type: ignore[operator]
        assert [*prompt] == [{"role": "user", "content": "Why?"}]
        with pytest.raises(TypeError, match="has messages in Langfuse"):
            scope["fixed"](client)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("support/first-reply", "support_first_reply"),
        ("class", "class_"),
        ("1st", "_1st"),
        ("label", "label_"),
        ("인사", "인사"),
        ("!", "prompt"),
    ],
)
def test_every_name_becomes_one_of_python_s(name: str, python: str) -> None:
    assert identifier(name) == python


def test_names_that_become_the_same_are_refused() -> None:
    def text(name: str, prompt: str = "") -> PromptDocument:
        return PromptDocument(name=name, type="text", prompt=prompt)

    with pytest.raises(ConfigurationError, match="'a/b' and 'a-b' would both be a_b"):
        generate([text("a/b"), text("a-b")])
    with pytest.raises(ConfigurationError, match="'x y' and 'x-y'"):
        generate([text("a", "{{x y}} {{x-y}}")])
    source = generate([text('we"ird\\', "{{a}}")])
    compile(source, "generated.py", "exec")
