"""What a client counts of its calls, for Prometheus; opt-in."""

import threading
from collections.abc import Callable, Iterator

from genai_sdk.exposition import Histogram, Labels, Sample, write
from genai_sdk.tracing import CallTrace, TracingStats
from genai_sdk.tracing.cost import of_refused
from genai_sdk.tracing.observed import CallFacts, ObservedCall
from genai_sdk.types import Response

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0)
MOST_SERIES = 500
"""Sets of labels that a metric may have; further ones are counted together, as `other`."""

_OTHER = "other"
_FAMILIES = {
    "genai_calls_total": ("counter", "Calls that are over, by how they ended."),
    "genai_attempts_total": ("counter", "Attempts at deployments, by how they ended."),
    "genai_tokens_total": ("counter", "Tokens by kind, each counted once."),
    "genai_cost_dollars_total": ("counter", "US dollars, as far as prices are known."),
    "genai_call_seconds": ("histogram", "Seconds from a call to its answer or error; of a stream, to its end."),
    "genai_first_content_seconds": ("histogram", "Seconds from a call to the first content of its stream."),
    "genai_trace_records_total": ("counter", "Records for Langfuse, by what became of them."),
    "genai_broken_contracts_total": ("counter", "Calls that broke the contract of their prompt's version."),
    "genai_trace_queue_records": ("gauge", "Records that wait for Langfuse or are on their way."),
    "genai_trace_queue_bytes": ("gauge", "About how many bytes those keep in memory."),
}


class CallMetrics:
    """The counters of one client in this process; thread-safe.

    Args:
        now: The client's clock, in seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._counters: dict[str, dict[Labels, float]] = {}
        self._histograms: dict[str, dict[Labels, Histogram]] = {}

    def observe(self, inner: CallTrace, facts: CallFacts) -> CallTrace:
        """Return what counts the call when it is over."""
        operation = facts.operation

        def finish(
            call: ObservedCall, response: Response | None, error: BaseException | None, ended: int, seconds: float
        ) -> None:
            self._count(operation, call, response, error, seconds)

        return ObservedCall(inner, self._now, finish, facts.began)

    def text(self, stats: TracingStats) -> str:
        """Return all of it in Prometheus's text format, with what became of the records."""
        with self._lock:
            samples = [*self._samples(), *_tracing(stats)]
        return write(samples, _FAMILIES).decode()

    def _count(
        self,
        operation: str,
        call: ObservedCall,
        response: Response | None,
        error: BaseException | None,
        seconds: float,
    ) -> None:
        info = None if response is None else response.genai
        connection = (info and info.connection) or getattr(error, "connection", None) or ""
        model = (info and info.model) or getattr(error, "model", None) if connection else ""
        served = (("connection", connection), ("model", model or ""))
        outcome = "ok" if error is None else type(error).__name__
        usage = of_refused(call.attempts) if response is None or response.usage is None else response.usage
        with self._lock:
            self._add("genai_calls_total", (("operation", operation), *served, ("outcome", outcome)))
            for attempt in call.attempts:
                row = attempt.row
                labels = (("connection", row.connection), ("model", row.model), ("outcome", row.reason))
                self._add("genai_attempts_total", labels)
            for kind, count in ({} if usage is None else usage.by_kind()).items():
                self._add("genai_tokens_total", (*served, ("kind", kind)), count)
            if info is not None and info.cost is not None:
                self._add("genai_cost_dollars_total", served, info.cost)
            self._time("genai_call_seconds", served, seconds)
            if info is not None and info.first_content is not None:
                self._time("genai_first_content_seconds", served, info.first_content)

    def _add(self, name: str, labels: Labels, amount: float = 1.0) -> None:
        series = self._counters.setdefault(name, {})
        labels = _bounded(labels, series)
        series[labels] = series.get(labels, 0.0) + amount

    def _time(self, name: str, labels: Labels, seconds: float) -> None:
        series = self._histograms.setdefault(name, {})
        labels = _bounded(labels, series)
        if labels not in series:
            series[labels] = Histogram(SECONDS)
        series[labels].observe(seconds)

    def _samples(self) -> Iterator[Sample]:
        for name, counters in self._counters.items():
            for labels, value in counters.items():
                yield Sample(name, labels, float(value))
        for name, histograms in self._histograms.items():
            for labels, histogram in histograms.items():
                yield from histogram.samples(name, labels)


def _bounded(labels: Labels, series: dict[Labels, float] | dict[Labels, Histogram]) -> Labels:
    """Return the labels, or those of all that are too many."""
    if labels in series or len(series) < MOST_SERIES:
        return labels
    return tuple((name, _OTHER) for name, _ in labels)


def _tracing(stats: TracingStats) -> Iterator[Sample]:
    outcomes = {
        "sent": stats.sent,
        "unconfirmed": stats.unconfirmed,
        "spooled": stats.spooled,
        "set_aside": stats.set_aside,
        **{f"dropped_{reason}": count for reason, count in stats.dropped.items()},
    }
    for outcome, count in outcomes.items():
        yield Sample("genai_trace_records_total", (("outcome", outcome),), float(count))
    for (prompt, version, bound), count in stats.broken_contracts.items():
        yield Sample(
            "genai_broken_contracts_total",
            (("prompt", prompt), ("version", str(version)), ("bound", bound)),
            float(count),
        )
    yield Sample("genai_trace_queue_records", (), float(stats.queued))
    yield Sample("genai_trace_queue_bytes", (), float(stats.queued_bytes))
