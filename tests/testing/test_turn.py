"""What the fake model says, by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.testing import Call, Reply, Tool
from genai_sdk.testing.turn import compose, count, vector, words


@given(st.text())
def test_pieces_join_to_the_text_and_each_has_one_word_at_most(text: str) -> None:
    pieces = words(text)
    assert "".join(pieces) == text
    assert all(count(piece) <= 1 for piece in pieces)
    assert sum(map(count, pieces)) == count(text)


@given(st.text(), st.integers(2, 64))
def test_vectors_have_unit_length_and_depend_on_the_text_alone(text: str, dimensions: int) -> None:
    made = vector(text, dimensions)
    assert len(made) == dimensions
    assert sum(value * value for value in made) == pytest.approx(1, abs=1e-5)
    assert made == vector(text, dimensions) != vector(text + "x", dimensions)


def test_a_reply_overrides_every_count() -> None:
    reply = Reply(
        "a b", prompt_tokens=9, completion_tokens=8, reasoning_tokens=7, cached_tokens=6, cache_write_tokens=2
    )
    tokens = compose(Call(texts=["x"]), reply, number="1", name="n", answer=None).tokens
    assert (tokens.prompt, tokens.completion, tokens.reasoning, tokens.cached, tokens.cache_write) == (9, 8, 7, 6, 2)


def test_the_pieces_of_a_stream_can_be_chosen() -> None:
    reply = Reply(pieces=["Hel", "lo"])
    turn = compose(Call(last="x"), reply, number="1", name="n", answer=None)
    assert (turn.pieces, turn.text) == (["Hel", "lo"], "Hello")


def test_a_forced_tool_that_was_not_sent_is_called_with_nothing() -> None:
    call = Call(forced="other", tools=[Tool("one")])
    (tool,) = compose(call, Reply(), number="1", name="n", answer=None).tools
    assert (tool.name, tool.arguments) == ("other", {})
