"""`llms.txt`: what the site has, for a model that is to find a page (https://llmstxt.org)."""

import re
from pathlib import Path

from genai_sdk.cli.pages import read_navigation, title_of
from website.places import address

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LONGEST = 240


def overview(root: Path) -> str:
    """Return the file: title, summary, and for each section its pages with their first sentence."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    lines = [f"# {title_of(readme)}", "", f"> {first_sentence(readme)}"]
    for section in read_navigation(root):
        lines += ["", f"## {section.title}", ""]
        for page in section.pages:
            text = (root / page).read_text(encoding="utf-8")
            lines.append(f"- [{title_of(text)}]({address(page) or './'}): {first_sentence(text)}")
    return "\n".join(lines) + "\n"


def first_sentence(text: str) -> str:
    """Return the first sentence of a page that stands in a paragraph of its own."""
    body = re.sub(r"<!--.*?-->", "", text.partition("\n# ")[2] or text.partition("# ")[2], flags=re.DOTALL)
    for paragraph in body.partition("\n")[2].split("\n\n"):
        plain = " ".join(_LINK.sub(r"\1", paragraph).replace("**", "").split())
        if plain and plain[0] not in "#|-![<" and not plain.startswith("```"):
            sentence = re.split(r"(?<=[.:!?])\s", plain, maxsplit=1)[0].rstrip(":")
            return sentence if len(sentence) <= _LONGEST else sentence[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return ""
