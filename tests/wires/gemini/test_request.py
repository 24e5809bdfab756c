"""What a call becomes on Google's wire."""

import json
from typing import Any

import pytest
from tests.wires.gemini.test_answer import ENDPOINT, NATIVE, answer, whole

from genai_sdk.wires.gemini.contents import SKIPPED_SIGNATURE
from genai_sdk.wires.gemini.wire import WIRE
from genai_sdk.wires.gemini.words import THINKING_LEVELS
from genai_sdk.wires.operation import CHAT, ChatRequest
from genai_sdk.wires.wire import Codec, Endpoint, UnencodableError, UnsupportedError

HELLO = [{"role": "user", "content": "hi"}]
VERTEX = Endpoint(
    adapter="google-vertex-ai", model="gemini-3.8-pro", root="https://v.test", region="us-east5", project="p 1"
)


def codec(model: str = "gemini-3.8-flash", endpoint: Endpoint = ENDPOINT) -> Codec[Any, Any, Any]:
    found = WIRE.codec(
        CHAT, Endpoint(**{**{n: getattr(endpoint, n) for n in endpoint.__struct_fields__}, "model": model})
    )
    assert found is not None
    return found


def body(messages: Any = HELLO, model: str = "gemini-3.8-flash", **options: Any) -> dict[str, Any]:
    found = codec(model)
    request = ChatRequest(messages, options)
    assert not found.unsupported(request)
    sent = found.encode(request, stream=False).body
    assert isinstance(sent, bytes)
    made: dict[str, Any] = json.loads(sent)
    return made


def parts(content: Any, model: str = "gemini-3.8-flash") -> list[Any]:
    found: list[Any] = body([{"role": "user", "content": content}], model)["contents"][0]["parts"]
    return found


@pytest.mark.parametrize(
    ("endpoint", "model", "url"),
    [
        (ENDPOINT, "models/gemini-2.5-pro", "https://google.test/v1beta/models/gemini-2.5-pro"),
        (ENDPOINT, "tunedModels/mine", "https://google.test/v1beta/tunedModels/mine"),
        (VERTEX, "gemini-3.8-pro", "https://v.test/v1/projects/p%201/locations/us-east5/publishers/google/models/gemini-3.8-pro"),
        (VERTEX, "endpoints/12345", "https://v.test/v1/projects/p%201/locations/us-east5/endpoints/12345"),
        (VERTEX, "12345", "https://v.test/v1/projects/p%201/locations/us-east5/endpoints/12345"),
    ],
)  # fmt: skip
def test_a_model_is_where_google_has_it(endpoint: Endpoint, model: str, url: str) -> None:
    found = codec(model, endpoint)
    assert found.encode(ChatRequest(HELLO), stream=False).url == f"{url}:generateContent"
    streamed = found.encode(ChatRequest(HELLO), stream=True)
    assert (streamed.url, streamed.streams) == (f"{url}:streamGenerateContent?alt=sse", True)


def test_roles_become_google_s_and_neighbours_one_content() -> None:
    made = body(
        [
            {"role": "system", "content": "a"},
            {"role": "user", "content": "b"},
            {"role": "user", "content": [{"type": "text", "text": "c"}, "d"]},
            {"role": "assistant", "content": "e"},
            {"role": "developer", "content": [{"type": "text", "text": "f"}]},
            {"role": "user", "content": ""},
        ]
    )
    assert made["system_instruction"] == {"parts": [{"text": "a"}, {"text": "f"}]}
    assert made["contents"] == [
        {"role": "user", "parts": [{"text": "b"}, {"text": "c"}, {"text": "d"}]},
        {"role": "model", "parts": [{"text": "e"}]},
        {"role": "user", "parts": [{"text": " "}]},
    ]


def test_an_instruction_alone_is_what_is_asked() -> None:
    made = body([{"role": "system", "content": "a"}])
    assert made == {"contents": [{"role": "user", "parts": [{"text": "a"}]}]}


