"""Requests that mean no good, or are broken: refused with a reason, nothing written, nobody harmed after them."""

import contextlib
import gzip
import json
from typing import Any

import pytest
from tests.contract.wire import export, span
from tests.local.api.conftest import Attacked

MIB = 1024 * 1024
OTLP = "otel/v1/traces"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'"x"',
        b"[" * 100_000,
        b'{"resourceSpans": [{"scopeSpans": [{"spans": [{}]}]}]}',
        b"\xff\xfe",
    ],
)
def test_broken_json_is_no_export(attacked: Attacked, body: bytes) -> None:
    before = attacked.content()
    reply = attacked.ask("POST", OTLP, body)
    assert reply.status == 400, reply
    assert attacked.content() == before


@pytest.mark.parametrize("body", [b"\x0a\xff", b"\x0a\x05abc", b"\xff" * 50, b"\x0b", b"{}"])
def test_broken_protobuf_is_no_export(attacked: Attacked, body: bytes) -> None:
    headers = {"content-type": "application/x-protobuf"}
    assert attacked.refuses("POST", OTLP, body, headers=headers).status == 400


def test_an_export_of_one_bad_span_writes_none_of_the_good_ones(attacked: Attacked) -> None:
    good = {"traceId": "a" * 32, **span("good")}
    for wrong in ({"traceId": "short"}, {"spanId": 7}, {"traceId": None}):
        attacked.refuses("POST", OTLP, export(good, {**good, **wrong}))


def test_what_unpacks_to_too_much_is_refused(attacked: Attacked) -> None:
    bomb = gzip.compress(bytes(65 * MIB))
    headers = {"content-encoding": "gzip"}
    assert attacked.refuses("POST", OTLP, bomb, headers=headers).status == 413
    assert attacked.refuses("POST", OTLP, b"no gzip", headers=headers).status == 400
    assert attacked.refuses("POST", OTLP, bomb[: len(bomb) // 2], headers=headers).status in {400, 413}


def test_a_body_of_a_declared_size_is_refused_before_it_comes(attacked: Attacked) -> None:
    for size in (str(16 * MIB + 1), "9" * 18):
        sent = attacked.request("/api/public/scores", f"Content-Length: {size}", method="POST")
        assert attacked.raw(sent).startswith(b"413")
    attacked.lives_on()


def test_a_body_in_chunks_is_refused_once_it_is_too_large(attacked: Attacked) -> None:
    sent = attacked.request("/api/public/scores", "Transfer-Encoding: chunked", method="POST")
    chunk = b"%x\r\n" % MIB + b" " * MIB + b"\r\n"
    with contextlib.suppress(ConnectionError):  # it may close while we are still sending
        assert attacked.raw(sent + chunk * 17).startswith(b"413")
    attacked.lives_on()


@pytest.mark.parametrize(
    "host", ["evil.example.com", "127.0.0.1.evil.example.com", "", "[::2]", "127.0.0.1@evil.example.com", "0.0.0.0"]
)
def test_a_page_elsewhere_cannot_ask_by_another_name(attacked: Attacked, host: str) -> None:
    answer = attacked.raw(attacked.request("/api/public/projects", host=host))
    assert answer[:3] in {b"421", b"400"}
    assert attacked.project_id.encode() not in answer


@pytest.mark.parametrize(
    "path", ["traces/", "v2/prompts/", "../../etc/passwd", "v2/../../secret", "%2e%2e/x", "projects/x"]
)
def test_paths_lead_nowhere_else(attacked: Attacked, path: str) -> None:
    assert attacked.refuses("GET", path).status == 404


@pytest.mark.parametrize("given", ["'; DROP TABLE prompts; --", '" OR ""="', "%' --", "a\x00b", "x" * 10_000, "\u202e"])
def test_sql_in_a_filter_is_a_text_like_any_other(attacked: Attacked, given: str) -> None:
    before = attacked.content()
    for path, name in (("traces", "userId"), ("observations", "name"), ("scores", "name"), ("v2/prompts", "tag")):
        answer = attacked.get(path, **{name + "_": given})
        assert answer["data"] == []
    assert attacked.content() == before


def test_a_number_that_no_column_holds_is_refused(attacked: Attacked) -> None:
    for path, query in (
        ("traces", {"page": "9" * 30}),
        ("v2/observations", {"cursor": "WzEsOTk5OTk5OTk5OTk5OTk5OTk5OTld"}),
    ):
        attacked.refuses("GET", path, **query)


@pytest.mark.parametrize("name", ["", "a\x00b", "a\nb", "x" * 300, "<script>", 7, None, [], {}])
def test_a_prompt_of_no_good_name_is_refused(attacked: Attacked, name: Any) -> None:
    attacked.refuses("POST", "v2/prompts", {"name": name, "prompt": "x"})


def test_lone_surrogates_and_deep_json_are_refused(attacked: Attacked) -> None:
    attacked.refuses("POST", "v2/prompts", b'{"name": "a", "prompt": "\\ud800"}')
    attacked.refuses("POST", "v2/prompts", b'{"name": "a", "prompt": "x", "config": ' + b"[" * 100_000)


def test_another_platforms_keys_open_nothing(attacked: Attacked) -> None:
    reply = attacked.refuses("GET", "projects", pair=("pk-lf-other", "sk-lf-other"))
    assert reply.status == 401
    assert attacked.refuses("PUT", "llm-connections", {}, pair=None).status == 401


def test_head_is_answered_as_get_without_a_body(attacked: Attacked) -> None:
    reply = attacked.ask("HEAD", "projects")
    assert (reply.status, reply.body) == (200, b"")


def test_a_wrong_method_is_told_every_right_one(attacked: Attacked) -> None:
    reply = attacked.refuses("OPTIONS", "llm-connections")
    assert reply.status == 405
    assert set(reply.headers["allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "PUT"}


def test_what_javascript_alone_would_write_is_read_again(attacked: Attacked) -> None:
    told = json.dumps({"large": 10**30, "lone": "\ud800"})
    trace_id = attacked.trace(span("t", langfuse__observation__input=told))
    assert attacked.get(f"traces/{trace_id}")["input"]["large"] == 10**30
    assert attacked.ask("DELETE", f"traces/{trace_id}").status == 200
