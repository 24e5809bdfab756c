"""Sealed bytes open for their secret and owner only."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.crypto import open_sealed, seal
from genai_sdk.errors import DecryptionError


@given(st.binary(max_size=200), st.text(min_size=1), st.binary())
def test_what_is_sealed_opens_again(plain: bytes, secret: str, owner: bytes) -> None:
    assert open_sealed(secret, seal(secret, plain, belongs_to=owner), belongs_to=owner) == plain


def test_another_secret_or_owner_opens_nothing() -> None:
    sealed = seal("sk-lf-1", b"content", belongs_to=b"host")
    for secret, owner in [("sk-lf-2", b"host"), ("sk-lf-1", b"other")]:
        with pytest.raises(DecryptionError) as caught:
            open_sealed(secret, sealed, belongs_to=owner)
        assert "sk-lf" not in str(caught.value)


def test_no_altered_or_shortened_byte_opens() -> None:
    sealed = seal("sk-lf-1", b"content", belongs_to=b"host")
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        for wrong in (altered, sealed[:place]):
            with pytest.raises(DecryptionError):
                open_sealed("sk-lf-1", wrong, belongs_to=b"host")


def test_the_key_differs_each_time() -> None:
    assert seal("sk-lf-1", b"same", belongs_to=b"")[:16] != seal("sk-lf-1", b"same", belongs_to=b"")[:16]


def test_what_is_sealed_for_one_purpose_opens_for_no_other() -> None:
    sealed = seal("sk-lf-1", b"content", belongs_to=b"", purpose=b"one")
    assert open_sealed("sk-lf-1", sealed, belongs_to=b"", purpose=b"one") == b"content"
    with pytest.raises(DecryptionError):
        open_sealed("sk-lf-1", sealed, belongs_to=b"", purpose=b"other")


def test_the_key_is_hkdf_sha256_of_the_secret() -> None:
    sealed = seal("sk-lf-1", b"content", belongs_to=b"owner", purpose=b"purpose")
    salt, nonce, body = sealed[:16], sealed[16:28], sealed[28:]
    key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"purpose").derive(b"sk-lf-1")
    assert AESGCM(key).decrypt(nonce, body, b"owner") == b"content"
