"""A throw-away RSA key: what a service account signs with."""

from collections.abc import Callable


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
