"""A connection, as it is registered."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.langfuse.bodies import read_body
from genai_sdk.langfuse.errors import ApiError, invalid, invalid_data
from genai_sdk.secret import Sealed, Secret
from genai_sdk.sentence import Sentence

_KINDS: Mapping[type, str] = {str: "string", bool: "boolean"}
_AWS_FORMS = (("accessKeyId", "secretAccessKey"), ("apiKey",))


class NewConnection(msgspec.Struct, frozen=True, rename="camel"):
    """A connection, as it is registered.

    Attributes:
        provider: Its name.
        adapter: Its adapter.
        secret_key: Its secret.
        base_url: The provider's address, or None for the adapter's own.
        custom_models: Models it serves by name.
        with_default_models: Whether it serves the adapter's default models too.
        extra_headers: Headers of every request.
        config: The adapter's settings.
    """

    provider: str
    adapter: str
    secret_key: Secret
    base_url: str | None = msgspec.field(default=None, name="baseURL")
    custom_models: list[str] | None = None
    with_default_models: bool = True
    extra_headers: Sealed[dict[str, str]] | None = None
    config: dict[str, Any] | None = None


def read_connection(body: bytes) -> NewConnection:
    """Read a connection to be registered.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    new = read_body(body, NewConnection)
    check_connection(new)
    return new


def check_connection(new: NewConnection) -> None:
    """Refuse a connection that cannot be one.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    for field, is_empty in (("provider", not new.provider), ("secretKey", not new.secret_key.reveal())):
        if is_empty:
            raise invalid(field, Sentence.of("body.too_small", "Too small: expected string to have >=1 characters"))
    if new.adapter not in ADAPTERS:
        options = "|".join(f'"{name}"' for name in ADAPTERS)
        message = Sentence.of("body.option", "Invalid option: expected one of {options}", options=options)
        issue = {"code": "invalid_value", "values": list(ADAPTERS), "path": ["adapter"], "message": message}
        raise ApiError(400, invalid_data(), [issue])
    if new.base_url is not None and not _is_url(new.base_url):
        raise invalid("baseURL", Sentence.of("body.url", "Invalid URL"))
    if not all(new.custom_models or ()):
        raise invalid(
            "customModels", Sentence.of("body.too_small", "Too small: expected string to have >=1 characters")
        )
    _check_config(new)
    _check_secret(new)


def _check_config(new: NewConnection) -> None:
    adapter = ADAPTERS[new.adapter]
    wanted = ", ".join(f"{name}: {_KINDS[kind]}" for name, kind in adapter.settings.items())
    expected = Sentence.of("body.expected", "Expected: {{ {wanted} }}", wanted=wanted)
    if adapter.needs_region and not new.config:
        raise invalid(
            "config",
            Sentence.of(
                "body.config_needed",
                "Config is required for {adapter} adapter. {expected}",
                adapter=adapter.label,
                expected=expected,
            ),
        )
    if new.config and not adapter.settings:
        raise invalid(
            "config",
            Sentence.of(
                "body.config_unsupported",
                "Config is not supported for {adapter} adapter. Remove the config field.",
                adapter=adapter.name,
            ),
        )
    for name, value in (new.config or {}).items():
        if name not in adapter.settings or not isinstance(value, adapter.settings[name]):
            raise invalid(
                "config",
                Sentence.of(
                    "body.config_field",
                    "Invalid {adapter} config: {name}. {expected}",
                    adapter=adapter.label,
                    name=name,
                    expected=expected,
                ),
            )
    if adapter.needs_region and "region" not in (new.config or {}):
        raise invalid(
            "config",
            Sentence.of(
                "body.config_region",
                "Invalid {adapter} config: region is missing. {expected}",
                adapter=adapter.label,
                expected=expected,
            ),
        )


def _check_secret(new: NewConnection) -> None:
    adapter, secret = ADAPTERS[new.adapter], new.secret_key
    # Only AWS's: Langfuse checks no Google key before it is used.
    if adapter.secret != "aws":  # noqa: S105 - a shape
        if secret in {Secret(row.sentinel or "") for row in ADAPTERS.values() if row.secret == "aws"}:  # noqa: S105 - as above
            raise ApiError(
                400,
                Sentence.of(
                    "body.aws_only", "Default AWS credentials are only allowed for Bedrock in self-hosted deployments."
                ),
            )
    elif secret != Secret(adapter.sentinel or "") and not any(_holds(secret, form) for form in _AWS_FORMS):
        raise invalid(
            "secretKey",
            Sentence.of(
                "body.credentials",
                "Invalid {adapter} credentials. Expected a JSON object with either {{accessKeyId, "
                "secretAccessKey}} or {{apiKey}}.",
                adapter=adapter.label,
            ),
        )


def _holds(secret: Secret, names: Sequence[str]) -> bool:
    try:
        fields = msgspec.json.decode(secret.reveal(), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return False
    return all(isinstance(fields.get(name), str) and fields[name] for name in names)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def display_secret(adapter: str, secret: str) -> str:
    """Return what is shown of a secret: its last four characters, or what a sentinel stands for.

    Of JSON they are the last four of its last text:
    https://github.com/langfuse/langfuse/blob/main/web/src/features/llm-api-key/server/router.ts
    """
    row = ADAPTERS.get(adapter)
    if row is not None and row.sentinel is not None and secret == row.sentinel:
        return row.sentinel_label
    shown = secret[-6:-2] if secret.endswith('"}') else secret[-4:]
    return f"...{shown}"
