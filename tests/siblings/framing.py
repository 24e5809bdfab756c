"""How streams and answers are wrapped, and values of other types than they should have."""

import gzip
import json
import zlib
from typing import Any

from tests.siblings.rows import Row, stream, whole
from tests.siblings.world import (
    aws_events,
    chat,
    chunk,
    events,
    google,
    http,
    message,
    response,
    said,
    sse,
    streamed,
    text,
)

USAGE = {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}}
HI = (chunk({"role": "assistant", "content": ""}), chunk("hi "), chunk("there"), chunk({}, "stop"), USAGE)
GOOD: dict[str, Any] = {"text": "hi there", "finish": "stop", "usage": (5, 2)}
LINES = [json.dumps(item).encode() for item in HI]


def _raw(data: bytes, media: str = "text/event-stream", **headers: str) -> bytes:
    return http(data, media=media, **headers)


def _chunked(*pieces: bytes, media: str = "text/event-stream") -> bytes:
    head = (
        f"HTTP/1.1 200 X\r\ncontent-type: {media}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n".encode()
    )
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


_FRAMED = [
    ("no space after data:", _raw(b"".join(b"data:" + line + b"\n\n" for line in LINES) + b"data:[DONE]\n\n")),
    ("several spaces after data:", _raw(b"".join(b"data:   " + line + b"\n\n" for line in LINES))),
    ("a tab after data:", _raw(b"".join(b"data:\t" + line + b"\n\n" for line in LINES))),
    ("lines that end in CR LF", _raw(sse(*HI).replace(b"\n", b"\r\n"))),
    ("lines that end in CR", _raw(sse(*HI).replace(b"\n", b"\r"))),
    ("lines that end in both, in turns", _raw(b"".join(b"data: " + line + (b"\r\n\n" if n % 2 else b"\n\r\n") for n, line in enumerate(LINES)))),
    ("one newline between events", _raw(b"".join(b"data: " + line + b"\n" for line in LINES) + b"data: [DONE]\n")),
    ("three newlines between events", _raw(sse(*HI).replace(b"\n\n", b"\n\n\n"))),
    ("no newline behind the last event", _raw(sse(*HI, done=False).rstrip(b"\n"))),
    ("one newline behind the last event", _raw(sse(*HI, done=False)[:-1])),
    ("no newline behind the end mark", _raw(sse(*HI).rstrip(b"\n"))),
    ("comments between events", _raw(b": hello\n\n" + sse(*HI).replace(b"\n\n", b"\n\n: OPENROUTER PROCESSING\n\n"))),
    ("comments within events", _raw(sse(*HI).replace(b"data: {", b": ping\ndata: {"))),
    ("comments with no colon first", _raw(b"retry: 3000\n\n" + sse(*HI))),
    ("ids and retries", _raw(b"".join(b"id: %d\nretry: 10\nevent: message\ndata: %b\n\n" % (n, line) for n, line in enumerate(LINES)))),
    ("the name behind the data", _raw(b"".join(b"data: " + line + b"\nevent: chunk\n\n" for line in LINES))),
    ("keepalives that are empty data", _raw(b"data:\n\n" + sse(*HI).replace(b"\n\n", b"\n\ndata: \n\n"))),
    ("keepalives that are null", _raw(b"data: null\n\n" + sse(*HI))),
    ("keepalives that are a word", _raw(b"data: ping\n\n" + sse(*HI))),
    ("keepalives that are an empty object", _raw(b"data: {}\n\n" + sse(*HI).replace(b"\n\n", b"\n\ndata: {}\n\n", 2))),
    ("keepalives by their name", _raw(b"event: ping\ndata: {\"type\": \"ping\"}\n\n" + sse(*HI))),
    ("blank lines first", _raw(b"\n\n\r\n" + sse(*HI))),
    ("a byte order mark", _raw(b"\xef\xbb\xbf" + sse(*HI))),
    ("an event over several lines of data", _raw(b"".join(b"data: " + line.replace(b', "object"', b'\ndata: , "object"') + b"\n\n" for line in LINES))),
    ("JSON that is pretty", _raw(b"".join(b"".join(b"data: " + row + b"\n" for row in json.dumps(item, indent=1).encode().split(b"\n")) + b"\n" for item in HI))),
    ("JSON lines in place of events", _raw(b"\n".join(LINES) + b"\n", "application/x-ndjson")),
    ("JSON lines under the right media type", _raw(b"\n".join(LINES))),
    ("JSON lines with CR LF", _raw(b"\r\n".join(LINES), "application/json")),
    ("JSON lines with an end mark", _raw(b"\n".join([*LINES, b"[DONE]"]), "application/x-ndjson")),
    ("JSON lines with blank ones between", _raw(b"\n\n".join(LINES), "application/jsonl")),
    ("JSON after JSON with nothing between", _raw(b"".join(LINES), "application/json")),
    ("a list of chunks", _raw(b"[" + b",\r\n".join(LINES) + b"]", "application/json")),
    ("the end mark in lower case", _raw(sse(*HI, done=False) + b"data: [done]\n\n")),
    ("the end mark in quotes", _raw(sse(*HI, done=False) + b'data: "[DONE]"\n\n')),
    ("the end mark by its name", _raw(sse(*HI, done=False) + b"event: done\ndata: [DONE]\n\n")),
    ("an end mark of another kind", _raw(sse(*HI, done=False) + b'event: done\ndata: {"done": true}\n\n')),
    ("the usage behind the end mark", _raw(sse(*HI[:-1]) + sse(USAGE, done=False))),
    ("two end marks", _raw(sse(*HI) + b"data: [DONE]\n\n")),
    ("events as a text of JSON", _raw(b"".join(b"data: " + json.dumps(line.decode()).encode() + b"\n\n" for line in LINES))),
    ("data: data:", _raw(b"".join(b"data: data: " + line + b"\n\n" for line in LINES))),
    ("an end that is true", _raw(sse(*HI, done=False) + b"data: true\n\n")),
    ("a body packed unasked", _raw(gzip.compress(sse(*HI)), content_encoding="gzip")),
    ("a body deflated unasked", _raw(zlib.compress(sse(*HI)), content_encoding="deflate")),
    ("one byte at a time", _chunked(*(sse(*HI)[n : n + 1] for n in range(len(sse(*HI)))))),
    ("CR LF cut in two", _chunked(*(part + b"\r" if n % 2 == 0 else b"\n" + part for n, part in enumerate([b"data: " + LINES[1], b"\r\n"])), sse(*HI[2:]))),
    ("no media type", _raw(sse(*HI), "")),
    ("a media type of text", _raw(sse(*HI), "text/plain; charset=utf-8")),
    ("a media type of JSON", _raw(sse(*HI), "application/json")),
    ("a media type in capitals", _raw(sse(*HI), "Text/Event-Stream;charset=UTF-8")),
    ("a whole answer in place of the stream", http(chat("hi there"))),
    ("a whole answer in one event", events(chat("hi there"))),
    ("a whole answer in one event with no end mark", events(chat("hi there"), done=False)),
    ("a whole answer under the media type of a stream", http(chat("hi there"), media="text/event-stream")),
    ("a whole answer that is pretty", http(json.dumps(chat("hi there"), indent=2))),
    ("messages in place of deltas", events(*({"choices": [{"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": end}]} for words, end in (("hi ", None), ("there", None), ("", "stop"))), USAGE)),
    ("texts in place of deltas", events(*({"choices": [{"index": 0, "text": words, "finish_reason": end}]} for words, end in (("hi ", None), ("there", None), ("", "stop"))), USAGE)),
    ("deltas that are texts", events(*({"choices": [{"index": 0, "delta": words, "finish_reason": end}]} for words, end in (("hi ", None), ("there", None), ("", "stop"))), USAGE)),
    ("content that is a list of parts", events(chunk({"content": [{"type": "text", "text": "hi "}]}), chunk({"content": [{"type": "text", "text": "there"}]}), chunk({}, "stop"), USAGE)),
    ("content that is one part", events(chunk({"content": {"type": "text", "text": "hi there"}}), chunk({}, "stop"), USAGE)),
    ("content that is a number first", events(chunk({"content": None}), chunk("hi there"), chunk({"content": None}, "stop"), USAGE)),
    ("a finish word on the last content", events(chunk("hi "), chunk("there", "stop"), USAGE)),
    ("the finish word said twice", events(chunk("hi there"), chunk({}, "stop"), chunk({}, "stop"), USAGE)),
    ("an empty finish word until the end", events(chunk("hi ", ""), chunk("there", ""), chunk({}, "stop"), USAGE)),
    ("a finish word of null as text", events(chunk("hi ", "null"), chunk("there", "null"), chunk({}, "stop"), USAGE)),
    ("a delta of null at the end", events(chunk("hi there"), {"choices": [{"index": 0, "delta": None, "finish_reason": "stop"}]}, USAGE)),
    ("no delta at the end", events(chunk("hi there"), {"choices": [{"index": 0, "finish_reason": "stop"}]}, USAGE)),
    ("an index that is text", events(*({"choices": [{"index": "0", "delta": {"content": words}, "finish_reason": end}]} for words, end in (("hi ", None), ("there", None), (None, "stop"))), USAGE)),
    ("no index", events(*({"choices": [{"delta": {"content": words}, "finish_reason": end}]} for words, end in (("hi ", None), ("there", None), (None, "stop"))), USAGE)),
    ("an index of null", events(*({"choices": [{"index": None, "delta": {"content": words}, "finish_reason": end}]} for words, end in (("hi ", None), ("there", None), (None, "stop"))), USAGE)),
    ("choices that are null with the usage", events(*HI[:-1], {**USAGE, "choices": None})),
    ("no choices with the usage", events(*HI[:-1], {"usage": USAGE["usage"]})),
    ("choices that are an object", events(*({"choices": {"index": 0, "delta": {"content": words}, "finish_reason": end}} for words, end in (("hi ", None), ("there", None), (None, "stop"))), USAGE)),
    ("ids that are numbers, dates that are texts", events(*({**item, "id": 7, "created": "2026-11-28T00:00:00Z", "model": None} for item in HI))),
    ("dates with a fraction", events(*({**item, "created": 1764288000.25} for item in HI))),
    ("an error of null in every chunk", events(*({**item, "error": None} for item in HI))),
    ("an error that is empty in every chunk", events(*({**item, "error": {}, "code": 0, "message": "", "status": "ok"} for item in HI))),
    ("a code of success in every chunk", events(*({**item, "code": 200, "msg": "success"} for item in HI))),
    ("a base_resp of success", events(*HI[:-1], {**USAGE, "base_resp": {"status_code": 0, "status_msg": ""}})),
    ("usage of zeros until the end", events(*({**item, "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}} for item in HI[:-1]), USAGE)),
    ("usage of null until the end", events(*({**item, "usage": None} for item in HI[:-1]), USAGE)),
    ("usage that grows with each chunk", events(*({**item, "usage": {"prompt_tokens": 5, "completion_tokens": n, "total_tokens": 5 + n}} for n, item in enumerate(HI[1:4])))),
    ("usage on the last choice", events(*HI[:3], chunk({}, "stop", choice={"usage": USAGE["usage"]}))),
    ("usage under x_groq", events(*HI[:3], chunk({}, "stop", x_groq={"id": "r", "usage": USAGE["usage"]}))),
    ("usage under metadata", events(*HI[:3], chunk({}, "stop"), {"choices": [], "metadata": {"usage": USAGE["usage"]}})),
    ("usage as an event of its own", events(*HI[:-1], {"id": "c", "object": "chat.completion.usage", "usage": USAGE["usage"]})),
    ("usage before the end", events(*HI[:2], USAGE, *HI[2:4])),
    ("usage by Anthropic's names", events(*HI[:-1], {"choices": [], "usage": {"input_tokens": 5, "output_tokens": 2}})),
    ("usage by Google's names", events(*HI[:-1], {"choices": [], "usage": {"promptTokenCount": 5, "candidatesTokenCount": 2, "totalTokenCount": 7}})),
    ("usage in camel case", events(*HI[:-1], {"choices": [], "usage": {"promptTokens": 5, "completionTokens": 2, "totalTokens": 7}})),
    ("usage as texts", events(*HI[:-1], {"choices": [], "usage": {"prompt_tokens": "5", "completion_tokens": "2", "total_tokens": "7"}})),
    ("usage with fractions", events(*HI[:-1], {"choices": [], "usage": {"prompt_tokens": 5.0, "completion_tokens": 2.0, "total_tokens": 7.0}})),
    ("usage as a list of one", events(*HI[:-1], {"choices": [], "usage": [USAGE["usage"]]})),
]  # fmt: skip

_WHOLE = [
    ("a byte order mark", http(b"\xef\xbb\xbf" + json.dumps(chat("hi there")).encode())),
    ("whitespace for keepalive first", http(b"   \n\n\n" + json.dumps(chat("hi there")).encode())),
    ("UTF-16", http(json.dumps(chat("hi there")).encode("utf-16"))),
    ("a body packed unasked", http(gzip.compress(json.dumps(chat("hi there")).encode()), content_encoding="gzip")),
    ("a media type of text", http(chat("hi there"), media="text/plain")),
    ("no media type", http(chat("hi there"), media="")),
    ("a list of one answer", http([chat("hi there")])),
    ("an answer under data", http({"code": 0, "msg": "ok", "data": chat("hi there")})),
    ("an answer under result", http({"success": True, "errors": [], "messages": [], "result": chat("hi there")})),
    ("an answer under response", http({"response": chat("hi there")})),
    ("an answer that is a text of JSON", http(json.dumps(json.dumps(chat("hi there"))))),
    ("an answer as one event", events(chat("hi there"))),
    ("an answer as a stream that nobody asked for", events(*HI)),
    ("an answer as JSON lines that nobody asked for", _raw(b"\n".join(LINES), "application/x-ndjson")),
    ("an error of null", http(chat("hi there", error=None))),
    ("an error that is empty", http(chat("hi there", error="", errors=[], code=0, message="ok", detail=None))),
    ("a delta in place of the message", http({**chat(), "choices": [{"index": 0, "delta": {"content": "hi there"}, "finish_reason": "stop"}]})),
    ("a text in place of the message", http({**chat(), "choices": [{"index": 0, "text": "hi there", "finish_reason": "stop"}]})),
    ("content of parts", http(chat({"content": [{"type": "text", "text": "hi "}, {"type": "output_text", "text": "there"}]}))),
    ("content of texts", http(chat({"content": ["hi ", "there"]}))),
    ("choices that are an object by number", http(chat(choices={"0": {"message": {"content": "hi there"}, "finish_reason": "stop"}}))),
    ("NaN and Infinity", http(json.dumps(chat("hi there", score=float("nan"), other=float("inf"))))),
    ("a half of a character", http(json.dumps(chat("hi there", note="\ud83d")))),
    ("control characters", http(json.dumps(chat("hi there")).replace('"created"', '"note": "a\tb", "created"'))),
    ("numbers that are too large", http(json.dumps(chat("hi there")).replace('"created": 1', '"created": 1e400'))),
    ("usage as texts", http(chat("hi there", usage={"prompt_tokens": "5", "completion_tokens": "2"}))),
    ("usage that is a list of one", http(chat("hi there", usage=[USAGE["usage"]]))),
    ("usage in camel case", http(chat("hi there", usage={"promptTokens": 5, "completionTokens": 2}))),
    ("usage under x_groq alone", http(chat("hi there", usage=None, x_groq={"usage": USAGE["usage"]}))),
    ("an index that is text", http(chat(choices=[{"index": "0", "message": {"content": "hi there"}, "finish_reason": "stop"}]))),
]  # fmt: skip

_REFUSED = [
    ("HTML under 200", http("<html><body>Welcome to nginx!</body></html>", media="text/html"), "ProviderUnavailableError"),
    ("HTML under 502", http("<html><title>502 Bad Gateway</title></html>", 502, "text/html"), "ProviderUnavailableError"),
    ("Cloudflare's page under 524", http("<!DOCTYPE html><title>x | 524: A timeout occurred</title>", 524, "text/html"), "ProviderUnavailableError"),
    ("a login page under 403", http("<html>Please log in</html>", 403, "text/html"), "PermissionDeniedError"),
    ("an empty body under 200", http(b""), "ProviderUnavailableError"),
    ("null under 200", http(b"null"), "ProviderUnavailableError"),
    ("an empty object", http({}), "ProviderUnavailableError"),
    ("an empty list", http([]), "ProviderUnavailableError"),
    ("JSON that is cut", http(json.dumps(chat("hi"))[:80]), "ProviderUnavailableError"),
    ("a flat message with a code of 429", http({"message": "Too fast", "code": 429}), "RateLimitError"),
    ("a flat message with a code as text", http({"message": "Too fast", "code": "429"}), "RateLimitError"),
    ("a code and msg as Zhipu's", http({"code": 500, "msg": "404 NOT_FOUND", "success": False}), "ProviderUnavailableError"),
    ("a detail alone", http({"detail": "Not Found"}, 404), "ModelNotFoundError"),
    ("a detail of validation", http({"detail": [{"loc": ["body", "messages"], "msg": "field required", "type": "value_error.missing"}]}, 422), "BadRequestError"),
    ("an error that is true beside a message", http({"error": True, "message": "max_tokens must be at least 1", "status": 400}), "BadRequestError"),
    ("an error that is a text", http({"error": "Rate limit reached", "status": 429}), "RateLimitError"),
    ("an errors list", http({"errors": [{"message": "Rate limit", "code": 429}], "success": False}), "RateLimitError"),
    ("an errors list of texts", http({"errors": ["model overloaded"]}, 503), "ProviderUnavailableError"),
    ("an error within an error", http({"error": {"error": {"message": "Too fast", "code": 429}}}), "RateLimitError"),
    ("an error under a status of 529", http({"error": {"message": "Overloaded"}}, 529), "ProviderUnavailableError"),
    ("GBK under 503", http('{"error":{"message":"服务繁忙"}}'.encode("gbk"), 503), "ProviderUnavailableError"),
    ("a success of false", http({"success": False, "message": "model is loading"}), "ProviderUnavailableError"),
    ("an object called error", http({"object": "error", "message": "max_tokens must be at least 1", "type": "BadRequestError", "code": 400}), "BadRequestError"),
    ("a type called error with a status in words", http({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}), "ProviderUnavailableError"),
    ("problem details", http({"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": "Slow down"}, 429, "application/problem+json"), "RateLimitError"),
    ("problem details under 200", http({"type": "https://x.example/probs", "title": "Too Many Requests", "status": 429, "detail": "Slow down"}), "RateLimitError"),
    ("an error that is a list", http({"error": [{"message": "Slow down", "code": 429}]}), "RateLimitError"),
    ("an error_message", http({"error_message": "Slow down", "error_code": 429}), "RateLimitError"),
    ("an old proxy's tunnel", http("error code: 1033", 530, "text/plain"), "ProviderUnavailableError"),
    ("plain words under 200", http("Internal Server Error", media="text/plain"), "ProviderUnavailableError"),
    ("a fault of an API gateway", http({"fault": {"faultstring": "Rate limit quota violation", "detail": {"errorcode": "policies.ratelimit.QuotaViolation"}}}, 429), "RateLimitError"),
]  # fmt: skip

_ERROR_EVENTS = [
    ("event: error with JSON", b'event: error\ndata: {"message": "Slow down", "code": 429}\n\n', "RateLimitError"),
    ("event: error with nested JSON", b'event: error\ndata: {"error": {"message": "Slow down", "code": 429}}\n\n', "RateLimitError"),
    ("event: error with a text", b"event: error\ndata: upstream connect error\n\n", "ProviderUnavailableError"),
    ("event: error with a message alone", b'event: error\ndata: {"message": "boom"}\n\n', "ProviderUnavailableError"),
    ("error: in place of data:", b'error: {"code": 500, "message": "boom", "type": "server_error"}\n\n', "ProviderUnavailableError"),
    ("an error as a text", b'data: {"error": "Slow down", "status_code": 429}\n\n', "RateLimitError"),
    ("an error with no data: before it", b'{"error": {"message": "Slow down", "code": 429}}\n\n', "RateLimitError"),
    ("an error with a status in words", b'data: {"error": {"message": "Overloaded", "type": "overloaded_error"}}\n\n', "ProviderUnavailableError"),
    ("an error object that is flat", b'data: {"object": "error", "message": "Slow down", "type": "rate_limit_error", "code": 429}\n\n', "RateLimitError"),
    ("a detail", b'data: {"detail": "max_tokens is too large", "status": 400}\n\n', "BadRequestError"),
    ("a code and a msg", b'data: {"code": 429, "msg": "Slow down"}\n\n', "RateLimitError"),
    ("HTML in the stream", b"<html><body>502 Bad Gateway</body></html>", "ProviderUnavailableError"),
    ("an error in a list", b'data: [{"error": {"message": "Slow down", "code": 429}}]\n\n', "RateLimitError"),
]  # fmt: skip


def _errors() -> list[Row]:
    rows = []
    for says, plays, error in _REFUSED:
        rows.append(whole(f"{says}, whole", "chat", plays, error=error))
        rows.append(stream(f"{says}, for a stream", "chat", plays, error=error))
    for says, data, error in _ERROR_EVENTS:
        rows.append(stream(f"{says}, first", "chat", _raw(data), error=error))
        begun = sse(chunk({"role": "assistant"}), done=False)
        rows.append(stream(f"{says}, behind the role", "chat", _raw(begun + data), error=error))
        begun = sse(chunk("half"), done=False)
        rows.append(stream(f"{says}, behind content", "chat", _raw(begun + data), error="StreamInterruptedError"))
    return rows


def _vendors() -> list[Row]:
    hello = streamed([text(""), {"type": "text_delta", "text": "hi "}, {"type": "text_delta", "text": "there"}])
    pieces = events(*hello, done=False, named=True)
    done = events(
        {"type": "response.created", "response": response(status="in_progress")},
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "hi there"},
        {"type": "response.completed", "response": response(said("hi there"))},
        named=True,
    )
    parts = (google({"text": "hi "}, finish=None), google({"text": "there"}))
    aws = aws_events(
        ("messageStart", {"role": "assistant"}),
        ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "hi there"}}),
        ("contentBlockStop", {"contentBlockIndex": 0}),
        ("messageStop", {"stopReason": "end_turn"}),
        ("metadata", {"usage": {"inputTokens": 5, "outputTokens": 2, "totalTokens": 7}}),
    )
    return [
        stream("Anthropic's events with no names", "messages", events(*hello, done=False), **GOOD),
        stream("Anthropic's events in CR LF", "messages", pieces.replace(b"\n\ndata", b"\r\n\r\ndata").replace(b"}\n\n", b"}\r\n\r\n"), **GOOD),
        stream("Anthropic's events with an end mark", "messages", events(*hello, named=True), **GOOD),
        stream("Anthropic's pings everywhere", "messages", pieces.replace(b"event: content", b'event: ping\ndata: {"type": "ping"}\n\nevent: content'), **GOOD),
        stream("Anthropic's whole message in place of a stream", "messages", http(message(text("hi there"))), **GOOD),
        stream("Anthropic's stream with no stop of its block", "messages", events(*(item for item in hello if item["type"] != "content_block_stop"), done=False), **GOOD),
        stream("Anthropic's stream with no start of its block", "messages", events(*(item for item in hello if item["type"] != "content_block_start"), done=False), **GOOD),
        stream("Anthropic's stream with no message_stop", "messages", events(*hello[:-1], done=False), **GOOD),
        stream("Anthropic's stream with indices as text", "messages", events(*({**item, "index": str(item["index"])} if "index" in item else item for item in hello), done=False), **GOOD),
        whole("Anthropic's whole answer as a stream", "messages", pieces, **GOOD),
        stream("Responses with no names", "responses", done.replace(b"event: response", b"id: response"), **GOOD),
        stream("Responses whole in place of a stream", "responses", http(response(said("hi there"))), **GOOD),
        stream("Responses with nothing but the end", "responses", events({"type": "response.completed", "response": response(said("hi there"))}, done=False), **GOOD),
        stream("Responses with text that is done only", "responses", events({"type": "response.output_text.done", "output_index": 0, "content_index": 0, "text": "hi there"}, {"type": "response.completed", "response": response()}, done=False), **GOOD),
        stream("Responses whose items come and the end is empty", "responses", events({"type": "response.output_item.done", "output_index": 0, "item": said("hi there")}, {"type": "response.completed", "response": response()}, done=False), **GOOD),
        stream("Responses with no indices", "responses", events({"type": "response.output_text.delta", "delta": "hi "}, {"type": "response.output_text.delta", "delta": "there"}, {"type": "response.completed", "response": response(said("hi there"))}, done=False), **GOOD),
        stream("Responses with an event nobody knows", "responses", events({"type": "response.mulled_over", "thought": "x"}, {"type": "response.completed", "response": response(said("hi there"))}, done=False), **GOOD),
        stream("Responses that end with response.done", "responses", events({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "hi there"}, {"type": "response.done", "response": response(said("hi there"))}, done=False), **GOOD),
        stream("Responses with keepalive events", "responses", events({"type": "keepalive", "sequence_number": 3}, {"type": "response.completed", "response": response(said("hi there"))}, done=False), **GOOD),
        stream("Google's events in CR LF", "gemini", events(*parts, done=False).replace(b"\n\n", b"\r\n\r\n"), **GOOD),
        stream("Google's list in place of events", "gemini", http(list(parts)), **GOOD),
        stream("Google's events with an end mark", "gemini", events(*parts), **GOOD),
        stream("Google's whole answer in place of events", "gemini", http(google({"text": "hi there"})), **GOOD),
        whole("Google's whole answer as a list of pieces", "gemini", http(list(parts)), **GOOD),
        stream("Responses with an event of no type", "responses", events({"note": 1}, {"type": "response.completed", "response": response(said("hi there"))}, done=False), **GOOD),
        stream("Anthropic's events as JSON lines", "messages", http(b"\n".join(json.dumps(item).encode() for item in hello)), **GOOD),
        stream("Google's events that are empty", "gemini", events({}, parts[0], {"usageMetadata": {"promptTokenCount": 5}}, parts[1], done=False), **GOOD),
        stream("Google's end said twice", "gemini", events(*parts, google(), done=False), **GOOD),
        stream("AWS' events", "converse", aws, **GOOD),
        stream("AWS' events under another media type", "converse", aws.replace(b"application/vnd.amazon.eventstream", b"application/octet-stream"), **GOOD),
        stream("AWS' whole answer in place of events", "converse", http({"output": {"message": {"role": "assistant", "content": [{"text": "hi there"}]}}, "stopReason": "end_turn", "usage": {"inputTokens": 5, "outputTokens": 2, "totalTokens": 7}}), **GOOD),
    ]  # fmt: skip


ROWS: list[Row] = [
    *(stream(f"{says} (stream)", "chat", plays, **GOOD) for says, plays in _FRAMED),
    *(whole(f"{says} (whole)", "chat", plays, **GOOD) for says, plays in _WHOLE),
    *_errors(),
    *_vendors(),
]
