"""Exports: what is taken, as what, and what is refused as a whole."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.langfuse.exports import (
    JSON,
    PROTOBUF,
    counted,
    encode_value,
    event,
    export,
    field,
    fixed,
    observe,
    pairs,
    protobuf,
    read,
    show,
    span,
    value,
)

from genai_sdk.langfuse import otlp
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.observation import Event
from genai_sdk.langfuse.otlp import read_spans

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOON_NANOS = int(NOON.timestamp()) * 10**9


def refused(headers: dict[str, str], body: bytes) -> ApiError:
    with pytest.raises(ApiError) as caught:
        read_spans(headers, body)
    return caught.value


def test_a_span_is_read_whole() -> None:
    told = span(
        7,
        3,
        kind=3,
        attributes={"yes": True, "count": -7, "half": 0.5, "text": "생성", "list": ["b", 1], "map": {"a": [None]}},
        events=[event("exception", **{"exception.message": "why"})],
        status={"code": 2, "message": "broken"},
    )
    (seen,) = read(export(told, scope="my-scope", resource={"service.name": "shop"}))
    assert (seen.trace_id, seen.id, seen.parent_id) == (f"{1:032x}", f"{7:016x}", f"{3:016x}")
    assert (seen.name, seen.kind, seen.seconds, seen.failed, seen.status_text) == (
        "span 7",
        "client",
        1.0,
        True,
        "broken",
    )
    assert seen.attributes == {
        "yes": True,
        "count": -7,
        "half": 0.5,
        "text": "생성",
        "list": ["b", 1],
        "map": {"a": [None]},
    }
    assert seen.events == (Event("exception", 1_000_000_001, {"exception.message": "why"}),)
    assert (seen.scope.name, seen.resource) == ("my-scope", {"service.name": "shop"})


@pytest.mark.parametrize(
    ("kind", "read_as"),
    [(0, "unspecified"), (2, "server"), ("SPAN_KIND_PRODUCER", "producer"), (77, "unspecified"), ("?", "unspecified")],
)
def test_a_kind_is_a_number_or_a_name(kind: Any, read_as: str) -> None:
    assert observe(kind=kind).kind == read_as


@pytest.mark.parametrize("code", [2, "STATUS_CODE_ERROR"])
def test_a_status_is_a_number_or_a_name(code: Any) -> None:
    assert observe(status={"code": code}).level == "ERROR"


@pytest.mark.parametrize("wrong", [None, "", "12", "g" * 32, "0" * 32, 7, "1" * 15, "\uff11" * 32])
def test_one_span_without_a_good_id_refuses_the_whole_export(wrong: Any) -> None:
    for name, zeros in (("traceId", 32), ("spanId", 16)):
        given = wrong[:zeros] if isinstance(wrong, str) else wrong
        error = refused(JSON, json.dumps(export(span(1), span(2, **{name: given}))).encode())
        assert (error.status, error.message) == (400, "Failed to parse OTel JSON Trace")
    for length in (0, 7, 17):
        body = field(1, field(2, field(2, field(1, b"\x01" * 16) + field(2, b"\x01" * length))))
        assert refused(PROTOBUF, body).message == "Failed to parse OTel Protobuf Trace"


@pytest.mark.parametrize("parent", ["", "0" * 16, None])
def test_a_parent_of_zeros_is_none(parent: str | None) -> None:
    assert observe(parentSpanId=parent).parent_id is None


def test_ids_are_compared_in_lower_case() -> None:
    seen = observe(traceId="AB" * 16, spanId="CD" * 8, parentSpanId="EF" * 8)
    assert (seen.trace_id, seen.id, seen.parent_id) == ("ab" * 16, "cd" * 8, "ef" * 8)


@pytest.mark.parametrize("none", [0, "0", "-5", -5, None, "", "soon", 2**63, "9" * 40, "9" * 5000, 1.5e300, True])
def test_a_moment_that_is_none_is_taken_from_the_other_end(none: Any) -> None:
    other = str(NOON_NANOS)
    for ends in ((none, other), (other, none)):
        seen = observe(startTimeUnixNano=ends[0], endTimeUnixNano=ends[1])
        assert (seen.start, seen.end) == (NOON_NANOS, NOON_NANOS)
        assert show([seen])[0]["observations"][0]["startTime"] == "2026-11-23T12:00:00.000Z"


def test_a_span_without_moments_has_those_of_its_arrival() -> None:
    told = {"traceId": "1" * 32, "spanId": "1" * 16}
    (seen,) = read_spans(JSON, json.dumps(export(told)).encode(), arrived=NOON)
    assert (seen.start, seen.end, seen.arrived, seen.name) == (NOON_NANOS, NOON_NANOS, NOON, "")


def test_the_last_moment_is_shown_and_a_span_may_end_before_it_starts() -> None:
    seen = observe(startTimeUnixNano=str(2**63 - 1), endTimeUnixNano="1")
    (shown,) = show([seen])[0]["observations"]
    assert (shown["startTime"], shown["endTime"]) == ("2262-04-11T23:47:16.854Z", "1970-01-01T00:00:00.000Z")
    assert shown["latency"] < 0


def test_moments_may_be_numbers() -> None:
    assert observe(startTimeUnixNano=1_000_000_000, endTimeUnixNano=2.5e9).seconds == 1.5


@pytest.mark.parametrize(
    ("told", "read_as"),
    [
        ({"intValue": "7"}, 7),
        ({"intValue": 7}, 7),
        ({"intValue": 7.5}, 7.5),
        ({"intValue": True}, True),
        ({"intValue": str(2**63 - 1)}, 2**63 - 1),
        ({"intValue": str(2**63)}, float(2**63)),
        ({"intValue": -(10**30)}, -1e30),
        ({"doubleValue": "0.5"}, 0.5),
        ({"doubleValue": 3}, 3),
        ({"doubleValue": "NaN"}, "NaN"),
        ({"doubleValue": "-Infinity"}, "-Infinity"),
        ({"boolValue": "true"}, "true"),
        ({"stringValue": 5}, 5),
        ({"stringValue": None}, None),
        ({"stringValue": None, "intValue": "5"}, 5),
        ({"bytesValue": "AQI="}, "AQI="),
        ({"arrayValue": {}}, []),
        ({"arrayValue": {"values": None}}, []),
        ({"kvlistValue": {}}, {}),
        ({"unknownValue": 5}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_value_is_taken_as_far_as_it_means_something(told: Any, read_as: Any) -> None:
    (seen,) = read(export(span(attributes=[{"key": "x", "value": told}])))
    assert seen.attributes == {"x": read_as}
    assert type(seen.attributes["x"]) is type(read_as)


@pytest.mark.parametrize(
    "told",
    [
        {"intValue": "seven"},
        {"intValue": "9" * 400},
        {"intValue": "9" * 5000},
        {"stringValue": {}},
        {"stringValue": ["a"]},
        {"arrayValue": []},
        {"kvlistValue": {"values": {}}},
        "text",
        ["text"],
    ],
)
def test_a_value_that_means_nothing_refuses_the_export(told: Any) -> None:
    body = json.dumps(export(span(attributes=[{"key": "x", "value": told}]))).encode()
    assert refused(JSON, body).status == 400


def test_numbers_that_json_lacks_are_text() -> None:
    for number, text in ((float("nan"), "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity")):
        (seen,) = read_spans(PROTOBUF, protobuf(export(span(attributes={"x": number}))))
        assert seen.attributes == {"x": text}


def test_half_a_surrogate_pair_is_replaced_and_what_looks_like_one_is_not() -> None:
    body = json.dumps(export(span(attributes={"x": "PLACE"}))).encode()
    (seen,) = read(body.replace(b"PLACE", rb"a\ud800b\udc00\ud83d\ude00\\ud800\ud83d"))
    assert seen.attributes == {"x": "a\ufffdb\ufffd😀\\ud800\ufffd"}
    show([seen])


def test_of_two_equal_names_the_last_one_counts() -> None:
    twice = span(attributes=[*pairs({"x": 1}), *pairs({"x": 2})])
    (seen,) = read(export(twice))
    (same,) = read_spans(PROTOBUF, protobuf(export(twice)))
    assert seen.attributes == same.attributes == {"x": 2}
    (seen,) = read(json.dumps(export(span())).replace('"name": "span 1"', '"name": "one", "name": "two"').encode())
    assert seen.name == "two"


@pytest.mark.parametrize(("depth", "taken"), [(100, True), (101, False), (5_000, False), (200_000, False)])
@pytest.mark.parametrize("kind", ["arrayValue", "kvlistValue"])
def test_values_may_be_nested_a_hundred_deep(depth: int, taken: bool, kind: str) -> None:
    inner = '{"values":[' + ('{"key":"k","value":' if kind == "kvlistValue" else "")
    outer = ("}" if kind == "kvlistValue" else "") + "]}"
    text = f'{{"{kind}":{inner}' * depth + "{}" + f"{outer}}}" * depth
    body = json.dumps(export(span(attributes=[{"key": "x", "value": "PLACE"}]))).replace('"PLACE"', text).encode()
    raw = b""
    number = 5 if kind == "arrayValue" else 6
    for _ in range(min(depth, 5_000)):
        raw = field(number, field(1, field(2, raw) if kind == "kvlistValue" else raw))
    packed = field(1, field(2, field(2, field(1, b"\1" * 16) + field(2, b"\1" * 8) + field(9, field(2, raw)))))
    if taken:
        show(read(body) + read_spans(PROTOBUF, packed))
    else:
        assert refused(JSON, body).status == refused(PROTOBUF, packed).status == 400


@pytest.mark.parametrize("unread", ["extra", "droppedAttributesCount", "links", "schemaUrl"])
def test_what_is_not_read_may_be_anything_that_python_can_follow(unread: str) -> None:
    (seen,) = read(export(span(**{unread: [{"a": [None, {}]}]})))
    assert seen.name == "span 1"
    deep = json.dumps(export(span(**{unread: "PLACE"}))).replace('"PLACE"', "[" * 100_000 + "]" * 100_000)
    assert refused(JSON, deep.encode()).status == 400


def test_a_span_may_have_a_great_many_attributes() -> None:
    many = {f"key {number}": number for number in range(50_000)}
    told = export(span(attributes=many))
    assert read(told)[0].attributes == read_spans(PROTOBUF, protobuf(told))[0].attributes == many


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        (b"", JSON, "Failed to parse OTel JSON Trace"),
        (b"{", JSON, "Failed to parse OTel JSON Trace"),
        (b"[]", JSON, "Failed to parse OTel JSON Trace"),
        (b'{"resourceSpans": {}}', JSON, "Failed to parse OTel JSON Trace"),
        (b'{"resourceSpans": NaN}', JSON, "Failed to parse OTel JSON Trace"),
        (b'{"resourceSpans": [null]}', JSON, "Failed to parse OTel JSON Trace"),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{}]}]}]}', JSON, "Failed to parse OTel JSON Trace"),
        (b'\xef\xbb\xbf{"resourceSpans": []}', JSON, "Failed to parse OTel JSON Trace"),
        (
            b'{"resourceSpans": [{"scopeSpans": [{"scope": {"name": "\xff"}}]}]}',
            JSON,
            "Failed to parse OTel JSON Trace",
        ),
        (b'{"resourceSpans": []} x', JSON, "Failed to parse OTel JSON Trace"),
        (b"{}", {**JSON, "content-encoding": "gzip"}, "Failed to decompress request body"),
        (
            gzip.compress(b"{}" * 99, mtime=0)[:-9],
            {**JSON, "content-encoding": "gzip"},
            "Failed to decompress request body",
        ),
        (b"{}", {}, "Invalid content type"),
        (b"{}", {"content-type": "text/plain"}, "Invalid content type"),
        (b"{}", {**JSON, "x-langfuse-ingestion-version": "5"}, "Unsupported x-langfuse-ingestion-version"),
        (b"{}", {**JSON, "x-langfuse-ingestion-version": "4.0"}, "Unsupported x-langfuse-ingestion-version"),
        (b"{}", {**JSON, "x-langfuse-ingestion-version": "9" * 9999}, "Unsupported x-langfuse-ingestion-version"),
    ],
)
def test_what_is_no_export_is_refused(body: bytes, headers: dict[str, str], error: str) -> None:
    found = refused(headers, body)
    assert (found.status, found.message[: len(error)]) == (400, error)


@pytest.mark.parametrize("body", [b"{}", b'{"resourceSpans": null}', b'{"resourceSpans": [{"scopeSpans": [{}, {}]}]}'])
def test_an_export_may_be_empty(body: bytes) -> None:
    assert read(body) == []
    assert read_spans(PROTOBUF, b"") == []


def test_packed_exports_are_unpacked_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = {**JSON, "content-encoding": "gzip"}
    assert read_spans(packed, gzip.compress(json.dumps(export(span())).encode()))[0].name == "span 1"
    monkeypatch.setattr(otlp, "LARGEST", 1000)
    assert refused(packed, gzip.compress(b" " * 1001)).status == 413


@pytest.mark.parametrize(
    "message",
    [
        field(1, field(2, field(2, counted(6, 1))))[:-1] + b"\xff" * 3,
        b"\x0a\xff",
        b"\x0a\x05\x12",
        b"\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",  # a length of eleven bytes
        b"\x08" + b"\xff" * 10 + b"\x01",
        b"\x0b\x0c",  # a group
        b"\x0e",
        b"\x02\x00",  # field 0
        b"\x00\x00",
        b"\x0a\x01\x09",  # a field of eight bytes that are not there
        b"\x0a\x02\x0d\x00",
        b"\x0a\x02\x30\x80\x08\x00",  # a number that ends behind its message
        field(1, field(1, field(1, field(1, b"\xff")))),  # text that is none
        field(1, field(1, field(1, b"\x0a\x01k\x12\x09\x0a\x01a"))),  # a value that is longer than its pair
    ],
)
def test_protobuf_of_the_wrong_form_is_refused(message: bytes) -> None:
    assert refused(PROTOBUF, message).message == "Failed to parse OTel Protobuf Trace"


def test_an_export_cut_anywhere_is_refused_or_has_fewer_spans() -> None:
    whole = protobuf(export(span(1, attributes={"a": "b" * 200}), span(2, 1, events=[event("x", y=1)])))
    for end in range(1, len(whole)):
        assert refused(PROTOBUF, whole[:end]).status == 400


def test_fields_that_are_not_known_are_passed_over() -> None:
    unknown = counted(99, 2**64 - 1) + fixed(98, bytes(8)) + field(97, b"x") + b"\xfd\x06" + bytes(4)
    told = field(1, b"\1" * 16) + unknown + field(2, b"\2" * 8)
    told += field(9, unknown + field(1, "key") + unknown + field(2, unknown + encode_value(value("text")) + unknown))
    (seen,) = read_spans(PROTOBUF, unknown + field(1, unknown + field(2, unknown + field(2, told))))
    assert (seen.id, seen.attributes) == ("02" * 8, {"key": "text"})


@pytest.mark.parametrize(
    ("pair", "read_as"),
    [
        (field(1, "k") + field(2, field(1, "a") + counted(3, 5)), {"k": 5}),
        (field(1, "k") + field(2, counted(3, 5) + field(1, "a")), {"k": "a"}),
        (field(1, "k") + field(2, field(1, "a")) + field(2, field(1, "b")), {"k": "b"}),
        (field(1, "k") + field(2, field(1, "a")) + field(1, "l"), {"l": "a"}),
        (field(2, field(1, "a")) + field(1, "k"), {"k": "a"}),
        (field(1, "k" * 200) + field(2, field(1, "a" * 200)), {"k" * 200: "a" * 200}),
        (field(1, "k") + field(2, field(1, "")), {"k": ""}),
        (field(1, "k") + field(2, ""), {"k": None}),
        (field(1, "k"), {"k": None}),
        (b"", {"": None}),
    ],
)
def test_a_pair_may_be_written_in_any_way(pair: bytes, read_as: dict[str, Any]) -> None:
    told = field(1, b"\1" * 16) + field(2, b"\2" * 8) + field(9, pair)
    (seen,) = read_spans(PROTOBUF, field(1, field(2, field(2, told))))
    assert seen.attributes == read_as
