"""The tracer of one client: begins calls and blocks, and knows where their records go."""

import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from genai_sdk.http import SyncTransport
from genai_sdk.tracing.call import CallTrace, RecordedCall, Recorder
from genai_sdk.tracing.capture import capture, verbatim
from genai_sdk.tracing.content import Redactor
from genai_sdk.tracing.context import TraceContext, find_context, is_sampled
from genai_sdk.tracing.exporter import Exporter
from genai_sdk.tracing.ids import Ids
from genai_sdk.tracing.labels import Labels
from genai_sdk.tracing.otel import ActiveSpan, active_span
from genai_sdk.tracing.record import Kind, ModelRequest, ObservationRecord, TraceAttributes
from genai_sdk.tracing.semconv import OPERATIONS
from genai_sdk.tracing.sender import RetryClock, RetryLimits, Sender
from genai_sdk.tracing.settings import TracingSettings
from genai_sdk.tracing.stats import TracingStats
from genai_sdk.types import PromptLink

if TYPE_CHECKING:  # the first is loaded by the first block
    from genai_sdk.tracing.block import TraceBlock
    from genai_sdk.tracing.losses import Losses
    from genai_sdk.tracing.outlet import Outlet

UNRECORDED = CallTrace()
# Tools and the system's words belong to the input, as in Langfuse's own integrations; headers can hold keys.
_NO_PARAMETERS = frozenset({"tools", "extra_headers", "instructions", "system"})


