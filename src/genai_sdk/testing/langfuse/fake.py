"""A Langfuse to test against: real HTTP on loopback, several projects, any outage on order."""

import itertools
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Self

import msgspec

from genai_sdk.langfuse import api
from genai_sdk.langfuse.access import read_basic
from genai_sdk.langfuse.api import system
from genai_sdk.langfuse.api.routes import HEALTH
from genai_sdk.langfuse.entity_tag import entity_tag, is_current
from genai_sdk.langfuse.errors import WRONG_KEYS, ApiError
from genai_sdk.testing.answer import Answer
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.delivery import Delivery, deliver
from genai_sdk.testing.journal import Journal, JournalEntry, Watch
from genai_sdk.testing.langfuse.connections import ConnectionStore
from genai_sdk.testing.langfuse.errors import no_page, outage, refused
from genai_sdk.testing.langfuse.media import store_media
from genai_sdk.testing.langfuse.project import FakeProject
from genai_sdk.testing.langfuse.prompts import PromptStore
from genai_sdk.testing.langfuse.routes import STORAGE, RouteMatch, answer, find, work
from genai_sdk.testing.langfuse.traces import ScoreStore, TraceStore
from genai_sdk.testing.script import Aim, Script
from genai_sdk.testing.steps import (
    CutBeforeHeaders,
    CutBody,
    Malformed,
    Redirect,
    Reply,
    Slow,
    StallBeforeHeaders,
    Status,
    Step,
    WrongLength,
)

if TYPE_CHECKING:
    import ssl

    from genai_sdk.testing.server import Server

_POSSIBLE = (Reply, Slow, Status, Redirect, Malformed, CutBeforeHeaders, StallBeforeHeaders, CutBody, WrongLength)
_INSTEAD = (Status, Redirect, CutBeforeHeaders, StallBeforeHeaders)


