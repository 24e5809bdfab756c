"""The situations of each framework's own introduction, on our objects: what arrives in Langfuse, span by span."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.gateway.conftest import Stage
from tests.integrations.quickstarts.player import Player, playing
from tests.integrations.quickstarts.situations import FRAMEWORKS, INPUT, OUTPUT
from tests.integrations.quickstarts.trees import differences, drawn, expected

CASES = [
    pytest.param(framework, records, name, side, id=f"{framework}-{records}-{name}-{side}")
    for framework, about in FRAMEWORKS.items()
    for records in ("own", "official")
    for name, situation in about.situations.items()
    for side in situation.sides
]
Players = Callable[[str, str], Player]


@pytest.fixture(scope="module")
def players(whole_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Players]:
    """Return the process of a framework: one at a time, for as many situations as come one after the other."""
    with ExitStack() as stack:
        latest: dict[tuple[str, str], Player] = {}

        def of(framework: str, records: str) -> Player:
            if (framework, records) not in latest:
                latest.clear()
                stack.close()
                about, folder = FRAMEWORKS[framework], tmp_path_factory.mktemp(f"{framework}-{records}")
                process = playing(about.program, about.environment, records, whole_stage, folder)
                latest[framework, records] = stack.enter_context(process)
            return latest[framework, records]

        yield of


@pytest.mark.parametrize(("framework", "records", "name", "side"), CASES)
def test_a_situation_arrives_span_by_span_and_is_counted_once(
    framework: str, records: str, name: str, side: str, players: Players, stage: Stage
):
    program, _, situations = FRAMEWORKS[framework]
    player, answers = players(framework, records), situations[name].answers
    situations[name].script(stage)
    player.play(name, side)
    traces = stage.langfuse.projects[0].traces.all
    if unlike := differences(expected(program, name, side, records), drawn(traces)):
        pytest.fail(unlike, pytrace=False)  # pytest's own comparison takes minutes on long texts
    usages = [each.usage for trace in traces for each in trace.observations]
    assert sum(usage.get("input", 0) for usage in usages) == INPUT * len(answers)
    assert sum(usage.get("output", 0) for usage in usages) == (0 if name == "vectors" else OUTPUT * len(answers))
    assert len(stage.first.journal) == len(answers)
