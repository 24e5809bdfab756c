"""Prompts as files: what is written is read again, to the last character."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.conftest import ROOT

from genai_sdk.cli.prompts.document import PromptDocument, document_of, read_document, write_document
from genai_sdk.cli.prompts.folder import Folder
from genai_sdk.errors import ConfigurationError
from genai_sdk.prompts.contract import read_contract

TEXTS = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    [
        "",
        "\n",
        "+++",
        "---",
        "---\nx: 1\n---\n",
        "+++\nx\n+++\n",
        "=== system ===\nHi",
        "\\=== user ===",
        "a\n=== user ===\n\nb\n",
        "=== x ===  ",
    ]
)
WORDS = st.sampled_from(["system", "user", "assistant", "developer", "json", "placeholder: x", " odd", ""])
MESSAGES = st.lists(
    st.builds(lambda role, content: {"role": role, "content": content}, WORDS, TEXTS)
    | st.builds(lambda name: {"type": "placeholder", "name": name}, st.sampled_from(["history", "a b", ""]))
    | st.just({"role": "user", "content": [{"type": "text", "text": "Hi"}]})
    | st.just({"role": "assistant", "content": "", "name": "Mina"}),
    min_size=1,
    max_size=5,
)
SCALARS = st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
CONFIGS = st.none() | st.dictionaries(
    TEXTS,
    st.recursive(
        SCALARS | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner), max_leaves=6
    ),
    max_size=4,
).map(lambda config: config or None)


@given(prompt=TEXTS | MESSAGES, config=CONFIGS, tags=st.sets(TEXTS, max_size=2))
def test_what_is_written_is_read_again(prompt: Any, config: Any, tags: set[str]) -> None:
    kind: Any = "text" if isinstance(prompt, str) else "chat"
    document = PromptDocument(name="a", type=kind, prompt=prompt, config=config, tags=tuple(sorted(tags)))
    assert read_document("a", write_document(document), "a.md") == document


def test_a_text_without_settings_is_the_file() -> None:
    document = PromptDocument(name="a", type="text", prompt="Hello {{name}}!")
    assert write_document(document) == "Hello {{name}}!\n"
    assert read_document("a", "Hello {{name}}!\r\nBye\r\n", "a.md").prompt == "Hello {{name}}!\nBye"


def test_a_chat_is_sections_that_a_reviewer_reads() -> None:
    text = (
        '+++\ntype = "chat"\ntags = ["support"]\n\n[config]\nmodel = "gpt-6-luna"\ntemperature = 0.2\n+++\n'
        "=== system ===\nYou are brief.\n\n=== placeholder: history ===\n\n=== user ===\n{{question}}\n"
    )
    document = read_document("a", text, "a.md")
    assert document.prompt == [
        {"role": "system", "content": "You are brief."},
        {"type": "placeholder", "name": "history"},
        {"role": "user", "content": "{{question}}"},
    ]
    assert document.config == {"model": "gpt-6-luna", "temperature": 0.2}
    assert write_document(document) == text


def test_what_is_nested_deeply_is_json_in_the_head() -> None:
    config = {"model": "m", "response_format": {"type": "json_schema", "json_schema": {"name": "it's'''", "x": None}}}
    text = write_document(PromptDocument(name="a", type="text", prompt="Hi", config=config))
    assert 'config = \'\'\'\n{\n  "model": "m",\n' in text
    assert isinstance(tomllib.loads(text.split("+++")[1])["config"], str)
    assert read_document("a", text, "a.md").config == config


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("+++\ntype = 'text'\n", "needs a line +++ at its end"),
        ("+++\ntype = \n+++\n", "is no TOML"),
        ("---\nconfig:\n  model: m\n---\nHi\n", "between lines of +++ and is TOML"),
        ("+++\nmodel = 'm'\n+++\nHi\n", "does not know model"),
        ("+++\ntype = 'song'\n+++\nHi\n", "neither text nor chat"),
        ("+++\ntags = 'a'\n+++\nHi\n", "tags is no list"),
        ("+++\nconfig = '{'\n+++\nHi\n", "no JSON"),
        ("+++\ntype = 'chat'\n+++\nHi\n", "begins with a section"),
        ("+++\ntype = 'chat'\n+++\nHi\n=== user ===\nHo\n", "begins with a section"),
        ("=== placeholder: x ===\nHi\n", "has no text"),
        ("=== json ===\n[]\n", "is no message"),
    ],
)
def test_a_file_of_the_wrong_form_is_told_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=r"prompts/a\.md") as caught:
        read_document("a", text, "prompts/a.md")
    assert reason in str(caught.value)


def test_line_ends_and_marks_of_langfuse_are_no_difference() -> None:
    answer = {"name": "a", "prompt": [{"type": "chatmessage", "role": "user", "content": "a\r\nb"}], "config": {}}
    assert document_of(answer).prompt == [{"role": "user", "content": "a\nb"}]


NAMES = [
    "a",
    "support/greeting",
    "../../etc/x",
    ".hidden",
    "a:b",
    "한국어 이름",
    "what?",
    "README",
    "a%2Fb",
    "x.",
    "C\\x",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_a_file_below_the_directory(name: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "prompts")
    document = PromptDocument(name=name, type="text", prompt="Hi")
    assert folder.write(document).resolve().is_relative_to(folder.root)
    assert folder.names() == [name]
    assert folder.find(name) == document


def test_the_examples_of_the_page_are_files_and_contracts() -> None:
    page = (ROOT / "docs/prompts-as-code.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (file,) = [text for _, text in blocks if text.startswith("+++")]
    document = read_document("support/greeting", file, "page")
    assert write_document(document) == file
    assert document.template.names == ("shop", "history", "question")
    (terms,) = [text for kind, text in blocks if kind == "toml"]
    contract = read_contract(tomllib.loads(terms)["config"], document.template)
    assert {*document.template.names} < {*contract.variables}
    assert (contract.max_cost, contract.max_latency) == (0.01, 8.0)
