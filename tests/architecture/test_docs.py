"""The docs say what there is, all of it and nothing else."""

import inspect
import re

import pytest

import genai_sdk
from genai_sdk import errors

TREE = {
    name: item
    for name, item in vars(errors).items()
    if isinstance(item, type) and issubclass(item, errors.GenAIError) and item.__module__ == errors.__name__
}
VARIABLE = re.compile(r"[\"']((?:LANGFUSE|GENAI)_[A-Z_]+|SSL_CERT_FILE|\w+_PROXY)[\"']")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
HEADING = re.compile(r"^#{2,4} `(\w+)`", re.MULTILINE)


@pytest.fixture(scope="module")
def docs(root):
    """Every page for users, decisions apart."""
    pages = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def test_every_public_class_and_function_has_a_docstring_of_its_own():
    offered = {name: getattr(genai_sdk, name) for name in genai_sdk.__all__}
    assert [name for name, item in offered.items() if callable(item) and not item.__doc__] == []


def test_every_error_has_its_section_and_every_section_its_error(root):
    assert sorted(HEADING.findall((root / "docs/errors.md").read_text(encoding="utf-8"))) == sorted(TREE)


def test_every_error_has_its_place_in_the_tree_the_page_draws(root):
    tree = (root / "docs/errors.md").read_text(encoding="utf-8").split("```")[1]
    depth = {line.split()[0]: (len(line) - len(line.lstrip())) // 2 for line in tree.splitlines()[1:] if line.strip()}
    assert depth == {name: len(item.__mro__) - len(errors.GenAIError.__mro__) for name, item in TREE.items()}


def test_every_field_of_a_provider_error_is_explained(root):
    page = (root / "docs/errors.md").read_text(encoding="utf-8")
    fields = {*vars(errors.ProviderError("")), *errors.ProviderError.__annotations__}
    assert sorted(name for name in fields if f"`.{name}`" not in page) == []


def test_every_environment_variable_is_in_the_docs(source, root, docs):
    read = {name for module in source.values() for name in VARIABLE.findall((root / module.path).read_text("utf-8"))}
    assert "\n".join(sorted(name for name in read if f"`{name}`" not in docs)) == ""


def test_every_option_of_the_client_is_in_the_docs(docs):
    options = inspect.signature(genai_sdk.GenAIClient).parameters
    assert "\n".join(sorted(name for name in options if f"`{name}`" not in docs)) == ""


def test_every_link_to_a_file_leads_to_one(root):
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text(encoding="utf-8"))]
    dead = [f"{page.relative_to(root)}: {link}" for page, link in links if not (page.parent / link).exists()]
    assert "\n".join(dead) == ""


def test_every_decision_is_in_the_index(root):
    folder = root / "docs/decisions"
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert "\n".join(page.name for page in sorted(folder.glob("*.md")) if page.name not in {*listed, "README.md"}) == ""
