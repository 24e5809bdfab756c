"""What the platform says in English is said in Korean too: each sentence that a page can show is found in the words."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.local.ui.playing import CHAT, MODEL, events, logged_in, register, setup, written

import genai_sdk
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.ui.draft import Draft, DraftLine, Fault, fault_text, faults_of
from genai_sdk.local.ui.language import Words

ROOT = Path(genai_sdk.__file__).parent
KOREAN, ENGLISH = Words("ko"), Words("en")
SPEAKING = [
    *("langfuse/bodies.py", "langfuse/composition.py", "langfuse/new_connection.py", "langfuse/new_prompt.py"),
    *("local/addresses.py", "local/store/database.py", "local/store/prompts.py", "local/store/connections.py"),
    *("models/match.py", "models/reason.py", "models/unresolved.py"),
    *("connections/credentials.py", "connections/headers.py", "connections/parse.py", "client/trial.py"),
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "local/ui").rglob("*.py"))),
]
"""Modules whose sentences a page can show."""

SAYS = {"ApiError", "invalid", "_refused", "TooSlow", "DatabaseClosed", "ClientClosedError", "ConfigurationError"}
SAYS |= {"UnknownModelError", "ConnectionNotFoundError", "InvalidRequestError", "No"}
SAYS |= {"ValueError", "_printable", "parse_object", "Trial", "JSONDecodeError"}


def sentences(module: str) -> Iterator[str]:
    """Yield what a module says where something is wrong, with an x for what stands in it."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    names = vars(importlib.import_module("genai_sdk." + module.removesuffix(".py").replace("/", ".")))
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None and module == "models/reason.py":
            yield from (text for text in spelled(node.value, names) if " " in text)
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in SAYS:
                given = [*node.args, *(each.value for each in node.keywords if each.arg == "error")]
                for argument in given:
                    yield from (text for text in spelled(argument, names) if " " in text)


def spelled(node: ast.expr, names: dict[str, object]) -> list[str]:
    """Return what an expression may say; of what is worked out elsewhere, nothing."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Name):
        known = names.get(node.id)
        return [known] if isinstance(known, str) else []
    if isinstance(node, ast.IfExp):
        return [*spelled(node.body, names), *spelled(node.orelse, names)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = spelled(node.left, names), spelled(node.right, names) or ["x"]
        return [a + b for a in left for b in right]
    if isinstance(node, ast.JoinedStr):
        texts = [""]
        for part in node.values:
            here = [part.value] if isinstance(part, ast.Constant) else ["x"]
            if isinstance(part, ast.FormattedValue):
                is_part = isinstance(part.value, ast.Name) and part.value.id == "what" and not texts[0]
                here = spelled(part.value, names) or ["its API key" if is_part else "x"]
            texts = [text + str(each) for text in texts for each in here]
        return texts
    return []


def is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def in_korean(text: str) -> str:
    """Return what a page shows of a sentence, be it by a phrase of its own."""
    (fault,) = faults_of(ApiError(400, text)).values()
    return fault_text(fault, KOREAN)


@pytest.mark.parametrize("module", [each for each in SPEAKING if list(sentences(each))])
def test_every_sentence_of_ours_is_said_in_korean(module):
    assert [text for text in sentences(module) if not is_korean(in_korean(text))] == []


def test_the_sentences_are_found_in_the_modules():
    found = {text for module in SPEAKING for text in sentences(module)}
    assert {"Prompt dependency not found: x - x x", "Text cannot be empty", "it has no secret"} <= found
    assert "Invalid input: expected string" in found
    assert len(found) > 50


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


def test_what_was_said_keeps_its_parts():
    told = KOREAN.translate("Prompt dependency not found: a/b - label production")
    assert told == "참조한 프롬프트가 없습니다: a/b, 라벨 production"
    inner = KOREAN.translate(
        "Invalid baseURL: 10.0.0.1 is not a public address. If you trust it, start the platform with --trust-host"
    )
    assert "10.0.0.1은(는) 공개 주소가 아닙니다. 신뢰하는 곳이라면" in inner
    assert "accessKeyId" in KOREAN.translate(
        "connection 'x' cannot be used: accessKeyId of its secret is missing or empty"
    )


@pytest.mark.parametrize(
    "said",
    ["messages is missing or empty", "the body is not JSON", "x has no secret and lists only y", "gpt-3 is retired"],
)
def test_a_providers_words_stay_even_where_we_would_say_the_same(said):
    assert KOREAN.translate(f"seoul/gpt-6-sol answered 400: {said}") == f"seoul/gpt-6-sol의 응답 400: {said}"


@pytest.mark.parametrize("text", ["Seoul is closed today.", "", "x" * 10_000, "<b>No.</b>"])
def test_the_words_of_others_stay_as_they_are(text):
    assert KOREAN.translate(text) == text
    answer = f"seoul/gpt-6-sol answered 400: {text or 'Invalid URL'}"
    assert KOREAN.translate(answer).endswith(text or "Invalid URL")


def test_english_pages_say_what_was_said():
    assert ENGLISH.translate("it has no secret") == "it has no secret"
    assert fault_text(Fault("it has no secret"), ENGLISH) == "it has no secret"


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
        "연결/모델로 쓰면 어떤 이름이든 그 연결로 보냅니다.",
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
