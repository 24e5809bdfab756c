"""The pages of FastAPI and Django, each under uvicorn as a browser meets it: answers, streams, failures, leaving."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.gateway.conftest import Stage
from tests.integrations.pages import environ, files, packages
from tests.integrations.serving import Running, free_port, running

from genai_sdk.testing import CutStream, Reply, StallStream, Status

SETTINGS = """
SECRET_KEY = "none"
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["*"]
"""
ASGI = """
from django.core.asgi import get_asgi_application

application = get_asgi_application()
"""


class Framework(NamedTuple):
    """How a page is served.

    Attributes:
        application: What uvicorn is told to serve.
        beside: Further files: what every project of the framework has.
    """

    application: str
    beside: dict[str, str]


FRAMEWORKS = {
    "fastapi": Framework("app:app", {}),
    "django": Framework("asgi:application", {"settings.py": SETTINGS, "asgi.py": ASGI}),
}


@pytest.fixture(params=FRAMEWORKS)
def site(request: pytest.FixtureRequest, stage: Stage, tmp_path: Path) -> Iterator[Running]:
    """A page's code, served."""
    framework = FRAMEWORKS[request.param]
    place = packages("integrations")
    for name, code in {**files(request.param), **framework.beside}.items():
        (tmp_path / name).write_text(code)
    port = free_port()
    env = environ(stage, f"{place}:{tmp_path}", {"DJANGO_SETTINGS_MODULE": "settings"})
    command = ["-m", "uvicorn", "--port", str(port), framework.application]
    with running(command, env, tmp_path, port) as process:
        yield process


def test_a_question_is_answered_and_its_trace_is_there_after_the_end(site: Running, stage: Stage):
    stage.first.script(Reply(text="Good day!"))
    status, body = site.json("/ask", question="Hello!")
    assert (status, body["text"]) == (200, "Good day!")
    assert site.end() in (0, -15), site.log
    (trace,) = stage.langfuse.projects[0].traces.all
    assert body["trace"].endswith(trace.id)


def test_a_region_that_fails_is_not_noticed(site: Running, stage: Stage):
    stage.first.script(Status(503))
    stage.second.script(Reply(text="From the second."))
    assert site.json("/ask", question="Hello!")[1]["text"] == "From the second."


def test_where_everything_fails_a_status_says_so(site: Running, stage: Stage):
    for provider in (stage.first, stage.second):
        provider.script(*[Status(400)] * 5)
    status, body = site.json("/ask", question="Hello!")
    assert status == 503
    assert body["trace"]


def test_a_stream_arrives_event_by_event_and_ends_with_one(site: Running, stage: Stage):
    stage.first.script(Reply(text="one two three"))
    *parts, end = site.events("/stream", question="Hello!")
    assert "".join(data["text"] for _, data in parts) == "one two three"
    assert end[0] == "end"


def test_a_browser_that_goes_away_frees_the_provider(site: Running, stage: Stage):
    stage.first.script(StallStream(reply=Reply(text="one two three")))
    site.hang_up("/stream", b"one", question="Hello!")
    traces = stage.langfuse.projects[0].traces
    site.until(lambda: len(traces.all) == 1)
    assert traces.all[0].root.status_message == "cancelled"
    assert traces.all[0].root.output["content"] == "one"


@pytest.mark.parametrize("site", ["fastapi"], indirect=True)
def test_a_stream_that_breaks_says_so_in_an_event(site: Running, stage: Stage):
    stage.first.script(CutStream(reply=Reply(text="one two three")))
    *_, last = site.events("/stream", question="Hello!")
    assert last[0] == "error"
