import json
from collections.abc import Callable
from typing import Any

import pytest

from genai_sdk.testing import (
    ContentFilter,
    ContextWindow,
    ErrorInStream,
    FakeProvider,
    Malformed,
    NotFound,
    Reply,
    Status,
)

Ask = Callable[..., Any]
MODEL = "/v1beta/models/gemini-2.5-flash"
CONTENTS = [{"role": "user", "parts": [{"text": "Hello there!"}]}]


@pytest.fixture
def gemini(ask: Ask) -> Ask:
    def send(verb: str = ":generateContent", *, key: str | None = "sk-good", **body: Any) -> Any:
        headers = {} if key is None else {"x_goog_api_key": key}
        return ask(MODEL + verb, body or {"contents": CONTENTS}, key=None, **headers)

    return send


STREAM = ":streamGenerateContent?alt=sse"


def test_content_is_generated_with_usage_and_an_id(gemini: Ask, fake: FakeProvider) -> None:
    answer = gemini().json
    assert answer["candidates"][0]["content"] == {"parts": [{"text": "seoul: Hello there!"}], "role": "model"}
    assert answer["candidates"][0]["finishReason"] == "STOP"
    assert answer["modelVersion"] == "gemini-2.5-flash"
    assert answer["responseId"] == fake.journal[0].request_id
    usage = answer["usageMetadata"]
    assert (usage["promptTokenCount"], usage["candidatesTokenCount"], usage["totalTokenCount"]) == (2, 3, 5)
    assert (fake.journal[0].wire, fake.journal[0].model) == ("google-ai-studio", "gemini-2.5-flash")


def test_a_stream_adds_up_to_the_plain_answer(gemini: Ask, fake: FakeProvider) -> None:
    reply = Reply("two words", reasoning="so it is", cached_tokens=3, tool_calls=[("get_weather", {"city": "Seoul"})])
    fake.script(reply, reply)
    plain, response = gemini().json, gemini(STREAM)
    events = response.events
    assert b"\r\n\r\n" in response.body
    parts = [event["candidates"][0]["content"]["parts"][0] for event in events]
    assert "".join(part["text"] for part in parts if part.get("thought")) == "so it is"
    assert "".join(part.get("text", "") for part in parts if not part.get("thought")) == "two words"
    assert parts[-2] == {"functionCall": {"name": "get_weather", "args": {"city": "Seoul"}}}
    assert [event["candidates"][0].get("finishReason") for event in events] == [None] * 6 + ["STOP"]
    usage = events[-1]["usageMetadata"]
    assert usage == plain["usageMetadata"]
    assert (usage["thoughtsTokenCount"], usage["cachedContentTokenCount"]) == (3, 3)
    assert usage["totalTokenCount"] == usage["promptTokenCount"] + usage["candidatesTokenCount"] + 3


def test_a_stream_without_alt_sse_is_a_json_array(gemini: Ask, fake: FakeProvider) -> None:
    fake.script(Reply("two words"))
    response = gemini(":streamGenerateContent")
    assert response.headers["content-type"] == "application/json"
    assert [item["candidates"][0]["content"]["parts"][0]["text"] for item in response.json] == ["two", " words", ""]


def test_the_key_may_be_in_the_query(ask: Ask, fake: FakeProvider) -> None:
    assert ask(f"{MODEL}:generateContent?key=sk-good", {"contents": CONTENTS}, key=None).status == 200
    assert fake.journal[0].scheme == "query"


def test_a_wrong_key_is_a_400_as_it_is_at_google(gemini: Ask) -> None:
    response = gemini(key="sk-wrong")
    assert response.status == 400
    error = response.json["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"] == "API key not valid. Please pass a valid API key."
    assert error["details"][0]["reason"] == "API_KEY_INVALID"
    assert gemini(key=None).json["error"]["status"] == "PERMISSION_DENIED"


def test_how_long_to_wait_is_said_in_the_details_and_in_no_header(gemini: Ask, fake: FakeProvider) -> None:
    fake.script(Status(429, retry_after=2.5))
    response = gemini()
    assert response.status == 429
    assert "retry-after" not in response.headers
    assert response.json["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert response.json["error"]["details"][-1] == {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        "retryDelay": "2.5s",
    }


