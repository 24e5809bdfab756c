"""A contender in a process of its own: `python -m benchmarks.worker NAME URL [OPTIONS]`.

Orders come as lines of JSON and are answered by lines of JSON: `{"do": "warm", "case": …, "seconds": …}` says how many
`times` fill so many seconds, `{"do": "run", "case": …, "times": …}` what they cost, `{"do": "memory"}` how many bytes
the process holds, `{"do": "profile", "case": …, "seconds": …}` where the CPU goes. For ours there are also
`{"do": "dropped"}` and `{"do": "queued"}`, which tell what became of its records,
`{"do": "resolve", "connections": …, "times": …}` and `{"do": "loaded", "module": …}`.
"""

import gc
import json
import os
import sys
import traceback
from typing import Any

from benchmarks.cases import CASES
from benchmarks.contenders import roster
from benchmarks.exercise import Exercise
from benchmarks.machine import resident, version


class Worker:
    """Carries orders out."""

    def __init__(self, name: str, url: str, options: dict[str, Any]) -> None:
        self._url = url
        self._contender = roster.make(name, url, **options)
        self._exercise = Exercise(self._contender)

    def obey(self, order: dict[str, Any]) -> Any:
        """Return what an order asks for."""
        match order:
            case {"do": "warm", "case": name, "seconds": seconds}:
                return self._exercise.warm(CASES[name], seconds)
            case {"do": "run", "case": name, "times": times}:
                return self._exercise.run(CASES[name], times)._asdict()
            case {"do": "profile", "case": name, "seconds": seconds}:
                from benchmarks.layers import profile  # the others are measured without a profiler in memory

                return profile(self._exercise, CASES[name], seconds)
            case {"do": "memory"}:
                gc.collect()
                return resident()
            case {"do": "resolve", "connections": connections, "times": times}:
                from benchmarks.contenders.ours import resolve

                return resolve(self._url, connections, times)
            case {"do": "loaded", "module": module}:
                return module in sys.modules
            case {"do": "dropped" | "queued" as what}:
                return getattr(self._contender, what, lambda: 0)()
            case {"do": "version", "of": package}:
                return version(package)
        raise ValueError(f"no such order: {order}")


def main() -> None:
    """Obey until the orders end; what the contender prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(answer: dict[str, Any]) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    name, url, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
    try:
        worker = Worker(name, url, options)
    except Exception as error:  # noqa: BLE001 - whatever keeps a contender away is the reason to be shown
        say({"error": f"{type(error).__name__}: {error}"})
        return
    say({"result": None})
    for line in sys.stdin:
        try:
            say({"result": worker.obey(json.loads(line))})
        except Exception as error:  # noqa: BLE001 - as above
            traceback.print_exc()
            say({"error": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
    os._exit(0)  # callbacks and loops of the peers may take their time
