"""An address that is asked with a key pair: Langfuse, or a broker."""

import base64
import ipaddress
from urllib.parse import urlencode

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.http.errors import UnsendableRequest
from genai_sdk.http.request import Request
from genai_sdk.http.target import split
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

_QUOTED = 200


class BasicAuthEndpoint(msgspec.Struct, frozen=True):
    """An address and the key pair it is asked with, by Basic authentication.

    Attributes:
        url: The address without a slash at its end.
        public_key: The Langfuse project's public key.
        secret_key: Its secret key.
    """

    url: str
    public_key: str
    secret_key: Secret

    def get(
        self, path: str, query: tuple[tuple[str, str], ...] = (), headers: tuple[tuple[str, str], ...] = ()
    ) -> Request:
        """Return a GET request.

        Args:
            path: The path below the address, percent-encoded, with a slash at its start.
            query: Names and values.
            headers: Further headers.
        """
        return Request("GET", f"{self.url}{path}{'?' if query else ''}{urlencode(query)}", (*self._headers(), *headers))

    def send(self, method: str, path: str, body: bytes = b"") -> Request:
        """Return a request that changes something.

        Args:
            method: The HTTP method, such as `"PUT"`.
            path: The path below the address, percent-encoded, with a slash at its start.
            body: JSON, or nothing.
        """
        kind = (("content-type", "application/json"),) if body else ()
        return Request(method, f"{self.url}{path}", (*self._headers(), *kind), body)

    def _headers(self) -> tuple[tuple[str, str], ...]:
        pair = base64.b64encode(f"{self.public_key}:{self.secret_key.reveal()}".encode()).decode()
        return (("authorization", f"Basic {pair}"), ("accept", "application/json"))

    def __repr__(self) -> str:
        return f"BasicAuthEndpoint({self.url!r}, {self.public_key!r})"


def read_endpoint(
    url: str, public_key: str, secret_key: Secret, *, named: str, secure: bool = False
) -> BasicAuthEndpoint:
    """Check an address.

    Args:
        url: The address, `https://host[:port][/path]`.
        public_key: The Langfuse project's public key.
        secret_key: Its secret key.
        named: The setting that the address comes from, for the message.
        secure: Whether it must be https, unless it is this machine itself.

    Raises:
        ConfigurationError: It is not such an address; the message does not quote it.
    """
    base = url.strip().rstrip("/")
    try:
        target = split(base)
    except UnsendableRequest as error:
        raise ConfigurationError(
            Sentence.of("address.none", "{named} is not an address: {error}", named=named, error=error)
        ) from error
    if "?" in base or "#" in base:
        raise ConfigurationError(
            Sentence.of(
                "address.query", "{named} has a query or fragment: give https://host[:port]/path alone", named=named
            )
        )
    if secure and target.scheme != "https" and not is_loopback(target.host):
        raise ConfigurationError(
            Sentence.of(
                "address.plain",
                "{named} is http://{authority}, but secrets are fetched over https only (or from this "
                "machine): give its https:// address",
                named=named,
                authority=target.authority,
            )
        )
    return BasicAuthEndpoint(base, public_key, secret_key)


def error_message_of(body: bytes) -> str | None:
    """Return what Langfuse's JSON says in its `message`, at most 200 characters; None if it is something else."""
    try:
        message = " ".join(_decode(body).message.split())
    except (msgspec.DecodeError, RecursionError):
        return None
    return message if len(message) <= _QUOTED else message[:_QUOTED] + "…"


class _Said(msgspec.Struct):
    message: str


_decode = msgspec.json.Decoder(_Said).decode


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):  # https://www.rfc-editor.org/rfc/rfc6761#section-6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
