"""`genai costs` on servers of every age."""

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.test_traces import MODES, Server
from tests.contract.wire import generation, span

from genai_sdk.cli.costs.command import _cut, _lines
from genai_sdk.cli.costs.reader import CostRow
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
    from genai_sdk.cli.costs.reader import _row

    answer = {"providedModelName": "m", "sum_totalCost": "0.5", "count_count": "3", "sum_inputTokens": "7"}
    assert _row("model", answer) == CostRow(key="m", cost=0.5, calls=3, input_tokens=7)


@pytest.mark.parametrize(("cost", "words"), [(0.0000209, "$0.000021"), (2e-05, "$0.00002"), (0.00123, "$0.0012")])
def test_small_costs_are_written_as_people_write_them(cost: float, words: str) -> None:
    row = CostRow(key="a", cost=cost, calls=1, input_tokens=1, output_tokens=1)
    assert [line.split()[1] for line in _lines("model", [row])] == ["COST", words, words]


SVG = "{http://www.w3.org/2000/svg}"


def test_rows_are_drawn_into_a_file_for_light_and_dark(server: Server, genai: Run, tmp_path: Path) -> None:
    file = tmp_path / "costs.svg"
    done = genai("costs", *SPAN, "--svg", str(file), **server.environ)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"2 rows are drawn in {file}.\n"
    picture = ET.parse(file).getroot()
    bars = [float(bar.attrib["width"]) for bar in picture.iter(f"{SVG}rect") if bar.attrib.get("class") == "bar"]
    assert bars[1] == 2 * bars[0] > 0
    words = [text.text for text in picture.iter(f"{SVG}text") if text.text]
    assert words[:2] == ["Cost of calls by day", "2027-01-01 to 2027-02-01 UTC: $0.7500, 3 calls"]
    assert "prefers-color-scheme: dark" in file.read_text()
    alone = genai("costs", *SPAN, "--by", "model", "--svg", str(file), **server.environ)
    assert alone.stderr == f"1 row is drawn in {file}.\n"
    nowhere = genai("costs", *SPAN, "--svg", str(tmp_path / "none" / "costs.svg"), **server.environ)
    assert nowhere.returncode == 1
    assert "Traceback" not in nowhere.stderr
    assert str(tmp_path / "none" / "costs.svg") in nowhere.stderr
    assert genai("costs", "--svg", "-", "--csv", **server.environ).returncode == 2


def test_a_chart_quotes_what_a_user_wrote() -> None:
    from genai_sdk.cli.costs.chart import svg

    drawn = svg("<&>", "a\x00b", [("<script>", 1.0, "$1"), ("x" * 50, 0.0, "$0")])
    labels = [text for text in ET.fromstring(drawn).iter(f"{SVG}title") if text.text]
    assert [label.text for label in labels] == ["<&>", "<script>", "x" * 50]


def listed(name: str, **prices: float) -> dict[str, object]:
    return {"modelName": name, "matchPattern": f"(?i)^({name})$", "unit": "TOKENS", **prices}


@pytest.fixture
def priced(server: Server) -> Server:
    """Calls of three models, two of which Langfuse has a definition of."""
    for model in (listed("house-1", inputPrice=1e-6, outputPrice=4e-6), listed("house-2", inputPrice=2e-6)):
        assert server.wire.ask("POST", "models", model).status in (200, 201)
    costs = {
        "house-1": {"input": 0.0, "output": 0.000008},
        "house-2": {"input": 0.000006, "output": 0.000002},
        "house-3": {"input": 0.000003},
    }
    facts = {"house-1": {"langfuse__observation__metadata__cost": "unknown"}}
    for place, (model, details) in enumerate(costs.items()):
        call = generation(model, name=model, id=f"{place + 1}" * 16, start=DAY + 86_400 * 3, **facts.get(model, {}))
        for each in call["attributes"]:
            if each["key"] == "langfuse.observation.cost_details":
                each["value"] = {"stringValue": json.dumps({**details, "total": sum(details.values())})}
        server.wire.trace(call)
    return server


