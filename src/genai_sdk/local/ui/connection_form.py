"""The form of a connection: which fields an adapter has, and what is made of them."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.langfuse.api.records import StoredConnection
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_connection import NewConnection, check_connection
from genai_sdk.secret import Sealed, Secret

Kind = Literal["text", "secret", "long_secret", "lines", "switch"]

_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.+)")


class Field(msgspec.Struct, frozen=True):
    """A field of the form.

    Attributes:
        name: Its name; the words about it are `connections.<name>` and `connections.<name>_help`.
        kind: What is typed into it; what is secret never comes back to the browser.
        required: Whether it may not be empty.
        example: What stands in it while it is empty.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    example: str = ""


_KEY = Field("api_key", "secret", required=True, example="sk-…")
_AWS = (
    Field("access_key_id", example="AKIA…"),
    Field("secret_access_key", "secret"),
    Field("aws_api_key", "secret"),
    Field("default_credentials", "switch"),
)
_GOOGLE = (Field("service_account", "long_secret", example='{"type": "service_account", …}'), _AWS[-1])

SECRETS: Mapping[str, tuple[Field, ...]] = {"api_key": (_KEY,), "aws": _AWS, "service_account": _GOOGLE}
"""The fields of each shape of secret."""

SETTINGS: Mapping[str, Field] = {
    "region": Field("region", required=True, example="us-east-1"),
    "location": Field("location", example="global"),
    "useResponsesApi": Field("useResponsesApi", "switch"),
}
"""The fields of the adapters' settings, by their names in a connection's config."""

_ADDRESSES: Mapping[str, str] = {
    "openai": "https://api.openai.com/v1",
    "azure": "https://NAME.openai.azure.com/openai/deployments",
    "anthropic": "https://api.anthropic.com",
    "google-ai-studio": "https://generativelanguage.googleapis.com",
}
_COMMON = (Field("custom_models", "lines"), Field("default_models", "switch"), Field("extra_headers", "lines"))


def secret_fields(adapter: str) -> tuple[Field, ...]:
    """Return the fields that an adapter's secret is made of."""
    return SECRETS[ADAPTERS[adapter].secret]


def other_fields(adapter: str) -> tuple[Field, ...]:
    """Return the adapter's fields that are no secret, but for the name."""
    known = ADAPTERS[adapter]
    address = Field("base_url", required=known.needs_base_url, example=_ADDRESSES.get(adapter, ""))
    return (address, *(SETTINGS[name] for name in known.settings), *_COMMON)


def values_of(stored: StoredConnection) -> dict[str, str]:
    """Return what the form of a connection holds, without its secrets."""
    config = stored.config or {}
    return {
        "name": stored.name,
        "base_url": stored.base_url or "",
        "custom_models": "\n".join(stored.custom_models),
        "default_models": "on" if stored.with_default_models else "",
        "extra_headers": "\n".join(f"{name}: " for name in stored.header_names),
        **{name: "on" if value is True else str(value or "") for name, value in config.items()},
    }


def read_form(
    adapter: str,
    form: Mapping[str, str],
    *,
    old_secret: Secret | None = None,
    old_headers: Sealed[Any] | None = None,
) -> tuple[NewConnection | None, dict[str, str]]:
    """Make a connection of a form, or say what is wrong with which field.

    Args:
        adapter: Its adapter.
        form: What was typed, by the fields' names.
        old_secret: The secret it has already, which stays where no other is typed.
        old_headers: The extra headers it has already; one without a value keeps its own.

    Returns:
        The connection, or None with an error for each field that is wrong.
    """
    errors: dict[str, str] = {}
    config: dict[str, Any] = {}
    for name, kind in ADAPTERS[adapter].settings.items():
        if kind is bool:
            config |= {name: True} if form.get(name) else {}
        elif form.get(name, "").strip():
            config[name] = form[name].strip()
    headers = _headers(form.get("extra_headers", ""), {} if old_headers is None else old_headers.reveal(), errors)
    secret = Secret(_secret(adapter, form))
    if not secret.reveal() and old_secret is not None:
        secret = old_secret
    if not secret.reveal():
        errors[secret_fields(adapter)[0].name] = "missing"
    if ADAPTERS[adapter].needs_base_url and not form.get("base_url", "").strip():
        errors["base_url"] = "missing"
    for name in ADAPTERS[adapter].settings:
        if SETTINGS[name].required and name not in config:
            errors[name] = "missing"
    new = NewConnection(
        provider=form.get("name", "").strip(),
        adapter=adapter,
        secret_key=secret if secret.reveal() else Secret("-"),
        base_url=form.get("base_url", "").strip() or None,
        custom_models=_lines(form.get("custom_models", "")),
        with_default_models=bool(form.get("default_models")),
        extra_headers=Sealed(headers) if headers else None,
        config=config or None,
    )
    try:
        check_connection(new)
    except ApiError as refusal:
        for wrong in refusal.error if isinstance(refusal.error, list) else ():
            field = _FIELDS.get(str(wrong["path"][0]), str(wrong["path"][0]))
            errors.setdefault(field, wrong["message"])
    return (None, errors) if errors else (new, {})


_FIELDS = {"provider": "name", "baseURL": "base_url", "customModels": "custom_models", "config": "region"}


def _secret(adapter: str, form: Mapping[str, str]) -> str:
    known = ADAPTERS[adapter]
    fields = {name: text.strip() for name, text in form.items()}
    if known.sentinel is not None and fields.get("default_credentials"):
        return known.sentinel
    if known.secret == "api_key":  # noqa: S105 - a shape
        return fields.get("api_key", "")
    if known.secret == "service_account":  # noqa: S105 - as above
        return fields.get("service_account", "")
    if fields.get("aws_api_key"):
        return msgspec.json.encode({"apiKey": fields["aws_api_key"]}).decode()
    if fields.get("access_key_id") and fields.get("secret_access_key"):
        keys = {"accessKeyId": fields["access_key_id"], "secretAccessKey": fields["secret_access_key"]}
        return msgspec.json.encode(keys).decode()
    return ""


def _headers(text: str, old: Mapping[str, str], errors: dict[str, str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in _lines(text):
        kept = old.get(line.rstrip(":").strip()) if line.endswith(":") else None
        matched = _HEADER.fullmatch(line)
        if kept is not None:
            headers[line.rstrip(":").strip()] = kept
        elif matched is None:
            errors["extra_headers"] = "header"
        else:
            headers[matched[1]] = matched[2].strip()
    return headers


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