class FakeLangfuse:
    """A Langfuse on loopback: prompts, projects, traces, scores and a broker, for one or more projects.

        with FakeLangfuse() as langfuse:
            langfuse.prompts.create("greeting", "Hello {{name}}!", labels=["production"])
            langfuse.script(Status(500), operation="otlp")
            ...  # use langfuse.url, langfuse.public_key and langfuse.secret_key
            (trace,) = langfuse.traces.wait_for(1)
            assert trace.root.prompt == ("greeting", 1)

    Operations, as scripts and the journal call them: health, projects, prompts, otlp (spans coming in), traces (reads
    and of sums of them), scores, media, storage (bytes of media coming in), llm-connections, models, connections (the
    broker). Its API is the local platform's (`genai up`), over memory, and media beside it.

    Args:
        public_key: The first project's public key.
        secret_key: The first project's secret key.
        broker: Whether it answers the broker's path; a Langfuse by itself does not.
        mode: Which of Langfuse's endpoints answer: `dual` the old ones (v1) and the new ones; `events_only`, as a
            bare 4.16, refuses the old ones; `legacy`, as an older Langfuse, has no others.
        max_body_bytes: The largest body taken, as it is sent; larger ones get 413.
        tls: A server's TLS context, to speak https.
        port: The port, for a process that comes back where it was; 0 for any.

    Attributes:
        project: The first project.
        projects: Every project.
        journal: Every request so far.
    """

    def __init__(
        self,
        *,
        public_key: str = "pk-lf-test",
        secret_key: str = "sk-lf-test",  # noqa: S107 - opens nothing but this fake
        broker: bool = True,
        mode: api.Mode = "dual",
        max_body_bytes: int | None = None,
        tls: "ssl.SSLContext | None" = None,
        port: int = 0,
    ) -> None:
        self._watch = Watch()
        self.journal = Journal(self._watch)
        self._keys: dict[str, tuple[str, FakeProject | None]] = {}
        self.projects: list[FakeProject] = []
        self.project = self.add_project("proj-test", "TestProject", public_key=public_key, secret_key=secret_key)
        self._broker = broker
        self._mode: api.Mode = mode
        self._max_body_bytes = max_body_bytes
        self._tls = tls
        self._port = port
        self._script = Script()
        self._numbers = itertools.count(1)
        self._server: Server | None = None

    def add_project(
        self,
        id: str,  # noqa: A002
        name: str | None = None,
        *,
        public_key: str | None = None,
        secret_key: str | None = None,
    ) -> FakeProject:
        """Make another project; left out, its keys are made from its id."""
        pair = public_key or f"pk-lf-{id}", secret_key or f"sk-lf-{id}"
        project = FakeProject(id, name or id, *pair, self._watch)
        self.projects.append(project)
        self.accept(*pair, project)
        return project

    def accept(self, public_key: str, secret_key: str, project: FakeProject | None = None) -> None:
        """Accept a key pair from now on; without a project it is an organisation's, which may read none (403)."""
        self._keys[public_key] = (secret_key, project)

    def revoke(self, public_key: str) -> None:
        """Accept a key pair no longer (401)."""
        self._keys.pop(public_key, None)

    def start(self) -> Self:
        """Listen on 127.0.0.1, in a daemon thread."""
        from genai_sdk.testing.server import Server  # asyncio costs 40 ms, and only those who start a fake pay

        if self._server is not None:
            raise RuntimeError("this fake was started before; make another one")
        self._server = Server(self._respond, self._watch, self._tls, self._port)
        self._server.start()
        return self

    def stop(self) -> None:
        """End every connection at once, stalled ones too; may be called again."""
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The origin, such as `"http://127.0.0.1:49152"`: a client's `host`, and its `broker_url`."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._running.port}"

    @property
    def public_key(self) -> str:
        """The first project's public key."""
        return self.project.public_key

    @property
    def secret_key(self) -> str:
        """The first project's secret key."""
        return self.project.secret_key

    @property
    def prompts(self) -> PromptStore:
        """The first project's prompts."""
        return self.project.prompts

    @property
    def traces(self) -> TraceStore:
        """The first project's traces."""
        return self.project.traces

    @property
    def scores(self) -> ScoreStore:
        """The first project's scores."""
        return self.project.scores

    @property
    def connections(self) -> ConnectionStore:
        """The first project's LLM connections."""
        return self.project.connections

    def script(self, *steps: Step, operation: str | None = None) -> Self:
        """Queue steps, one per request; when they are used up the usual answers follow.

        Steps come before authentication. Where one answers in Langfuse's stead (a status, a redirect, a page, nothing
        at all), the request changes nothing here.

        Args:
            steps: `Status`, `Slow`, `Redirect`, `Malformed`, `CutBeforeHeaders`, `CutBody`, `StallBeforeHeaders` or
                `WrongLength`; `Reply` for the usual answer.
            operation: Only for requests of this operation; None: for any.
        """
        self._script.add(_AnyAim(operation=operation), tuple(map(_possible, steps)))
        return self

    def always(self, step: Step, *, operation: str | None = None) -> Self:
        """Do `step` on every request that no queued step is for."""
        self._script.hold(_AnyAim(operation=operation), _possible(step))
        return self

    def clear(self) -> None:
        """Forget every step and every journal entry; what the projects keep stays."""
        self._script.clear()
        self.journal.clear()

    def requests(self, operation: str) -> list[JournalEntry]:
        """Return the requests of one operation, in order."""
        return [entry for entry in self.journal if entry.operation == operation]

    def down(self) -> None:
        """Refuse connections and cut the open ones, keeping the port."""
        self._running.down()

    def up(self) -> None:
        """Accept connections again, on the same port."""
        self._running.up()

    @property
    def _running(self) -> "Server":
        if self._server is None:
            raise RuntimeError("this fake is not running: use it as a context manager, or call start()")
        return self._server

    def _respond(self, request: Request) -> tuple[Delivery, Callable[[bool], None]]:
        """Decide on a request: what to send, and whom to tell in the end whether the client left early."""
        denied, match = None, None
        try:
            match = find(request, broker=self._broker)
        except ApiError as error:
            denied = refused(error)
        operation = match.route.operation if match is not None else "unknown"
        public_key, owner = self._caller(request.headers)
        entry = _entry(request, operation, public_key, f"{next(self._numbers):08d}")
        self.journal.add(entry)
        step = self._script.take(Call(operation=operation))
        answer = denied or self._answer(request, match, _innermost(step), owner)
        delivery = deliver(answer, step)
        entry.status = delivery.status
        return delivery, lambda aborted: self.journal.finish(entry, aborted=aborted)

    def _answer(
        self,
        request: Request,
        match: RouteMatch | None,
        step: Step,
        owner: FakeProject | ApiError,
    ) -> Answer:
        if isinstance(step, Status):
            return outage(step)
        if isinstance(step, Redirect):
            return Answer(step.code, {"location": step.url})
        if isinstance(step, _INSTEAD) or (isinstance(step, Malformed) and step.kind != "truncated"):
            return Answer(200, {})
        if match is None:
            return no_page()
        if self._max_body_bytes is not None and len(request.body) > self._max_body_bytes:
            return outage(Status(413))
        if match.route is HEALTH:
            return _tagged(request, answer(system.health()))
        if match.route is STORAGE:
            return store_media(self.projects, request, match.path["ticket"])
        try:
            if isinstance(owner, ApiError):
                # The one path that is older than the others, and leaves the error's name out.
                bare = ApiError(owner.status, owner.message, None)
                raise bare if match.route.operation == "projects" else owner
            with self._watch.changed:
                return _tagged(request, work(self._context(owner), owner, match, request))
        except ApiError as error:
            return refused(error)
        except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:  # JSON of another shape
            return refused(ApiError(400, "Invalid request data", repr(error)))

    def _context(self, owner: FakeProject) -> api.Context:
        return api.Context(owner.store, api.Project(owner.id, owner.name, ("org-test", "TestOrg")), self._mode)

    def _caller(self, headers: Mapping[str, str]) -> tuple[str | None, FakeProject | ApiError]:
        """Return the public key that was accepted and its project, or why there is none."""
        try:
            public_key, secret_key = read_basic(headers.get("authorization"))
        except ApiError as refusal:
            return None, refusal
        expected, project = self._keys.get(public_key, (None, None))
        if expected != secret_key:
            return None, ApiError(401, WRONG_KEYS)
        return public_key, project or ApiError(403, "Invalid API key. Are you using an organization key?")


