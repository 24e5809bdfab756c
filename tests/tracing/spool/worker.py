"""A process with a spool, told what to do by its arguments and its input: URL DIRECTORY WHAT [COUNT]."""

import sys
import threading

from tests.tracing.calls import call

from genai_sdk.http import SyncTransport
from genai_sdk.tracing import RetryLimits, SpoolSettings, Tracer, TracingSettings


def main(url: str, directory: str, what: str, count: str = "0") -> None:
    spool = SpoolSettings(directory=directory)
    tracer = Tracer(
        TracingSettings(host=url, public_key="pk-lf-test", spool=spool),
        transport=SyncTransport(),
        secret_key=lambda: "sk-lf-test",
        project_id=lambda: None,
        exit_timeout=30,
        retry_limits=RetryLimits(base=0.05, longest=0.5),
    )
    globals()[what](tracer, int(count))


def write(tracer: Tracer, count: int) -> None:
    """Make calls, say which once Langfuse was tried, and send what there is until the input ends."""
    before = tracer.stats().outages
    traces = [call(tracer).trace_id for _ in range(count)]
    while tracer.stats().outages == before and tracer.stats().sent < count:
        threading.Event().wait(0.01)
    say(traces, tracer)
    sys.stdin.read()


def keep_writing(tracer: Tracer, count: int) -> None:
    """Make calls without end, and say which are on disk or sent."""
    while True:
        say([call(tracer).trace_id for _ in range(count)], tracer)


def end(tracer: Tracer, count: int) -> None:
    """Make calls and end."""
    for _ in range(count):
        call(tracer)


def fork(tracer: Tracer, count: int) -> None:
    """Make calls in a child and in its parent, and end in both; the spool is in use when the child comes."""
    import os

    end(tracer, count)
    while not tracer.stats().spooled:
        threading.Event().wait(0.005)
    pid = os.fork()
    end(tracer, count)
    if pid:
        os.waitpid(pid, 0)


def fill(tracer: Tracer, count: int) -> None:
    """Make calls where files may have 100 bytes, and say how they are counted."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
    end(tracer, count)
    tracer.flush(1)
    stats = tracer.stats()
    print(stats.queued, stats.spooled, dict(stats.dropped), flush=True)
    sys.stdin.readline()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    call(tracer)
    while not tracer.stats().spooled:
        threading.Event().wait(0.01)
    stats = tracer.stats()
    print(stats.queued, stats.spooled, dict(stats.dropped), flush=True)


def say(traces: list[str | None], tracer: Tracer) -> None:
    while tracer.stats().queued:
        threading.Event().wait(0.005)
    print(" ".join(map(str, traces)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