MEDIA: dict[str, tuple[Any, Any]] = {
    "an image": ({"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}},
                 {"inlineData": {"mimeType": "image/png", "data": "aGk="}}),
    "an image by itself": ({"type": "image_url", "image_url": "data:image/png;base64,aGk="},
                           {"inlineData": {"mimeType": "image/png", "data": "aGk="}}),
    "text in a URL": ({"type": "file", "file": {"file_data": "data:,h%69"}},
                      {"inlineData": {"mimeType": "text/plain", "data": "aGk="}}),
    "a remote image": ({"type": "image_url", "image_url": {"url": "https://a.test/b/c.JPG?d=e.f"}},
                       {"fileData": {"fileUri": "https://a.test/b/c.JPG?d=e.f", "mimeType": "image/jpeg"}}),
    "a remote image of a type": ({"type": "image_url", "image_url": {"url": "https://a.test/b", "format": "image/png"}},
                                 {"fileData": {"fileUri": "https://a.test/b", "mimeType": "image/png"}}),
    "a bucket's film": ({"type": "video_url",
                         "video_url": {"url": "gs://b/v.mp4", "video_metadata": {"start_offset": "1s"}}},
                        {"fileData": {"fileUri": "gs://b/v.mp4", "mimeType": "video/mp4"},
                         "videoMetadata": {"startOffset": "1s"}}),
    "sound": ({"type": "input_audio", "input_audio": {"data": "aGk=", "format": "mp3"}},
              {"inlineData": {"mimeType": "audio/mp3", "data": "aGk="}}),
    "a document": ({"type": "file", "file": {"file_data": "data:application/pdf;base64,aGk=", "filename": "a.pdf"}},
                   {"inlineData": {"mimeType": "application/pdf", "data": "aGk="}}),
    "a document's bytes": ({"type": "file", "file": {"file_data": "aGk=", "filename": "a.csv"}},
                           {"inlineData": {"mimeType": "text/csv", "data": "aGk="}}),
    "an uploaded file": ({"type": "file", "file": {"file_id": "files/abc", "format": "video/mp4"}},
                         {"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/abc",
                                       "mimeType": "video/mp4"}}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(MEDIA))
def test_media_become_parts(name: str) -> None:
    given, wanted = MEDIA[name]
    assert parts([given]) == [wanted]


def test_detail_is_a_resolution_where_the_model_has_one_for_each_part() -> None:
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk=", "detail": "high"}}
    assert parts([part])[0]["mediaResolution"] == {"level": "MEDIA_RESOLUTION_HIGH"}
    assert "mediaResolution" not in parts([part], "gemini-2.5-flash")[0]


@pytest.mark.parametrize(
    "part", [{"type": "hologram"}, {"type": "file", "file": {}}, {"type": "image_url", "image_url": {"url": ""}}]
)
def test_what_google_cannot_take_is_refused(part: Any) -> None:
    with pytest.raises(UnencodableError):
        parts([part])


@pytest.mark.parametrize("name", list(NATIVE))
def test_the_next_turn_sends_an_answer_back_as_it_came(name: str) -> None:
    message = whole(answer(*NATIVE[name])).choices[0].message.model_dump(exclude_none=True)
    assert body([*HELLO, message, *HELLO])["contents"][1] == {"role": "model", "parts": NATIVE[name]}


def test_a_tool_s_result_goes_back_under_google_s_id() -> None:
    calls = [{"functionCall": {"id": "g1", "name": "f", "args": {}}, "thoughtSignature": "S"},
             {"functionCall": {"id": "g2", "name": "g", "args": {}}}]  # fmt: skip
    message = whole(answer(*calls)).choices[0].message.model_dump(exclude_none=True)
    results = [
        {"role": "tool", "tool_call_id": "g1", "content": '{"a": 1}'},
        {"role": "tool", "tool_call_id": "g2", "content": "sunny"},
    ]
    contents = body([*HELLO, message, *results, *HELLO])["contents"]
    assert contents[1]["parts"] == calls
    assert contents[2:] == [
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"id": "g1", "name": "f", "response": {"a": 1}}},
                {"functionResponse": {"id": "g2", "name": "g", "response": {"output": "sunny"}}},
            ],
        },
        {"role": "user", "parts": [{"text": "hi"}]},
    ]  # fmt: skip


