"""The situations of each framework's own introduction, on our objects: what arrives in Langfuse, span by span."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.gateway.conftest import Stage
from tests.integrations.quickstarts.player import Player, playing
from tests.integrations.quickstarts.situations import FRAMEWORKS, INPUT, OUTPUT
from tests.integrations.quickstarts.trees import differences, drawn, expected

RECORDS = ("own", "official")
CASES = [
    pytest.param((framework, records), name, side, id=f"{framework}-{records}-{name}-{side}")
    for framework, about in FRAMEWORKS.items()
    for records in RECORDS
    for name, situation in about.situations.items()
    for side in situation.sides
]


@pytest.fixture(scope="module")
def player(
    request: pytest.FixtureRequest, whole_stage: Stage, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Player]:
    """The process of a framework, which plays all its situations."""
    framework, records = request.param
    about = FRAMEWORKS[framework]
    folder: Path = tmp_path_factory.mktemp(f"{framework}-{records}")
    with ExitStack() as stack:
        yield stack.enter_context(playing(about.program, about.environment, records, whole_stage, folder))


@pytest.mark.parametrize(("player", "name", "side"), CASES, indirect=["player"])
def test_a_situation_arrives_span_by_span_and_is_counted_once(
    player: Player, name: str, side: str, stage: Stage, request: pytest.FixtureRequest
):
    framework, records = request.node.callspec.params["player"]
    situation = FRAMEWORKS[framework].situations[name]
    situation.script(stage)
    player.play(name, side)
    traces = stage.langfuse.projects[0].traces.all
    wanted = expected(FRAMEWORKS[framework].program, name, side, records)
    if unlike := differences(wanted, drawn(traces)):
        pytest.fail(unlike, pytrace=False)  # pytest's own comparison takes minutes on long texts
    usages = [each.usage for trace in traces for each in trace.observations]
    assert sum(usage.get("input", 0) for usage in usages) == INPUT * len(situation.answers)
    assert sum(usage.get("output", 0) for usage in usages) == (OUTPUT * len(situation.answers) if name != "vectors" else 0)
    assert len(stage.first.journal) == len(situation.answers)
