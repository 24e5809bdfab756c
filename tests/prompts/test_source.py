"""What is asked of Langfuse, and what its answers mean."""

from typing import Any

import pytest
from tests.prompts.conftest import Get, MakeLibrary

from genai_sdk.errors import (
    AccessDeniedError,
    ConfigurationError,
    GenAIError,
    InvalidRequestError,
    PromptNotFoundError,
    SourceUnavailableError,
)
from genai_sdk.prompts import ChatPrompt, PromptLibrary, TextPrompt
from genai_sdk.testing import (
    CutBeforeHeaders,
    CutBody,
    FakeLangfuse,
    Malformed,
    Redirect,
    StallBeforeHeaders,
    Status,
    Step,
)


def test_a_text_prompt_comes_with_all_that_langfuse_says_of_it(get: Get) -> None:
    prompt = get("greeting")
    assert isinstance(prompt, TextPrompt)
    assert (prompt, prompt.name, prompt.version) == ("Hello {{name}}!", "greeting", 1)
    assert (prompt.labels, prompt.tags, prompt.config) == (("production", "latest"), ("demo",), {"model": "m"})


def test_a_chat_prompt_comes_from_its_folder_compiled(langfuse: FakeLangfuse, get: Get) -> None:
    messages = [{"role": "system", "content": "{{a}}"}, {"type": "placeholder", "name": "history"}]
    langfuse.prompts.create("답변/reply & co", messages, labels=["production"])
    prompt = get("답변/reply & co", variables={"a": "x", "history": [{"role": "user", "content": "y"}]})
    assert isinstance(prompt, ChatPrompt)
    assert prompt == [{"role": "system", "content": "x"}, {"role": "user", "content": "y"}]


def test_a_version_is_asked_for_by_label_or_by_number(langfuse: FakeLangfuse, get: Get) -> None:
    langfuse.prompts.create("greeting", "Hi", labels=["staging"])
    assert get("greeting", label="staging") == get("greeting", label="latest") == get("greeting", version=2) == "Hi"
    assert get("greeting", version=1) == get("greeting", label="production") == "Hello {{name}}!"
    assert [dict(entry.query) for entry in langfuse.journal] == [
        {"label": "staging"},
        {"label": "latest"},
        {"version": "2"},
        {"version": "1"},
        {"label": "production"},
    ]


