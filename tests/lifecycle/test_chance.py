"""Chance that is the package's own."""

import os
import random

import pytest

from genai_sdk.lifecycle.chance import chance, jittered


def test_the_program_s_numbers_stay_as_it_seeded_them() -> None:
    random.seed(5)
    expected = random.random()
    random.seed(5)
    assert all(0 <= chance() < 1 for _ in range(100))
    assert 1 <= jittered(2) < 2
    assert random.random() == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_children_of_a_server_do_not_all_draw_the_same() -> None:
    drawn = []
    for _ in range(2):
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.write(write, repr(chance()).encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            drawn.append(pipe.read())
        os.waitpid(child, 0)
    assert drawn[0] != drawn[1] != repr(chance()).encode()
