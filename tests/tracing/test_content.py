import json
import re
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.tracing.capture import capture
from genai_sdk.tracing.content import MASK_FAILED, Redactor


def hide_numbers(*, data: Any) -> Any:
    if isinstance(data, str):
        return re.sub(r"\d{4,}", "####", data)
    if isinstance(data, dict):
        return {key: hide_numbers(data=item) for key, item in data.items()}
    return [hide_numbers(data=item) for item in data] if isinstance(data, list) else data


def test_the_mask_sees_values_as_the_user_gave_them_and_what_it_returns_leaves() -> None:
    redactor = Redactor(hide_numbers, 1000)
    messages = [{"role": "user", "content": "card 4111111111111111"}]
    assert json.loads(redactor.text(capture(messages))) == [{"role": "user", "content": "card ####"}]
    assert redactor.fields([capture({"card": "4111111111111111", "n": 1})]) == {"card": "####", "n": "1"}
    assert redactor.message("no 4111111111111111 here") == "no #### here"
    assert messages == [{"role": "user", "content": "card 4111111111111111"}]


def test_the_mask_sees_a_marker_in_place_of_media() -> None:
    seen: list[Any] = []
    Redactor(lambda *, data: seen.append(data), 1000).text(capture({"raw": b"abc"}))
    assert seen[0]["raw"].startswith("[application/octet-stream, 3 bytes, sha256 ba7816bf")


@pytest.mark.parametrize("error", [ValueError("4111"), KeyboardInterrupt("4111"), SystemExit(4111)])
def test_a_mask_that_fails_lets_nothing_through(error: BaseException) -> None:
    def mask(*, data: Any) -> Any:
        raise error

    redactor = Redactor(mask, 1000)
    assert redactor.text(capture([{"role": "user", "content": "4111"}])) == MASK_FAILED
    assert redactor.fields([capture({"card": "4111"})]) == {"metadata": MASK_FAILED}
    assert redactor.message("4111") == MASK_FAILED


@pytest.mark.parametrize("returned", [None, object(), float("nan"), {1, 2}, b"x", "\ud800"])
def test_a_mask_may_return_anything(returned: Any) -> None:
    Redactor(lambda *, data: returned, 1000).text(capture("text")).encode()


@given(st.text(st.characters()), st.integers(0, 50))
def test_text_is_cut_to_its_bytes_and_says_so(text: str, limit: int) -> None:
    whole = Redactor(None, sys.maxsize).text(capture([text]))
    cut = Redactor(None, limit).text(capture([text]))
    size = len(whole.encode())
    if size <= limit:
        assert cut == whole
    else:
        kept, _, said = cut.rpartition("… <cut: ")
        assert whole.startswith(kept)
        assert limit - 3 <= len(kept.encode()) <= limit
        assert said == f"{limit} of {size} bytes>"


def test_the_mask_comes_before_the_cut_so_that_no_half_of_a_secret_is_left() -> None:
    redactor = Redactor(hide_numbers, 30)
    text = redactor.text(capture("x" * 25 + "4111111111111111"))
    assert "4111" not in text


def test_of_a_key_that_occurs_twice_the_last_counts() -> None:
    redactor = Redactor(None, 1000)
    assert redactor.fields([capture({"a": 1, "b": "x"}), capture({"a": [2]})]) == {"a": "[2]", "b": "x"}
