"""Plain processes and those of multiprocessing: however they end, the traces of their calls arrive, each once."""

import signal

import pytest
from tests.shapes.conftest import Shape, script

from genai_sdk.testing import StallBeforeHeaders, StallStream

METHODS = ["fork", "spawn", "forkserver"]
BURST = 40
WAITS = {
    "in a lock": ("shape.burst(40); shape.ready()", "threading.Event().wait()"),
    "in a read": ("shape.burst(40); shape.ready()", "sys.stdin.read()"),
    "on an event loop": (
        "async def main():",
        "    await asyncio.gather(*map(shape.acall, range(40)))",
        "    shape.ready()",
        "    await asyncio.Event().wait()",
        "asyncio.run(main())",
    ),
    "while threads call": (
        "with ThreadPoolExecutor(8) as pool: list(pool.map(shape.call, range(40)))",
        "shape.ready()",
        "threading.Event().wait()",
    ),
}
PRELUDE = (
    "import asyncio, os, signal, sys, threading",
    "from concurrent.futures import ThreadPoolExecutor",
    "import shape",
)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["pool", "closed"])
def test_the_workers_of_a_pool_deliver_however_it_ends(shape: Shape, method: str, kind: str) -> None:
    assert shape.run("-m", "pool", method, kind) == 0, shape.log
    shape.assert_traces(12)


@pytest.mark.parametrize("method", METHODS)
def test_processes_of_multiprocessing_deliver_at_their_end(shape: Shape, method: str) -> None:
    assert shape.run("-m", "pool", method, "processes") == 0, shape.log
    shape.assert_traces(3)


def test_a_forked_child_that_ends_by_os_exit_delivers(shape: Shape) -> None:
    lines = (
        "import os, shape",
        "children = []",
        "for number in range(3):",
        "    child = os.fork()",
        "    if not child:",
        "        shape.call(number); os._exit(number)",
        "    children.append(child)",
        "print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])",
    )
    assert shape.run(*script(*lines)) == 0, shape.log
    assert "[0, 1, 2]" in shape.log
    shape.assert_traces(3)


def test_os_exit_waits_for_a_langfuse_that_hangs_no_longer_than_it_may(shape: Shape) -> None:
    shape.langfuse.always(StallBeforeHeaders(), operation="otlp")
    assert shape.run(*script(*PRELUDE, "shape.call(); os._exit(7)"), SHAPE_EXIT_TIMEOUT="0.3") == 7, shape.log


def test_the_clients_of_a_process_deliver_together(shape: Shape) -> None:
    lines = (
        "other = shape.GenAIClient(exit_timeout=30)",
        "other.completion('gpt-4o-mini', [{'role': 'user', 'content': 'hello'}], trace_name='call 1')",
        "shape.call(0)",
        "signal.raise_signal(signal.SIGTERM)",
        "threading.Event().wait()",
    )
    assert shape.run(*script(*PRELUDE, *lines)) == -signal.SIGTERM, shape.log
    shape.assert_traces(2)


@pytest.mark.parametrize("lines", WAITS.values(), ids=WAITS.keys())
def test_sigterm_after_a_burst_loses_nothing_and_stays_the_exit_status(shape: Shape, lines: tuple[str, ...]) -> None:
    process = shape.start(*script(*PRELUDE, *lines))
    shape.until_ready(process)
    assert shape.end(process, signal.SIGTERM) == -signal.SIGTERM, shape.log
    shape.assert_traces(BURST)


def test_sigterm_at_the_worst_of_moments_takes_no_lock(shape: Shape) -> None:
    lines = (
        "shape.call()",
        "with shape.client._tracer._exporter._records.lock, threading._active_limbo_lock:",
        "    signal.raise_signal(signal.SIGTERM)",
        "threading.Event().wait()",
    )
    assert shape.run(*script(*PRELUDE, *lines)) == -signal.SIGTERM, shape.log
    shape.assert_traces(1)


def test_a_program_that_ends_meanwhile_still_died_of_sigterm(shape: Shape) -> None:
    assert shape.run(*script(*PRELUDE, "shape.call()", "signal.raise_signal(signal.SIGTERM)")) == -signal.SIGTERM
    shape.assert_traces(1)


def test_what_goes_on_after_sigterm_does_not_take_the_signal_again(shape: Shape) -> None:
    shape.langfuse.always(StallBeforeHeaders(), operation="otlp")
    lines = (
        "shape.call(); signal.raise_signal(signal.SIGTERM)",
        "other = shape.GenAIClient()",
        "print(repr(signal.getsignal(signal.SIGTERM)), flush=True)",
        "threading.Event().wait()",
    )
    assert shape.run(*script(*PRELUDE, *lines), SHAPE_EXIT_TIMEOUT="3") == -signal.SIGTERM, shape.log
    assert "Handlers.SIG_DFL" in shape.log


STREAM = (
    "stream = shape.client.completion(",
    "    'gpt-4o-mini', [{'role': 'user', 'content': 'a b c d'}], stream=True, trace_name='call 0')",
)


