"""A profile says which layer spends what, with the profiler's own cost taken off."""

import sys
from types import CodeType
from typing import NamedTuple

import pytest
from benchmarks.__main__ import profile as print_profile
from benchmarks.cases import CASES
from benchmarks.layers import Cost, _calibrated, _without, layer, layer_of_c
from benchmarks.processes import Stage


class Entry(NamedTuple):
    """What cProfile notes of a function, or of one function's calls of another."""

    code: CodeType | str
    inlinetime: float
    callcount: int = 1
    reccallcount: int = 0
    calls: tuple["Entry", ...] = ()


def function(name, path):
    """The code of a function that stands in a file."""
    return (lambda: None).__code__.replace(co_name=name, co_qualname=name, co_filename=path)


OUTER, INNER = function("outer", "/x/genai_sdk/client/calls.py"), function("inner", "/x/genai_sdk/http/sync.py")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/x/src/genai_sdk/client/calls.py", "our client"),
        ("/x/src/genai_sdk/http/sync.py", "our http"),
        ("/x/src/genai_sdk/errors.py", "our errors"),
        ("/x/src/genai_sdk/routing/loop.py", "our routing"),
        ("/x/src/genai_sdk/drivers/engine.py", "our drivers"),
        ("/x/src/genai_sdk/wires/openai/chat.py", "our wires"),
        ("/x/lib/python3.11/site-packages/httpx/_client.py", "httpx"),
        ("/x/lib/python3.11/site-packages/typing_extensions.py", "typing_extensions"),
        ("/x/lib/python3.11/asyncio/events.py", "asyncio"),
        ("/x/lib/python3.11/selectors.py", "asyncio"),
        ("/x/lib/python3.11/http/client.py", "http.client"),
        ("/x/lib/python3.11/email/parser.py", "http.client"),
        ("/x/lib/python3.11/threading.py", "standard library"),
        ("<string>", "standard library"),
        ("/x/benchmarks/contenders/ours.py", "the benchmark"),
    ],
)
def test_a_file_belongs_to_a_layer(path, found):
    assert layer(path) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("<method 'recv_into' of '_socket.socket' objects>", "sockets"),
        ("<method 'poll' of 'select.epoll' objects>", "sockets"),
        ("<method 'read' of '_ssl._SSLSocket' objects>", "TLS"),
        ("<built-in method zlib.compress>", "gzip"),
        ("<method 'decode' of 'msgspec.json.Decoder' objects>", "msgspec"),
        ("<method 'feed_data' of 'aiohttp._http_parser.HttpParser' objects>", "aiohttp"),
        ("<built-in method builtins.len>", "the caller's"),
        ("<method 'append' of 'list' objects>", "the caller's"),
    ],
)
def test_work_of_c_has_a_layer_of_its_own_or_is_its_callers(code, found):
    assert layer_of_c(code, "the caller's") == found


def test_what_the_profiler_costs_is_taken_from_caller_and_called():
    cost = Cost(pace=2.0, caller=2.0, called=4.0, caller_c=1.0, called_c=3.0)
    entries = [
        Entry(OUTER, 40.0, 1, 0, (Entry(INNER, 24.0, 2), Entry("<built-in method _socket.x>", 8.0, 1))),
        Entry(INNER, 24.0, 2, 0, (Entry("<built-in method builtins.len>", 7.0, 1),)),
        Entry("<built-in method _socket.x>", 8.0, 1),
        Entry("<built-in method builtins.len>", 7.0, 1),
    ]
    # Without the profiler: outer (40 - 4 - 2·2 - 1) / 2, inner (24 - 2·4 - 1) / 2 and its len 7 - 3, the socket 8 - 3.
    spent = _without(entries, cost, 15.5 + 7.5 + 4.0 + 5.0)
    assert {name: pytest.approx(seconds) for (_, name), seconds in spent.items()} == {
        "outer": 15.5,
        "inner": 11.5,
        "built-in method _socket.x": 5.0,
    }
    assert {where for where, _ in spent} == {"our client", "our http", "sockets"}


def test_a_run_that_was_slowed_less_is_corrected_less():
    cost = Cost(pace=1.0, caller=2.0, called=4.0, caller_c=1.0, called_c=3.0)
    entries = [Entry(OUTER, 10.0, 1, 0, (Entry(INNER, 10.0, 1),)), Entry(INNER, 10.0, 1)]
    assert [seconds for _, seconds in _without(entries, cost, 17.0).items()] == [pytest.approx(8.2), pytest.approx(8.8)]


def test_the_profiler_costs_something():
    cost = _calibrated(2_000)
    assert cost.pace > 0
    assert cost.caller + cost.called > 0
    assert cost.caller_c + cost.called_c > 0


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with Stage(sys.executable, str(tmp_path_factory.mktemp("stage"))) as stage:
        yield stage


@pytest.mark.parametrize("case", ["chat", "async-32", "stream-burst", "chat-tls"])
def test_where_our_cpu_goes_is_told_by_layer_and_by_function(stage, case):
    with stage.contender("ours-direct-traced", tls=CASES[case].tls) as peer:
        found = peer.ask(do="profile", case=case, seconds=0.001)
    spent = dict(found["layers"])
    assert {"our client", "our routing", "our drivers", "our http", "our tracing", "msgspec"} <= set(spent)
    assert ("TLS" in spent) == CASES[case].tls
    assert ("asyncio" in spent) == (CASES[case].kind == "achat")
    assert [each for _, each in found["layers"]] == sorted(spent.values(), reverse=True)
    assert 0 < len(found["functions"]) <= 15


def test_a_peers_cpu_can_be_looked_into_too(capsys):
    print_profile(sys.executable, "chat", ["httpx"], seconds=0.001)
    printed = capsys.readouterr().out
    assert "httpx, one call, sync: " in printed
    assert "| httpcore | " in printed


def test_who_cannot_take_part_is_told_with_the_reason(capsys):
    assert print_profile(sys.executable, "stream-paced", ["ours-memory"], seconds=0.001) == 1
    assert (
        "answers from memory cannot take part in stream-paced: AssertionError: 200 chunks came"
        in capsys.readouterr().err
    )
