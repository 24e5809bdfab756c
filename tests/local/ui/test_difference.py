"""Two texts side by side."""

import pytest

from genai_sdk.local.ui.difference import CONTEXT, DifferenceRow, compare, lines_of


def shown(rows: list[DifferenceRow]) -> list[tuple]:
    def side(given):
        return None if given is None else "".join(f"<{text}>" if differs else text for text, differs in given.parts)

    return [
        (row.kind, row.hidden) if row.kind == "gap" else (row.kind, side(row.left), side(row.right)) for row in rows
    ]


def test_what_is_the_same_has_no_rows():
    assert compare("a\nb", "a\nb") == []


def test_the_words_that_differ_within_a_line_are_marked():
    assert shown(compare("be kind, always", "be very kind, never")) == [
        ("changed", "be kind, <always>", "be< very> kind, <never>")
    ]


def test_lines_that_came_and_went_stand_on_their_side():
    assert shown(compare("a\nb", "b\nc")) == [("removed", "<a>", None), ("same", "b", "b"), ("added", None, "<c>")]


def test_what_is_the_same_far_from_a_change_is_left_out():
    before = [f"line {number}" for number in range(20)]
    rows = compare("\n".join(before), "\n".join([*before[:10], "new", *before[11:]]))
    assert [row.kind for row in rows] == ["gap", *["same"] * CONTEXT, "changed", *["same"] * CONTEXT, "gap"]
    assert (rows[0].hidden, rows[-1].hidden) == (7, 6)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n".join(map(str, range(5_000))), "\n".join(map(str, range(5_000, 0, -1)))),
        ("a b " * 2_000, "b a " * 2_000),
        ("", "x\n" * 3_000),
    ],
)
def test_both_texts_are_whole_in_the_rows_even_if_they_are_long(before, after):
    rows = compare(before, after)
    assert not any(row.kind == "gap" for row in rows)
    for side, text in (("left", before), ("right", after)):
        sides = [getattr(row, side) for row in rows if getattr(row, side) is not None]
        assert "\n".join("".join(part for part, _ in each.parts) for each in sides) == text
        assert [each.number for each in sides] == list(range(1, len(sides) + 1))


def test_a_chat_is_compared_with_everything_that_its_messages_have():
    messages = [
        {"type": "placeholder", "name": "history"},
        {"role": "user", "content": "Hello"},
        {"role": "tool", "content": [{"type": "text", "text": "x"}], "tool_call_id": "1"},
    ]
    lines = lines_of(messages)
    assert lines.startswith("[placeholder]\nhistory\n\n[user]\nHello\n\n[tool]\n")
    assert '"tool_call_id": "1"' in lines