def test_a_stream_that_is_read_at_sigterm_is_recorded_as_it_is_and_its_reader_sees_no_end(shape: Shape) -> None:
    shape.provider.script(StallStream(after_chunks=3))
    process = shape.start(*script(*PRELUDE, *STREAM, "for chunk in stream: shape.ready()", "print('complete')"))
    shape.until_ready(process)
    assert shape.end(process, signal.SIGTERM) == -signal.SIGTERM, shape.log
    shape.assert_traces(1)
    assert "complete" not in shape.log


def test_a_stream_that_is_read_at_os_exit_is_recorded_as_it_is(shape: Shape) -> None:
    shape.provider.script(StallStream(after_chunks=3))
    assert shape.run(*script(*PRELUDE, *STREAM, "next(stream)", "os._exit(7)")) == 7, shape.log
    shape.assert_traces(1)


def test_a_stream_that_ends_while_sigterm_is_handled_is_recorded_once(shape: Shape) -> None:
    lines = (*STREAM, "next(stream)", "signal.raise_signal(signal.SIGTERM)", "list(stream)", "threading.Event().wait()")
    assert shape.run(*script(*PRELUDE, *lines)) == -signal.SIGTERM, shape.log
    shape.assert_traces(1)


def test_sigterm_waits_for_a_langfuse_that_hangs_no_longer_than_it_may(shape: Shape) -> None:
    shape.langfuse.always(StallBeforeHeaders(), operation="otlp")
    process = shape.start(*script(*PRELUDE, *WAITS["in a lock"]), SHAPE_EXIT_TIMEOUT="0.3")
    shape.until_ready(process)
    assert shape.end(process, signal.SIGTERM) == -signal.SIGTERM, shape.log


def test_a_second_sigterm_ends_the_process_at_once(shape: Shape) -> None:
    shape.langfuse.always(StallBeforeHeaders(), operation="otlp")
    lines = ("shape.call(); shape.ready()", "threading.Event().wait()")
    process = shape.start(*script(*PRELUDE, *lines), SHAPE_EXIT_TIMEOUT="3600")
    shape.until_ready(process)
    process.send_signal(signal.SIGTERM)
    shape.until(lambda: bool(shape.langfuse.requests("otlp")), process)
    assert shape.end(process, signal.SIGTERM) == -signal.SIGTERM, shape.log


LEFT_ALONE = {
    "by the variable": ({"GENAI_HANDLE_SIGTERM": "false"}, ("import shape", "shape.call()"), "Handlers.SIG_DFL"),
    "where it is ignored": (
        {},
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", "import shape", "shape.call()"),
        "Handlers.SIG_IGN",
    ),
    "where somebody else handles it": (
        {},
        ("signal.signal(signal.SIGTERM, signal.default_int_handler)", "import shape", "shape.call()"),
        "default_int_handler",
    ),
    "off the main thread": (
        {},
        (
            "def work():",
            "    import shape; shape.call()",
            "one = threading.Thread(target=work)",
            "one.start(); one.join()",
        ),
        "Handlers.SIG_DFL",
    ),
}


@pytest.mark.parametrize(("environ", "lines", "handler"), LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_sigterm_is_left_alone(shape: Shape, environ: dict[str, str], lines: tuple[str, ...], handler: str) -> None:
    head, tail = "import signal, threading", "h = signal.getsignal(signal.SIGTERM); print(h, repr(h))"
    assert shape.run(*script(head, *lines, tail), **environ) == 0, shape.log
    assert handler in shape.log
    shape.assert_traces(1)


def test_the_argument_switches_the_handler_off(shape: Shape) -> None:
    lines = ("import signal", "from genai_sdk import GenAIClient", "GenAIClient(handle_sigterm=False)")
    assert shape.run(*script(*lines, "print(repr(signal.getsignal(signal.SIGTERM)))")) == 0, shape.log
    assert "SIG_DFL" in shape.log


def test_a_process_that_is_frozen_after_a_flush_has_delivered_and_goes_on(shape: Shape) -> None:
    lines = (
        "shape.call(0); shape.client.flush(30); shape.ready()",
        "sys.stdin.readline()",
        "shape.call(1); shape.client.flush(30); shape.ready()",
        "sys.stdin.readline()",
    )
    process = shape.start(*script(*PRELUDE, *lines))
    assert process.stdin is not None
    shape.until_ready(process)
    process.send_signal(signal.SIGSTOP)
    shape.assert_traces(1)
    (shape.home / "ready").unlink()
    process.send_signal(signal.SIGCONT)
    process.stdin.write(b"\n")
    process.stdin.flush()
    shape.until_ready(process)
    process.send_signal(signal.SIGSTOP)
    shape.assert_traces(2)


def test_an_interactive_session_delivers_while_it_goes_on(shape: Shape) -> None:
    process = shape.start("-i", "-q", "-c", "import shape")
    assert process.stdin is not None
    process.stdin.write(b"_ = shape.call(0)\n")
    process.stdin.flush()
    shape.until(lambda: len(shape.traces) == 1, process)
    process.stdin.write(b"_ = shape.call(1)\n")
    process.stdin.close()
    assert shape.end(process) == 0, shape.log
    shape.assert_traces(2)
