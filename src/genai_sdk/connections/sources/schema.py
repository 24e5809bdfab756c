"""PURE: which columns Langfuse's tables have, and the one statement that reads them."""

from collections.abc import Iterable, Mapping, Set
from types import MappingProxyType

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

_REQUIRED = ""

COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "api_keys": {
            "public_key": _REQUIRED,
            "hashed_secret_key": _REQUIRED,
            "fast_hashed_secret_key": "NULL::text",  # since 1.0
            "project_id": _REQUIRED,
            "scope": "'PROJECT'",  # since 3.50
            "expires_at": "NULL::timestamp",
            "is_in_app_agent_key": "false",  # since 3.176
        },
        "projects": {
            "id": _REQUIRED,
            "name": "NULL::text",
            "deleted_at": "NULL::timestamp",  # since 3.0
        },
        "llm_api_keys": {
            "project_id": _REQUIRED,
            "provider": _REQUIRED,
            "secret_key": _REQUIRED,
            "created_at": _REQUIRED,
            "updated_at": _REQUIRED,
            "adapter": "c.provider",  # since 2.52, whose migration copied it from there
            "base_url": "NULL::text",  # since 2.52
            "custom_models": "'{}'::text[]",  # since 2.52
            "with_default_models": "true",  # since 2.52
            "config": "NULL",  # since 2.85
            "extra_headers": "NULL::text",  # since 3.14
        },
    }
)
"""What is read of each table, and what stands in for a column that this Langfuse does not have.

Versions and defaults are those of Langfuse's own migrations:
https://github.com/langfuse/langfuse/tree/main/packages/shared/prisma/migrations
"""

CONNECTION_COLUMNS = MappingProxyType({"llm_api_keys": COLUMNS["llm_api_keys"]})
"""What is read of connections alone."""

# Not information_schema.columns: that leaves out what the role may not read, so a forgotten GRANT on `expires_at` would
# look like a Langfuse without it, and an expired key would pass.
PROBE = """
    SELECT t.name, a.attname, has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable
    FROM unnest(%(tables)s::text[]) AS t (name)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = to_regclass(t.name)
    WHERE a.attnum > 0 AND NOT a.attisdropped
"""


def key_pair_statement(columns: Iterable[tuple[str, str, bool]]) -> str:
    """Write the statement that reads a key pair with its project's connections.

    Args:
        columns: Table, column, and whether the role may read it: the rows of `PROBE`.

    Raises:
        ConfigurationError: Tables or columns are missing, or the role may not read them.
    """
    readable = {(table, column): allowed for table, column, allowed in columns}
    _check(readable, COLUMNS)

    def key(name: str) -> str:
        return _column(readable, "k", "api_keys", name)

    def project(name: str) -> str:
        return _column(readable, "p", "projects", name)

    # Nothing here comes from outside but the column names above. All times are UTC in columns without a time zone.
    return f"""
        SELECT k.hashed_secret_key, {key("fast_hashed_secret_key")} AS fast_hashed_secret_key,
               k.project_id, {key("scope")}::text AS scope, {key("is_in_app_agent_key")} AS is_in_app_agent_key,
               coalesce({key("expires_at")} <= now() AT TIME ZONE 'UTC', false) AS is_expired,
               p.id IS NOT NULL AS has_project, {project("deleted_at")} IS NOT NULL AS is_deleted,
               {project("name")} AS project_name, {_connection(readable)}
        FROM api_keys k
        LEFT JOIN projects p ON p.id = k.project_id
        LEFT JOIN llm_api_keys c ON c.project_id = k.project_id
        WHERE k.public_key = %(public_key)s
    """  # noqa: S608


def project_statement(columns: Iterable[tuple[str, str, bool]]) -> str:
    """Write the statement that reads the connections of a project whose key pair somebody else has checked.

    Args:
        columns: The rows of `PROBE`, for the connections' table alone.

    Raises:
        ConfigurationError: The table or columns are missing, or the role may not read them.
    """
    readable = {(table, column): allowed for table, column, allowed in columns}
    _check(readable, CONNECTION_COLUMNS)
    return f"SELECT {_connection(readable)} FROM llm_api_keys c WHERE c.project_id = %(project_id)s"  # noqa: S608


def _connection(readable: Mapping[tuple[str, str], bool]) -> str:
    def row(name: str) -> str:
        return _column(readable, "c", "llm_api_keys", name)

    wanted = "(%(names)s::text[] IS NULL OR c.provider = ANY (%(names)s::text[]))"
    return f"""
               c.provider, {wanted} AS is_wanted, {row("adapter")} AS adapter,
               CASE WHEN {wanted} THEN c.secret_key END AS secret_key,
               CASE WHEN {wanted} THEN {row("extra_headers")} END AS extra_headers,
               {row("base_url")} AS base_url, {row("custom_models")} AS custom_models,
               {row("with_default_models")} AS with_default_models, {row("config")}::text AS config,
               c.created_at, c.updated_at"""


def _column(readable: Mapping[tuple[str, str], bool], alias: str, table: str, name: str) -> str:
    return f"{alias}.{name}" if (table, name) in readable else COLUMNS[table][name]


def _check(readable: Mapping[tuple[str, str], bool], wanted: Mapping[str, Mapping[str, str]]) -> None:
    tables: Set[str] = {table for table, _ in readable}
    missing = [table for table in wanted if table not in tables]
    if missing:
        raise ConfigurationError(
            Sentence.of(
                "database.no_table",
                "the database of GENAI_DATABASE_URL has no table {missing} that its role can see; it "
                "must be Langfuse's own database, its tables on the role's search path or in ?schema= of "
                "the address",
                missing=", ".join(missing),
            )
        )
    lost = [
        f"{table}.{name}"
        for table, columns in wanted.items()
        for name, otherwise in columns.items()
        if otherwise is _REQUIRED and (table, name) not in readable
    ]
    if lost:
        raise ConfigurationError(
            Sentence.of(
                "database.schema",
                "the database's schema is not one of Langfuse's that this SDK knows: {lost} is missing; "
                "a newer version of the SDK may know it",
                lost=", ".join(lost),
            )
        )
    forbidden = {
        table: [name for name in columns if not readable.get((table, name), True)] for table, columns in wanted.items()
    }
    grants = [f"GRANT SELECT ({', '.join(names)}) ON {table} TO …;" for table, names in forbidden.items() if names]
    if grants:
        raise ConfigurationError(
            Sentence.of(
                "database.grants",
                "the database role may not read what it must; let a superuser say: {grants}",
                grants=" ".join(grants),
            )
        )
