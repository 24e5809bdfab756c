"""Projects in a Langfuse database: a key pair each, and connections that lead to a fake provider."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg
from tests.langfuse_database import insert

from genai_sdk.crypto import Cipher, fast_hash

NOW = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


class Project(NamedTuple):
    id: str
    public_key: str
    secret_key: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.public_key, self.secret_key


class Projects:
    """Writes projects into a database with Langfuse's tables."""

    def __init__(self, dsn: str, recorded: dict[str, Any]) -> None:
        self._dsn = dsn
        self._salt = recorded["salt"]
        self._cipher = Cipher(recorded["encryption_key"])

    def add(self, name: str, connections: dict[str, dict[str, Any]]) -> Project:
        """Add a project with connections by name, each with its secret and other columns."""
        project = Project(f"proj-{name}", f"pk-lf-{name}", f"sk-lf-{name}-secret")
        with psycopg.connect(self._dsn) as session:
            insert(session, "projects", {"id": project.id, "name": name})
            insert(
                session,
                "api_keys",
                {
                    "id": f"key-{name}",
                    "public_key": project.public_key,
                    "hashed_secret_key": f"no bcrypt {name}",
                    "fast_hashed_secret_key": fast_hash(project.secret_key, self._salt),
                    "display_secret_key": "sk-...",
                    "project_id": project.id,
                },
            )
        for number, (connection, columns) in enumerate(connections.items()):
            self.connect(project, connection, number=number, **columns)
        return project

    def connect(self, project: Project, name: str, *, secret: str, number: int = 0, **columns: Any) -> None:
        """Give a project a connection."""
        row = {
            "id": f"{project.id}-{name}",
            "created_at": NOW,
            "updated_at": NOW,
            "provider": name,
            "adapter": "openai",
            "display_secret_key": "...",
            "secret_key": self._cipher.encrypt(secret),
            "custom_models": ["m"],
            "with_default_models": False,
            "project_id": project.id,
            **columns,
        }
        with psycopg.connect(self._dsn) as session:
            insert(session, "llm_api_keys", row)

    def rotate(self, project: Project, name: str, secret: str) -> None:
        self._run(
            "UPDATE llm_api_keys SET secret_key = %s, updated_at = now() WHERE project_id = %s AND provider = %s",
            self._cipher.encrypt(secret),
            project.id,
            name,
        )

    def revoke(self, project: Project) -> None:
        self._run("DELETE FROM api_keys WHERE public_key = %s", project.public_key)

    def _run(self, statement: str, *values: Any) -> None:
        with psycopg.connect(self._dsn) as session:
            session.execute(statement.encode(), values)
