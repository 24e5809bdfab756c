"""Langfuse's public API as the commands use it: the same for a Langfuse and the local platform."""

from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode

import msgspec

from genai_sdk.client.settings import LangfuseAccess
from genai_sdk.errors import AccessDeniedError, ConfigurationError, SourceUnavailableError
from genai_sdk.http import Deadline, SyncTransport, TransportError, error_message_of
from genai_sdk.secret import opened
from genai_sdk.sentence import Sentence

_SECONDS = 10.0
_PAGE = 100  # the most that one page of Langfuse holds
_MOST_PAGES = 100
_ABSENT = {404, 405, 501}


class Look(msgspec.Struct, frozen=True):
    """What a server says to whoever looks whether it is there.

    Attributes:
        body: The answer's JSON.
        date: The answer's Date header, or None.
    """

    body: Any
    date: str | None


class Remote:
    """Asks Langfuse's API; a context manager.

    Args:
        access: Where it is.
    """

    def __init__(self, access: LangfuseAccess) -> None:
        self.access = access
        self._transport = SyncTransport(access.transport)

    @property
    def url(self) -> str:
        """Its address."""
        return self.access.endpoint.url

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request and return the answer's JSON.

        Args:
            method: The HTTP method.
            path: The path with its query.
            body: What becomes JSON, or None.

        Raises:
            AccessDeniedError: The key pair was refused.
            SourceUnavailableError: No answer, or a server's own error.
            ConfigurationError: It said no; the message has its words.
        """
        status, answer, _ = self._send(method, path, body)
        return self._read(status, answer)

    def find(self, path: str) -> Any:
        """Ask for something; None where there is none, or where a server of this age has no such endpoint.

        Raises:
            AccessDeniedError: The key pair was refused.
            SourceUnavailableError: No answer, or a server's own error.
            ConfigurationError: It said no; the message has its words.
        """
        status, answer, _ = self._send("GET", path)
        return None if status in _ABSENT else self._read(status, answer)

    def offer(self, path: str, body: Any) -> Any:
        """Post something; None where a server of this age has no such endpoint.

        Raises:
            AccessDeniedError: The key pair was refused.
            SourceUnavailableError: No answer, or a server's own error.
            ConfigurationError: It said no; the message has its words.
        """
        status, answer, _ = self._send("POST", path, body)
        return None if status in _ABSENT else self._read(status, answer)

    def look(self, path: str) -> Look:
        """Ask for something and say when that was, by the server's clock.

        Raises:
            AccessDeniedError: The key pair was refused.
            SourceUnavailableError: No answer, or a server's own error.
            ConfigurationError: It said no; the message has its words.
        """
        status, answer, date = self._send("GET", path)
        return Look(self._read(status, answer), date)

    def _send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes, str | None]:
        encoded = b"" if body is None else msgspec.json.encode(body, enc_hook=opened)
        request = self.access.endpoint.send(method, path, encoded)
        try:
            with self._transport.open(request, Deadline(_SECONDS)) as response:
                return response.status, response.read(), response.header("date")
        except TransportError as error:
            raise SourceUnavailableError(
                Sentence.of("langfuse.silent", "Langfuse at {url} does not answer: {error}", url=self.url, error=error)
            ) from error

    def _read(self, status: int, answer: bytes) -> Any:
        reason = error_message_of(answer) or "no reason given"
        if status in (401, 403):
            raise AccessDeniedError(
                Sentence.of(
                    "langfuse.refused",
                    "Langfuse at {url} refused the key pair of {public_key!r} with {status} ({reason}); "
                    "check LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY",
                    url=self.url,
                    public_key=self.access.endpoint.public_key,
                    status=status,
                    reason=reason,
                )
            )
        if status >= 500:
            raise SourceUnavailableError(
                Sentence.of(
                    "langfuse.failed",
                    "Langfuse at {url} failed with {status} ({reason}); try again later",
                    url=self.url,
                    status=status,
                    reason=reason,
                )
            )
        if status >= 300:
            raise ConfigurationError(
                Sentence.of(
                    "langfuse.said_no",
                    "Langfuse at {url} said no with {status}: {reason}{detail}",
                    url=self.url,
                    status=status,
                    reason=reason,
                    detail=_detail(answer),
                )
            )
        try:
            return msgspec.json.decode(answer) if answer else None
        except msgspec.DecodeError as error:
            raise ConfigurationError(
                Sentence.of(
                    "langfuse.no_json", "{url} answered with something that is not Langfuse's JSON", url=self.url
                )
            ) from error

    def connections(self) -> list[dict[str, Any]]:
        """Return every connection as Langfuse shows it, the oldest first."""
        rows: list[dict[str, Any]] = []
        for page in range(1, _MOST_PAGES + 1):
            query = urlencode({"page": page, "limit": _PAGE})
            answer = self.ask("GET", f"/api/public/llm-connections?{query}")
            rows += answer["data"]
            if page >= answer["meta"]["totalPages"]:
                break
        return sorted(rows, key=lambda row: (row["createdAt"], row["provider"]))

    def connection(self, name: str) -> dict[str, Any]:
        """Return one connection as Langfuse shows it.

        Raises:
            ConfigurationError: There is none of that name.
        """
        rows = self.connections()
        row = next((row for row in rows if row["provider"] == name), None)
        if row is None:
            names = ", ".join(row["provider"] for row in rows) or "none"
            raise ConfigurationError(
                Sentence.of(
                    "connections.none",
                    "there is no connection {name!r} at {url}; there are: {names}",
                    name=name,
                    url=self.url,
                    names=names,
                )
            )
        return row

    def project_id(self) -> str:
        """Return the id of the key pair's project."""
        return str(self.ask("GET", "/api/public/projects")["data"][0]["id"])

    def delete_connection(self, connection_id: str) -> None:
        """Delete a connection."""
        self.ask("DELETE", f"/api/public/llm-connections/{quote(connection_id, safe='')}")

    def put_connection(self, body: dict[str, Any]) -> None:
        """Write a connection; what is secret in it is sealed."""
        self.ask("PUT", "/api/public/llm-connections", body)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()


def _detail(answer: bytes) -> str:
    """Return what Langfuse says is wrong with the fields of a request."""
    try:
        detail = msgspec.json.decode(answer)["error"]
        issues = [f"{'.'.join(map(str, each['path']))}: {each['message']}" for each in detail]
    except (msgspec.DecodeError, LookupError, TypeError):
        return ""
    return f" ({'; '.join(issues)[:300]})"
