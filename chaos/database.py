"""Langfuse's PostgreSQL, with a project whose connections lead to the regions."""

from collections.abc import Mapping
from datetime import UTC, datetime

import psycopg
from tests.langfuse_database import create_database, create_schema, insert, read_rows

from genai_sdk.crypto import Cipher

MODEL = "m"


class Database:
    """The tables that a broker reads.

    Args:
        server: The DSN of a PostgreSQL.
        addresses: The base URL of each region, in connection order.
        keys: The key of each.

    Attributes:
        dsn: The DSN of the database.
        environ: What a broker is told of it.
        pair: The project's key pair.
    """

    def __init__(self, server: str, addresses: Mapping[str, str], keys: Mapping[str, str]) -> None:
        recorded = read_rows()
        self.dsn = create_database(server, "langfuse")
        self.pair = recorded["public_key"], recorded["secret_key"]
        self.environ = {"GENAI_ENCRYPTION_KEY": recorded["encryption_key"], "GENAI_SALT": recorded["salt"]}
        self._cipher = Cipher(recorded["encryption_key"])
        create_schema(self.dsn)
        with psycopg.connect(self.dsn) as session:
            insert(session, "projects", {"id": recorded["project_id"], "name": "Chaos"})
            for row in recorded["api_keys"]:
                insert(session, "api_keys", row)
            for number, (name, address) in enumerate(addresses.items()):
                row = {
                    "id": f"connection-{name}",
                    "created_at": datetime(2026, 1, 1 + number, tzinfo=UTC).replace(tzinfo=None),
                    "updated_at": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
                    "provider": name,
                    "adapter": "openai",
                    "display_secret_key": "...",
                    "secret_key": self._cipher.encrypt(keys[name]),
                    "base_url": address,
                    "custom_models": [MODEL],
                    "with_default_models": False,
                    "project_id": recorded["project_id"],
                }
                insert(session, "llm_api_keys", row)

    def rotate(self, name: str, key: str) -> None:
        """Save another key for a connection."""
        with psycopg.connect(self.dsn) as session:
            session.execute(
                "UPDATE llm_api_keys SET secret_key = %s, updated_at = %s WHERE provider = %s",
                (self._cipher.encrypt(key), datetime.now(UTC).replace(tzinfo=None), name),
            )
