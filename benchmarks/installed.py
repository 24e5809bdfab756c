"""What an installation weighs: the files of a distribution and of everything that it needs, with pip's bytecode."""

import marshal
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.contenders.roster import OURS, ROSTER
from benchmarks.contest import Found, Say
from benchmarks.processes import ROOT, Stage


def installed(stage: Stage, names: Iterable[str], say: Say) -> Found:
    """Measure the megabytes of what is installed to have a contender; who has no package does without."""
    found: dict[str, dict[str, list[float]]] = {}
    for name in names:
        package = ROSTER[name].package
        if package is None:
            continue
        there = distributions(Path(stage.interpreter(name)))
        try:
            size = _ours(there) if package == OURS else weight(there, [package])
        except MissingDistributionError as error:
            say(f"  absent: {name} from installed: {error}")
            continue
        found[name] = {"megabytes": [size / 1e6]}
    return {"installed": found}


class MissingDistributionError(Exception):
    """A distribution that is not in the environment."""


def distributions(python: Path) -> Mapping[str, metadata.Distribution]:
    """Return what is installed in an interpreter's environment, by canonical name."""
    folders = [str(folder) for folder in python.parent.parent.glob("lib/python*/site-packages")]
    return {canonicalize_name(one.metadata["Name"]): one for one in metadata.distributions(path=folders)}


def weight(there: Mapping[str, metadata.Distribution], requirements: Iterable[str]) -> int:
    """Return the bytes of requirements and of everything that they need.

    Raises:
        MissingDistributionError: Something of it is not installed.
    """
    return sum(_size(one) for one in _closure(there, requirements))


def _closure(
    there: Mapping[str, metadata.Distribution], requirements: Iterable[str]
) -> Iterator[metadata.Distribution]:
    left = [Requirement(text) for text in requirements]
    met: dict[str, set[str]] = {}
    while left:
        wanted = left.pop()
        name = canonicalize_name(wanted.name)
        if name not in there:
            raise MissingDistributionError(f"{name} is not installed there")
        extras = wanted.extras if name in met else {"", *wanted.extras}
        new = extras - met.setdefault(name, set())
        if "" in new:
            yield there[name]
        met[name] |= new
        for text in there[name].requires or ():
            further = Requirement(text)
            if any(further.marker is None or further.marker.evaluate({"extra": extra}) for extra in new):
                left.append(further)


def _size(distribution: metadata.Distribution) -> int:
    paths = (Path(str(distribution.locate_file(file))) for file in distribution.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


def _ours(there: Mapping[str, metadata.Distribution]) -> int:
    """Return the bytes of our package, which is not installed there, and of what it says that it needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    files = [path for path in (ROOT / "src").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    own = sum(path.stat().st_size for path in files) + sum(_bytecode(path) for path in files if path.suffix == ".py")
    return own + weight(there, project["dependencies"])


def _bytecode(path: Path) -> int:
    """Return the bytes that pip's compiling a file adds: the code behind a head of 16 bytes (PEP 552)."""
    return 16 + len(marshal.dumps(compile(path.read_bytes(), str(path), "exec", dont_inherit=True)))
