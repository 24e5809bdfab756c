"""The broker's wire: a project's connections, as a broker delivers them."""

import hashlib
from collections.abc import Sequence
from urllib.parse import parse_qsl

import msgspec

from genai_sdk.testing.answer import Answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.langfuse.project import FakeProject


def deliver_connections(project: FakeProject, request: Request) -> Answer:
    """Answer the broker's only request, with 304 where the caller has the very same answer."""
    query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    body = _body(project, [given for name, given in query if name == "name"])
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-store"}
    if request.headers.get("if-none-match") == tag:
        return Answer(304, headers)
    return Answer(200, {**headers, "content-type": "application/json"}, body)


def _body(project: FakeProject, names: Sequence[str]) -> bytes:
    store = project.connections
    return msgspec.json.encode(
        {
            "version": store.version,
            "project": {"id": project.id, "name": project.name},
            "connections": [record for record in store if not names or record.name in names],
            "available": [record.name for record in store],
        }
    )