RECONCILED = ("costs", "--reconcile", "--since", "2027-01-17T00:00:00Z", "--until", "2027-02-01T00:00:00Z")


def test_recorded_costs_are_compared_with_langfuses_own_kind_by_kind(priced: Server, genai: Run) -> None:
    done = genai(*RECONCILED, "--json", **priced.environ)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["recorded"] == pytest.approx(0.000019)
    assert found["sum_of_langfuse"] == pytest.approx(0.000019)
    kinds = {
        row["kind"]: (row["units"], round(row["recorded"], 9), round(row["langfuse"], 9)) for row in found["kinds"]
    }
    assert kinds == {"input": (9, 0.000009, 0.000009), "output": (6, 0.00001, 0.000008)}
    why = {(row["model"], row["kind"]): row["reason"] for row in found["rows"]}
    assert why == {
        ("house-1", "input"): "not known when recorded",
        ("house-1", "output"): "",
        ("house-2", "input"): "",
        ("house-2", "output"): "no price of the kind",
        ("house-3", "input"): "no definition",
        ("house-3", "output"): "",
    }


def test_differences_are_named_for_people_and_all_of_it_written_for_spreadsheets(priced: Server, genai: Run) -> None:
    lines = genai(*RECONCILED, **priced.environ).stdout.splitlines()
    assert lines[0].split() == ["KIND", "USED", "RECORDED", "LANGFUSE", "DIFFERENCE"]
    assert lines[1].split() == ["output", "6", "$0.00001", "$0.000008", "+$0.000002"]
    assert lines[3].split() == ["total", "$0.000019", "$0.000017", "+$0.000002"]
    assert "recorded as 0: no price was known (1 call)" in "\n".join(lines)
    assert lines[-1] == "Langfuse adds up the same: $0.000019."
    table = list(csv.DictReader(genai(*RECONCILED, "--csv", **priced.environ).stdout.splitlines()))
    assert len(table) == 6
    assert genai(*RECONCILED, "--by", "user", **priced.environ).returncode == 2


def test_another_price_is_told_by_the_million() -> None:
    from genai_sdk.cli.costs.definitions import Definitions
    from genai_sdk.cli.costs.reconcile import _why
    from genai_sdk.cli.costs.reconciliation import reconcile

    long = {
        "usageDetailPattern": "^INPUT",
        "operator": "gt",
        "value": 200,
    }
    tiers = [
        {"isDefault": True, "priority": 0, "conditions": [], "prices": {"input": 1e-6}},
        {"isDefault": False, "priority": 1, "conditions": [long], "prices": {"input": 2e-6}},
    ]
    rows = [
        {"modelName": "m", "matchPattern": "^m$", "isLangfuseManaged": True, "pricingTiers": tiers},
        {"modelName": "odd", "matchPattern": "(a+)+", "isLangfuseManaged": True, "pricingTiers": tiers},
    ]
    definitions = Definitions(rows)
    assert definitions.ignored == ["odd"]

    def call(count: int, cost: float) -> dict[str, object]:
        return {
            "model": "m",
            "startTime": "2027-01-15T00:00:00Z",
            "usageDetails": {"input": count},
            "costDetails": {"input": cost},
        }

    (one,) = reconcile([call(100, 0.0002)], definitions)
    assert _why(one) == "$2 was taken and Langfuse takes $1 a million (1 call)"
    (long_one,) = reconcile([call(300, 0.0006)], definitions)
    assert (long_one.reason, long_one.langfuse) == ("", pytest.approx(0.0006))
    own = {"modelName": "m", "matchPattern": "^m$", "isLangfuseManaged": False, "inputPrice": 5e-6}
    assert reconcile([call(100, 0.0005)], Definitions([*rows, own]))[0].reason == ""
