import base64
import copy
import dataclasses
import enum
import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.tracing.capture import MAX_DEPTH, MAX_ITEMS, UNENCODED_ABOVE, Unencoded, capture, size_of, verbatim
from genai_sdk.tracing.content import Redactor
from genai_sdk.types import Message

OUTLET = Redactor(None, 10_000_000)


def shown(value: object) -> Any:
    """What Langfuse would show of a value."""
    text = OUTLET.text(capture(value))
    return json.loads(text, parse_constant=pytest.fail) if text[:1] in "[{" else text


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    # A lone surrogate has no JSON of its own, and a data URL becomes a marker: each has its test.
    | st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: not text.startswith("data:")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)
anything = st.recursive(
    json_values
    | st.text(st.characters())  # surrogates too
    | st.floats()
    | st.binary()
    | st.integers()
    | st.complex_numbers()
    | st.dates()
    | st.decimals()
    | st.builds(object)
    | st.frozensets(st.integers())
    | st.fractions(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(st.characters()) | st.integers() | st.none() | st.floats() | st.binary(), inner)
        | st.builds(Message, content=st.text(), model_extra=st.dictionaries(st.text(), inner))
    ),
    max_leaves=12,
)


@given(st.lists(json_values) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values))
def test_what_json_can_say_is_captured_as_it_is(value: Any) -> None:
    assert shown(value) == value


@given(anything)
def test_whatever_it_is_it_is_captured_and_becomes_text(value: Any) -> None:
    text = OUTLET.text(capture(value))
    assert isinstance(text, str)
    text.encode()  # UTF-8 has bytes for all of it


@given(anything)
def test_what_is_changed_after_the_capture_leaves_it_as_it_was(value: Any) -> None:
    messages = [{"role": "user", "content": [value, "more"], "x": {"y": value}}, {"role": "user", "content": "hi"}]
    captured = capture(messages)
    before = OUTLET.text(captured)
    messages[0]["content"].clear()  # type: ignore[attr-defined]
    messages[0]["x"] = "changed"
    messages[1]["content"] = "changed"
    messages.append({"role": "user", "content": "later"})
    assert OUTLET.text(captured) == before


def test_a_messages_list_of_the_plainest_kind_is_bytes_at_once() -> None:
    messages = [{"role": "user", "content": "안녕"}]
    assert capture(messages) == '[{"role":"user","content":"안녕"}]'.encode()


def test_a_long_text_is_held_and_not_copied() -> None:
    text = "x" * (UNENCODED_ABOVE + 1)
    held = capture([{"role": "user", "content": text}])
    assert isinstance(held, Unencoded)
    assert held.tree[0]["content"] is text
    assert UNENCODED_ABOVE < size_of(held) < UNENCODED_ABOVE + 1000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([math.nan, math.inf, -math.inf], ["nan", "inf", "-inf"]),
        (["\ud800 alone"], ["\\ud800 alone"]),
        ({"\udfff": 1}, {"\\udfff": 1}),
        ([10**40], ["<an integer of 133 bits>"]),
        ({7: "a", None: "b", 2.5: "c", (1, 2): "e"}, {"7": "a", "null": "b", "2.5": "c", "<tuple>": "e"}),
        ({True: 0, (1, 2): "e", b"k": 1}, {"true": 0, "<tuple>": "e", "<bytes>": 1}),
        ([object()], ["<builtins.object>"]),
        ([datetime(2026, 1, 2, tzinfo=UTC), Decimal("1.50")], ["2026-01-02 00:00:00+00:00", "1.50"]),
        (({1}, (2,), frozenset({3})), [[1], [2], [3]]),
        (iter([1]), "<builtins.list_iterator>"),
    ],
)
def test_what_json_cannot_say_is_told_honestly(value: Any, expected: Any) -> None:
    assert shown(value) == expected


def test_models_enums_dataclasses_and_our_own_values_are_their_fields() -> None:
    class Color(enum.Enum):
        RED = ("r", 1)

    class Level(enum.IntEnum):
        LOW = 1

    class Shade(enum.StrEnum):
        DARK = "dark"

    @dataclasses.dataclass
    class Point:
        x: int
        y: list[int]

    class Model:  # as pydantic's look from outside
        def model_dump(self) -> dict[str, Any]:
            return {"a": Point(1, [2])}

    assert shown([Color.RED, Level.LOW, Shade.DARK, Model()]) == [["r", 1], 1, "dark", {"a": {"x": 1, "y": [2]}}]
    assert shown(Message(content="Hi")) == {"role": "assistant", "content": "Hi"}


def test_an_object_is_known_by_its_type_since_a_repr_can_tell_secrets() -> None:
    class Vault:
        def __repr__(self) -> str:
            return "sk-secret"

    assert "sk-secret" not in OUTLET.text(capture({"vault": Vault()}))


