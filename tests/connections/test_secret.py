"""A secret never shows itself."""

import copy
import logging
import pickle
from collections.abc import Callable

import msgspec
import pytest
from tests.connections.records import record

from genai_sdk.connections import Secret, parse


def test_no_way_of_printing_shows_it(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret("sk-1234")
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r", secret, secret)
    for text in (str(secret), repr(secret), f"{secret}", f"{secret!r:>30}", f"{[secret]}", caplog.text):
        assert "sk-1234" not in text


@pytest.mark.parametrize("leave", [pickle.dumps, msgspec.json.encode, msgspec.to_builtins])
def test_neither_it_nor_its_connection_leaves_the_process(leave: Callable[[object], object]) -> None:
    for item in (Secret("sk-1234"), parse(record())):
        with pytest.raises(TypeError):
            leave(item)


def test_a_copy_is_the_secret_itself() -> None:
    secret = Secret("sk-1234")
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"key": secret})["key"] is secret


def test_equal_secrets_are_equal() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
