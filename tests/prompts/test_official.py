"""Our compile against what the official SDK made of the same templates (recorded by `official.py`)."""

import json
from pathlib import Path
from typing import Any

import pytest

from genai_sdk.errors import PromptVariableError
from genai_sdk.prompts.stored import StoredPrompt
from genai_sdk.prompts.template import ChatTemplate, TextTemplate, parse_chat, parse_text
from genai_sdk.prompts.values import compile_chat, compile_text

RECORDED = json.loads((Path(__file__).parent / "data" / "official-compile.json").read_text())


def stored(template: TextTemplate | ChatTemplate) -> StoredPrompt:
    return StoredPrompt(name="x", version=1, template=template)


@pytest.mark.parametrize(("text", "variables", "official"), RECORDED["texts"])
def test_a_text_is_filled_as_the_official_sdk_fills_it(text: str, variables: dict[str, Any], official: str) -> None:
    assert parse_text(text).fill(variables) == official


@pytest.mark.parametrize(("messages", "variables", "official"), RECORDED["chats"])
def test_messages_are_filled_as_the_official_sdk_fills_them(
    messages: list[dict[str, Any]], variables: dict[str, Any], official: list[dict[str, Any]]
) -> None:
    assert parse_chat(messages).fill(variables) == official


def test_compiling_agrees_with_the_official_sdk_wherever_it_does_not_raise() -> None:
    agreed = raised = 0
    for text, variables, official in RECORDED["texts"]:
        prompt = stored(parse_text(text))
        try:
            assert compile_text(prompt, variables) == official
            agreed += 1
        except PromptVariableError:
            assert set(prompt.template.names) - variables.keys()
            raised += 1
    for messages, variables, official in RECORDED["chats"]:
        prompt = stored(parse_chat(messages))
        try:
            assert compile_chat(prompt, variables) == official
            agreed += 1
        except PromptVariableError:
            assert set(prompt.template.names) - variables.keys()
            raised += 1
    assert agreed > 100
    assert raised > 100
