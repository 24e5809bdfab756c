"""Who is let in, and to what: the key pair is checked by Langfuse's database, or by Langfuse itself."""

from typing import Protocol

import msgspec

from genai_sdk.connections import LangfuseDatabase, Project, SourceResult
from genai_sdk.errors import AccessDeniedError, SourceUnavailableError
from genai_sdk.http import BasicAuthEndpoint, Deadline, Request, SyncTransport, TransportError, error_message_of
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

_PROJECTS = "/api/public/projects"
_HEALTH = "/api/public/health"
_SECONDS = 5.0
_CONNECT = 3.0


class ProjectReader(Protocol):
    """Opens a project's connections for its key pair; blocking, bounded in time, called on several threads."""

    def read(self, public_key: str, secret_key: Secret) -> SourceResult:
        """Return every connection of the key pair's project.

        Raises:
            AccessDeniedError: The key pair opens no project.
            ConfigurationError: The broker is not set up rightly; the message says what is wrong, for its log.
            SourceUnavailableError: What it takes to tell does not answer now.
        """
        ...

    def probe(self) -> None:
        """Return if `read` could answer now.

        Raises:
            ConfigurationError: As `read`.
            SourceUnavailableError: As `read`.
        """
        ...


class DatabaseReader:
    """Checks key pairs by the rows that Langfuse keeps of them.

    Args:
        database: Langfuse's.
    """

    def __init__(self, database: LangfuseDatabase) -> None:
        self._database = database

    def read(self, public_key: str, secret_key: Secret) -> SourceResult:
        """Return every connection of the key pair's project; see `ProjectReader`."""
        return self._database.read(public_key, secret_key, None)

    def probe(self) -> None:
        """Look whether everything can be read that it takes."""
        self._database.probe("key pair")


class LangfuseReader:
    """Lets Langfuse check key pairs, by its own rules of expiry and permission, and reads connections alone.

    Args:
        url: Langfuse's address.
        transport: What it is asked over; not closed here.
        database: Langfuse's, of which only the connections' table is read.
    """

    def __init__(self, url: str, transport: SyncTransport, database: LangfuseDatabase) -> None:
        self._url = url
        self._transport = transport
        self._database = database

    def read(self, public_key: str, secret_key: Secret) -> SourceResult:
        """Return every connection of the key pair's project; see `ProjectReader`."""
        status, body = self._ask(BasicAuthEndpoint(self._url, public_key, secret_key).get(_PROJECTS))
        if status in (401, 403):
            raise AccessDeniedError(
                f"Langfuse refused the key pair with {status} ({error_message_of(body) or 'no reason'})"
            )
        if status != 200:
            raise SourceUnavailableError(f"Langfuse at {self._url} answered {status}")
        try:
            projects = _decode(body).data
        except (msgspec.DecodeError, RecursionError):
            raise SourceUnavailableError(f"Langfuse at {self._url} answered with no list of projects") from None
        if len(projects) != 1:  # a project's key pair has one; an organisation's has those of all
            raise AccessDeniedError(f"the key pair belongs to {len(projects)} projects, not to one")
        return self._database.read_project(projects[0], None)

    def probe(self) -> None:
        """Look whether Langfuse answers and the connections can be read."""
        status, _ = self._ask(Request("GET", f"{self._url}{_HEALTH}"))
        if status != 200:
            raise SourceUnavailableError(
                Sentence.of(
                    "broker.health",
                    "Langfuse at {url} answered {status} to a question for its health",
                    url=self._url,
                    status=status,
                )
            )
        self._database.probe("project")

    def _ask(self, request: Request) -> tuple[int, bytes]:
        try:
            with self._transport.open(request, Deadline(_SECONDS, connect=_CONNECT)) as response:
                return response.status, response.read()
        except TransportError as error:
            raise SourceUnavailableError(f"Langfuse at {self._url} does not answer: {error}") from error


class _Projects(msgspec.Struct):
    data: list[Project]


_decode = msgspec.json.Decoder(_Projects).decode
