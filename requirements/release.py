"""Builds the wheel and the source archive twice, sees that both times make the same bytes, and says what is in them.

Into dist/: the two files, SHA256SUMS (for `sha256sum --check`), and an SBOM (CycloneDX) of the core and one with the
extra litellm, from the locked requirements. The time in the archives is the commit's, so that whoever checks the same
commit out can build the same bytes and compare.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
LISTS = {"core": "core.txt", "litellm": "extra.txt"}


def main() -> None:
    """Build, compare, list."""
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    run("-m", "build", "--no-isolation", "--outdir", str(DIST), str(ROOT))
    with tempfile.TemporaryDirectory() as again:
        run("-m", "build", "--no-isolation", "--outdir", again, str(ROOT))
        if sums(Path(again)) != sums(DIST):
            sys.exit("the second build made other bytes than the first one: it would not be verifiable")
    for name, lock in LISTS.items():
        target = DIST / f"sbom-{name}.cdx.json"
        source = ("--pyproject", str(ROOT / "pyproject.toml"), str(ROOT / "requirements" / lock))
        run("-m", "cyclonedx_py", "requirements", "--output-reproducible", "--output-file", str(target), *source)
    listed = sums(DIST)
    (DIST / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in listed.items()))
    print(*(f"{digest[:16]}…  dist/{name}" for name, digest in listed.items()), sep="\n")  # noqa: T201


def run(*command: str) -> None:
    """Run a module of this environment, with the commit's time as the time of everything in the archives."""
    moment = subprocess.run(  # noqa: S603 - our own words
        ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"],  # noqa: S607 - whichever git there is
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": moment}
    subprocess.run([sys.executable, *command], check=True, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603


def sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


main()
