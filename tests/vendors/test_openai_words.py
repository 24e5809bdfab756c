"""Our tables of OpenAI's words against the types of the installed package.

A new release of the vendor's shows up here: whoever adds a row decides what the word means.
"""

from collections.abc import Collection
from typing import Any

import pytest
from tests.vendors.conftest import Vendor

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Delta, Message, Usage
from genai_sdk.types.usage import CompletionTokensDetails, PromptTokensDetails
from genai_sdk.wires.finish import finish_of
from genai_sdk.wires.openai.responses import words


@pytest.fixture(scope="module")
def defined(openai: Vendor) -> dict[str, Any]:
    """What the package defines."""
    value: dict[str, Any] = openai.do("words")["value"]
    return value


TABLES: dict[str, Collection[str]] = {
    "items": words.ITEMS,
    "parts": words.PARTS,
    "events": words.EVENTS,
    "reasons": words.INCOMPLETE,
    "statuses": words.STATUSES,
    "failures": words.FAILURES,
    "response": words.RESPONSE,
    "usage": words.USAGE,
    "usage_details": words.USAGE_DETAILS,
}


@pytest.mark.parametrize("table", list(TABLES))
def test_every_word_that_the_package_defines_has_a_row(defined: dict[str, Any], table: str) -> None:
    assert set(TABLES[table]) == set(defined[table])


def test_the_table_names_the_version_that_is_installed(defined: dict[str, Any]) -> None:
    assert f"openai {defined['version']}" == words.SOURCE


def test_every_item_may_go_back_once_it_is_without_what_only_answers_have(defined: dict[str, Any]) -> None:
    for kind, names in defined["item_fields"].items():
        left = {name for name in names if (kind, name) not in words.OUTPUT_ONLY}
        assert left <= set(defined["input_fields"][kind]), kind


def test_the_events_of_texts_and_arguments_are_those_that_are_read_so() -> None:
    for step, table in (("text", words.TEXTS), ("arguments", words.ARGUMENTS)):
        assert {kind for kind, treatment in words.EVENTS.items() if treatment == step} == set(table)
    assert {kind for kind, treatment in words.EVENTS.items() if treatment == "audio"} == set(words.AUDIO)


# Chat's fields that are none of our values' own: they are kept in `model_extra` under the same names.
KEPT = {
    "message": {"annotations", "audio", "function_call"},
    "delta": {"audio", "function_call"},
    "completion": {"metadata", "moderation", "service_tier", "system_fingerprint"},
    "chunk": {"moderation", "obfuscation", "service_tier", "system_fingerprint"},
    "choice": {"logprobs"},
    "chat_usage_details": {"cache_write_tokens", "image_tokens", "text_tokens"},
}
VALUES: dict[str, tuple[Any, ...]] = {
    "message": (Message,),
    "delta": (Delta,),
    "completion": (ChatCompletion,),
    "chunk": (ChatCompletionChunk,),
    "chat_usage": (Usage,),
    "chat_usage_details": (PromptTokensDetails, CompletionTokensDetails),
}


@pytest.mark.parametrize("table", list(VALUES))
def test_every_field_of_chat_is_a_field_of_ours_or_known_to_be_kept(defined: dict[str, Any], table: str) -> None:
    declared = {name for value in VALUES[table] for name in value.__struct_fields__}
    assert set(defined[table]) - declared == KEPT.get(table, set())


def test_a_choice_has_no_field_that_is_not_known(defined: dict[str, Any]) -> None:
    assert set(defined["choice"]) == {"index", "message", "delta", "finish_reason", "logprobs"}


def test_every_finish_reason_of_chat_is_its_own_word(defined: dict[str, Any]) -> None:
    assert all(finish_of(reason) == reason for reason in defined["finish_reasons"])
