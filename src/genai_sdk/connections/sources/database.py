"""Langfuse's PostgreSQL as a source of connections; the only importer of psycopg."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from genai_sdk.connections.connection import Project
from genai_sdk.connections.record import ConnectionRecord, SourceResult
from genai_sdk.connections.redaction import redact
from genai_sdk.connections.sources.dsn import explain_refusal, is_plausible, read_address
from genai_sdk.connections.sources.keypair import KeyPairCheck
from genai_sdk.connections.sources.limits import ReadLimits
from genai_sdk.connections.sources.refusals import passes
from genai_sdk.connections.sources.schema import (
    COLUMNS,
    CONNECTION_COLUMNS,
    PROBE,
    key_pair_statement,
    project_statement,
)
from genai_sdk.crypto import Cipher
from genai_sdk.errors import ConfigurationError, DecryptionError, GenAIError, SourceUnavailableError
from genai_sdk.lifecycle.chance import jittered
from genai_sdk.secret import Sealed, Secret
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    import psycopg

    Session = psycopg.Connection[Any]

NAME = Sentence.of("source.database", "Langfuse's database (GENAI_DATABASE_URL)")

Reading = Literal["key pair", "project"]

# What is looked at of the schema, and the statement that is written of it.
_READINGS: Mapping[Reading, tuple[Mapping[str, Mapping[str, str]], Callable[..., str]]] = {
    "key pair": (COLUMNS, key_pair_statement),
    "project": (CONNECTION_COLUMNS, project_statement),
}

# What a new look at the schema may mend or explain: undefined column, undefined table, insufficient privilege.
_SCHEMA_STATES = frozenset({"42703", "42P01", "42501"})
_QUERY_CANCELED = "57014"

# Seconds before another try where no slot is free, doubled up to the longest; and what the last try shall have left.
_FIRST_PAUSE, _LONGEST_PAUSE, _LAST_TRY = 0.05, 0.5, 1.0


class LangfuseDatabase:
    """Reads connections from Langfuse's own PostgreSQL and opens their secrets in this process.

    Every reading is a session and one read-only transaction of its own, fit for PgBouncer's transaction mode.

    Args:
        dsn: The database's address, as Langfuse's DATABASE_URL or as libpq takes it.
        cipher: Opens the secrets.
        salt: Langfuse's SALT, or None to check key pairs by their slow hash.
        limits: How long a reading may take, further tries included where no slot is free (SQLSTATE 53300) or the server
            starts (57P03).
        wait: Lets seconds pass before another try.

    Raises:
        ConfigurationError: The address is not PostgreSQL's.
    """

    def __init__(
        self,
        dsn: Secret,
        cipher: Cipher,
        *,
        salt: Secret | None = None,
        limits: ReadLimits | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._address = read_address(dsn)
        self._cipher = cipher
        self._check = KeyPairCheck(salt)
        self._limits = limits or ReadLimits()
        self._wait = wait
        self._statements: dict[Reading, str] = {}

    def read(self, public_key: str, secret_key: Secret, names: Sequence[str] | None) -> SourceResult:
        """Check a key pair and return its project's connections, those called `names` or all.

        Raises:
            AccessDeniedError: The key pair may not read a project.
            ConfigurationError: psycopg, a table, a column or a GRANT is missing, or libpq cannot read the address.
            SourceUnavailableError: The database does not answer, or not in time.
        """
        parameters = {"public_key": public_key, "names": None if names is None else list(names)}
        rows = self._query("key pair", parameters)
        self._check.check(public_key, secret_key, rows[0] if rows else None)
        return self._deliver(Project(rows[0]["project_id"], rows[0]["project_name"]), rows)

    def read_project(self, project: Project, names: Sequence[str] | None) -> SourceResult:
        """Return the connections of a project whose key pair Langfuse itself has checked, those called `names` or all.

        Raises:
            ConfigurationError: As `read`.
            SourceUnavailableError: As `read`.
        """
        parameters = {"project_id": project.id, "names": None if names is None else list(names)}
        return self._deliver(project, self._query("project", parameters))

    def probe(self, reading: Reading) -> None:
        """Return if the database answers, and its role may read what a reading takes.

        Args:
            reading: `"key pair"`, which `read` does, or `"project"`, which `read_project` does.

        Raises:
            ConfigurationError: As `read`.
            SourceUnavailableError: As `read`.
        """
        nobody = {"public_key": "", "project_id": "", "names": []}
        self._query(reading, nobody, anew=True)

    def _query(self, reading: Reading, parameters: Mapping[str, Any], *, anew: bool = False) -> list[dict[str, Any]]:
        try:
            import psycopg  # 200 ms that only a reader of the database pays
        except ImportError as missing:
            raise ConfigurationError(
                Sentence.of(
                    "database.no_psycopg",
                    "reading Langfuse's database needs psycopg: pip install 'genai-sdk-langfuse[postgres]'",
                )
            ) from missing
        failure: GenAIError
        cut = threading.Event()
        end, pause = time.monotonic() + self._limits.total, _FIRST_PAUSE
        try:
            while True:
                try:
                    with self._session(cut, end) as session:
                        return self._select(session, reading, parameters, anew=anew)
                except psycopg.OperationalError as error:
                    seconds = jittered(pause)
                    left = end - time.monotonic() - seconds
                    if cut.is_set() or left < _LAST_TRY or not passes(error.sqlstate, str(error)):
                        raise
                self._wait(seconds)  # all clients of a fleet that starts want one of a few slots at once
                pause = min(2 * pause, _LONGEST_PAUSE)
        except psycopg.Error as error:
            failure = self._explain(error, cut=cut.is_set())
        except UnicodeError:  # the resolver's, for a host with an empty or endless label
            failure = ConfigurationError(
                Sentence.of("database.host", "GENAI_DATABASE_URL has a host name that is none")
            )
        raise failure  # out here, so that the driver's error is neither its cause nor its context

    @contextmanager
    def _session(self, cut: threading.Event, end: float) -> Iterator["Session"]:
        import psycopg

        if self._parameters() is None:
            known = frozenset(option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults())
            raise explain_refusal(self._address.conninfo.reveal(), known)
        session = psycopg.connect(
            self._address.conninfo.reveal(),
            fallback_application_name="genai-sdk",
            connect_timeout=self._limits.connect,
            client_encoding="utf8",
            prepare_threshold=None,
        )
        try:
            session.read_only = True
            with _cut_after(end - time.monotonic(), session.fileno(), cut):
                yield session
        finally:
            session.close()

    def _parameters(self) -> dict[str, Any] | None:
        """Return the address in parts, or None if it has none."""
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        with suppress(psycopg.Error):  # whose message quotes the address
            parameters = conninfo_to_dict(self._address.conninfo.reveal())
            if is_plausible(parameters):
                return parameters
        return None

    def _select(
        self, session: "Session", reading: Reading, parameters: Mapping[str, Any], *, anew: bool
    ) -> list[dict[str, Any]]:
        import psycopg

        known = self._statements.get(reading)
        if known is not None and not anew:
            try:
                return self._run(session, known, parameters)
            except psycopg.Error as error:
                if error.sqlstate not in _SCHEMA_STATES:
                    raise
            session.rollback()  # Langfuse has migrated since: look at the schema again
        columns, write = _READINGS[reading]
        written = write(
            (row["name"], row["attname"], row["readable"])
            for row in self._run(session, PROBE, {"tables": list(columns)})
        )
        self._statements[reading] = written
        return self._run(session, written, parameters)

    def _run(self, session: "Session", query: str, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run a query in a transaction with its own limits, which PgBouncer lets pass unlike `options=`."""
        import psycopg
        from psycopg.rows import dict_row

        with session.cursor(row_factory=dict_row) as cursor:
            if session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
                cursor.execute(
                    """
                    SELECT set_config('statement_timeout', %(timeout)s, true),
                           set_config(s.name, coalesce(quote_ident(%(schema)s), current_setting(s.name)), true)
                    FROM (VALUES ('search_path')) AS s (name)
                    """,
                    {"timeout": str(round(self._limits.statement * 1000)), "schema": self._address.schema},
                )
            cursor.execute(query.encode(), arguments)
            return cursor.fetchall()

    def _explain(self, error: "psycopg.Error", *, cut: bool) -> GenAIError:
        """Rephrase a driver's error: what it says of the server, and no secret of the address."""
        import psycopg

        if cut:
            return SourceUnavailableError(
                Sentence.of(
                    "database.stopped",
                    "{name} stopped answering within {total:g} s",
                    name=NAME,
                    total=self._limits.total,
                )
            )
        if isinstance(error, psycopg.errors.ConnectionTimeout):
            return SourceUnavailableError(
                Sentence.of(
                    "database.no_connection",
                    "{name} did not answer a connection within {connect} s",
                    name=NAME,
                    connect=self._limits.connect,
                )
            )
        if error.sqlstate == _QUERY_CANCELED:
            return SourceUnavailableError(
                Sentence.of(
                    "database.no_answer",
                    "{name} did not answer a query within {statement:g} s",
                    name=NAME,
                    statement=self._limits.statement,
                )
            )
        reason = error.diag.message_primary or str(error)
        parameters = self._parameters() or {}
        reason = redact(reason, (parameters[name] for name in ("password", "sslpassword") if name in parameters))
        state = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
        return SourceUnavailableError(
            Sentence.of(
                "database.unreadable",
                "{name} cannot be read: {reason}{state}",
                name=NAME,
                reason=" ".join(reason.split()),
                state=state,
            )
        )

    def _deliver(self, project: Project, rows: Sequence[Mapping[str, Any]]) -> SourceResult:
        # PostgreSQL gives rows in any order, and a broker's tag must not depend on it.
        present = sorted(
            (row for row in rows if row["provider"] is not None), key=lambda row: (row["created_at"], row["provider"])
        )
        return SourceResult(
            project=project,
            connections=tuple(self._record(row) for row in present if row["is_wanted"]),
            available=tuple(row["provider"] for row in present),
        )

    def _record(self, row: Mapping[str, Any]) -> ConnectionRecord:
        secret = headers = error = None
        try:
            secret = Secret(self._cipher.decrypt(row["secret_key"]))
            if row["extra_headers"]:
                headers = Sealed(_decode(self._cipher.decrypt(row["extra_headers"])))
        except DecryptionError as reason:
            error = f"its {'extra headers' if secret else 'secret'} cannot be opened: {reason}"
        return ConnectionRecord(
            name=row["provider"],
            adapter=row["adapter"],
            secret=secret,
            base_url=row["base_url"],
            custom_models=tuple(row["custom_models"] or ()),
            with_default_models=row["with_default_models"],
            extra_headers=headers,
            config=_decode(row["config"]) if row["config"] is not None else None,
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            error=error,
        )


class DatabaseSource:
    """The connections of one key pair's project, read from Langfuse's database.

    Args:
        database: Where they are.
        public_key: The project's public key.
        secret_key: Its secret key.
    """

    def __init__(self, database: LangfuseDatabase, *, public_key: str, secret_key: Secret) -> None:
        self._database = database
        self._public_key = public_key
        self._secret_key = secret_key

    def fetch(self, names: Sequence[str] | None, *, anew: bool = False) -> SourceResult:
        """Read the connections; see `LangfuseDatabase.read` for what it raises."""
        return self._database.read(self._public_key, self._secret_key, names)

    def describe(self) -> str:
        """Name the source."""
        return NAME

    def close(self) -> None:
        """Do nothing: every reading closes its own session."""


@contextmanager
def _cut_after(seconds: float, descriptor: int, cut: threading.Event) -> Iterator[None]:
    """Shut a session's socket down when its time is up; psycopg would wait for a silent server without end."""
    # A descriptor of our own: the session's number may belong to another socket by then.
    line = socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM)

    def shut() -> None:
        cut.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(seconds, 0.0), shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.close()


def _decode(text: str) -> Any:
    """Decode JSON; what is none stays text, which breaks the one connection that it belongs to."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