CALL = {"id": "call_a", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
RESULT = {"role": "tool", "tool_call_id": "call_a", "content": "sunny"}


def called(model: str, call: Any = CALL, **message: Any) -> list[Any]:
    contents = body([*HELLO, {"role": "assistant", "tool_calls": [call], **message}, RESULT], model)["contents"]
    found: list[Any] = contents[1]["parts"]
    return found


def test_a_call_of_another_model_s_has_a_stand_in_for_its_signature_only_where_one_is_needed() -> None:
    native = {"functionCall": {"name": "f", "args": {"a": 1}}}
    assert called("gemini-2.5-flash") == [native]
    assert called("gemini-3.8-flash") == [{**native, "thoughtSignature": SKIPPED_SIGNATURE}]


@pytest.mark.parametrize(
    "more",
    [
        {"extra_content": {"google": {"thought_signature": "S"}}},
        {"provider_specific_fields": {"thought_signature": "S"}},
        {"id": "call_a__thought__S"},
    ],
)
def test_a_signature_is_found_wherever_a_call_may_carry_it(more: Any) -> None:
    message = {"role": "assistant", "content": None, "tool_calls": [{**CALL, **more}]}
    (part,) = body([*HELLO, message])["contents"][1]["parts"]
    assert part["thoughtSignature"] == "S"


def test_whoever_changes_an_answer_is_believed_and_not_google_s_own_form_of_it() -> None:
    message = whole(answer({"text": "yes", "thoughtSignature": "S"})).choices[0].message.model_dump(exclude_none=True)
    assert body([*HELLO, {**message, "content": "no"}])["contents"][1]["parts"] == [{"text": "no"}]


def test_pictures_of_a_tool_stand_where_the_model_takes_them() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    result = {**RESULT, "content": [{"type": "text", "text": "look"}, picture]}
    message = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    inline = {"inlineData": {"mimeType": "image/png", "data": "aGk="}}
    response: dict[str, Any] = {"name": "f", "response": {"output": "look"}}
    assert body([*HELLO, message, result])["contents"][2]["parts"] == [
        {"functionResponse": {**response, "parts": [inline]}}
    ]
    older = body([*HELLO, message, result], "gemini-2.5-pro")["contents"][2]["parts"]
    assert older == [{"functionResponse": response}, inline]


def test_a_result_without_its_call_is_refused() -> None:
    with pytest.raises(UnencodableError, match="call_a"):
        body([*HELLO, RESULT])


def test_numbers_and_bounds_have_google_s_names() -> None:
    config = body(
        temperature=0.1, top_p=0.2, top_k=3, n=2, max_completion_tokens=5, seed=6, frequency_penalty=0.7,
        model="gemini-2.5-flash",
        presence_penalty=0.8, logprobs=True, top_logprobs=9, stop="x", modalities=["text", "audio"],
        audio={"voice": "Kore", "format": "wav"},
    )["generationConfig"]  # fmt: skip
    assert config == {
        "temperature": 0.1, "topP": 0.2, "topK": 3, "candidateCount": 2, "maxOutputTokens": 5, "seed": 6,
        "frequencyPenalty": 0.7, "presencePenalty": 0.8, "responseLogprobs": True, "logprobs": 9,
        "stopSequences": ["x"], "responseModalities": ["TEXT", "AUDIO"],
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    }  # fmt: skip


def test_the_call_s_own_fields_stand_beside_ours() -> None:
    made = body(
        temperature=0.1,
        safety_settings=[{"category": "C", "threshold": "OFF"}],
        extra_body={
            "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"},
            "cachedContent": "cachedContents/1",
        },
    )
    assert made["generationConfig"] == {"temperature": 0.1, "mediaResolution": "MEDIA_RESOLUTION_LOW"}
    assert (made["safetySettings"], made["cachedContent"]) == (
        [{"category": "C", "threshold": "OFF"}],
        "cachedContents/1",
    )


@pytest.mark.parametrize(
    ("tier", "sent"), [("flex", "flex"), ("priority", "priority"), ("default", "standard"), ("auto", None)]
)
def test_the_class_of_service_is_google_s(tier: str, sent: str | None) -> None:
    assert body(service_tier=tier).get("serviceTier") == sent


FUNCTION = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {
    "type": "object", "properties": {"currency": {"const": "USD"}}, "additionalProperties": False}}}  # fmt: skip


def test_functions_are_declared_together_and_google_s_tools_go_out_as_they_are() -> None:
    made = body(tools=[FUNCTION, {"codeExecution": {}}, {"url_context": {}}], web_search_options={})
    assert made["tools"] == [
        {"function_declarations": [{"name": "f", "description": "d", "parameters": {
            "type": "object", "properties": {"currency": {"type": "string", "enum": ["USD"]}}}}]},
        {"codeExecution": {}}, {"url_context": {}}, {"googleSearch": {}},
    ]  # fmt: skip
    assert "toolConfig" not in made


@pytest.mark.parametrize(
    ("choice", "calling"),
    [
        ("auto", {"mode": "AUTO"}),
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        ({"type": "function", "function": {"name": "f"}}, {"mode": "ANY", "allowedFunctionNames": ["f"]}),
        (
            {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [FUNCTION]}},
            {"mode": "VALIDATED", "allowedFunctionNames": ["f"]},
        ),
    ],
)
def test_which_tool_is_called_can_be_forced(choice: Any, calling: Any) -> None:
    assert body(tools=[FUNCTION], tool_choice=choice)["toolConfig"] == {"functionCallingConfig": calling}


def test_strict_functions_are_held_to_their_schemas() -> None:
    strict = {"type": "function", "function": {**FUNCTION["function"], "strict": True}}  # type: ignore[dict-item]
    assert body(tools=[strict])["toolConfig"] == {"functionCallingConfig": {"mode": "VALIDATED"}}
    assert "toolConfig" not in body(tools=[strict], model="gemini-2.0-flash")