def test_a_value_that_contains_itself_ends_where_it_begins_again() -> None:
    inner: dict[str, Any] = {"name": "loop"}
    inner["me"] = [inner]
    assert shown(inner) == {"name": "loop", "me": ["<a part of itself>"]}
    shared = [1]
    assert shown([shared, shared]) == [[1], [1]]


def test_depth_and_number_of_items_are_bounded() -> None:
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    assert f"<more than {MAX_DEPTH} levels deep>" in OUTLET.text(capture(deep))
    wide: Any = 1
    for _ in range(30):  # 2^30 leaves, in thirty lists
        wide = [wide, wide]
    assert len(OUTLET.text(capture(wide))) < 100 * MAX_ITEMS
    assert shown(list(range(MAX_ITEMS + 10)))[-1] == "<10 more items>"
    assert shown({str(key): key for key in range(MAX_ITEMS + 10)})["…"] == f"<more than {MAX_ITEMS} items>"


def test_a_mapping_that_breaks_while_it_is_read_does_not_break_the_call() -> None:
    class Broken(Mapping[str, Any]):
        def __getitem__(self, key: str) -> Any:
            raise ConnectionError("the database is gone")

        def __iter__(self) -> Iterator[str]:
            return iter(["a"])

        def __len__(self) -> int:
            return 1

    assert shown(Broken()) == "<could not be recorded: ConnectionError>"


PICTURE = bytes(range(256)) * 8_000
BASE64 = base64.b64encode(PICTURE).decode()
FACTS = f"{len(PICTURE):,} bytes, sha256 {hashlib.sha256(PICTURE).hexdigest()}]"


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{BASE64}"}}, "image/png"),
        ({"type": "input_audio", "input_audio": {"data": BASE64, "format": "wav"}}, "wav"),
        ({"type": "file", "file": {"file_data": f"data:application/pdf;base64,{BASE64}"}}, "application/pdf"),
        ({"type": "file", "file": {"file_data": BASE64}}, "application/octet-stream"),
        ({"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": BASE64}}, "image/jpeg"),
        ({"inline_data": {"data": BASE64, "mime_type": "image/webp"}}, "image/webp"),
        ({"b64_json": BASE64}, "application/octet-stream"),
        ({"raw": PICTURE}, "application/octet-stream"),
        ({"raw": memoryview(PICTURE)}, "application/octet-stream"),
    ],
)
def test_media_become_a_marker_with_type_size_and_hash(part: dict[str, Any], kind: str) -> None:
    text = OUTLET.text(capture([{"role": "user", "content": [{"type": "text", "text": "look"}, copy.copy(part)]}]))
    assert f"[{kind}, {FACTS}" in text
    assert BASE64[:100] not in text
    assert '"look"' in text


def test_two_megabytes_of_picture_are_neither_copied_nor_hashed_by_the_capture() -> None:
    url = f"data:image/png;base64,{BASE64}"
    held = capture([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}])
    assert isinstance(held, Unencoded)
    assert held.tree[0]["content"][0]["image_url"]["url"].data is url
    assert size_of(held) > len(url)


def test_what_only_looks_like_media_stays_text() -> None:
    texts = [{"url": "data:,plain"}, {"url": "https://example.com/a.png"}, {"data": "no kind beside it"}]
    assert shown([{"content": texts}]) == [{"content": texts}]
    broken = capture([{"content": [{"url": "data:image/png;base64,%%%"}]}])
    assert json.loads(OUTLET.text(broken)) == [{"content": [{"url": "[image/png, 3 characters that are not base64]"}]}]


def test_base64_with_line_breaks_is_read_through_them() -> None:
    wrapped = base64.encodebytes(PICTURE).decode()
    assert f"[wav, {FACTS}" in OUTLET.text(capture({"input_audio": {"data": wrapped, "format": "wav"}}))


LONG = 'the "quick" brown fox \u2192 \u00e9\n' * 200


@pytest.mark.parametrize(
    ("value", "reused"),
    [
        ([{"role": "user", "content": LONG}], True),
        ([{"role": "user", "content": "short"}], False),
        ([{"role": "user", "content": LONG, "name": None}], False),
        ([{"role": "user", "content": [{"type": "text", "text": LONG}]}], False),
        ([{"role": "user", "content": LONG * 20}], False),
        ([{"role": "user", "content": LONG + "\ud800"}], False),
    ],
    ids=["long texts", "short ones", "a null", "parts", "held for another thread", "half of a surrogate pair"],
)
def test_json_is_handed_on_only_where_it_is_the_value_word_for_word(value: object, reused: bool) -> None:
    content = capture(value)
    encoded = verbatim(content, value)
    assert (encoded is not None) is reused
    assert encoded is None or json.loads(encoded) == value
