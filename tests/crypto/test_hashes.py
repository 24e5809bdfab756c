"""Langfuse's hashes of a secret key, against the recorded ones."""

from typing import Any

import bcrypt

from genai_sdk.crypto import fast_hash, matches_slow_hash, same_hash


def test_the_fast_hash_is_langfuses(recorded: dict[str, Any]) -> None:
    row = recorded["api_keys"][0]
    assert fast_hash(recorded["secret_key"], recorded["salt"]) == row["fast_hashed_secret_key"]
    assert fast_hash(recorded["secret_key"], "other") != row["fast_hashed_secret_key"]


def test_the_slow_hash_is_langfuses(recorded: dict[str, Any]) -> None:
    row = recorded["api_keys"][0]
    assert row["hashed_secret_key"].startswith("$2a$")
    assert matches_slow_hash(recorded["secret_key"], row["hashed_secret_key"])
    assert not matches_slow_hash(recorded["secret_key"] + "x", row["hashed_secret_key"])


def test_a_malformed_hash_matches_nothing() -> None:
    assert not matches_slow_hash("sk-lf-1", "")
    assert not matches_slow_hash("sk-lf-1", "$2a$11$short")


def test_of_a_long_key_only_72_bytes_count_as_in_langfuse() -> None:
    stored = bcrypt.hashpw(b"k" * 72, bcrypt.gensalt(4)).decode()
    assert matches_slow_hash("k" * 100, stored)


def test_hashes_of_any_text_can_be_compared() -> None:
    assert same_hash("ab", "ab")
    assert not same_hash("ab", "a\N{LATIN SMALL LETTER E WITH ACUTE}")
