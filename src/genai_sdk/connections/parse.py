"""PURE: from records to connections; a malformed record breaks only itself."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from genai_sdk.catalogue.adapters import ADAPTERS, Adapter
from genai_sdk.connections.connection import Connection, ConnectionSet, Credentials
from genai_sdk.connections.credentials import parse_credentials
from genai_sdk.connections.headers import parse_headers
from genai_sdk.connections.record import ConnectionRecord, SourceResult
from genai_sdk.errors import ConfigurationError, DecryptionError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView

# It becomes part of a host name, so nothing but a label may pass.
_REGION = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


def parse_result(delivery: SourceResult, names: Sequence[str] | None) -> ConnectionSet:
    """Return the connections in connection order: that of `names`, else oldest first, then by name."""
    by_name = {record.name: parse(record) for record in delivery.connections}
    if names is not None:
        ordered = [by_name[name] for name in dict.fromkeys(names) if name in by_name]
    else:
        ordered = sorted(by_name.values(), key=lambda connection: (connection.view.created_at, connection.name))
    ends = [connection.expires_at for connection in ordered if connection.expires_at is not None]
    return ConnectionSet(delivery.project, tuple(ordered), min(ends, default=None))


def parse(record: ConnectionRecord) -> Connection:
    """Make a connection of a record; what is wrong with it becomes its `error`, and nothing is ever raised."""
    adapter = ADAPTERS.get(record.adapter)
    view = _view(record, adapter)
    try:
        credentials, headers = _open(record, adapter, view)
    except ConfigurationError as reason:
        error = type(reason)(
            Sentence.of(
                "connection.unusable",
                "connection {name!r} cannot be used: {reason}",
                name=record.name,
                reason=reason.sentence,
            )
        )
        return Connection(msgspec.structs.replace(view, error=error.sentence), error=error)
    expires_at = None if record.expires_at is None else _utc(record.expires_at).timestamp()
    return Connection(view, credentials, headers, expires_at=expires_at)


def _open(
    record: ConnectionRecord, adapter: Adapter | None, view: ConnectionView
) -> tuple[Credentials, Mapping[str, Secret]]:
    if record.error is not None:
        raise DecryptionError(record.error)
    if adapter is None:
        raise ConfigurationError(
            Sentence.of(
                "connection.unknown_adapter",
                "its adapter is {adapter!r}; those known are {adapters}",
                adapter=record.adapter,
                adapters=", ".join(ADAPTERS),
            )
        )
    if view.base_url is None and record.base_url and record.base_url.strip():
        raise ConfigurationError(
            Sentence.of(
                "connection.base_url_form",
                "its base URL is not of the form https://host/path, without user name and password; correct it",
            )
        )
    if view.base_url is None and adapter.needs_base_url:
        raise ConfigurationError(
            Sentence.of(
                "connection.no_base_url",
                "it has no base URL, which adapter {adapter!r} needs: add one",
                adapter=adapter.name,
            )
        )
    if record.config is not None and not isinstance(record.config, Mapping):
        raise ConfigurationError(Sentence.of("connection.config_object", "its config is not a JSON object"))
    if view.region is None and _given_region(record) is not None:
        raise ConfigurationError(
            Sentence.of(
                "connection.region_name",
                "its region {region!r} is not the name of a region",
                region=_given_region(record),
            )
        )
    if view.region is None and adapter.needs_region:
        raise ConfigurationError(
            Sentence.of(
                "connection.no_region",
                "it has no region, which adapter {adapter!r} needs: add one",
                adapter=adapter.name,
            )
        )
    if record.secret is None:
        raise ConfigurationError(Sentence.of("connection.no_secret", "it has no secret"))
    return parse_credentials(adapter, record.secret.reveal()), parse_headers(adapter, record.headers)


def _view(record: ConnectionRecord, adapter: Adapter | None) -> ConnectionView:
    config = record.config if isinstance(record.config, Mapping) else {}
    headers = record.headers if isinstance(record.headers, Mapping) else {}
    sentinel = adapter.sentinel if adapter is not None else None
    return ConnectionView(
        name=record.name,
        adapter=record.adapter,
        base_url=_base_url(record.base_url or ""),
        custom_models=tuple(model for model in record.custom_models if isinstance(model, str) and model),
        with_default_models=record.with_default_models,
        region=_region(_given_region(record)),
        use_responses_api=config.get("useResponsesApi") is True,
        default_credentials=sentinel is not None
        and (record.secret.reveal() if record.secret is not None else "").strip() == sentinel,
        allowed_models=record.models,
        header_names=tuple(name for name in headers if isinstance(name, str)),
        created_at=_utc(record.created_at),
        updated_at=_utc(record.updated_at),
    )


def _given_region(record: ConnectionRecord) -> Any:
    """Return Bedrock's `region` or Vertex AI's `location`, whichever the adapter's form asked for."""
    config = record.config if isinstance(record.config, Mapping) else {}
    return config.get("region") or config.get("location")


def _region(value: Any) -> str | None:
    region = value.strip() if isinstance(value, str) else ""
    return region if re.fullmatch(_REGION, region) else None


def _base_url(raw_url: str) -> str | None:
    """Return the URL if it is one; a password in it is refused, for base URLs are shown."""
    url = raw_url.strip()
    try:
        parts = urlsplit(url)
        valid = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        )
    except ValueError:
        return None
    return url if valid and url.isprintable() and " " not in url else None


def _utc(moment: datetime) -> datetime:
    """Read a time; Langfuse's columns are UTC without saying so."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
