"""Prompts as texts and lists: what they know, what links, and what survives copying."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from genai_sdk.errors import InvalidRequestError, PromptVariableError
from genai_sdk.prompts import ChatPrompt, PromptMessage, TextPrompt, find_link
from genai_sdk.prompts.stored import StoredPrompt, fallback_prompt
from genai_sdk.prompts.template import parse_chat, parse_text
from genai_sdk.prompts.values import compile_chat, compile_text
from genai_sdk.types import PromptLink

CONFIG = {"model": "gpt-4o-mini", "nested": [1]}
LINK = PromptLink("greeting", 3)
CHAT_LINK = PromptLink("support/reply", 1)


@pytest.fixture
def text() -> TextPrompt:
    facts = {"labels": ("production",), "tags": ("demo",), "config": copy.deepcopy(CONFIG)}
    return compile_text(StoredPrompt(name="greeting", version=3, template=parse_text("Hello {{name}}!"), **facts), None)


@pytest.fixture
def chat() -> ChatPrompt:
    messages = [
        {"role": "system", "content": "You answer for {{company}}."},
        {"type": "placeholder", "name": "history"},
        {"role": "user", "content": "{{question}}"},
    ]
    return compile_chat(
        StoredPrompt(name="support/reply", version=1, config=copy.deepcopy(CONFIG), template=parse_chat(messages)), None
    )


@pytest.fixture
def compiled(chat: ChatPrompt) -> ChatPrompt:
    return chat.compile(company="ACME", history=[], question="Why?")


def test_a_text_prompt_is_a_str_that_knows_its_prompt(text: TextPrompt) -> None:
    assert isinstance(text, str)
    assert text == text.template == "Hello {{name}}!"
    assert (text.name, text.version, text.labels, text.tags) == ("greeting", 3, ("production",), ("demo",))
    assert (text.config, text.variables, text.link, text.is_fallback) == (CONFIG, ("name",), LINK, False)


def test_a_text_prompt_is_compiled_from_its_template_each_time(text: TextPrompt) -> None:
    first = text.compile(name="Kim")
    assert (first, first.link, first.config) == ("Hello Kim!", LINK, CONFIG)
    assert first.compile(variables={"name": None}) == "Hello !"
    assert text.compile(variables={"name": "Lee"}, name="Park") == "Hello Park!"


def test_a_chat_prompt_is_a_list_of_dicts_that_know_their_prompt(chat: ChatPrompt) -> None:
    assert isinstance(chat, list)
    assert chat == chat.template
    assert chat.variables == ("company", "history", "question")
    compiled = chat.compile(company="ACME", history=[{"role": "user", "content": "Hi"}], question="Why?")
    assert compiled == [
        {"role": "system", "content": "You answer for ACME."},
        {"role": "user", "content": "Hi"},
        {"role": "user", "content": "Why?"},
    ]
    assert all(isinstance(message, PromptMessage) and message.link == CHAT_LINK for message in compiled)


@pytest.mark.parametrize("history", [(), ({"role": "user", "content": "Hi"},)])
def test_a_placeholder_takes_any_sequence_of_messages(chat: ChatPrompt, history: Any) -> None:
    assert len(chat.compile(company="", history=history, question="")) == 2 + len(history)


def test_what_is_missing_is_named_with_what_there_is(text: TextPrompt, chat: ChatPrompt) -> None:
    with pytest.raises(PromptVariableError) as error:
        text.compile(nam="Kim")
    assert str(error.value) == (
        "prompt 'greeting' (version 3) needs a value for 'name': give variables={'name': …}; it has no 'nam'"
    )
    with pytest.raises(PromptVariableError) as error:
        chat.compile(company="ACME")
    assert str(error.value) == (
        "prompt 'support/reply' (version 1) needs a value for 'history', 'question': give variables={'company': …, "
        "'history': […], 'question': …}; a placeholder takes a list of messages, [] for none"
    )


@pytest.mark.parametrize("history", ["Hi", None, [1], [{"content": "Hi"}], {"role": "user"}, b"x"])
def test_a_placeholder_refuses_what_is_no_list_of_messages(chat: ChatPrompt, history: Any) -> None:
    with pytest.raises(PromptVariableError, match="the placeholder 'history' of prompt 'support/reply'"):
        chat.compile(company="", question="", history=history)


def test_a_variable_that_the_prompt_does_not_have_is_no_error(text: TextPrompt) -> None:
    assert text.compile(name="Kim", more="x") == "Hello Kim!"


def test_variables_must_be_a_mapping_and_may_hold_any_name() -> None:
    prompt = compile_text(StoredPrompt(name="x", version=1, template=parse_text("{{variables}} {{self}}")), None)
    assert prompt.compile(variables={"variables": 1, "self": 2}) == "1 2"
    with pytest.raises(InvalidRequestError, match='a variable that is itself called "variables"'):
        prompt.compile(variables="x")  # type: ignore[arg-type]


def test_the_settings_belong_to_the_object(text: TextPrompt, chat: ChatPrompt) -> None:
    for prompt in (text, chat):
        prompt.config["nested"].append(2)
    assert text.compile(name="").config == chat.compile(company="", history=[], question="").config == CONFIG


@pytest.mark.parametrize(
    "messages",
    [
        lambda text, chat: chat,
        lambda text, chat: chat + [{"role": "user", "content": "More"}],  # noqa: RUF005 - the sum is what is tested
        lambda text, chat: [{"role": "user", "content": "Before"}, *chat],
        lambda text, chat: chat[1:],
        lambda text, chat: [chat[-1].copy()],
        lambda text, chat: tuple(chat),
    ],
)
def test_a_chat_prompt_links_by_itself_and_by_its_messages(
    text: TextPrompt, compiled: ChatPrompt, messages: Callable[[Any, Any], Any]
) -> None:
    assert find_link(messages(text, compiled)) == CHAT_LINK


@pytest.mark.parametrize(
    "messages",
    [
        lambda text: text,
        lambda text: [{"role": "system", "content": "x"}, {"role": "user", "content": text}],
        lambda text: [{"role": "user", "content": [{"type": "image_url"}, {"type": "text", "text": text}]}],
        lambda text: [{"role": "user", "content": text.compile(name="Kim")}],
    ],
)
def test_a_text_prompt_links_as_content_and_as_a_part_of_it(text: TextPrompt, messages: Callable[[Any], Any]) -> None:
    assert find_link(messages(text)) == LINK


def test_of_several_prompts_the_first_links(text: TextPrompt, compiled: ChatPrompt) -> None:
    assert find_link([{"role": "user", "content": text}, *compiled]) == LINK
    assert find_link([*compiled, {"role": "user", "content": text}]) == CHAT_LINK


@pytest.mark.parametrize(
    "messages",
    [
        lambda text: [{"role": "user", "content": f"{text}"}],
        lambda text: [{"role": "user", "content": text + "."}],
        lambda text: [{"role": "user"}, {"role": "user", "content": [{"text": "x"}, 1]}, 2],
        lambda text: [{"role": "user", "content": compile_text(fallback_prompt("greeting", "Hi"), None)}],
        lambda text: compile_chat(fallback_prompt("x", [{"role": "user", "content": "Hi"}]), None),
        lambda text: "x",
        lambda text: None,
        lambda text: {},
    ],
)
def test_other_texts_and_fallbacks_link_nothing(text: TextPrompt, messages: Callable[[Any], Any]) -> None:
    assert find_link(messages(text)) is None


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_copies_know_their_prompt(text: TextPrompt, compiled: ChatPrompt, duplicate: Callable[[Any], Any]) -> None:
    text.config["model"] = "changed"
    for prompt in (text, compiled):
        twin = duplicate(prompt)
        assert (type(twin), twin, twin.link, twin.config) == (type(prompt), prompt, prompt.link, prompt.config)
        assert (twin.name, twin.variables) == (prompt.name, prompt.variables)
    message = duplicate(compiled[0])
    assert (type(message), message, message.link) == (PromptMessage, compiled[0], CHAT_LINK)
    assert duplicate([*compiled])[0].link == CHAT_LINK


def test_json_encoders_take_prompts_for_what_they_look_like(text: TextPrompt, compiled: ChatPrompt) -> None:
    plain = ["Hello {{name}}!", [dict(message) for message in compiled]]
    assert json.loads(json.dumps([text, compiled])) == plain
    assert msgspec.json.decode(msgspec.json.encode([text, compiled], enc_hook=str)) == plain
    assert type(str(text)) is str


def test_a_fallback_is_a_prompt_without_a_version() -> None:
    text = compile_text(fallback_prompt("greeting", "Hello {{name}}!"), {"name": "Kim"})
    assert (text, text.name, text.version, text.is_fallback, text.link) == ("Hello Kim!", "greeting", None, True, None)
    with pytest.raises(PromptVariableError, match="the fallback of prompt 'greeting' needs a value for 'name'"):
        text.compile()
    messages = [{"type": "placeholder", "name": "h"}, {"role": "user", "content": "{{q}}"}]
    chat = compile_chat(fallback_prompt("chat", messages), {"h": [], "q": "?"})
    assert chat == [{"role": "user", "content": "?"}]
    for wrong in (1, [1], {"role": "user"}, [{"content": "x"}]):
        with pytest.raises(InvalidRequestError, match="fallback must be a text or a list of messages"):
            fallback_prompt("x", wrong)  # type: ignore[arg-type]
