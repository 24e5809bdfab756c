"""What goes wrong is said in the reader's language: by key and fields, also of what was stored."""

from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from tests.local.ui.calls import MESSAGES, client_of
from tests.local.ui.playing import CHAT, MODEL, events, logged_in, register, setup, written

from genai_sdk.errors import GenAIError
from genai_sdk.langfuse.errors import invalid
from genai_sdk.local.store.checks import Check
from genai_sdk.local.ui.draft import Draft, DraftLine, fault_text, faults_of
from genai_sdk.local.ui.language import Words
from genai_sdk.sentence import Sentence

KOREAN, ENGLISH = Words("ko"), Words("en")


def is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


# Of what Python says of JSON: https://github.com/python/cpython/blob/3.11/Lib/json/decoder.py
@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1",
        '{"a"}',
        '{"a":}',
        '{"a":1',
        "{'a':1}",
        "1 2",
        '"\n"',
        '"\\x"',
        '"\\u12"',
        '"',
        "NaN",
        "[" * 10_000,
        "[1,]",
    ],
)
def test_what_is_wrong_with_json_is_said_in_korean(text):
    _, faults = Draft(name="x", lines=[DraftLine("message", "user", "hi")], config=text).read()
    words = fault_text(faults["config"], KOREAN)
    assert is_korean(words.partition(":")[2]), words


def test_what_the_store_refuses_is_said_by_a_phrase_of_the_form_or_in_korean():
    (named,) = faults_of(invalid("name", Sentence.of("body.name_empty", "Text cannot be empty"))).values()
    assert fault_text(named, ENGLISH) == "The prompt needs a name."
    assert is_korean(fault_text(named, KOREAN))
    (other,) = faults_of(invalid("tags", Sentence.of("body.url", "Invalid URL"))).values()
    assert (fault_text(other, ENGLISH), fault_text(other, KOREAN)) == ("Invalid URL", "올바른 URL이 아닙니다.")


@pytest.mark.parametrize("text", ["Seoul is closed today.", "", "x" * 10_000, "Invalid URL", "<b>No.</b>"])
def test_the_words_of_others_stay_as_they_are_even_where_we_would_say_the_same(text):
    assert KOREAN.translate(text) == text


def test_what_langfuse_refuses_leaves_as_plain_json():
    refusal = invalid("name", Sentence.of("body.name_empty", "Text cannot be empty"))
    body = refusal.body()
    assert msgspec.json.decode(msgspec.json.encode(body)) == body
    assert body["message"] == "Invalid request data"
    assert body["error"][0]["message"] == "Text cannot be empty"


@pytest.fixture
def korean(platform):
    """A Korean browser that is logged in to a platform with a connection."""
    register(platform, "seoul")
    with logged_in(platform) as client:
        client.headers["accept-language"] = "ko"
        yield client


def test_a_lane_says_in_korean_that_nobody_serves_the_model(korean, platform):
    register(platform, "usa", models=[f"model-{number}" for number in range(9)])
    ended = events(korean.post("/playground/run", json=setup(models=["gpt-6-sol-min", "busan/x", "seoul/"])))
    errors = {each["lane"]: each["error"] for each in ended if each.get("done")}
    refused = [
        "seoul (목록에 있는 모델은 gpt-6-luna뿐임)",
        "usa (목록에 있는 모델은 model-0, model-1, model-2 외 6개뿐임)",
    ]
    assert errors[0].split(". ") == [
        "'gpt-6-sol-min' 모델을 제공하는 연결이 없습니다",
        "비슷한 이름: gpt-6-luna",
        "거부됨: " + "; ".join(refused),
        "연결: seoul (azure), usa (azure)",
        "client.models()가 모든 이름을 보여 주고, 연결/모델로 쓰면 어떤 이름이든 그 연결로 보냅니다.",
    ]
    for error in errors.values():
        assert is_korean(error)
        assert not any(word in error for word in ("Connections", "serves", "register", "lists", "Refused", "names no"))


def token_of(client: httpx.Client) -> str:
    return client.headers["x-form-token"]


def test_pages_say_in_korean_what_the_store_refused(korean, platform):
    written(platform, "style", "Be brief.", labels=["production"])
    written(platform, "ask", "@@@langfusePrompt:name=style|label=production@@@")
    refused = korean.post("/prompts/delete", data={"token": token_of(korean), "name": "style", "typed": "style"})
    assert "참조한 프롬프트가 없습니다: style, 라벨 production" in refused.text
    lines = {"kind": ["message", "placeholder"], "role": ["user", ""], "content": ["{{name}}", "name"]}
    taken = korean.post("/prompts/write", data={"do": "save", "name": "n", "type": "chat", "config": "{", **lines})
    assert taken.status_code == 422
    assert "겹치는 이름: name" in taken.text
    assert "큰따옴표로 감싼 이름이 필요합니다" in taken.text
    assert "adapter called" not in korean.post("/connections/write", data={"adapter": "none"}).text
    assert "none&#39; 어댑터는 없습니다" in korean.post("/connections/write", data={"adapter": "none"}).text
    body = {"adapter": "openai", "name": "x", "api_key": "k", "base_url": "http://10.0.0.1/v1"}
    assert "공개 주소가 아닙니다" in korean.post("/connections/write", data=body).text
    body["base_url"] = "nowhere"
    assert "올바른 URL이 아닙니다" in korean.post("/connections/write", data=body).text
    written(platform, "talk", CHAT)
    played = setup(draft={"type": "text", "text": "@@@langfusePrompt:name=talk|version=1@@@"}, models=[MODEL])
    assert "텍스트 프롬프트가 아닙니다" in korean.post("/playground/run", json=played).json()["faults"]["prompt"]


def test_what_is_wrong_with_a_stored_key_is_said_in_korean(korean):
    body = {
        "adapter": "google-vertex-ai",
        "name": "vertex",
        "service_account": msgspec.json.encode({"type": "x"}).decode(),
    }
    tried = korean.post("/connections/write", data=body)
    assert tried.status_code == 422
    assert "Google 서비스 계정 키가 아닙니다" in tried.text


def test_a_check_is_kept_with_its_key_and_fields_and_an_old_one_in_english(korean, platform):
    register(platform, "down", models=["simulated-down"])
    korean.post("/connections/try", data={"token": token_of(korean), "name": "down", "model": "simulated-down"})
    checks = platform.store.checks
    kept = checks.all()["down"].message
    assert isinstance(kept, Sentence)
    assert kept.key == "provider.answered"
    page = korean.get("/connections").text
    assert "down/simulated-down의 응답" in page
    assert "answered" not in page
    checks.put("down", Check(moment=datetime.now(UTC), ok=False, message="it said no, long ago"))
    assert type(checks.all()["down"].message) is str
    assert "it said no, long ago" in korean.get("/connections").text


def test_a_trace_says_in_the_readers_language_why_a_call_failed(korean, platform):
    register(platform, "down", models=["simulated-down"])
    with client_of(platform) as client, pytest.raises(GenAIError) as raised:
        client.completion(model="down/simulated-down", messages=MESSAGES, num_retries=0)
    trace = raised.value.trace_id
    page = korean.get(f"/traces/{trace}").text
    assert "down/simulated-down의 응답" in page
    korean.headers["accept-language"] = "en"
    assert str(raised.value).split(" (")[0][:60] in korean.get(f"/traces/{trace}").text