def _tagged(request: Request, answer: Answer) -> Answer:
    """Put an entity tag on an answer to a read; a reader that has this very body gets 304 and none."""
    if request.method != "GET" or answer.status != 200 or not answer.body or "etag" in answer.headers:
        return answer
    tagged = answer.with_headers({"etag": entity_tag(answer.body)})
    if not is_current(request.headers.get("if-none-match"), tagged.headers["etag"]):
        return tagged
    return msgspec.structs.replace(tagged, status=304, body=b"")


class _AnyAim(Aim, frozen=True):
    """An aim at one operation, or at all."""

    def fits(self, call: Call) -> bool:
        return self.operation in (None, call.operation)


def _possible(step: Step) -> Step:
    if not isinstance(_innermost(step), _POSSIBLE):
        known = ", ".join(kind.__name__ for kind in _POSSIBLE)
        raise TypeError(f"a fake Langfuse cannot do {type(_innermost(step)).__name__}; it can do {known}")
    return step


def _innermost(step: Step) -> Step:
    while isinstance(step, Slow):
        step = step.then
    return step


def _entry(request: Request, operation: str, public_key: str | None, number: str) -> JournalEntry:
    return JournalEntry(
        wire="langfuse",
        operation=operation,
        method=request.method,
        path=request.path,
        query=request.query,
        headers=request.headers,
        model="",
        body=request.json() if "gzip" not in request.headers.get("content-encoding", "") else None,
        raw=request.body,
        stream=False,
        scheme="basic" if public_key else "",
        authenticated_as=public_key,
        request_id=number,
        connection=request.connection,
        started=time.monotonic(),
    )
