"""The world of bytes, once for each file of tests, and both faces of its client."""

import asyncio
from collections.abc import Iterator

import pytest
from tests.siblings.world import Face, World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest, world: World) -> Iterator[Face]:
    if request.param == "sync":
        yield Face(world, None)
        return
    with asyncio.Runner() as runner:
        yield Face(world, runner)
