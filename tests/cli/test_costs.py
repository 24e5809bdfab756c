"""`genai costs` on servers of every age."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.cli.conftest import Run
from tests.cli.test_traces import MODES, Server
from tests.contract.wire import generation, span

from genai_sdk.cli.cost_reader import CostRow
from genai_sdk.cli.costs import _cut, _lines
from genai_sdk.testing import FakeLangfuse, Status

DAY = datetime(2027, 1, 15, 8, tzinfo=UTC).timestamp()
SPAN = ("--since", "2027-01-01T00:00:00Z", "--until", "2027-02-01T00:00:00Z")


@pytest.fixture(params=MODES)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with FakeLangfuse(mode=request.param) as fake:
        made = Server(fake)
        dear = {"langfuse__observation__metadata__connection": "seoul"}
        made.wire.trace(
            generation(name="a", id="a" * 16, start=DAY, user__id="u-1", **dear),
            span("attempt 1 seoul", id="b" * 16, parent="a" * 16, start=DAY),
        )
        made.wire.trace(generation(name="b", id="c" * 16, start=DAY + 86_400, user__id="u-2", **dear))
        made.wire.trace(generation(name="b", id="d" * 16, start=DAY + 86_401, user__id="u-2"))
        yield made


def costs(genai: Run, server: Server, by: str) -> list[tuple[str, float, int, int, int]]:
    done = genai("costs", "--by", by, *SPAN, "--json", **server.environ)
    assert done.returncode == 0, done.stderr
    return [tuple(row.values()) for row in json.loads(done.stdout)]  # type: ignore[misc]


def test_calls_are_summed_up_by_whatever_is_asked(server: Server, genai: Run) -> None:
    assert costs(genai, server, "day") == [("2027-01-15", 0.25, 1, 3, 2), ("2027-01-16", 0.5, 2, 6, 4)]
    assert costs(genai, server, "user") == [("u-2", 0.5, 2, 6, 4), ("u-1", 0.25, 1, 3, 2)]
    assert costs(genai, server, "connection") == [("seoul", 0.5, 2, 6, 4), ("(none)", 0.25, 1, 3, 2)]
    assert costs(genai, server, "model") == [("gpt-4o-mini", 0.75, 3, 9, 6)]
    assert costs(genai, server, "prompt") == [("(none)", 0.75, 3, 9, 6)]


def test_what_langfuse_does_not_group_by_is_summed_up_here(server: Server, genai: Run) -> None:
    server.fake.script(Status(400, message="userId is of too many values to group by"))
    assert costs(genai, server, "user") == [("u-2", 0.5, 2, 6, 4), ("u-1", 0.25, 1, 3, 2)]


def test_a_time_without_calls_says_so(server: Server, genai: Run) -> None:
    done = genai("costs", "--since", "2020-01-01T00:00:00Z", "--until", "2020-01-02T00:00:00Z", **server.environ)
    assert done.stdout == "No call was recorded since 2020-01-01 00:00 UTC.\n"


def test_sums_are_drawn_for_people_and_written_for_spreadsheets(server: Server, genai: Run) -> None:
    done = genai("costs", *SPAN, **server.environ)
    head, first, second, total = done.stdout.splitlines()
    assert head.split() == ["DAY", "COST", "CALLS", "IN", "OUT"]
    assert first.split() == ["2027-01-15", "$0.2500", "1", "3", "2", "█" * 20]
    assert second.split()[-1] == "█" * 40
    assert total.split() == ["total", "$0.7500", "3", "9", "6"]
    table = csv.DictReader(genai("costs", *SPAN, "--csv", "--by", "user", **server.environ).stdout.splitlines())
    assert [(row["user"], row["cost"]) for row in table] == [("u-2", "0.5"), ("u-1", "0.25")]
    assert genai("costs", "--csv", "--json", **server.environ).returncode == 2
    assert "is no time" in genai("costs", "--until", "soon", **server.environ).stderr


def row(key: str, cost: float = 0.0, calls: int = 1) -> CostRow:
    return CostRow(key=key, cost=cost, calls=calls)


def test_what_is_over_the_limit_is_one_row() -> None:
    rows = [row("a", 3.0), row("b", 2.0), row("c", 1.0)]
    assert [(each.key, each.cost) for each in _cut("model", rows, 1)] == [("a", 3.0), ("2 others", 3.0)]
    assert [(each.key, each.cost) for each in _cut("day", rows, 2)] == [("1 earlier", 3.0), ("b", 2.0), ("c", 1.0)]


def test_calls_that_cost_nothing_are_drawn_by_their_number() -> None:
    _, most, half, _ = _lines("model", [row("a", calls=4), row("b", calls=2)])
    assert (most.count("█"), half.count("█")) == (40, 20)


def test_sums_that_a_server_writes_as_texts_are_read(genai: Run) -> None:
    from genai_sdk.cli.cost_reader import _row

    answer = {"providedModelName": "m", "sum_totalCost": "0.5", "count_count": "3", "sum_inputTokens": "7"}
    assert _row("model", answer) == CostRow(key="m", cost=0.5, calls=3, input_tokens=7)


@pytest.mark.parametrize(("cost", "words"), [(0.0000209, "$0.000021"), (2e-05, "$0.00002"), (0.00123, "$0.0012")])
def test_small_costs_are_written_as_people_write_them(cost: float, words: str) -> None:
    row = CostRow(key="a", cost=cost, calls=1, input_tokens=1, output_tokens=1)
    assert [line.split()[1] for line in _lines("model", [row])] == ["COST", words, words]
