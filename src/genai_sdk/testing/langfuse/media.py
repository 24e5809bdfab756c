"""Media of a fake Langfuse: registered by a POST, put where that says, reported by a PATCH.

https://api.reference.langfuse.com/#tag/media. The place it is put to is on the same server, and as with presigned
addresses of an object storage no key pair opens it, but what the address says.
"""

import base64
import re
import uuid
from collections.abc import Iterable
from typing import Any

from genai_sdk.langfuse.errors import ApiError, invalid
from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.langfuse.project import FakeMedia, FakeProject

_FIELDS = ("input", "output", "metadata")
_TYPE = re.compile(r"(image|audio|video|text|application)/[\w.+-]+")


def answer_media(project: FakeProject, request: Request, identifier: str | None) -> Answer:
    """Answer a request of media's API: about one of them, or about a new one."""
    if identifier is None:
        return _register(project, request)
    return _report(project, request, identifier) if request.method == "PATCH" else _show(project, request, identifier)


def _register(project: FakeProject, request: Request) -> Answer:
    """Take an announcement; answer with the place for the bytes, or none if they are here."""
    body = request.json()
    facts: dict[str, Any] = body if isinstance(body, dict) else {}
    for name, kind in (("traceId", str), ("contentType", str), ("contentLength", int), ("sha256Hash", str)):
        if not isinstance(facts.get(name), kind):
            raise invalid(name, f"Invalid input: expected {kind.__name__}")
    if facts.get("field") not in _FIELDS or not _TYPE.fullmatch(facts["contentType"]):
        raise invalid("contentType", "Invalid option")
    digest = base64.b64decode(facts["sha256Hash"], validate=True)
    identifier = base64.urlsafe_b64encode(digest).decode()[:22]
    media = project.media.setdefault(
        identifier,
        FakeMedia(
            identifier, facts["contentType"], facts["contentLength"], facts["sha256Hash"], ticket=uuid.uuid4().hex
        ),
    )
    media.places.append((facts["traceId"], facts.get("observationId"), facts["field"]))
    there = media.status is not None and 200 <= media.status < 300
    url = f"http://{request.headers['host']}/api/storage/{media.ticket}"
    return json_answer({"mediaId": identifier, "uploadUrl": None if there else url}, 201)


def _report(project: FakeProject, request: Request, identifier: str) -> Answer:
    """Take the client's report of an upload."""
    media = _media(project, identifier)
    media.status = request.json()["uploadHttpStatus"]
    return Answer(204, {})


def _show(project: FakeProject, request: Request, identifier: str) -> Answer:
    """Say where media can be read."""
    media = _media(project, identifier)
    if media.status is None:
        raise ApiError(404, "Media not found")
    url = f"http://{request.headers['host']}/api/storage/{media.ticket}"
    return json_answer({"mediaId": media.id, "contentType": media.kind, "contentLength": media.size, "url": url})


def store_media(projects: Iterable[FakeProject], request: Request, ticket: str) -> Answer:
    """Take the bytes, as an object storage does: only those that were announced."""
    for project in projects:
        for media in project.media.values():
            if media.ticket == ticket:
                if request.headers.get("content-type") != media.kind or len(request.body) != media.size:
                    return Answer(403, {})
                media.data = request.body
                return Answer(200, {})
    return Answer(403, {})


def _media(project: FakeProject, identifier: str) -> FakeMedia:
    if identifier not in project.media:
        raise ApiError(404, "Media not found")
    return project.media[identifier]
