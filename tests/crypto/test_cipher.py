"""The cipher against what a real Langfuse wrote, and against itself."""

import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.crypto import Cipher
from genai_sdk.errors import ConfigurationError, DecryptionError

OLD = "aa" * 32
NEW = "0f" * 32


def write_as_before_3_35(text: str, key: str) -> str:
    iv = bytes(range(16))
    sealed = AESGCM(bytes.fromhex(key)).encrypt(iv, text.encode(), None)
    return f"{iv.hex()}:{sealed[:-16].hex()}:{sealed[-16:].hex()}"


def test_every_recorded_secret_opens(recorded: dict[str, Any]) -> None:
    cipher = Cipher(recorded["encryption_key"])
    for entry in recorded["llm_api_keys"]:
        assert cipher.decrypt(entry["row"]["secret_key"]) == entry["expected"]["secret_key"]


@given(st.text())
def test_what_is_written_opens_again_and_has_the_form_that_langfuse_reads(text: str) -> None:
    cipher = Cipher(OLD)
    written = cipher.encrypt(text)
    assert re.fullmatch(r"[0-9a-f]{24}:([0-9a-f]{2})*:[0-9a-f]{32}", written)
    assert cipher.decrypt(written) == text


@given(st.text())
def test_ivs_of_sixteen_bytes_open_too(text: str) -> None:
    assert Cipher(OLD).decrypt(write_as_before_3_35(text, OLD)) == text


def test_no_two_ciphertexts_are_alike() -> None:
    cipher = Cipher(OLD)
    assert cipher.encrypt("same") != cipher.encrypt("same")


def test_an_empty_text_is_written_with_nothing_between_the_colons() -> None:
    cipher = Cipher(OLD)
    assert "::" in cipher.encrypt("")
    assert cipher.decrypt(cipher.encrypt("")) == ""


def test_several_keys_open_and_the_first_writes() -> None:
    both = Cipher(f" {NEW}, {OLD} ")
    assert both.decrypt(Cipher(OLD).encrypt("old")) == "old"
    assert Cipher(NEW).decrypt(both.encrypt("new")) == "new"


@pytest.mark.parametrize(
    "keys", ["", " , ", "abc", "g" * 64, OLD + "0", f"{OLD},{'b' * 63}", OLD[:-1] + "\N{FULLWIDTH DIGIT ONE}"]
)
def test_a_malformed_key_is_refused_and_not_shown(keys: str) -> None:
    with pytest.raises(ConfigurationError, match=r"GENAI_ENCRYPTION_KEY.*64 hex characters") as caught:
        Cipher(keys)
    for part in keys.split(","):
        assert len(part) < 3 or part not in str(caught.value)


def test_the_message_says_which_key_is_malformed() -> None:
    with pytest.raises(ConfigurationError, match="number 2 of 2"):
        Cipher(f"{OLD},short")


@pytest.mark.parametrize("keys", [OLD, f"{OLD},{'bb' * 32}"])
def test_a_wrong_key_is_refused_with_the_next_step(keys: str) -> None:
    sealed = Cipher(NEW).encrypt("sk-very-secret")
    with pytest.raises(DecryptionError, match="GENAI_ENCRYPTION_KEY") as caught:
        Cipher(keys).decrypt(sealed)
    assert sealed not in str(caught.value)
    assert OLD not in str(caught.value)


@given(st.data())
def test_an_altered_text_never_opens(data: st.DataObject) -> None:
    sealed = Cipher(OLD).encrypt("sk-very-secret")
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.sampled_from("0123456789abcdef:g"))
    altered = sealed[:place] + other + sealed[place + 1 :]
    if altered != sealed:
        with pytest.raises(DecryptionError):
            Cipher(OLD).decrypt(altered)


@given(st.text())
def test_a_text_of_another_form_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(DecryptionError, match="iv:ciphertext:tag") as caught:
        Cipher(OLD).decrypt(f"sk-{text}")
    assert caught.value.__context__ is None


def test_bytes_that_are_no_text_are_refused_without_a_trace_of_them() -> None:
    iv = bytes(12)
    sealed = AESGCM(bytes.fromhex(OLD)).encrypt(iv, b"\xff\xfesecret", None)
    with pytest.raises(DecryptionError, match="UTF-8") as caught:
        Cipher(OLD).decrypt(f"{iv.hex()}:{sealed[:-16].hex()}:{sealed[-16:].hex()}")
    assert caught.value.__context__ is None


def test_a_cipher_does_not_show_its_keys() -> None:
    assert OLD[:8] not in repr(Cipher(OLD))