class Tracer:
    """Records calls and blocks of one client, for one Langfuse project; thread-safe and fork-safe.

    Args:
        settings: What is recorded and how.
        transport: Sends the records; the tracer's own, closed by `close`.
        secret_key: Returns the project's secret key, when a request is made.
        project_id: Returns the id of the project, or None as long as it is not known; must not wait.
        exit_timeout: Seconds that the end of the process may wait for what is unsent.
        handle_sigterm: Whether SIGTERM waits too, where nobody else handles it.
        retry_limits: The bounds of one sender.
        retry_clock: The time between its tries.
        now: The clock of calls, in seconds.
        wall: The time, in nanoseconds since 1970.
    """

    def __init__(
        self,
        settings: TracingSettings,
        *,
        transport: SyncTransport,
        secret_key: Callable[[], str],
        project_id: Callable[[], str | None],
        exit_timeout: float = 5.0,
        handle_sigterm: bool = False,
        retry_limits: RetryLimits | None = None,
        retry_clock: RetryClock | None = None,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], int] = time.time_ns,
    ) -> None:
        self._settings = settings
        self._host = (settings.host or "").rstrip("/")
        self._traces: tuple[str, str] = ("", "")  # the project and where its traces are, since every call asks
        self._project_id = project_id
        limits = retry_limits or RetryLimits()
        sender = Sender(transport, self._host, settings.public_key, secret_key, limits, retry_clock)
        uploads = None
        if settings.upload_media:
            from genai_sdk.tracing.uploads import Uploads  # a cost only for those who want it

            uploads = Uploads(sender)
        redactor = Redactor(settings.mask, settings.max_content_bytes, uploads)
        self._exporter = Exporter(
            sender,
            redactor,
            exit_timeout,
            self._spool(sender, secret_key),
            handle_sigterm=handle_sigterm and settings.active,
        )
        self._recorder = Recorder(
            self._exporter, Ids(), now, self.trace_url, settings.capture_content, settings.infer_cost, wall
        )
        self._plain = TraceAttributes(environment=settings.environment, release=settings.release)
        # One for each tracer, so that blocks of two clients never meet.
        self._current: ContextVar[TraceContext | None] = ContextVar("genai_sdk.trace", default=None)

    def begin(
        self,
        kind: Kind,
        *,
        model: str,
        input: object,  # noqa: A002 - Langfuse's name
        options: Mapping[str, Any] | None = None,
        labels: Labels | None = None,
        prompt: PromptLink | None = None,
        began: float | None = None,
        streaming: bool = False,
        operation: str = "",
    ) -> CallTrace:
        """Begin a call: its ids are known at once, and its input is as it is now.

        Args:
            kind: What Langfuse shows it as.
            model: The name asked for.
            input: The messages or texts.
            options: The parameters of the model.
            labels: What the user says of the call.
            prompt: The managed prompt it is made with.
            began: When it began, in seconds of the tracer's clock; now if left out.
            streaming: Whether a stream is asked for.
            operation: What is asked; left out, what the kind stands for.
        """
        context = self._find()
        if context is None or not context[0].sampled:
            return UNRECORDED
        scope, span = context
        if span is not None:
            span.leave_counting()
        now = self._recorder.now()
        began = now if began is None else began
        options = options or {}
        if options.get("tools"):
            input = {"tools": options["tools"], "messages": input}  # noqa: A001 - Langfuse's name
        kept, name = self._recorder.keep(input), _name(labels, prompt)
        shared = scope.shared if labels is None else labels.on(scope.shared)
        if name is not None and scope.parent_id is None and shared.trace_name is None:
            shared = msgspec.structs.replace(shared, trace_name=name)
        operation = OPERATIONS.get(operation or kind, operation or kind)
        draft = ObservationRecord(
            trace_id=scope.trace_id,
            id=self._recorder.ids.observation(),
            parent_id=scope.parent_id,
            kind=kind,
            name=name or f"{operation} {model}",
            started=self._recorder.wall() - int((now - began) * 1e9),
            ended=0,
            shared=shared,
            input=kept,
            metadata=() if labels is None or labels.metadata is None else (capture(labels.metadata),),
            facts=scope.facts,
        )
        parameters = self._parameters(options) if options else None
        request = ModelRequest(operation, model, streaming, capture(parameters) if parameters else None, prompt)
        encoded = None if options.get("tools") else verbatim(kept, input)
        return RecordedCall(self._recorder, draft, request, began, encoded)

    def replay(
        self,
        kind: Kind,
        *,
        identity: tuple[str, str],
        span: tuple[float, float],
        model: str,
        input: object,  # noqa: A002 - Langfuse's name
        operation: str,
        metadata: Mapping[str, Any],
        labels: Labels | None = None,
    ) -> CallTrace:
        """Begin a call that was made elsewhere and is read here: a trace of its own, the same whoever reads it.

        Langfuse keeps one observation for an id on a day, and so neither ids nor times are those of the reading.

        Args:
            kind: What Langfuse shows it as.
            identity: The ids of its trace and its observation.
            span: When it began and ended, in seconds since 1970.
            model: The name asked for.
            input: The messages or texts; None where nobody knows them any more.
            operation: What was asked.
            metadata: Facts of where it comes from.
            labels: What the user says of it.
        """
        trace_id, ident = identity
        if not self._settings.active or not is_sampled(trace_id, self._settings.sample_rate):
            return UNRECORDED
        began, ended = (int(moment * 1e9) for moment in span)
        shared = self._plain if labels is None else labels.on(self._plain)
        operation = OPERATIONS.get(operation, operation)
        facts = {**(labels.metadata or {} if labels is not None else {}), **metadata}
        draft = ObservationRecord(
            trace_id=trace_id,
            id=ident,
            kind=kind,
            name=_name(labels, None) or f"{operation} {model}",
            started=began,
            ended=0,
            shared=shared,
            input=self._recorder.keep(input),
            metadata=(capture(facts),),
        )
        # The clock of such a call stands still, at its end.
        recorder = msgspec.structs.replace(self._recorder, now=lambda: (ended - began) / 1e9)
        return RecordedCall(recorder, draft, ModelRequest(operation, model), 0.0)

    def block(
        self,
        name: str,
        labels: Labels | None = None,
        input: object = None,  # noqa: A002 - Langfuse's name
        kind: Kind = "span",
    ) -> "TraceBlock":
        """Return a block to be entered with `with`; see `TraceBlock`."""
        from genai_sdk.tracing.block import TraceBlock

        return TraceBlock(self._recorder, self._current, self._find, name, labels, input, kind)

    def records_to(self, public_key: str | None) -> bool:
        """Whether calls are recorded, and to the project of this key."""
        return self._settings.active and self._settings.public_key == public_key

    def trace_url(self, trace_id: str) -> str | None:
        """Return where Langfuse shows a trace, or None as long as the project is not known."""
        project = self._project_id()
        if project is None:
            return None
        known, place = self._traces
        if known != project:
            place = f"{self._host}/project/{quote(project, safe='')}/traces"
            self._traces = project, place
        return f"{place}/{trace_id}"

    def prompt_url(self, name: str, version: int | None) -> str:
        """Return where Langfuse shows a prompt; only Langfuse's own address as long as the project is not known."""
        project = self._project_id()
        if project is None:
            return self._host
        number = "" if version is None else f"?version={version}"
        return f"{self._host}/project/{quote(project, safe='')}/prompts/{quote(name, safe='')}{number}"

    def flush(self, timeout: float) -> bool:
        """Wait until what was recorded so far is sent or given up; returns whether that took less than `timeout`."""
        return self._exporter.flush(timeout)

    def close(self, timeout: float) -> None:
        """Send what there is for at most `timeout` seconds; what comes later is dropped. May be repeated."""
        self._exporter.close(timeout)

    def stats(self) -> TracingStats:
        """Return what became of the records of this process."""
        return self._exporter.stats()

    def _spool(self, sender: Sender, secret_key: Callable[[], str]) -> "Callable[[Losses], Outlet] | None":
        settings = self._settings.spool
        if settings is None or not self._settings.active:
            return None
        from genai_sdk.tracing.spool.directory import SpoolDirectory  # only those who want one pay
        from genai_sdk.tracing.spool.files import SpoolFiles
        from genai_sdk.tracing.spool.spool import Spool

        directory = SpoolDirectory(
            settings.directory, host=self._host, public_key=self._settings.public_key, secret_key=secret_key
        )
        return lambda losses: Spool(SpoolFiles(directory, settings), sender, losses)

    def _find(self) -> tuple[TraceContext, ActiveSpan | None] | None:
        if not self._settings.active:
            return None
        span = active_span(joined=self._settings.join_otel)
        scope = find_context(
            self._current.get(),
            span,
            self._plain,
            draw=self._recorder.ids.trace,
            public_key=self._settings.public_key,
            sample_rate=self._settings.sample_rate,
            join_otel=self._settings.join_otel,
        )
        return scope, span

    def _parameters(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is recorded of the parameters; without content only numbers and switches, which can hold none."""
        plain = not self._settings.capture_content
        return {
            name: item
            for name, item in options.items()
            if name not in _NO_PARAMETERS and (not plain or isinstance(item, int | float))
        }


def _name(labels: Labels | None, prompt: PromptLink | None) -> str | None:
    """Return what the user calls a call: Langfuse lists calls by the names of their observations."""
    label = None if labels is None else labels.generation_name or labels.trace_name
    return label or (None if prompt is None else prompt.name)
