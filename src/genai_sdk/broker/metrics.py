"""What the broker counts."""

from collections.abc import Iterable, Mapping

import msgspec

from genai_sdk.exposition import Histogram, Labels, Sample, write
from genai_sdk.version import __version__

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 10.0)
"""Seconds."""

_CONFIRMATIONS = 10_000
_DAY = 86_400.0

_HELP: Mapping[str, tuple[str, str]] = {
    "genai_broker_info": ("gauge", "The version of the broker."),
    "genai_broker_requests_total": ("counter", "Requests for connections, by the status of their answer."),
    "genai_broker_sealed_total": ("counter", "Whole answers that were sealed to their caller."),
    "genai_broker_clear_total": ("counter", "Whole answers that were not sealed: their callers did not ask for it."),
    "genai_broker_cache_total": ("counter", "Whether a key pair was known, or had to be checked first."),
    "genai_broker_rate_limited_total": ("counter", "Requests refused with 429, by what was limited."),
    "genai_broker_audit_failures_total": ("counter", "Answers held back because their audit line cannot be written."),
    "genai_broker_shared_limits_up": ("gauge", "Whether rate limits are shared through Redis at this moment."),
    "genai_broker_request_seconds": ("histogram", "Seconds from a request for connections to its answer."),
    "genai_broker_confirmed_timestamp_seconds": (
        "gauge",
        "When a process with this key pair last showed, by its ETag, that it holds this version of a connection.",
    ),
}


class _Held(msgspec.Struct):
    project: str
    versions: tuple[tuple[str, str], ...]
    at: float = 0.0


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._counters: dict[tuple[str, Labels], float] = {}
        self._gauges: dict[str, float] = {}
        self._seconds = Histogram(BUCKETS)
        self._held: dict[tuple[str, str], _Held] = {}

    def count(self, name: str, labels: Labels = ()) -> None:
        """Count one more."""
        key = (name, labels)
        self._counters[key] = self._counters.get(key, 0.0) + 1.0

    def set(self, name: str, value: float) -> None:
        """Set a gauge."""
        self._gauges[name] = value

    def observe(self, seconds: float) -> None:
        """Note how long an answer took."""
        self._seconds.observe(seconds)

    def offer(self, public_key: str, project: str, tag: str, versions: tuple[tuple[str, str], ...]) -> None:
        """Note what a tag stands for that is handed out now; a later `confirm` counts it."""
        if (public_key, tag) not in self._held:
            self._keep((public_key, tag), _Held(project, versions))

    def confirm(self, public_key: str, project: str, tag: str, now: float) -> None:
        """Note that a process showed a tag, and so holds what it stands for."""
        # One from before this process began stands for another version than today's, as far as is known.
        held = self._held.pop((public_key, tag), None) or _Held(project, (("", "unknown"),))
        held.at = now
        self._keep((public_key, tag), held)

    def samples(self, now: float) -> list[Sample]:
        """Return every number there is."""
        samples = [Sample(name, labels, value) for (name, labels), value in self._counters.items()]
        samples += [Sample(name, (), value) for name, value in self._gauges.items()]
        samples += self._seconds.samples("genai_broker_request_seconds")
        for (public_key, _), held in self._held.items():
            if now - held.at < _DAY:
                for name, version in held.versions:
                    labels = (
                        ("project", held.project),
                        ("public_key", public_key),
                        ("connection", name),
                        ("version", version),
                    )
                    samples.append(Sample("genai_broker_confirmed_timestamp_seconds", labels, held.at))
        return samples

    def _keep(self, key: tuple[str, str], held: _Held) -> None:
        self._held[key] = held
        if len(self._held) > _CONFIRMATIONS:
            del self._held[next(iter(self._held))]


def exposition(samples: Iterable[Sample]) -> bytes:
    """Write the samples of one process or several: counters are added up, of gauges the greatest counts."""
    return write([Sample("genai_broker_info", (("version", __version__),), 1.0), *samples], _HELP)
