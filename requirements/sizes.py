"""Prints how much the environment that runs this holds, beside pip and what comes with it, and its largest packages."""

import sys
import sysconfig
from pathlib import Path

SHOWN = 5
LEFT_OUT = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "wheel")  # a fresh environment has them


def main() -> None:
    """Print the size, without bytecode: what pip leaves of that depends on how it was called."""
    place = Path(sysconfig.get_path("purelib"))
    sizes = {
        entry.name: sum(
            file.stat().st_size for file in (entry, *entry.rglob("*")) if file.is_file() and file.suffix != ".pyc"
        )
        for entry in place.iterdir()
        if entry.name.partition("-")[0] not in LEFT_OUT
    }
    ours = Path(__file__).parents[1] / "src" / "genai_sdk"
    sizes["genai_sdk"] = sum(
        file.stat().st_size for file in ours.rglob("*") if file.is_file() and file.suffix != ".pyc"
    )
    largest = sorted(sizes.items(), key=lambda row: -row[1])[:SHOWN]
    listed = ", ".join(f"{name} {size / 1e6:.1f}" for name, size in largest)
    print(f"{Path(sys.prefix).name}: {sum(sizes.values()) / 1e6:.1f} MB ({listed})")  # noqa: T201


main()
