"""`python -m website`: assembles the pages, builds both sites of them, strictly, and writes llms.txt beside them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from website.assembly import assemble
from website.hosts import other_hosts
from website.llms import overview

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".cache" / "site"
SITE = ROOT / "build" / "site"
# Not --quiet: with it, mkdocs 1.6.1 counts no warning, and --strict lets all of them pass.
BUILD = (sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file")


def main() -> int:
    """Build English and Korean beside each other; what MkDocs says is shown where there is something to mend."""
    shutil.rmtree(SITE, ignore_errors=True)
    configurations = [
        assemble(ROOT, WORK / "en", "en", WORK / "built-en"),
        assemble(ROOT, WORK / "ko", "ko", WORK / "built-ko"),
    ]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    running = [
        subprocess.Popen((*BUILD, str(path)), env=environment, stderr=subprocess.PIPE, text=True)
        for path in configurations
    ]
    said = [process.communicate()[1] for process in running]
    if failed := [text for process, text in zip(running, said, strict=True) if process.returncode]:
        print(*failed, sep="\n", file=sys.stderr)
        return 1
    shutil.move(WORK / "built-en", SITE)
    shutil.move(WORK / "built-ko", SITE / "ko")
    if asked := other_hosts(SITE):
        print("The site would ask other hosts:", *asked, sep="\n  ", file=sys.stderr)
        return 1
    (SITE / "llms.txt").write_text(overview(ROOT), encoding="utf-8")
    pages, place = len(list(SITE.rglob("index.html"))), SITE.relative_to(ROOT)
    print(f"{place} has {pages} pages, in English and Korean. To read them: python3 -m http.server --directory {place}")
    return 0


sys.exit(main())
