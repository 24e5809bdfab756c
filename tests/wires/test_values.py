"""Between our values and plain JSON."""

from genai_sdk.wires.values import plain, without


def test_plain_copies_are_plain_and_deep() -> None:
    class Prompt(str):
        pass

    given = {"content": Prompt("x"), "parts": ({"a": [1]},)}
    copy = plain(given)
    assert copy == {"content": "x", "parts": [{"a": [1]}]}
    assert type(copy["content"]) is str
    copy["parts"][0]["a"].append(2)
    assert given["parts"] == ({"a": [1]},)


def test_fields_are_left_out_at_every_depth() -> None:
    marked = [{"content": [{"text": "x", "cache_control": {"type": "ephemeral"}}], "cache_control": 1}]
    assert without(marked, "cache_control") == [{"content": [{"text": "x"}]}]
