"""`client.files`: files that vendors keep, for calls and batches to name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from genai_sdk.client.files import FileInput, read_file
from genai_sdk.connections import ConnectionRegistry, ConnectionSet
from genai_sdk.drivers.route import endpoint_of
from genai_sdk.errors import ConfigurationError, ModelNotFoundError
from genai_sdk.jobs import FileObject
from genai_sdk.jobs.exchange import Exchange
from genai_sdk.jobs.file_wire import FileWire, file_of, file_refusal, file_wire, purpose_refusal, read_terms
from genai_sdk.jobs.planning import Start, held_by, read_limit, starts, the_only
from genai_sdk.jobs.wire import Steps
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.routing import RoutingOptions
from genai_sdk.wires.kept_files import FileId

if TYPE_CHECKING:
    from genai_sdk.drivers.engine import WireAttempt

T = TypeVar("T")


class Files:
    """Uploads files, finds them again, and deletes them; safe to share as the client is.

    Args:
        registry: The connections.
        options: The client's routing options, of which `deadline` bounds each method here and `num_retries` its
            retries.
        exchange: Sends what files need.
    """

    def __init__(self, registry: ConnectionRegistry, options: RoutingOptions, exchange: Exchange) -> None:
        self._registry = registry
        self._options = options
        self._exchange = exchange

    def create(
        self,
        file: FileInput,
        connection: str | None = None,
        *,
        purpose: str | None = None,
        expires_after: int | None = None,
    ) -> FileObject:
        """Upload a file, which its vendor keeps.

        Args:
            file: A path, bytes, an open file, or a name with either of the last two, and maybe its MIME type.
            connection: The name of the connection that shall hold it; left out, the only one that keeps files.
            purpose: What it is for, in OpenAI's words; left out, what a request can name. Other vendors have none.
            expires_after: Seconds until its vendor deletes it; left out, as the vendor does.

        Raises:
            InvalidRequestError: The file cannot be read, or the connection keeps no such files.
            ConnectionNotFoundError: There is no such connection.
            GenAIError: As `completion`.

        Examples:
            >>> file = client.files.create("report.pdf", "openai_test")
            >>> part = {"type": "file", "file": {"file_id": file.id}}
            >>> client.completion("gpt-6-luna", [{"role": "user", "content": [part]}])
        """
        refuse_at_exit()
        read = read_file("file", file, "file")
        attempt, wire = self._wire(self._registry.get(), connection)
        view = attempt.deployment.connection.view
        steps = wire.create(read, *read_terms(view, purpose, expires_after))
        return file_of(view.name, self._run(attempt, steps))

    async def acreate(
        self,
        file: FileInput,
        connection: str | None = None,
        *,
        purpose: str | None = None,
        expires_after: int | None = None,
    ) -> FileObject:
        """Upload a file, which its vendor keeps; the twin of `create`."""
        refuse_at_exit()
        read = read_file("file", file, "file")
        attempt, wire = self._wire(await self._registry.aget(), connection)
        view = attempt.deployment.connection.view
        steps = wire.create(read, *read_terms(view, purpose, expires_after))
        return file_of(view.name, await self._arun(attempt, steps))

    def retrieve(self, file_id: str) -> FileObject:
        """Look at a file, which any process of the project may.

        Args:
            file_id: Its `id`.

        Raises:
            InvalidRequestError: It is no file's id.
            ConnectionNotFoundError: The project has its connection no more.
            GenAIError: As `completion`.
        """
        ident = FileId.read(file_id)
        attempt, wire = self._wire(self._registry.get(), ident.connection)
        return file_of(ident.connection, self._run(attempt, wire.retrieve(ident.vendor_id)))

    async def aretrieve(self, file_id: str) -> FileObject:
        """Look at a file; the twin of `retrieve`."""
        ident = FileId.read(file_id)
        attempt, wire = self._wire(await self._registry.aget(), ident.connection)
        return file_of(ident.connection, await self._arun(attempt, wire.retrieve(ident.vendor_id)))

    def list(
        self,
        connection: str | None = None,
        *,
        limit: int = 20,
        after: str | None = None,
        purpose: str | None = None,
    ) -> tuple[FileObject, ...]:
        """List the files of a connection, whoever made them, in its vendor's order.

        Args:
            connection: Its name; left out, of all that keep files, one connection after the other.
            limit: How many at most.
            after: The id of a file: those behind it are listed.
            purpose: What they are for, in OpenAI's words; connections whose vendor has no purposes have none such.

        Raises:
            InvalidRequestError: It keeps no files.
            ConnectionNotFoundError: There is no such connection.
            GenAIError: As `completion`.
        """
        limit, end = read_limit(limit), self._end()
        files: list[FileObject] = []
        for start in self._starts(self._registry.get(), connection, after, purpose):
            if len(files) < limit:
                try:
                    attempt, wire = self._at(start)
                    states = self._run(attempt, wire.list(limit - len(files), start.after, purpose or ""), end)
                    files += [file_of(start.deployment.connection.name, state) for state in states]
                except (ConfigurationError, ModelNotFoundError):  # a server without this API, or a broken connection
                    if connection is not None:
                        raise
        return tuple(files)

    async def alist(
        self,
        connection: str | None = None,
        *,
        limit: int = 20,
        after: str | None = None,
        purpose: str | None = None,
    ) -> tuple[FileObject, ...]:
        """List the files of a connection; the twin of `list`."""
        limit, end = read_limit(limit), self._end()
        files: list[FileObject] = []
        for start in self._starts(await self._registry.aget(), connection, after, purpose):
            if len(files) < limit:
                try:
                    attempt, wire = self._at(start)
                    states = await self._arun(attempt, wire.list(limit - len(files), start.after, purpose or ""), end)
                    files += [file_of(start.deployment.connection.name, state) for state in states]
                except (ConfigurationError, ModelNotFoundError):
                    if connection is not None:
                        raise
        return tuple(files)

    def delete(self, file_id: str) -> None:
        """Delete a file.

        Args:
            file_id: Its `id`.

        Raises:
            GenAIError: As `retrieve`.
        """
        ident = FileId.read(file_id)
        attempt, wire = self._wire(self._registry.get(), ident.connection)
        self._run(attempt, wire.delete(ident.vendor_id))

    async def adelete(self, file_id: str) -> None:
        """Delete a file; the twin of `delete`."""
        ident = FileId.read(file_id)
        attempt, wire = self._wire(await self._registry.aget(), ident.connection)
        await self._arun(attempt, wire.delete(ident.vendor_id))

    def content(self, file_id: str) -> bytes:
        """Download a file. Anthropic and Google give out only what they have made themselves.

        Args:
            file_id: Its `id`.

        Raises:
            GenAIError: As `retrieve`.
        """
        ident = FileId.read(file_id)
        attempt, wire = self._wire(self._registry.get(), ident.connection)
        return self._run(attempt, wire.content(ident.vendor_id))

    async def acontent(self, file_id: str) -> bytes:
        """Download a file; the twin of `content`."""
        ident = FileId.read(file_id)
        attempt, wire = self._wire(await self._registry.aget(), ident.connection)
        return await self._arun(attempt, wire.content(ident.vendor_id))

    def _starts(
        self, connections: ConnectionSet, connection: str | None, after: str | None, purpose: str | None
    ) -> Sequence[Start]:
        last = None if after is None else FileId.read(after)
        place = None if last is None else (last.connection, last.vendor_id)
        refuse = file_refusal if purpose is None else purpose_refusal
        return starts(connections, connection, place, refuse, "files")

    def _at(self, start: Start) -> "tuple[WireAttempt[Any, Any, Any], FileWire]":
        attempt = self._exchange.attempt(start.deployment, "")
        return attempt, file_wire(endpoint_of(start.deployment), attempt.accept)

    def _wire(self, connections: ConnectionSet, name: str | None) -> "tuple[WireAttempt[Any, Any, Any], FileWire]":
        name = the_only(connections, file_refusal) if name is None else name
        return self._at(Start(held_by(connections, name, "", file_refusal, "files"), ""))

    def _end(self) -> float:
        """Return when a method that begins now has to be over."""
        return self._exchange.end(self._options.deadline)

    def _run(self, attempt: "WireAttempt[Any, Any, Any]", steps: Steps[T], end: float | None = None) -> T:
        return self._exchange.run(attempt, steps, self._end() if end is None else end)

    async def _arun(self, attempt: "WireAttempt[Any, Any, Any]", steps: Steps[T], end: float | None = None) -> T:
        return await self._exchange.arun(attempt, steps, self._end() if end is None else end)
