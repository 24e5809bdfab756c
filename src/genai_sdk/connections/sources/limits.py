"""How long reading the database may take."""

import msgspec


class ReadLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one reading, in seconds.

    Attributes:
        connect: For each host of the DSN: connect, TLS and sign in; whole seconds, at least 2 (libpq's own floor).
        statement: For one statement, kept by the server.
        total: From the connect to the last row, kept on this side: for a server that stops answering.
    """

    connect: int = 3
    statement: float = 5.0
    total: float = 10.0
