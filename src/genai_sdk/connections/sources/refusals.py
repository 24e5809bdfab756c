"""PURE: the refusals of a connection that pass by themselves: no slot is free, or the server starts or stops."""

_STATES = frozenset({"53300", "57P03"})
"""too_many_connections and cannot_connect_now: https://www.postgresql.org/docs/18/errcodes-appendix.html."""

# libpq hands on no SQLSTATE of a connection that was refused (psycopg 3.2), only words: those of PostgreSQL 10 to 18
# (src/backend/utils/init/postinit.c and postmaster.c, in lc_messages=C) and of PgBouncer 1.25 (src/objects.c).
_WORDS = (
    "sorry, too many clients already",
    "remaining connection slots are reserved",
    "too many connections for role",
    "too many connections for database",
    "the database system is starting up",
    "the database system is shutting down",
    "the database system is in recovery mode",
    "the database system is not yet accepting connections",
    "no more connections allowed",
)


def passes(state: str | None, message: str) -> bool:
    """Tell whether a refusal passes by itself.

    Args:
        state: Its SQLSTATE, where it is known.
        message: What libpq says of it.
    """
    return state in _STATES or (state is None and any(words in message for words in _WORDS))
