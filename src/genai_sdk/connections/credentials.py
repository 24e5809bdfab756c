"""From the plaintext of a stored secret to credentials, by the adapter's shape."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.catalogue.adapters import Adapter
from genai_sdk.connections.connection import Credentials
from genai_sdk.errors import ConfigurationError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

ACCESS_TOKEN = "access_token"  # noqa: S105 - a kind
"""The `type` of what a broker hands out in place of a service account's key: `access_token` and `project_id`."""

# https://cloud.google.com/iam/docs/keys-create-delete: what signs a request, of all that is in the key file.
_SERVICE_ACCOUNT = ("project_id", "private_key", "client_email")


def parse_credentials(adapter: Adapter, secret: str) -> Credentials:
    """Read a secret.

    Raises:
        ConfigurationError: It is not of the adapter's shape; the message does not quote it.
    """
    if adapter.sentinel is not None and secret.strip() == adapter.sentinel:
        return Credentials("default", {})
    match adapter.secret:
        case "api_key":
            return Credentials(
                "api_key", {"key": _printable(secret, Sentence.of("connection.its_api_key", "its API key"))}
            )
        case "aws":
            return _aws(parse_object(secret, Sentence.of("connection.its_secret", "its secret")))
        case "service_account":
            return _service_account(secret)


def parse_object(text: str, what: str) -> Mapping[str, Any]:
    """Decode a JSON object.

    Raises:
        ConfigurationError: It is something else; the message does not quote it.
    """
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ConfigurationError(Sentence.of("connection.not_object", "{what} is not a JSON object", what=what))
    return value


def _aws(fields: Mapping[str, Any]) -> Credentials:
    if "accessKeyId" in fields or "secretAccessKey" in fields:
        keys = {
            "access_key_id": _printable(fields.get("accessKeyId"), _part("accessKeyId")),
            "secret_access_key": _printable(fields.get("secretAccessKey"), _part("secretAccessKey")),
        }
        if fields.get("sessionToken") is not None:
            keys["session_token"] = _printable(fields["sessionToken"], _part("sessionToken"))
        return Credentials("aws_keys", keys)
    if "apiKey" in fields:
        return Credentials("aws_bearer", {"key": _printable(fields["apiKey"], _part("apiKey"))})
    raise ConfigurationError(
        Sentence.of("connection.aws_keys", "its secret has neither accessKeyId and secretAccessKey nor apiKey")
    )


def _service_account(secret: str) -> Credentials:
    fields = parse_object(secret, Sentence.of("connection.its_account_key", "its service account key"))
    if fields.get("type") == ACCESS_TOKEN:
        project = _printable(fields.get("project_id"), _part("project_id"))
        return Credentials("access_token", {"key": _printable(fields.get("access_token"), "it"), "project": project})
    if fields.get("type") != "service_account":
        raise ConfigurationError(
            Sentence.of(
                "connection.key_kind", 'its key is not a Google service account key: "type" is not "service_account"'
            )
        )
    missing = [name for name in _SERVICE_ACCOUNT if not isinstance(fields.get(name), str) or not fields[name]]
    if missing:
        raise ConfigurationError(
            Sentence.of("connection.key_lacks", "its service account key lacks {missing}", missing=", ".join(missing))
        )
    return Credentials("service_account", {"json": Secret(secret)})


def _printable(item: Any, what: str) -> Secret:
    text = item.strip() if isinstance(item, str) else ""
    if not text:
        raise ConfigurationError(Sentence.of("connection.empty", "{what} is missing or empty", what=what))
    if not (text.isascii() and text.isprintable()):
        raise ConfigurationError(
            Sentence.of("connection.unprintable", "{what} has characters that an HTTP header cannot carry", what=what)
        )
    return Secret(text)


def _part(name: str) -> Sentence:
    return Sentence.of("connection.part_of_secret", "{name} of its secret", name=name)
