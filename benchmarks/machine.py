"""The machine that is measured on: named in general terms, and its cores divided."""

import os
import platform
import sys
from importlib import metadata


def describe() -> dict[str, str | int]:
    """Return what a reader has to know, and nothing that tells one machine from another."""
    version = ".".join(map(str, sys.version_info[:3]))
    return {
        "cores": len(cores()),
        "python": f"{platform.python_implementation()} {version}",
        "system": platform.system(),
    }


def version(package: str) -> str | None:
    """Return the version of a distribution that is installed here, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def cores() -> list[int]:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def divided() -> tuple[int | None, int | None]:
    """Return the server's core and the clients', or None for both where they cannot be pinned apart."""
    own = cores()
    return (own[0], own[-1]) if hasattr(os, "sched_setaffinity") and len(own) > 1 else (None, None)


def pin(core: int | None) -> None:
    """Keep this process, and those it starts from now on, on a core."""
    if core is not None:
        os.sched_setaffinity(0, {core})


def resident() -> int:
    """Return how many bytes of memory this process holds."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1_024
