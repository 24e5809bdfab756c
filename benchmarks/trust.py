"""A CA of this run's own, and the certificate by which the server is known over TLS."""

import datetime
import ipaddress
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


class Trust(NamedTuple):
    """Files of PEM: what the clients are told to trust, and the server's key with its certificate."""

    ca: str
    server: str


def vouch(folder: str) -> Trust:
    """Make a CA and a certificate for the server on loopback, good for a day, in a folder."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _name("the benchmark's CA")
    ca = _builder(issuer, issuer, ca_key, ca=True).sign(ca_key, hashes.SHA256())
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    server = _builder(_name("the benchmark's server"), issuer, key, ca=False).add_extension(address, critical=False)
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files = Trust(str(Path(folder) / "ca.pem"), str(Path(folder) / "server.pem"))
    Path(files.ca).write_bytes(ca.public_bytes(pem))
    Path(files.server).write_bytes(secret + server.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    return files


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
