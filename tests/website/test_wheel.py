"""What is built has the pages and examples, and a README that needs no other file."""

import importlib.util
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from genai_sdk.cli.pages import korean_of, read_navigation

ROOT = Path(__file__).parents[2]
RELATIVE = re.compile(r"\]\((?!\w+:)")


def packaged(text: str) -> str:
    """Our build's own function."""
    specification = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return str(module.packaged(text))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel has."""
    pytest.importorskip("hatchling")
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "packages")
    return place / "packages"


def test_the_wheel_has_every_page_and_example(installed: Path):
    pages = [page for section in read_navigation(ROOT) for page in section.pages]
    pages += [korean for page in pages if (korean := korean_of(ROOT, page))]
    pages += [f"examples/{path.name}" for path in (ROOT / "examples").glob("*.py")]
    offline = installed / "genai_sdk/offline"
    assert [page for page in pages if not (offline / page).is_file()] == []
    assert (offline / "docs/routing.md").read_bytes() == (ROOT / "docs/routing.md").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "page"), [(["docs", "models"], "docs/models.md"), (["example", "streaming"], "examples/streaming.py")]
)
def test_they_are_read_from_there_without_a_clone(installed: Path, tmp_path: Path, arguments: list[str], page: str):
    done = subprocess.run(
        [sys.executable, "-m", "genai_sdk.cli", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == (ROOT / page).read_text(encoding="utf-8")


def test_the_readme_of_the_index_links_to_no_file(installed: Path):
    (metadata,) = installed.glob("*.dist-info/METADATA")
    text = metadata.read_text(encoding="utf-8")
    assert "\n# GenAI SDK\n" in text
    assert RELATIVE.findall(text) == []


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("see [a `b`](docs/models.md) and", "see a `b` (`genai docs models`) and"),
        ("[x](docs/integrations/openai.md#errors)", "x (`genai docs integrations/openai#errors`)"),
        ("[x](CHANGELOG.md)", "x (`genai docs changelog`)"),
        ("[x](README.ko.md)", "x (`genai docs readme --language ko`)"),
        ("[x](examples/fallbacks.py)", "x (`genai example fallbacks`)"),
        ("[x](LICENSE), [y](https://a.example)", "x, [y](https://a.example)"),
        ("a\n\n![a picture](docs/x.svg)\n\nb", "a\n\nb"),
    ],
)
def test_a_link_becomes_the_command_that_prints_the_page(text: str, result: str):
    assert packaged(text) == result
