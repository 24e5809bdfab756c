"""Ids are unlike any others, in forked children too."""

import os

import pytest

from genai_sdk.tracing.ids import Ids


def test_ids_have_the_length_that_opentelemetry_wants_and_are_unlike():
    ids = Ids()
    drawn = [ids.trace() for _ in range(1_000)], [ids.observation() for _ in range(1_000)]
    for each, length in zip(drawn, (32, 16), strict=True):
        assert len(set(each)) == 1_000
        assert all(len(one) == length and int(one, 16) >= 0 for one in each)


def test_two_of_them_draw_nothing_alike():
    assert Ids().trace() != Ids().trace()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_draws_other_ids_than_its_parent():
    ids = Ids()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, ids.trace().encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 32).decode() != ids.trace()
    os.close(reading)
    os.close(writing)
