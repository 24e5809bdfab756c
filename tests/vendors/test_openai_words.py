"""Our tables of OpenAI's words against the types of the installed package.

A new release of the vendor's shows up here: whoever adds a row decides what the word means.
"""

from collections.abc import Collection
from typing import Any

import pytest
from tests.vendors.conftest import Vendor

from genai_sdk.catalogue.service import TIERS
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Message, Usage
from genai_sdk.wires.finish import finish_of
from genai_sdk.wires.openai import words as chat
from genai_sdk.wires.openai.responses import words


@pytest.fixture(scope="module")
def defined(openai: Vendor) -> dict[str, Any]:
    """What the package defines."""
    value: dict[str, Any] = openai.do("words")["value"]
    return value


TABLES: dict[str, Collection[str]] = {
    "items": words.ITEMS,
    "item_parts": words.PARTS,
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


CHAT: dict[str, Collection[str]] = {
    "finish_reasons": chat.FINISH_REASONS,
    "completion": chat.COMPLETION,
    "chunk": chat.CHUNK,
    "choice": chat.CHOICE,
    "message": chat.MESSAGE,
    "delta": chat.DELTA,
    "tool_delta": chat.TOOL_DELTA,
    "calls": chat.CALLS,
    "tools": chat.TOOLS,
    "annotations": chat.ANNOTATIONS,
    "parts": chat.PARTS,
    "roles": chat.ROLES,
    "sent": chat.SENT,
    "sent_call": chat.SENT_CALL,
    "chat_usage": chat.USAGE,
    "prompt_details": chat.PROMPT_DETAILS,
    "completion_details": chat.COMPLETION_DETAILS,
    "tiers": chat.SERVICE_TIERS,
    "error": chat.ERROR,
}


@pytest.mark.parametrize("table", list(CHAT))
def test_every_word_of_chat_that_the_package_defines_has_a_row(defined: dict[str, Any], table: str) -> None:
    assert set(CHAT[table]) == set(defined[table])


def test_chat_s_tables_name_the_version_that_is_installed(defined: dict[str, Any]) -> None:
    assert f"openai {defined['version']}" == chat.SOURCE


VALUES: dict[str, tuple[type[Any], dict[str, str]]] = {
    "completion": (ChatCompletion, dict(chat.COMPLETION)),
    "chunk": (ChatCompletionChunk, dict(chat.CHUNK)),
    "message": (Message, dict(chat.MESSAGE)),
}


@pytest.mark.parametrize("name", list(VALUES))
def test_a_field_is_one_of_our_value_s_own_where_its_row_says_so(name: str) -> None:
    value, rows = VALUES[name]
    assert {field for field, place in rows.items() if place == "field"} == set(rows) & set(value.__struct_fields__)


def test_a_part_is_of_the_roles_that_its_row_names(defined: dict[str, Any]) -> None:
    rows = {kind: set(roles.split(", ")) for kind, roles in chat.PARTS.items()}
    assert rows == {kind: set(roles) for kind, roles in defined["parts"].items()}


def test_every_finish_reason_of_chat_is_its_own_word() -> None:
    assert all(finish_of(reason) == finish for reason, finish in chat.FINISH_REASONS.items())


@pytest.mark.parametrize("side", ["prompt", "completion"])
def test_every_kind_of_token_is_priced_as_its_row_says(side: str) -> None:
    rows = chat.PROMPT_DETAILS if side == "prompt" else chat.COMPLETION_DETAILS
    for name, kind in rows.items():
        usage = Usage.from_dict({f"{side}_tokens": 5, "total_tokens": 5, f"{side}_tokens_details": {name: 5}})
        assert usage.by_kind() == {kind: 5}, name


def test_a_tier_has_a_price_or_is_known_to_have_none() -> None:
    assert set(chat.SERVICE_TIERS) - set(TIERS["openai"]) == {"scale"}
