"""What a built site would ask of another host when it is looked at: it must be nothing."""

import re
from pathlib import Path

_LOADED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video|link)\b[^>]*?\b(?:src|srcset|href)=["']?(?:https?:)?//([^/"'\s>]+)"""
    r"""|url\(\s*["']?(?:https?:)?//([^/"')\s]+)|@import\s+["'](?:https?:)?//([^/"'\s]+)""",
    re.IGNORECASE,
)
_DRAWN = re.compile(r"""class=["']?[^"'>]*\bmermaid\b""")
"""Material's script fetches what draws these from another host."""


def other_hosts(site: Path) -> list[str]:
    """Return what would be fetched from elsewhere, each with the file that asks for it."""
    found = []
    for path in sorted(site.rglob("*")):
        if path.suffix not in (".html", ".css", ".svg"):
            continue
        text = path.read_text(encoding="utf-8")
        hosts = {next(filter(None, match)) for match in _LOADED.findall(text)}
        hosts |= {"a host for mermaid"} if _DRAWN.search(text) else set()
        found += [f"{path.relative_to(site)}: {host}" for host in sorted(hosts)]
    return found