def test_failures_speak_googles_words(gemini: Ask, fake: FakeProvider) -> None:
    fake.script(ContextWindow(limit=1000), NotFound(), Status(503), Status(500), Status(504))
    errors = [gemini().json["error"] for _ in range(5)]
    assert [error["status"] for error in errors] == [
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "UNAVAILABLE",
        "INTERNAL",
        "DEADLINE_EXCEEDED",
    ]
    assert errors[0]["message"] == "The input token count (1100) exceeds the maximum number of tokens allowed (1000)."
    assert errors[1]["message"].startswith("models/gemini-2.5-flash is not found for API version v1beta")


def test_a_blocked_prompt_is_a_200_without_candidates(gemini: Ask, fake: FakeProvider) -> None:
    fake.script(ContentFilter(), ContentFilter())
    plain, streamed = gemini(), gemini(STREAM)
    assert plain.status == 200
    assert plain.json["promptFeedback"] == {"blockReason": "PROHIBITED_CONTENT"}
    assert "candidates" not in plain.json
    assert streamed.events == [plain.json]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (Reply("cut", finish="length"), "MAX_TOKENS"),
        (ContentFilter(at="answer"), "SAFETY"),
        (Reply(refusal="No."), "SAFETY"),
    ],
)
def test_finish_reasons_are_googles(gemini: Ask, fake: FakeProvider, step: Any, reason: str) -> None:
    fake.script(step)
    assert gemini().json["candidates"][0]["finishReason"] == reason


def test_a_stream_can_hold_an_error_or_a_broken_event(gemini: Ask, fake: FakeProvider) -> None:
    fake.script(ErrorInStream(code=429, after_chunks=1), Malformed("truncated"))
    assert gemini(STREAM).events[-1]["error"]["status"] == "RESOURCE_EXHAUSTED"
    broken = gemini(STREAM).body
    assert broken.endswith(b"\r\n\r\n")
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken[6:])


@pytest.mark.parametrize("camel", [True, False])
def test_tools_json_and_system_instructions_are_read_in_both_spellings(gemini: Ask, camel: bool) -> None:
    schema = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}, "days": {"type": "INTEGER"}}}
    declared = [{"name": "get_weather", "parameters": schema}]
    if camel:
        tools = [{"functionDeclarations": declared}]
        forced = {"toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["get_weather"]}}}
        config = {"generationConfig": {"responseMimeType": "application/json", "responseSchema": schema}}
        system = {"systemInstruction": {"parts": [{"text": "Be kind."}]}}
    else:
        tools = [{"function_declarations": declared}]
        forced = {"tool_config": {"function_calling_config": {"mode": "ANY"}}}
        config = {"generation_config": {"response_mime_type": "application/json", "response_schema": schema}}
        system = {"system_instruction": {"parts": [{"text": "Be kind."}]}}
    called = gemini(contents=CONTENTS, tools=tools, **forced).json["candidates"][0]["content"]["parts"]
    assert called == [{"functionCall": {"name": "get_weather", "args": {"city": "Hello there!", "days": 1}}}]
    answer = gemini(contents=CONTENTS, **config, **system).json
    assert json.loads(answer["candidates"][0]["content"]["parts"][0]["text"]) == {"city": "Hello there!", "days": 1}
    assert answer["usageMetadata"]["promptTokenCount"] == 4


def test_inline_data_is_taken_and_journaled(gemini: Ask, fake: FakeProvider) -> None:
    image = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
    answer = gemini(contents=[{"parts": [image, {"text": "What?"}]}]).json
    assert answer["candidates"][0]["content"]["parts"] == [{"text": "seoul: What?"}]
    assert fake.journal[0].body["contents"][0]["parts"][0] == image


def test_embeddings_come_one_by_one_and_in_batches(gemini: Ask, fake: FakeProvider) -> None:
    def content(text: str) -> Any:
        return {"content": {"parts": [{"text": text}]}, "outputDimensionality": 5}

    one = gemini(":embedContent", **content("a b")).json["embedding"]["values"]
    batch = gemini(":batchEmbedContents", requests=[content("a b"), content("c")]).json["embeddings"]
    assert len(one) == 5
    assert one == batch[0]["values"] != batch[1]["values"]
    assert [entry.operation for entry in fake.journal] == ["embedding"] * 2


def test_a_request_without_contents_is_wrong(gemini: Ask) -> None:
    assert gemini(x=1).json["error"]["status"] == "INVALID_ARGUMENT"
