"""A platform that is asked for what it must refuse, and what is in its database before and after."""

import http.client
import socket
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from tests.contract.wire import Langfuse, Reply, basic

from genai_sdk.local import Platform

Content = dict[str, list[tuple[Any, ...]]]


class Attacked(Langfuse):
    """A running platform, and its database.

    Attributes:
        platform: The platform.
    """

    def __init__(self, platform: Platform) -> None:
        known = platform.credentials
        super().__init__(platform.url, (known.public_key, known.secret_key), known.project_id)
        self.platform = platform

    def content(self) -> Content:
        """Everything that is in the database."""
        connection = sqlite3.connect(f"file:{self.platform.directory / 'platform.sqlite'}?mode=ro", uri=True)
        try:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}
        finally:
            connection.close()

    def refuses(self, *args: Any, **options: Any) -> Reply:
        """Ask, and see that it is refused with a reason, that nothing is written, and that the platform lives on."""
        before = self.content()
        reply = self.ask(*args, **options)
        assert 400 <= reply.status < 500, reply
        assert isinstance(reply.json["message"], str), reply
        assert reply.json["message"]
        assert self.content() == before
        self.lives_on()
        return reply

    def lives_on(self) -> None:
        assert self.get("health")["status"] == "OK"
        assert self.get("projects")["data"][0]["id"] == self.project_id

    def raw(self, sent: bytes, *, seconds: float = 20.0) -> bytes:
        """Send bytes as they are, and return what comes until the server closes or has answered."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            connection.sendall(sent)
            response = http.client.HTTPResponse(connection)
            response.begin()
            return str(response.status).encode() + b" " + response.read()

    def request(self, target: str, *headers: str, method: str = "GET", host: str = "127.0.0.1") -> bytes:
        """A request's bytes, with the key pair."""
        lines = [
            f"{method} {target} HTTP/1.1",
            f"Host: {host}",
            f"Authorization: {basic(*self.pair)}",
            "Connection: close",
            *headers,
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """A platform with a little of everything in it."""
    with Platform(tmp_path_factory.mktemp("platform"), port=0) as platform:
        server = Attacked(platform)
        server.prompt("kept", labels=["production"])
        new = {"provider": "kept", "adapter": "openai", "secretKey": "sk-kept"}
        assert server.ask("PUT", "llm-connections", new).status == 201
        assert server.ask("POST", "scores", {"name": "kept", "value": 1, "id": "kept"}).status == 200
        assert server.ask("POST", "v2/datasets", {"name": "kept"}).status == 200
        assert server.ask("POST", "dataset-items", {"datasetName": "kept", "id": "kept"}).status == 200
        yield server
