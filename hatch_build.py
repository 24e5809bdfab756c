"""What hatchling does for this package besides: pages and examples in the wheel, and the README that an index shows.

An index shows it by itself, where a link to a file of the repository leads nowhere: what a page is asked for by
on the command line stands in its place.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PLACE = "genai_sdk/offline"
LISTED = ("docs/navigation.toml", "docs/**/*.md", "examples/*.py", "findings/README.md")
_PICTURE = re.compile(r"^!\[[^\]]*\]\((?!\w+:)[^)]*\)\n+", re.MULTILINE)
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!\w+:)([^)]*)\)")


class Offline(BuildHookInterface[Any]):
    """Puts pages and examples into the wheel, for `genai docs` and `genai example`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files; an editable installation reads them where they are."""
        if self.target_name == "wheel" and version != "editable":
            root = Path(self.root)
            paths = [*root.glob("*.md"), *(path for pattern in LISTED for path in root.glob(pattern))]
            build_data["force_include"].update({str(path): f"{PLACE}/{path.relative_to(root)}" for path in paths})


class Readme(MetadataHookInterface):
    """Makes the description that an index shows."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Set it."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": packaged(text)}


def packaged(text: str) -> str:
    """Return a README without links to files: after a link's text stands the command that prints the page."""
    return _LINK.sub(_named, _PICTURE.sub("", text))


def _named(link: re.Match[str]) -> str:
    words, target = link.groups()
    path, _, anchor = target.partition("#")
    name, kind = posixpath.splitext(path)
    if kind == ".py" and name.startswith("examples/"):
        return f"{words} (`genai example {posixpath.basename(name)}`)"
    if kind == ".md":
        page = name.removeprefix("docs/") if name.startswith("docs/") else name.lower()
        korean = page.endswith(".ko")
        page = page.removesuffix(".ko") + (f"#{anchor}" if anchor else "")
        return f"{words} (`genai docs {page}{' --language ko' if korean else ''}`)"
    return words
