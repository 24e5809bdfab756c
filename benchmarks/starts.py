"""Starts: what an import costs, and a process from nothing to its first answer."""

from collections.abc import Iterable

from benchmarks.contenders.roster import ROSTER
from benchmarks.contest import Found, Say
from benchmarks.peer import PeerFailedError
from benchmarks.processes import Stage


def imports(stage: Stage, names: Iterable[str], rounds: int) -> Found:
    """Measure the CPU milliseconds of imports, those of an empty interpreter taken off."""
    chosen = {name: ROSTER[name].imports for name in names if ROSTER[name].imports}
    found: dict[str, dict[str, list[float]]] = {name: {"cpu": []} for name in chosen}
    for turn in range(rounds + 1):
        for name, statement in chosen.items():
            _, empty, _ = stage.run(name, "-c", "pass")
            _, cpu, _ = stage.run(name, "-c", statement or "")
            if turn:  # the first one reads the files into memory, and writes bytecode
                found[name]["cpu"].append((cpu - empty) * 1e3)
    return {"import": found}


def cold(stage: Stage, names: Iterable[str], rounds: int, say: Say) -> Found:
    """Measure processes from nothing to their first answer: milliseconds of CPU, and by the clock."""
    found: dict[str, dict[str, list[float]]] = {}
    left = [name for name in names if not name.startswith("ours-memory")]
    for turn in range(rounds + 1):
        for name in tuple(left):
            try:
                said, _, wall = stage.run(name, "-m", "benchmarks.cold", name, stage.url)
            except PeerFailedError as error:
                say(f"  absent: {name} from cold: {error}")
                left.remove(name)
                continue
            if turn:
                sample = found.setdefault(name, {"cpu": [], "wall": []})
                sample["cpu"].append(float(said) * 1e3)
                sample["wall"].append(wall * 1e3)
    return {"cold": found}
