"""The page of keys, as the source has them: `python -m tests.translation.page` writes it."""

from pathlib import Path

from tests.translation.sentences import sentences

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"

_HEAD = """# Messages by key

What errors, commands and pages say is made of a key and fields: see [errors](errors.md#keys-and-fields). A key is
stable; its English may be said better in the next version. In braces stand the fields.
"""


def page() -> str:
    """Return the page."""
    english = {each.key or "": each.template or "" for each in sentences()}
    lines = [_HEAD]
    area = ""
    for key in sorted(english):
        if key.partition(".")[0] != area:
            area = key.partition(".")[0]
            lines.append(f"\n## {area}\n\n| key | sentence |\n|---|---|\n")
        said = english[key].strip().replace("|", "\\|").replace("\n", " ")
        lines.append(f"| `{key}` | {said.replace('<', '&lt;')} |\n")
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
