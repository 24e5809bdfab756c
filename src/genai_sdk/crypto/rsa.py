"""RSA: the signatures of service accounts, and throw-away keys to try them with."""

from collections.abc import Callable
from contextlib import suppress


def generate_rsa_key() -> tuple[str, Callable[[bytes, bytes], bool]]:
    """Make an RSA key of 2048 bits.

    Returns:
        The private key as PKCS #8 in PEM, and a function that tells whether a signature (its second argument) is the
        key's RS256 signature of a message (its first).
    """
    from cryptography.exceptions import InvalidSignature  # slow to import, and seldom needed
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key()

    def verify(message: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode(), verify


def sign_rs256(private_key: str, message: bytes) -> bytes:
    """Return the RS256 signature of a message (RFC 7518, RSASSA-PKCS1-v1_5 with SHA-256).

    Args:
        private_key: The key in PEM, without a password.
        message: What is signed.

    Raises:
        ValueError: It is no RSA key that can be read; the message does not quote it.
    """
    from cryptography.hazmat.primitives import hashes, serialization  # slow to import, and seldom needed
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = None
    with suppress(Exception):  # cryptography's errors are of every kind, and some quote the key
        key = serialization.load_pem_private_key(private_key.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("no RSA key in PEM")
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
