"""PURE: a database address as Langfuse has it, in a form that libpq takes."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

_FORM = "postgresql://user:password@host:5432/database"

# Langfuse speaks to PostgreSQL through Prisma, whose URLs carry parameters that libpq refuses:
# https://www.prisma.io/docs/orm/overview/databases/postgresql#arguments. These tune Prisma's own pool.
_PRISMA_POOL = frozenset({"pgbouncer", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size"})


class Address(msgspec.Struct, frozen=True):
    """Where the database is.

    Attributes:
        conninfo: What libpq is given; holds the password.
        schema: The schema of Langfuse's tables, or None for the role's own search path.
    """

    conninfo: Secret
    schema: str | None = None


def read_address(dsn: Secret) -> Address:
    """Read a PostgreSQL URL or libpq's `key=value` form; Prisma's own parameters are translated or dropped.

    Raises:
        ConfigurationError: It is neither, or asks for TLS in Prisma's words; the message does not quote it.
    """
    result = _read(dsn.reveal().strip())
    if isinstance(result, str):  # raised here, where no variable has the password
        raise ConfigurationError(result)
    return result


def _read(text: str) -> Address | str:
    """Return the address, or what is wrong with it."""
    if "://" not in text:
        if "=" not in text:
            return f"GENAI_DATABASE_URL is not a PostgreSQL address; its form is {_FORM}"
        return Address(Secret(text))
    if not text.startswith(("postgresql://", "postgres://")):
        return f"GENAI_DATABASE_URL does not start with postgresql://; its form is {_FORM}"
    place, query = _split(text)
    kept: list[str] = []
    schema = None
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if name == "schema":
            schema = unquote(value) or None
        elif name in {"sslaccept", "sslidentity"} and value != "accept_invalid_certs":
            return (
                f"GENAI_DATABASE_URL has Prisma's {name}, which libpq does not know; say sslmode=verify-full, with "
                "sslrootcert=system or the path of the certificate authority"
            )
        elif name not in _PRISMA_POOL | {"sslaccept"}:
            kept.append(part)
    return Address(Secret(f"{place}?{'&'.join(kept)}" if kept else place), schema)


def is_plausible(parameters: Mapping[str, Any]) -> bool:
    """Tell an address from one in which an unescaped `@` or `/` of the password begins the host or port.

    Their values turn up in libpq's messages. A host that starts with `@` is a socket in the abstract namespace.
    """
    host, port = str(parameters.get("host", "")), str(parameters.get("port", ""))
    return "@" not in host[1:] and not port.strip("0123456789, ")


def explain_refusal(dsn: str, known: frozenset[str]) -> ConfigurationError:
    """Say what libpq may dislike about an address, without quoting it.

    Args:
        dsn: The address that was refused.
        known: The parameters that libpq knows.
    """
    advice = (
        f"its form is {_FORM}, with special characters percent-encoded (`@` is %40, `/` is %2F, `?` is %3F, `#` is %23)"
    )
    query = _split(dsn)[1]
    # With an `@` in it the query may be a piece of an unescaped password.
    unknown = [name for name in (part.partition("=")[0] for part in query.split("&")) if name and name not in known]
    if unknown and "@" not in query:
        return ConfigurationError(
            Sentence.of(
                "database.parameters",
                "GENAI_DATABASE_URL has parameters that libpq does not know: {unknown}",
                unknown=", ".join(unknown),
            )
        )
    return ConfigurationError(
        Sentence.of(
            "database.address", "GENAI_DATABASE_URL is not an address that libpq can read; {advice}", advice=advice
        )
    )


def _split(url: str) -> tuple[str, str]:
    """Part a URL from its query; libpq takes a `?` before the `@` for a character of the password."""
    start = url.find("?", url.find("@") + 1)
    return (url, "") if start < 0 else (url[:start], url[start + 1 :])
