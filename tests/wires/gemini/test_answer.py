"""What becomes of generated content, whole and in streams."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from genai_sdk.types import ChatCompletion, ChatCompletionChunk
from genai_sdk.wires.gemini.wire import WIRE
from genai_sdk.wires.gemini.words import FAILURES, FINISH_REASONS, MODALITIES, TRAFFIC
from genai_sdk.wires.operation import CHAT
from genai_sdk.wires.wire import Endpoint, MalformedError

ENDPOINT = Endpoint(adapter="google-ai-studio", model="gemini-3.8-flash", root="https://google.test/v1beta")
COUNTS = {"promptTokenCount": 10, "candidatesTokenCount": 2, "totalTokenCount": 12}


def answer(*parts: Any, finish: str | None = "STOP", counts: Any = COUNTS, **candidate: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": list(parts)}, **candidate}
    if finish is not None:
        found["finishReason"] = finish
    return {"candidates": [found], "usageMetadata": counts, "modelVersion": "gemini-3.8-flash", "responseId": "r1"}


def whole(data: dict[str, Any], **headers: str) -> ChatCompletion:
    found = WIRE.codec(CHAT, ENDPOINT)
    assert found is not None
    assert WIRE.error_of(data) is None
    completion = found.decode(json.loads(json.dumps(data)), headers)
    assert completion is not None
    return completion


def streamed(*events: dict[str, Any]) -> list[ChatCompletionChunk]:
    codec = WIRE.codec(CHAT, ENDPOINT)
    assert codec is not None
    parser = codec.parser()
    chunks = [chunk for event in events if (chunk := parser.read(json.loads(json.dumps(event)))) is not None]
    assert parser.finished
    return [*chunks, *parser.end()]


def deltas(chunks: Sequence[ChatCompletionChunk], name: str) -> list[Any]:
    found = (choice.delta.get(name) for chunk in chunks for choice in chunk.choices)
    return [item for item in found if item]


def test_thoughts_are_reasoning_and_text_is_content() -> None:
    made = whole(answer({"text": "hm", "thought": True}, {"text": "an"}, {"text": "swer"}))
    message = made.choices[0].message
    assert (message.reasoning_content, message.content, made.choices[0].finish_reason) == ("hm", "answer", "stop")
    assert "parts" not in message
    assert (made.id, made.model) == ("r1", "gemini-3.8-flash")


def test_a_call_without_arguments_has_an_empty_object() -> None:
    (call,) = whole(answer({"functionCall": {"name": "now"}})).choices[0].message.tool_calls or ()
    assert (call.function.name, call.function.arguments) == ("now", "{}")
    assert call.id is not None
    assert call.id.startswith("call_")


def test_calls_at_once_keep_their_order_and_google_s_ids() -> None:
    calls = [{"functionCall": {"id": str(place), "name": "f", "args": {"a": place}}} for place in range(3)]
    choice = whole(answer(*calls)).choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content is None
    assert [(call.id, call.function.arguments) for call in choice.message.tool_calls or ()] == [
        ("0", '{"a":0}'),
        ("1", '{"a":1}'),
        ("2", '{"a":2}'),
    ]


SIGNED: list[dict[str, Any]] = [
    {"text": "hm", "thought": True},
    {"text": "let me see"},
    {"functionCall": {"name": "f", "args": {"a": 1}}, "thoughtSignature": "U0lH"},
    {"functionCall": {"name": "g", "args": {}}},
]
NATIVE: dict[str, list[dict[str, Any]]] = {
    "signatures of calls": SIGNED,
    "a signature of a text": [{"text": "yes", "thoughtSignature": "U0lH"}],
    "a signature behind a text": [{"text": "yes"}, {"text": "", "thoughtSignature": "U0lH"}],
    "code": [
        {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}},
        {"text": "done"},
    ],
    "a tool of the server's": [
        {"toolCall": {"id": "t", "toolType": "URL_CONTEXT", "args": {}}},
        {"toolResponse": {"id": "t", "toolType": "URL_CONTEXT", "response": {}}},
        {"text": "done"},
    ],
    "a file": [{"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/v.mp4"}}],
    "what nobody knows yet": [{"hologram": {"data": 1}}],
}


@pytest.mark.parametrize("name", list(NATIVE))
def test_what_has_no_place_is_kept_as_it_came_whole_and_streamed(name: str) -> None:
    parts = NATIVE[name]
    assert whole(answer(*parts)).choices[0].message["parts"] == parts
    events = [answer(part, finish=None) for part in parts]
    chunks = streamed(*events, answer(finish="STOP"))
    assert deltas(chunks, "parts") == [parts]


def test_a_signature_of_a_call_is_beside_the_call_as_google_s_own_openai_form_has_it() -> None:
    first, second = whole(answer(*SIGNED)).choices[0].message.tool_calls or ()
    assert first["extra_content"] == {"google": {"thought_signature": "U0lH"}}
    assert "extra_content" not in second


def test_texts_in_pieces_are_joined_in_google_s_own_form() -> None:
    pieces = [{"text": "a", "thought": True}, {"text": "b", "thought": True}, {"text": "c"}, {"text": "d"}]
    chunks = streamed(*(answer(part, finish=None) for part in pieces), answer({"text": "", "thoughtSignature": "S"}))
    assert deltas(chunks, "parts") == [
        [{"text": "ab", "thought": True}, {"text": "cd"}, {"text": "", "thoughtSignature": "S"}]
    ]
    assert "".join(deltas(chunks, "content")) == "cd"
    assert "".join(deltas(chunks, "reasoning_content")) == "ab"


def test_pictures_and_sounds_are_kept() -> None:
    picture = {"inlineData": {"mimeType": "image/png", "data": "aGk="}}
    message = whole(answer({"text": "look"}, picture, picture)).choices[0].message
    assert [image["image_url"]["url"] for image in message["images"]] == ["data:image/png;base64,aGk="] * 2
    sounds = [{"inlineData": {"mimeType": "audio/L16;rate=24000", "data": data}} for data in ("aGk=", "IQ==")]
    assert whole(answer(*sounds)).choices[0].message["audio"] == {"data": "aGkh", "mime_type": "audio/L16;rate=24000"}
    chunks = streamed(answer(picture, finish=None), answer(sounds[0]))
    assert deltas(chunks, "images")[0][0]["image_url"]["url"] == "data:image/png;base64,aGk="
    assert deltas(chunks, "audio") == [{"data": "aGk=", "mime_type": "audio/L16;rate=24000"}]


@pytest.mark.parametrize("word", list(FINISH_REASONS))
@pytest.mark.parametrize("parts", [[], [{"text": "half"}]], ids=["empty", "with content"])
def test_every_finish_reason_is_taken_on_purpose(word: str, parts: list[Any]) -> None:
    data = answer(*parts, finish=word)
    ending = FINISH_REASONS[word]
    if ending in FAILURES:
        error = WIRE.error_of(data)
        assert error is not None
        assert error.status == FAILURES[ending]
        kinds = {"failed": "unavailable", "request": "bad_request", "account": "account"}
        assert WIRE.refusal(error.status or 0, {}, error) == kinds[ending]
        assert word in error.text
    elif ending == "unknown" and not parts:
        with pytest.raises(MalformedError):
            whole(data)
        with pytest.raises(MalformedError):
            streamed(data)
    else:
        choice = whole(data).choices[0]
        assert choice.finish_reason == ("stop" if ending == "unknown" else ending)
        assert choice["native_finish_reason"] == word
        (last,) = [item for chunk in streamed(data) for item in chunk.choices if item.finish_reason]
        assert (last.finish_reason, last["native_finish_reason"]) == (choice.finish_reason, word)


@pytest.mark.parametrize("word", ["SOMETHING_NEW", "", None])
def test_an_unknown_word_is_no_clean_success_of_an_empty_answer(word: str | None) -> None:
    with pytest.raises(MalformedError):
        whole(answer(finish=word))
    assert whole(answer({"text": "x"}, finish=word)).choices[0].get("native_finish_reason", "") == (word or "")


@pytest.mark.parametrize("reason", ["SAFETY", "OTHER", "JAILBREAK", "SOMETHING_NEW"])
def test_a_blocked_prompt_is_a_refusal(reason: str) -> None:
    error = WIRE.error_of({"promptFeedback": {"blockReason": reason}, "usageMetadata": COUNTS})
    assert error is not None
    assert WIRE.refusal(error.status or 0, {}, error) == "content_filter"


GROUNDING = {
    "webSearchQueries": ["q1", "q2"],
    "groundingChunks": [{"web": {"uri": "https://a.test", "title": "a"}}, {"maps": {"uri": "https://b.test"}}],
    "groundingSupports": [{"segment": {"startIndex": 3, "endIndex": 6}, "groundingChunkIndices": [0, 1]}],
}


def test_what_grounds_an_answer_is_annotated_in_characters_whole_and_streamed() -> None:
    made = whole(answer({"text": "가나"}, groundingMetadata=GROUNDING))
    annotations = made.choices[0].message["annotations"]
    assert [item["url_citation"] for item in annotations] == [
        {"start_index": 1, "end_index": 2, "url": "https://a.test", "title": "a"},
        {"start_index": 1, "end_index": 2, "url": "https://b.test", "title": ""},
    ]
    assert made.choices[0]["grounding_metadata"] == GROUNDING
    assert made.usage is not None
    assert made.usage["server_tool_use"] == {"web_search_requests": 2}
    first = {"candidates": [{"groundingMetadata": {"webSearchQueries": ["q1", "q2"]}}], "usageMetadata": COUNTS}
    late = {key: item for key, item in GROUNDING.items() if key != "webSearchQueries"}
    chunks = streamed(answer({"text": "가나"}, finish=None), first, answer(groundingMetadata=late))
    assert deltas(chunks, "annotations") == [annotations]
    (last,) = [item for chunk in chunks for item in chunk.choices if item.finish_reason]
    assert last["grounding_metadata"] == GROUNDING
    assert chunks[-1].usage == made.usage


def test_citations_of_a_stream_come_together() -> None:
    cited = [
        {"citations": [{"startIndex": 0, "endIndex": 1, "uri": uri}]} for uri in ("https://a.test", "https://b.test")
    ]
    chunks = streamed(
        answer({"text": "a"}, finish=None, citationMetadata=cited[0]), answer({"text": "b"}, citationMetadata=cited[1])
    )
    (annotations,) = deltas(chunks, "annotations")
    assert [item["url_citation"]["url"] for item in annotations] == ["https://a.test", "https://b.test"]


def test_facts_that_come_after_the_end_are_not_lost() -> None:
    late = {"candidates": [{"index": 0, "groundingMetadata": GROUNDING}], "usageMetadata": COUNTS}
    chunks = streamed(answer({"text": "가나"}), late)
    assert deltas(chunks, "annotations")
    assert [
        choice["grounding_metadata"] for chunk in chunks for choice in chunk.choices if "grounding_metadata" in choice
    ]


def test_what_a_candidate_says_beside_its_content_is_kept() -> None:
    beside: dict[str, Any] = {
        "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"}],
        "urlContextMetadata": {"urlMetadata": [{"retrievedUrl": "https://a.test"}]},
        "avgLogprobs": -0.5,
        "tokenCount": 3,
        "finishMessage": "fine",
        "continuationToken": "dG9rZW4=",
        "hologram": {"a": 1},
    }
    choice = whole({**answer({"text": "x"}, **beside), "modelStatus": {"modelStage": "LEGACY"}, "aura": 1})
    names = ("safety_ratings", "url_context_metadata", "avg_logprobs", "token_count", "finish_message",
             "continuation_token", "hologram")  # fmt: skip
    assert [choice.choices[0][name] for name in names] == list(beside.values())
    assert (choice["model_status"], choice["aura"]) == ({"modelStage": "LEGACY"}, 1)


def test_log_probabilities_are_in_openai_s_shape() -> None:
    token = {"token": "é", "tokenId": 7, "logProbability": -0.1}
    result = {"chosenCandidates": [token], "topCandidates": [{"candidates": [token]}], "logProbabilitySum": -0.1}
    logprobs = whole(answer({"text": "é"}, logprobsResult=result)).choices[0]["logprobs"]
    shown = {"token": "é", "logprob": -0.1, "bytes": [195, 169], "token_id": 7}
    assert logprobs == {"content": [{**shown, "top_logprobs": [shown]}], "log_probability_sum": -0.1}
    (chunk, _) = streamed(answer({"text": "é"}, logprobsResult=result))
    assert chunk.choices[0]["logprobs"] == logprobs


def test_several_candidates_are_several_choices() -> None:
    data = answer({"text": "a"})
    data["candidates"].append({"index": 1, "content": {"parts": [{"text": "b"}]}, "finishReason": "MAX_TOKENS"})
    assert [(c.message.content, c.finish_reason) for c in whole(data).choices] == [("a", "stop"), ("b", "length")]
    (chunk, _) = streamed(data)
    assert [(choice.index, choice.delta.content) for choice in chunk.choices] == [(0, "a"), (1, "b")]


COUNTED = {
    "promptTokenCount": 100,
    "toolUsePromptTokenCount": 20,
    "cachedContentTokenCount": 40,
    "candidatesTokenCount": 7,
    "thoughtsTokenCount": 3,
    "totalTokenCount": 130,
    "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 60}, {"modality": "AUDIO", "tokenCount": 40}],
    "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 40}],
    "toolUsePromptTokensDetails": [{"modality": "TEXT", "tokenCount": 20}],
    "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 7}],
    "trafficType": "ON_DEMAND_PRIORITY",
}


def test_tokens_are_counted_as_they_are_billed() -> None:
    made = whole(answer({"text": "x"}, counts=COUNTED))
    usage = made.usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (120, 10, 130)
    assert usage.prompt_tokens_details is not None
    assert usage.prompt_tokens_details.model_dump() == {
        "cached_tokens": 40,
        "cache_creation_tokens": 0,
        "audio_tokens": 0,
        "text_tokens": 80,
        "cached_tokens_details": {"audio_tokens": 40},
        "tool_use_tokens": 20,
    }
    assert usage.completion_tokens_details is not None
    assert usage.completion_tokens_details.reasoning_tokens == 3
    assert usage.completion_tokens_details["image_tokens"] == 7
    assert (made["service_tier"], usage["traffic_type"]) == ("priority", "ON_DEMAND_PRIORITY")
    chunks = streamed(answer({"text": "x"}, counts=COUNTED))
    assert (chunks[-1].usage, chunks[-1]["service_tier"]) == (usage, "priority")


@pytest.mark.parametrize("traffic", list(TRAFFIC))
def test_every_kind_of_traffic_is_a_tier_on_purpose(traffic: str) -> None:
    made = whole(answer({"text": "x"}, counts={**COUNTS, "trafficType": traffic}))
    assert made.get("service_tier") == TRAFFIC[traffic]


@pytest.mark.parametrize("modality", [*MODALITIES, "HOLOGRAM"])
def test_every_kind_of_token_is_counted_somewhere(modality: str) -> None:
    counts = {**COUNTS, "promptTokensDetails": [{"modality": modality, "tokenCount": 10}]}
    usage = whole(answer({"text": "x"}, counts=counts)).usage
    assert usage is not None
    assert usage.prompt_tokens_details is not None
    assert usage.prompt_tokens_details[MODALITIES.get(modality, "other_tokens")] == 10


@pytest.mark.parametrize("counts", [None, {}, {"trafficType": "ON_DEMAND"}, "n/a"])
def test_an_answer_without_counts_is_an_answer(counts: Any) -> None:
    data = answer({"text": "ok"}, counts=counts)
    assert (whole(data).text, whole(data).usage) == ("ok", None)
    assert streamed(data)[-1].text == "ok"


def test_the_tier_is_read_from_the_headers_too() -> None:
    assert whole(answer({"text": "x"}), **{"x-gemini-service-tier": "flex"})["service_tier"] == "flex"
    assert "service_tier" not in whole(answer({"text": "x"}), **{"x-gemini-service-tier": "standard"})


def test_arguments_in_pieces_become_one_call() -> None:
    values = [
        {"jsonPath": "$.city", "stringValue": "Se", "willContinue": True},
        {"jsonPath": "$.city", "stringValue": "oul"},
        {"jsonPath": "$.guests[0].age", "numberValue": 3.0},
        {"jsonPath": "$['a b']", "boolValue": False},
        {"jsonPath": "$.no", "nullValue": "NULL_VALUE"},
    ]
    pieces: list[dict[str, Any]] = [
        {"functionCall": {"name": "book", "id": "c", "willContinue": True}, "thoughtSignature": "U0lH"},
        *({"functionCall": {"partialArgs": [value], "willContinue": True}} for value in values),
        {"functionCall": {}},
        {"functionCall": {"name": "now"}},
    ]
    chunks = streamed(*(answer(piece, finish=None) for piece in pieces), answer())
    calls = [call for found in deltas(chunks, "tool_calls") for call in found]
    arguments = {"city": "Seoul", "guests": [{"age": 3}], "a b": False, "no": None}
    assert [(call.index, call.id, call.function.name, json.loads(call.function.arguments)) for call in calls] == [
        (0, "c", "book", arguments),
        (1, calls[1].id, "now", {}),
    ]
    (parts,) = deltas(chunks, "parts")
    assert parts[0] == {"functionCall": {"name": "book", "id": "c", "args": arguments}, "thoughtSignature": "U0lH"}


def test_a_call_that_is_cut_short_is_given_out_at_the_end() -> None:
    piece = {
        "functionCall": {"name": "f", "partialArgs": [{"jsonPath": "$.a", "numberValue": 1}], "willContinue": True}
    }
    chunks = streamed(answer(piece, finish=None), answer(finish="MAX_TOKENS"))
    ((call,),) = deltas(chunks, "tool_calls")
    assert call.function.arguments == '{"a":1}'
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason] == ["length"]


@pytest.mark.parametrize("path", ["$", "$[2]", "$.a.b", "$.a[", "$..b", "$.x[1]"])
def test_a_piece_that_leads_nowhere_is_malformed_and_no_crash(path: str) -> None:
    call = {"name": "f", "args": {"a": 1}, "partialArgs": [{"jsonPath": path, "numberValue": 1}]}
    with pytest.raises((ValueError, TypeError)):
        streamed(answer({"functionCall": call}))


@pytest.mark.parametrize("content", [None, {}, {"parts": None}, {"role": "model"}])
def test_content_may_be_missing(content: Any) -> None:
    data = answer(finish="MAX_TOKENS")
    data["candidates"][0]["content"] = content
    assert (whole(data).text, whole(data).choices[0].finish_reason) == ("", "length")
