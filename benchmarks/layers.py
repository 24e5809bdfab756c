"""Where the CPU of a case goes, layer by layer: `python -m benchmarks --profile CASE`.

cProfile slows small functions most. So its own cost is taken off: found by loops that do nothing else, brought to what
this run was slowed by, and taken from who calls and who is called. What is left is about what a run without it spends:
it tells a quarter from a third, not 24 % from 26.
"""

import re
import statistics
import time
from collections import Counter
from cProfile import Profile
from typing import Any, NamedTuple

from benchmarks.cases import Case
from benchmarks.exercise import Exercise

PLAIN = 3
"""Runs without a profiler, whose median the shares add up to."""
SHOWN = 15
"""Functions that are listed."""
# Work of C that has a layer of its own, whoever calls it; everything else built in belongs to its caller.
_C = re.compile(r"\b(?:(_socket|select)|(_ssl)|(_?json)|(zlib)|(msgspec|aiohttp|yarl|multidict|pydantic_core|jiter))\b")
_C_LAYERS = ("sockets", "TLS", "json", "gzip")
_HOME = re.compile(r"/genai_sdk/(\w+)|/site-packages/(\w+)|/(benchmarks|asyncio|http|email)/")
_NAMES = {"benchmarks": "the benchmark", "http": "http.client", "email": "http.client"}


class Cost(NamedTuple):
    """By what factor the profiler slows code, and what seconds it adds to caller and called, of Python and of C."""

    pace: float
    caller: float
    called: float
    caller_c: float
    called_c: float


def layer(path: str) -> str:
    """Return the layer of a file: a package of ours, a library, or the standard library."""
    match = _HOME.search(path)
    if match is None:
        return "asyncio" if path.endswith("/selectors.py") else "standard library"
    ours, beside = match[1], match[2] or match[3]
    return f"our {ours}" if ours else _NAMES.get(beside, beside)


def layer_of_c(code: str, caller: str) -> str:
    """Return the layer of a function of C, by the name the profiler has for it."""
    match = _C.search(code)
    if match is None or match.lastindex is None:
        return caller
    return match[5] or _C_LAYERS[match.lastindex - 1]


def profile(exercise: Exercise, case: Case, seconds: float) -> dict[str, Any]:
    """Return the microseconds of a case, for each call or chunk, by layer and by function."""
    times = exercise.warm(case, seconds) * (5 if case.paced else 1)
    plain = [exercise.run(case, times) for _ in range(PLAIN)]
    profiler = Profile(time.thread_time)
    units = exercise.run(case, times, profiler).units
    thread = statistics.median(sample.thread for sample in plain)
    spent = _without(profiler.getstats(), _calibrated(), thread)
    scale = thread / sum(spent.values()) / units * 1e6
    layers, functions = Counter[str](), Counter[str]()
    for (where, function), own in spent.items():
        layers[where] += own * scale
        functions[f"{function} ({where})"] += own * scale
    beside = statistics.median(sample.cpu - sample.thread for sample in plain) / units * 1e6
    return {"beside": beside, "layers": layers.most_common(), "functions": functions.most_common(SHOWN)}


def _without(entries: Any, cost: Cost, thread: float) -> dict[tuple[str, str], float]:
    """Return the seconds that each function spends by itself in a run of `thread` seconds without the profiler."""
    raw, added = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for entry in (entry for entry in entries if not isinstance(entry.code, str)):
        home = layer(entry.code.co_filename)
        key = home, entry.code.co_qualname
        raw[key] += entry.inlinetime / cost.pace
        added[key] += (entry.callcount + entry.reccallcount) * cost.called / cost.pace
        for called in entry.calls or ():
            count = called.callcount + called.reccallcount
            if not isinstance(called.code, str):
                added[key] += count * cost.caller / cost.pace
                continue
            where = layer_of_c(called.code, home)
            other = key if where == home else (where, called.code.strip("<>"))
            raw[other] += called.inlinetime
            added[other] += count * cost.called_c
            added[key] += count * cost.caller_c / cost.pace
    share = (sum(raw.values()) - thread) / sum(added.values())
    return {key: max(0.0, own - added[key] * share) for key, own in raw.items()}


def _calibrated(times: int = 100_000) -> Cost:
    """Return what the profiler adds to code that calls nothing, and to calls of nothing."""

    def loop(run: Any, call: Any) -> tuple[float, float, float]:
        run(call, times)
        begun = time.thread_time()
        run(call, times)
        plain = time.thread_time() - begun
        with Profile(time.thread_time) as profiler:
            run(call, times)
        own = {getattr(entry.code, "co_name", entry.code): entry.inlinetime for entry in profiler.getstats()}
        return plain / times, own.pop(run.__name__) / times, max(own.values()) / times

    plain, slowed, _ = loop(_count, 0)
    pace = slowed / plain
    python, caller, called = loop(_repeat, lambda: None)
    c, caller_c, called_c = loop(_append, [])
    return Cost(pace, caller - python * pace / 2, called - python * pace / 2, caller_c - c * pace / 2, called_c - c / 2)


def _count(total: int, times: int) -> None:
    for step in range(times):
        total += step * step


def _repeat(call: Any, times: int) -> None:
    for _ in range(times):
        call()


def _append(items: list[int], times: int) -> None:
    for step in range(times):
        items.append(step)