def test_a_function_without_arguments_has_no_schema() -> None:
    for parameters in (None, {}, {"type": "object", "properties": {}}):
        tool = {"type": "function", "function": {"name": "f", "parameters": parameters}}
        assert body(tools=[tool])["tools"] == [{"function_declarations": [{"name": "f"}]}]


@pytest.mark.parametrize(
    "given",
    [
        {"tools": [{"type": "custom", "custom": {"name": "x"}}]},
        {"tool_choice": {"type": "x"}},
        {"response_format": {"type": "grammar"}},
        {"audio": {}},
        {"extra_body": {"a": object()}},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_cannot_be_said_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(UnencodableError):
        body(**given)


def test_an_effort_that_google_does_not_know_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="reasoning_effort as 'huge': Gemini has none, minimal"):
        body(reasoning_effort="huge")


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-2.5-pro"])
@pytest.mark.parametrize("effort", ["none", "minimal", "low", "medium", "high", "xhigh", "max"])
def test_an_effort_is_a_budget_for_gemini_2_5(model: str, effort: str) -> None:
    thinking = body(model=model, reasoning_effort=effort)["generationConfig"]["thinkingConfig"]
    assert isinstance(thinking["thinkingBudget"], int)
    assert thinking.get("includeThoughts", False) is (effort != "none")
    assert (thinking["thinkingBudget"] == 0) is (effort == "none" and model == "gemini-2.5-flash")


@pytest.mark.parametrize(
    "model", ["gemini-3-pro-preview", "gemini-3.1-pro", "gemini-3-flash", "gemini-3.8-flash", "gemini-flash-latest"]
)
@pytest.mark.parametrize("effort", ["none", "minimal", "low", "medium", "high", "xhigh", "max"])
def test_an_effort_is_a_level_from_gemini_3_on(model: str, effort: str) -> None:
    thinking = body(model=model, reasoning_effort=effort)["generationConfig"]["thinkingConfig"]
    assert thinking["thinkingLevel"] in THINKING_LEVELS
    assert "thinkingBudget" not in thinking


@pytest.mark.parametrize(
    ("model", "effort", "level"),
    [
        ("gemini-4-hydrogen", "xhigh", "XHIGH"),
        ("gemini-4-hydrogen", "minimal", "LOW"),
        ("gemini-3.8-flash", "xhigh", "HIGH"),
        ("gemini-3.8-flash", "minimal", "LOW"),
        ("gemini-3.1-flash-lite", "minimal", "MINIMAL"),
    ],
)
def test_an_effort_is_the_nearest_level_that_the_model_takes(model: str, effort: str, level: str) -> None:
    assert body(model=model, reasoning_effort=effort)["generationConfig"]["thinkingConfig"]["thinkingLevel"] == level


def test_models_that_do_not_think_refuse_to() -> None:
    for model in ("gemini-2.0-flash", "gemini-1.5-pro", "gemma-3-27b-it"):
        with pytest.raises(UnsupportedError):
            body(model=model, reasoning_effort="low")
        assert "generationConfig" not in body(model=model, reasoning_effort="none")


@pytest.mark.parametrize(
    ("thinking", "sent"),
    [
        ({"type": "enabled", "budget_tokens": 99}, {"includeThoughts": True, "thinkingBudget": 99}),
        ({"type": "adaptive"}, {"includeThoughts": True}),
        ({"type": "disabled"}, {"thinkingBudget": 0}),
    ],
)
def test_anthropic_s_form_of_thinking_is_understood(thinking: Any, sent: Any) -> None:
    assert body(model="gemini-2.5-flash", thinking=thinking)["generationConfig"]["thinkingConfig"] == sent


def test_gemini_3_has_no_place_for_penalties() -> None:
    with pytest.raises(UnsupportedError, match="frequency_penalty with this model"):
        body(frequency_penalty=0.5, presence_penalty=0)


def test_what_google_has_no_place_for_is_named() -> None:
    request = ChatRequest(
        HELLO, {"logit_bias": {"5": 1}, "verbosity": "low", "user": "u", "parallel_tool_calls": False, "store": True}
    )
    assert set(codec().unsupported(request)) == {"logit_bias", "verbosity", "user", "parallel_tool_calls"}
    assert "store" in codec(endpoint=VERTEX).unsupported(request)
    with pytest.raises(UnsupportedError):
        codec().encode(ChatRequest(HELLO, {"stream_options": {"include_obfuscation": True}}), stream=True)


def test_the_messages_of_a_call_are_not_written_to() -> None:
    message = whole(answer(*NATIVE["signatures of calls"])).choices[0].message.model_dump(exclude_none=True)
    messages = [*HELLO, message, {"role": "assistant", "content": "more"}, *HELLO]
    before = json.dumps(messages)
    body(messages)
    assert json.dumps(messages) == before