def test_what_a_prompt_is_composed_of_is_resolved(langfuse: FakeLangfuse, get: Get) -> None:
    reference = "@@@langfusePrompt:name=greeting|label=production@@@"
    langfuse.prompts.create("composed", f"{reference} And {{{{more}}}}", labels=["production"])
    prompt = get("composed")
    assert (prompt, prompt.variables) == ("Hello {{name}}! And {{more}}", ("name", "more"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": ""}, "the name of a prompt must be a text"),
        ({"name": None}, "the name of a prompt must be a text"),
        ({"name": "\ud800"}, "no valid Unicode"),
        ({"name": "x", "label": "a", "version": 1}, "by label and by version"),
        ({"name": "x", "label": ""}, "label must be a text"),
        ({"name": "x", "version": 0}, "version must be a whole number from 1"),
        ({"name": "x", "version": True}, "version must be a whole number from 1"),
        ({"name": "x", "version": "2"}, "version must be a whole number from 1"),
        ({"name": "x", "variables": "y"}, "variables must be a mapping"),
        ({"name": "x", "fallback": 1}, "fallback must be a text or a list of messages"),
    ],
)
def test_arguments_of_the_wrong_form_are_refused_before_anything_is_sent(
    langfuse: FakeLangfuse, get: Get, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        get(**arguments)
    assert not langfuse.journal


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"name": "greeting", "label": "staging"},
            "has no prompt 'greeting' with label 'staging'; it has the versions 1 and the labels latest, production",
        ),
        ({"name": "greeting", "version": 7}, "has no prompt 'greeting' with version 7; it has the versions 1 and"),
        ({"name": "greting"}, "has no prompt 'greting' with label 'production'; did you mean 'greeting'?"),
        ({"name": "other"}, "has no prompt 'other' with label 'production'; its prompts are 'greeting'"),
    ],
)
def test_a_prompt_that_is_not_there_is_answered_with_what_there_is(
    langfuse: FakeLangfuse, get: Get, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(PromptNotFoundError) as error:
        get(**arguments)
    assert f"Langfuse at {langfuse.url} {message}" in str(error.value)


def test_what_there_is_may_be_nothing_or_unknown(langfuse: FakeLangfuse, get: Get) -> None:
    langfuse.prompts.delete("greeting")
    with pytest.raises(PromptNotFoundError, match="it has no prompts yet: write one there"):
        get("greeting")
    for name, step in (("one", Status(500)), ("two", Malformed("truncated"))):
        langfuse.script(Status(404, message="Prompt not found"), step)
        with pytest.raises(PromptNotFoundError, match="create it there, or check its name"):
            get(name)


@pytest.mark.parametrize(
    ("step", "kind", "message"),
    [
        (Status(401), AccessDeniedError, r"refused the key pair of 'pk-lf-test' with 401 \(Invalid credentials"),
        (Status(403), AccessDeniedError, "with 403"),
        (Status(429), SourceUnavailableError, "answered 429: Rate limit exceeded"),
        (Status(500, message="x" * 1000), SourceUnavailableError, "answered 500: x{200}…$"),
        (Redirect("https://elsewhere/"), ConfigurationError, r"redirects \(307\), which is not followed"),
        (CutBeforeHeaders(), SourceUnavailableError, "does not answer: the connection ended"),
        (CutBody(), SourceUnavailableError, "does not answer: the connection"),
        (StallBeforeHeaders(), SourceUnavailableError, "does not answer: no whole answer within 0.3 s"),
        (Malformed("html"), SourceUnavailableError, "answered with something that is no prompt"),
        (Malformed("truncated"), SourceUnavailableError, "answered with something that is no prompt"),
        (Malformed("empty"), SourceUnavailableError, "answered with something that is no prompt"),
        (Malformed("http"), SourceUnavailableError, "does not answer: what came is not an HTTP/1 answer"),
    ],
)
def test_each_failure_has_its_error_and_its_words(
    langfuse: FakeLangfuse, make_library: MakeLibrary, getter: Any, step: Step, kind: type[GenAIError], message: str
) -> None:
    langfuse.script(step)
    with pytest.raises(kind, match=message) as error:
        getter(make_library(timeout=0.3))("greeting")
    assert type(error.value) is kind
    assert "sk-lf" not in str(error.value)


def test_a_langfuse_that_is_down_is_unavailable(langfuse: FakeLangfuse, get: Get) -> None:
    langfuse.down()
    with pytest.raises(SourceUnavailableError, match="does not answer"):
        get("greeting")


def test_a_wrong_secret_key_is_refused(make_library: MakeLibrary, getter: Any) -> None:
    with pytest.raises(AccessDeniedError, match="check LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL"):
        getter(make_library(secret_key="sk-lf-wrong"))("greeting")


def test_a_host_that_is_no_langfuse_is_told_from_a_prompt_that_is_not_there(
    langfuse: FakeLangfuse, make_library: MakeLibrary, getter: Any
) -> None:
    with pytest.raises(ConfigurationError, match="is no Langfuse: check LANGFUSE_BASE_URL"):
        getter(make_library(langfuse.url + "/wrong/path/"))("greeting")


@pytest.mark.parametrize(
    "url", ["langfuse.example.com", "ftp://x", "https://user:pass@x", "https://x?y", "https://x/#y", "https://x y"]
)
def test_an_address_of_the_wrong_form_is_refused_without_being_quoted(make_library: MakeLibrary, url: str) -> None:
    with pytest.raises(ConfigurationError, match="LANGFUSE_BASE_URL") as error:
        make_library(url)
    assert "pass" not in str(error.value).replace("password", "")


def test_the_prompt_of_another_project_is_another_prompt(
    langfuse: FakeLangfuse, make_library: MakeLibrary, library: PromptLibrary
) -> None:
    langfuse.accept("pk-lf-org", "sk-lf-org")
    other = langfuse.add_project("proj-2", public_key="pk-2", secret_key="sk-2")
    other.prompts.create("greeting", "theirs", labels=["production"])
    assert library.get("greeting") == "Hello {{name}}!"
    langfuse.accept(langfuse.public_key, langfuse.secret_key, other)
    assert make_library().get("greeting") == "theirs"
