"""What a docstring says of a function and of its parameters. Pure.

Google's form (`Args:`), NumPy's (`Parameters` over a line of hyphens) and Sphinx' (`:param name:`).
"""

import inspect
import re

_GOOGLE = re.compile(r"^(Args|Arguments|Parameters):\s*$")
_SECTION = re.compile(r"^[A-Z][A-Za-z ]+:\s*$")
_GOOGLE_ITEM = re.compile(r"^(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
_NUMPY_ITEM = re.compile(r"^(\w+)\s*(?::.*)?$")
_SPHINX_ITEM = re.compile(r"^:param\s+(?:[^:]*\s)?(\w+):\s*(.*)$")


def read_docstring(text: str | None) -> tuple[str, dict[str, str]]:
    """Return the description of a function, and that of each parameter that has one."""
    lines = inspect.cleandoc(text or "").splitlines()
    head: list[str] = []
    items: dict[str, list[str]] = {}
    section, item, indent = "", "", 0
    for number, line in enumerate(lines):
        bare, depth = line.strip(), len(line) - len(line.lstrip())
        following = lines[number + 1].strip() if number + 1 < len(lines) else ""
        is_numpy = bool(bare) and depth == 0 and len(following) > 2 and set(following) == {"-"}
        if depth == 0 and (_SECTION.match(line) or is_numpy):
            is_google = bool(_GOOGLE.match(line))
            section, item, indent = "google" if is_google else "numpy" if bare == "Parameters" else "other", "", 0
        elif (match := _SPHINX_ITEM.match(line)) or line.startswith((":return", ":raise", ":type", ":rtype")):
            section, item = "sphinx", match[1] if match else ""
            if match:
                items[item] = [match[2]]
        elif section == "google":
            indent = indent or depth
            match = _GOOGLE_ITEM.match(bare) if depth == indent else None
            item = match[1] if match else item if depth > indent or not bare else ""
            if match:
                items[item] = [match[2]]
            elif item:
                items[item].append(bare)
        elif section == "numpy" and set(bare) != {"-"}:
            match = _NUMPY_ITEM.match(line) if depth == 0 else None
            item = match[1] if match else item
            if match:
                items[item] = []
            elif item:
                items[item].append(bare)
        elif section == "sphinx" and item and depth:
            items[item].append(bare)
        elif not section:
            head.append(bare)
    found = {name: " ".join(filter(None, said)) for name, said in items.items()}
    return "\n".join(head).strip(), {name: said for name, said in found.items() if said}
