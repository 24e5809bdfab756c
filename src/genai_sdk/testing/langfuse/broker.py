"""The broker's wire, on a fake project's connections."""

from urllib.parse import parse_qsl

from genai_sdk.broker import ACCEPT, answer
from genai_sdk.connections import Project, SourceResult
from genai_sdk.langfuse.access import read_basic
from genai_sdk.testing.answer import Answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.langfuse.project import FakeProject


def deliver_connections(project: FakeProject, request: Request) -> Answer:
    """Answer the broker's only request."""
    query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    names = [value for name, value in query if name == "name"]
    store = project.connections
    delivery = SourceResult(
        project=Project(project.id, project.name),
        connections=tuple(record for record in store if not names or record.name in names),
        available=tuple(record.name for record in store),
    )
    response = answer(
        delivery,
        request.headers.get("if-none-match"),
        accept=request.headers.get(ACCEPT),
        secret_key=read_basic(request.headers.get("authorization"))[1],
        version=store.version,
    )
    return Answer(response.status, response.headers, response.body)
