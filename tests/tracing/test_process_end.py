"""Scripts with one call and nothing after it: however they end, its trace arrives."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.tracing.receiver import Answer, Receiver, closed_port

ROOT = Path(__file__).parents[2]
PRELUDE = """
import asyncio, atexit, multiprocessing, os, sys, threading, time
from genai_sdk.http import SyncTransport
from genai_sdk.tracing import Tracer, TracingSettings, read_labels
from tests.tracing.calls import answer, begin, call as make_call

def late():
    pass

atexit.register(lambda: late())  # before the tracer, so that it runs after it
tracer = Tracer(
    TracingSettings(host=sys.argv[1], public_key="pk-lf-test"),
    transport=SyncTransport(),
    secret_key=lambda: "sk-lf-test",
    project_id=lambda: None,
    exit_timeout=float(sys.argv[2]),
)

def call(name="completion"):
    make_call(tracer, labels=read_labels({"generation_name": name}))

class Stream:
    def __init__(self, name="stream"):
        self.trace = begin(tracer, labels=read_labels({"generation_name": name}))
        self.trace.watch(self.close)
    def close(self):
        self.trace.stopped("dropped", answer("Onc"))
    __del__ = close
"""


def run(script: str, url: str, exit_timeout: float = 20) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore:This process", "-c", PRELUDE + script, url, str(exit_timeout)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


ENDINGS = {
    "nothing after it": ("call()", ["completion"], 0),
    "in a thread": ("threading.Thread(target=call).start()", ["completion"], 0),
    "in a thread that outlives the script": (
        "gate = threading.Event()\nthreading.Thread(target=lambda: (gate.wait(20), call())).start()\ngate.set()",
        ["completion"],
        0,
    ),
    "asyncio.run twice": (
        "async def main(name): call(name)\nasyncio.run(main('one')); asyncio.run(main('two'))",
        ["one", "two"],
        0,
    ),
    "sys.exit": ("call(); sys.exit(3)", ["completion"], 3),
    "an exception": ("call(); 1 / 0", ["completion"], 1),
    "an exception in a block": (
        "with tracer.block('checkout'):\n    call()\n    1 / 0",
        ["checkout", "completion"],
        1,
    ),
    "Ctrl-C": ("call(); raise KeyboardInterrupt", ["completion"], None),
    "a stream that is still read": ("stream = Stream()", ["stream"], 0),
    "a stream in a cycle": ("stream = Stream(); stream.me = stream; del stream", ["stream"], 0),
    "a call made at exit": ("atexit.register(call)", ["completion"], 0),
    "a call made at the very end": (
        "def late(): call('late')\ncall('early')",
        ["early", "late"],
        0,
    ),
    "fork, and both sides call": (
        "call('before')\npid = os.fork()\ncall('parent' if pid else 'child')\npid and os.waitpid(pid, 0)",
        ["before", "child", "parent"],
        0,
    ),
    "fork, and only the child calls": (
        "if os.fork() == 0:\n    call('child'); sys.exit(0)\nos.wait()",
        ["child"],
        0,
    ),
    "a fork in a block": (
        "with tracer.block('checkout'):\n    pid = os.fork()\n    call('P' if pid else 'C')\npid and os.wait()",
        ["C", "P", "checkout"],
        0,
    ),
    "a fork while a stream is read": (
        "stream = Stream()\nif os.fork() == 0:\n    stream.close(); sys.exit(0)\nos.wait()\nstream.close()",
        ["stream"],
        0,
    ),
    "multiprocessing by fork": (
        "call('before')\np = multiprocessing.get_context('fork').Process(target=call, args='C')\np.start(); p.join()",
        ["before", "C"],
        0,
    ),
}


@pytest.mark.parametrize(("script", "names", "code"), ENDINGS.values(), ids=ENDINGS.keys())
def test_a_script_that_ends_loses_no_trace(receiver: Receiver, script: str, names: list[str], code: int | None) -> None:
    ended = run(script, receiver.url)
    assert code is None or ended.returncode == code, ended.stderr
    arrived = [span["name"] for span in receiver.spans if not span["name"].startswith("attempt")]
    assert sorted(arrived) == sorted(names), ended.stderr
    if code == 0:
        assert ended.stderr == ""


def test_a_stream_still_read_at_exit_is_recorded_with_what_had_arrived(receiver: Receiver) -> None:
    run("stream = Stream()", receiver.url)
    assert '"Onc"' in receiver.span("stream")["attributes"]["langfuse.observation.output"]


@pytest.mark.parametrize("down", ["nobody listens", "nobody answers"])
def test_the_end_of_a_script_waits_no_longer_than_it_may(receiver: Receiver, down: str) -> None:
    hold = threading.Event()
    receiver.script = [Answer(hold=hold)] * 10
    url = receiver.url if down == "nobody answers" else f"http://127.0.0.1:{closed_port()}"
    began = time.monotonic()
    ended = run("call(); print('done', flush=True)", url, exit_timeout=0.3)
    took = time.monotonic() - began
    hold.set()
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
    assert took < 10  # the delivery alone would take a minute


def test_the_ids_of_a_parent_and_its_children_all_differ(receiver: Receiver) -> None:
    run(
        "call('before')\nfor _ in range(3):\n    if os.fork() == 0:\n        call('child'); sys.exit(0)\n"
        "for _ in range(3): os.wait()\ncall('after')",
        receiver.url,
    )
    assert len({span["spanId"] for span in receiver.spans}) == len(receiver.spans) == 5
    assert len({span["traceId"] for span in receiver.spans}) == 5


def test_a_forked_child_counts_for_itself() -> None:
    ended = run(
        "call()\nwhile not tracer.stats().outages: tracer.flush(0.1)\nif os.fork() == 0:\n    stats = tracer.stats()\n"
        "    print(stats.recorded, stats.queued, stats.outages, stats.last_error, flush=True)\n    os._exit(0)\n"
        "os.wait()",
        f"http://127.0.0.1:{closed_port()}",
        exit_timeout=0,
    )
    assert (ended.stdout, ended.stderr) == ("0 0 0 None\n", "")
