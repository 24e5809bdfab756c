"""A provider to test against: real HTTP on loopback, every adapter's wire, any failure on order."""

import itertools
import time
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Self

import msgspec

from genai_sdk.testing.answer import Answer, dump, json_answer
from genai_sdk.testing.batches import FakeBatches
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.damage import up_to
from genai_sdk.testing.delivery import Delivery, deliver
from genai_sdk.testing.files import FakeFiles
from genai_sdk.testing.journal import Journal, JournalEntry, Watch
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.oauth import service_account_file
from genai_sdk.testing.script import Aim, Script
from genai_sdk.testing.steps import ErrorInStream, Redirect, Reply, Slow, Status, Step, reply_of
from genai_sdk.testing.turn import Answering, compose
from genai_sdk.testing.wires import ROUTES
from genai_sdk.testing.wires.wire import DeniedError, Failure, Route, failure_of, find, read_call

if TYPE_CHECKING:
    import ssl

    from genai_sdk.testing.server import Server

_BASES = {"openai": "/v1", "azure": "/openai/deployments"}


class FakeProvider:
    """A provider on loopback that speaks every adapter's wire and does what it is told.

    One fake answers on the paths of all six adapters, so it can stand behind any connection; several fakes are
    several regions. Use it as a context manager.

        with FakeProvider("seoul", keys={"sk-good"}) as fake:
            fake.script(Status(429, retry_after=2), CutStream(after_chunks=2))
            ...  # call fake.base_url("openai") with sk-good
            assert fake.journal[0].status == 429

    Answers are the same for the same call: `"{name}: {last user message}"`, a smallest instance of the schema asked
    for, a call of the tool that is forced, unit vectors made from the text's hash. One word is one token.

    Args:
        name: What its answers start with.
        keys: The API keys and bearer tokens accepted; None: any that is not empty.
        aws_keys: AWS secret access keys by access key id; signatures are verified. None: any is accepted.
        answer: What to say instead of the usual: a text, a `Reply`, or a function of the call that gives either. The
            function runs on the fake's own thread and must not block.
        models: The models served, others being 404; None: any.
        tls: A server's TLS context, to speak https.
        port: The port, for a process that comes back where it was; 0 for any.

    Attributes:
        name: See above.
        journal: Every request so far.
        batches: The batches it was sent.
        files: The files it keeps.
    """

    def __init__(
        self,
        name: str = "fake",
        *,
        keys: Collection[str] | None = None,
        aws_keys: Mapping[str, str] | None = None,
        answer: Answering | None = None,
        models: Collection[str] | None = None,
        tls: "ssl.SSLContext | None" = None,
        port: int = 0,
    ) -> None:
        self.name = name
        self._watch = Watch()
        self.journal = Journal(self._watch)
        self._keyring = Keyring(keys, aws_keys)
        self._usual = answer
        self._models = None if models is None else tuple(models)
        self._tls = tls
        self._port = port
        self._script = Script()
        self.batches = FakeBatches(self._run)
        self.files = FakeFiles()
        self._numbers = itertools.count(1)
        self._server: Server | None = None

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
        """The origin, such as `"http://127.0.0.1:49152"`."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._running.port}"

    def base_url(self, adapter: str = "openai") -> str:
        """Return what a Langfuse connection of `adapter` has as its base URL to reach this fake."""
        return self.url + _BASES.get(adapter, "")

    def script(self, *steps: Step, model: str | None = None, operation: str | None = None) -> Self:
        """Queue steps, one per call; when they are used up the usual answers follow.

        Calls with wrong credentials use none up.

        Args:
            steps: What to do, in order.
            model: Only for calls of this model.
            operation: Only for `"chat"`, `"embedding"`, `"speech"` and the like, `"models"`, `"token"`, `"file"` or
                `"batch"`; None: any but the last four. A request of a batch is a call of its own.
        """
        self._script.add(Aim(model, operation), steps)
        return self

    def always(
        self, step: Step | Callable[[Call], Step], *, model: str | None = None, operation: str | None = None
    ) -> Self:
        """Do `step` on every call that no queued step is for; one for a model comes before one for all.

        A function of the call that gives the step runs on the fake's own thread and must not block.
        """
        self._script.hold(Aim(model, operation), step)
        return self

    def clear(self) -> None:
        """Forget every step, journal entry, file and batch."""
        self._script.clear()
        self.batches.clear()
        self.files.clear()
        self.journal.clear()

    @property
    def steps_left(self) -> int:
        """How many queued steps are not used up."""
        return len(self._script)

    def accept(self, *keys: str) -> None:
        """Accept these API keys from now on, and no others; without any, every key that is not empty."""
        self._keyring.keys = frozenset(keys) if keys else None

    def service_account(self, project: str = "fake-project") -> dict[str, str]:
        """Make a Google service account whose key file, returned here, gets its tokens from this fake.

        From now on Vertex AI's paths want such a token, or one of `keys`.
        """
        from genai_sdk.crypto.rsa import generate_rsa_key  # cryptography is slow to import

        email = f"fake-{len(self._keyring.accounts) + 1}@{project}.iam.gserviceaccount.com"
        private_key, self._keyring.accounts[email] = generate_rsa_key()
        return service_account_file(email, project, private_key, f"{self.url}/token")

    def down(self) -> None:
        """Refuse connections and cut the open ones, keeping the port."""
        self._running.down()

    def up(self) -> None:
        """Accept connections again, on the same port."""
        self._running.up()

    @property
    def open_connections(self) -> int:
        """How many TCP connections are open."""
        return self._running.open

    @property
    def accepted_connections(self) -> int:
        """How many TCP connections there ever were."""
        return self._running.accepted

    def wait_closed(self, down_to: int = 0, timeout: float = 5.0) -> None:
        """Wait until at most `down_to` connections are open. Blocks: from async code use `asyncio.to_thread`.

        Raises:
            TimeoutError: It did not happen within `timeout` seconds.
        """
        server = self._running
        self._watch.wait(
            lambda: server.open <= down_to,
            timeout,
            lambda: f"at most {down_to} open connections; there are {server.open}",
        )

    @property
    def _running(self) -> "Server":
        if self._server is None:
            raise RuntimeError("this fake is not running: use it as a context manager, or call start()")
        return self._server

    def _respond(self, request: Request) -> tuple[Delivery, Callable[[bool], None]]:
        """Decide on a request: what to send, and whom to tell in the end whether the client left early."""
        number = f"{next(self._numbers):08d}"
        route, matched = find(ROUTES, request)
        call, refused = read_call(route, request, matched)
        call = msgspec.structs.replace(
            call,
            served=self._models or ("fake-model",),
            request_id=f"req_{number}",
            batches=self.batches,
            files=self.files,
        )
        scheme, caller = "", None
        try:
            scheme, caller = route.wire.authenticate(request, self._keyring)
        except DeniedError as error:
            refused = Failure(error.kind, key=error.key)
        if refused is None and self._models is not None and call.model and call.model not in self._models:
            refused = Failure("not_found")
        entry = _entry(request, route, call, scheme, caller)
        self.journal.add(entry)
        step = Reply() if refused else self._step(call)
        answer = route.wire.error(refused, call) if refused else self._answer(route, call, step, number)
        delivery = deliver(answer.with_headers(dict.fromkeys(route.wire.id_headers, call.request_id)), step)
        entry.status = delivery.status
        return delivery, lambda aborted: self.journal.finish(entry, aborted=aborted)

    def _run(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Answer one request of a batch."""
        number = f"{next(self._numbers):08d}"
        headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"}
        request = Request("POST", path, path, {}, headers, dump(body))
        route, matched = find(ROUTES, request)
        call, refused = read_call(route, request, matched)
        if refused is None and self._models is not None and call.model not in self._models:
            refused = Failure("not_found")
        return route.wire.error(refused, call) if refused else self._answer(route, call, self._step(call), number)

    def _step(self, call: Call) -> Step:
        try:
            return self._script.take(call)
        except Exception as error:  # noqa: BLE001 - the user's function may raise anything, and the caller shall know
            return Status(500, message=f"the fake could not decide what to do: {error!r}")

    def _answer(self, route: Route, call: Call, step: Step, number: str) -> Answer:
        while isinstance(step, Slow):
            step = step.then
        if isinstance(step, Redirect):
            return Answer(step.code, {"location": step.url})
        failure = failure_of(step)
        if failure is not None and not (isinstance(step, ErrorInStream) and call.stream):
            return route.wire.error(failure, call)
        reply = reply_of(step)
        try:
            turn = compose(call, reply, number=number, name=self.name, answer=self._usual)
            answer = route.codec.write(call, turn).with_headers(reply.headers)
        except Exception as error:  # noqa: BLE001 - the user's function may raise anything, and the caller shall know
            return json_answer({"error": {"message": f"the fake could not make up its answer: {error!r}"}}, 500)
        if isinstance(step, ErrorInStream) and failure is not None and route.codec.error is not None:
            error_frame = route.codec.error(route.wire.words(failure, call))
            return msgspec.structs.replace(answer, frames=[*up_to(answer.frames, step.after_chunks), error_frame])
        return answer


def _entry(request: Request, route: Route, call: Call, scheme: str, caller: str | None) -> JournalEntry:
    return JournalEntry(
        wire=route.wire.name,
        operation=call.operation,
        method=request.method,
        path=request.path,
        query=request.query,
        headers=request.headers,
        model=call.model,
        body=request.json(),
        raw=request.body,
        stream=call.stream,
        scheme=scheme,
        authenticated_as=caller,
        request_id=call.request_id,
        connection=request.connection,
        started=time.monotonic(),
    )
