"""`python -m website`: assembles the pages, builds the site of them, strictly, and writes llms.txt beside it."""

import os
import subprocess
import sys
from pathlib import Path

from website.assembly import assemble
from website.llms import overview

ROOT = Path(__file__).parents[1]
TARGET = ROOT / ".cache" / "site"
SITE = ROOT / "build" / "site"


def main() -> int:
    """Build the site and return MkDocs's exit code."""
    configuration = assemble(ROOT, TARGET)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--clean", "--config-file", str(configuration)]
    code = subprocess.run(command, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}).returncode
    if code == 0:
        (SITE / "llms.txt").write_text(overview(ROOT), encoding="utf-8")
        print(f"{SITE.relative_to(ROOT)} has {len(list(SITE.rglob('index.html')))} pages")
    return code


sys.exit(main())
