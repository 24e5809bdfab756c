"""A warm call resolves nothing: the planner hands out the group it made before, as long as it is the right one."""

import msgspec
import pytest
from tests.routing.scenario import connection

from genai_sdk.connections import ConnectionSet
from genai_sdk.errors import UnknownModelError
from genai_sdk.routing import Planner, RoutingOptions

OPTIONS = RoutingOptions()


@pytest.fixture
def planner():
    return Planner(ConnectionSet(None, (connection("one", "gpt-4o-mini"), connection("two", "gpt-4o-mini"))), None)


def test_the_same_name_gets_the_same_group(planner):
    assert planner.group("gpt-4o-mini", OPTIONS) is planner.group("gpt-4o-mini", RoutingOptions(timeout=1))


def test_an_alias_of_other_options_is_another_group(planner):
    aliased = RoutingOptions(model_group_alias={"fast": "gpt-4o-mini"})
    with pytest.raises(UnknownModelError):
        planner.group("fast", OPTIONS)
    assert planner.group("fast", aliased).deployments == planner.group("gpt-4o-mini", OPTIONS).deployments
    with pytest.raises(UnknownModelError):
        planner.group("fast", OPTIONS)


def test_what_is_remembered_is_bounded(planner):
    first = planner.group("one/m0", OPTIONS)
    for number in range(2_000):
        planner.group(f"one/m{number}", OPTIONS)
    assert len(planner._groups) <= 1_024
    assert msgspec.structs.asdict(planner.group("one/m0", OPTIONS)) == msgspec.structs.asdict(first)
