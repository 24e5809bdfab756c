"""Makes the spans of calls, and counts them, with the program's own OpenTelemetry; the API alone is imported."""

from collections.abc import Callable
from typing import Any

from genai_sdk import log
from genai_sdk.errors import ConfigurationError
from genai_sdk.otel.call import SpannedCall
from genai_sdk.otel.conventions import (
    Attribute,
    finish_reasons,
    provider_name,
    request_attributes,
    response_attributes,
    token_counts,
)
from genai_sdk.otel.feeds import feeds_langfuse
from genai_sdk.otel.messages import input_messages, output_messages
from genai_sdk.otel.metrics import CallMetrics
from genai_sdk.otel.options import OpenTelemetry
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import CallTrace
from genai_sdk.tracing.attempts import children
from genai_sdk.tracing.capture import capture
from genai_sdk.tracing.content import Redactor
from genai_sdk.tracing.cost import of_refused
from genai_sdk.tracing.observed import CallFacts
from genai_sdk.tracing.record import AttemptRecord
from genai_sdk.tracing.status import status_of
from genai_sdk.types import ChatCompletion, Response
from genai_sdk.version import __version__

SCOPE = "genai_sdk"
"""The instrumentation scope of every span and metric."""

_TWICE = (
    "no OpenTelemetry spans are made: the tracer provider hands them to Langfuse, where this client records its calls "
    "itself, and each would be counted twice. Pass tracing=False to have them there from OpenTelemetry alone, or leave "
    "the scope %r out of that exporter and say OpenTelemetry(beside_langfuse=True); see `genai docs opentelemetry`"
)


class Instrumentation:
    """What a client tells the program's OpenTelemetry; thread-safe.

    Args:
        options: What the program wants.
        redactor: What content passes on its way out.
        records: Whether the client records its calls in a Langfuse itself.
        now: The clock of calls, in seconds.
        wall: The time, in nanoseconds since 1970.

    Raises:
        ConfigurationError: `opentelemetry-api` is not installed.
    """

    def __init__(
        self,
        options: OpenTelemetry,
        redactor: Redactor,
        now: Callable[[], float],
        wall: Callable[[], int],
        *,
        records: bool,
    ) -> None:
        try:
            from opentelemetry import trace
        except ImportError as error:
            raise ConfigurationError(
                Sentence.of(
                    "otel.missing",
                    "otel needs OpenTelemetry's API: pip install 'genai-sdk-langfuse[otel]', or leave otel out",
                )
            ) from error
        self.now = now
        self._wall = wall
        self._trace: Any = trace
        self._options = options
        self._redactor = redactor
        self._records = records
        self._tracers: tuple[Any, Any] = (None, None)
        self._failed = False
        self._metrics: CallMetrics | None = None
        if options.metrics:
            self._metrics = CallMetrics(options.meter_provider)

    def observe(self, inner: CallTrace, facts: CallFacts) -> CallTrace:
        """Begin a call's span under the one that is current, and return what tells both of the call."""
        try:
            return self._begin(inner, facts)
        except Exception as error:  # noqa: BLE001 - the program's processors run in this, and may not break the call
            self._fail(error)
            return inner

    def _begin(self, inner: CallTrace, facts: CallFacts) -> SpannedCall:
        content = self._options.content
        attributes = request_attributes(facts, content=content)
        call = SpannedCall(inner, self.now, self.finish, facts.began, attributes, self._wall)
        call.tracer = tracer = self._tracer() if self._options.spans else None
        if tracer is None:
            return call
        shown = attributes if inner.trace_id is None else attributes | {"genai_sdk.langfuse.trace_id": inner.trace_id}
        call.span = span = tracer.start_span(
            f"{attributes['gen_ai.operation.name']} {facts.model}".rstrip(),
            kind=self._trace.SpanKind.CLIENT,
            attributes=shown,
            start_time=call.started,
        )
        if content and span.is_recording():
            span.set_attribute("gen_ai.input.messages", self._redactor.reshaped(capture(facts.input), input_messages))
        return call

    def finish(
        self, call: SpannedCall, response: Response | None, error: BaseException | None, ended: int, seconds: float
    ) -> None:
        """End a call's span and count it."""
        try:
            self._finish(call, response, error, ended, seconds)
        except Exception as failure:  # noqa: BLE001 - as in `observe`
            self._fail(failure)

    def _finish(
        self, call: SpannedCall, response: Response | None, error: BaseException | None, ended: int, seconds: float
    ) -> None:
        info = None if response is None else response.genai
        adapter = (info and info.provider) or getattr(error, "provider", None)
        usage = response.usage if response is not None else None
        if usage is None and error is not None:
            usage = of_refused(call.attempts)
        call.attributes["gen_ai.provider.name"] = provider_name(adapter)
        call.attributes |= response_attributes(response)
        if error is not None:
            call.attributes["error.type"] = type(error).__name__
        tokens = token_counts(usage)
        if self._metrics is not None:
            self._metrics.record(call.attributes, tokens, seconds)
        if (span := call.span) is None:
            return
        if span.is_recording():
            span.set_attributes(call.attributes | {f"gen_ai.usage.{name}": count for name, count in tokens.items()})
            span.set_attributes(_route(call, response, error))
            self._tell(span, response, error)
            for number, attempt in enumerate(children(call.attempts), 1):
                self._attempt(call, number, attempt)
        span.end(ended)

    def _tell(self, span: Any, response: Response | None, error: BaseException | None) -> None:
        """Put the answer's content on the span, and why it failed; content only where it is wanted."""
        content = self._options.content
        if content and isinstance(response, ChatCompletion) and response.choices:
            reasons = finish_reasons(response)
            answer = capture([choice.message for choice in response.choices])
            text = self._redactor.reshaped(answer, lambda tree: output_messages(tree, reasons))
            span.set_attribute("gen_ai.output.messages", text)
        if error is not None:
            message = status_of(error, capture_content=content)[1]
            reason = None if message is None else self._redactor.message(message)
            span.set_status(self._trace.Status(self._trace.StatusCode.ERROR, reason))

    def _attempt(self, call: SpannedCall, number: int, attempt: AttemptRecord) -> None:
        """Make the span of one attempt. It has none of `gen_ai.`: what sums those up would count its call again."""
        row = attempt.row
        facts: dict[str, Attribute] = {
            "genai_sdk.attempt.number": number,
            "genai_sdk.connection": row.connection,
            "genai_sdk.model": row.model,
            "genai_sdk.attempt.reason": row.reason,
        }
        if row.status is not None:
            facts["http.response.status_code"] = row.status
        if row.reason != "ok":
            facts["error.type"] = str(row.status) if row.status is not None and row.status >= 400 else row.reason
        span = call.tracer.start_span(
            f"attempt {row.connection}/{row.model}",
            context=self._trace.set_span_in_context(call.span),
            kind=self._trace.SpanKind.CLIENT,
            attributes=facts,
            start_time=attempt.started,
        )
        if row.reason != "ok":
            span.set_status(self._trace.Status(self._trace.StatusCode.ERROR, row.reason))
        span.end(attempt.ended)

    def _tracer(self) -> Any:
        """Return the tracer of the provider there is now; None where its spans would be counted twice in Langfuse.

        The global provider may be set after the client is made, and a processor may be added to it: so the provider is
        looked at once for each, and its processors with every change of their number.
        """
        provider = self._options.tracer_provider or self._trace.get_tracer_provider()
        processors = getattr(getattr(provider, "_active_span_processor", None), "_span_processors", None)
        known, tracer = self._tracers
        if known == (provider, processors):
            return tracer
        tracer = provider.get_tracer(SCOPE, __version__)
        if self._records and not self._options.beside_langfuse and feeds_langfuse(provider):
            log.warning(_TWICE, SCOPE)
            tracer = None
        self._tracers = ((provider, processors), tracer)
        return tracer

    def _fail(self, error: Exception) -> None:
        if not self._failed:
            self._failed = True
            log.warning("OpenTelemetry failed: %s; what it was told of calls is not whole", type(error).__name__)


def _route(call: SpannedCall, response: Response | None, error: BaseException | None) -> dict[str, Attribute]:
    """Return who served or failed a call, and what it cost."""
    facts: dict[str, Attribute] = {"genai_sdk.attempts": len(call.attempts)}
    info = None if response is None else response.genai
    connection = (info and info.connection) or getattr(error, "connection", None)
    model = (info and info.model) or getattr(error, "model", None)
    if connection:
        facts["genai_sdk.connection"] = connection
    if model:
        facts["genai_sdk.model"] = model
    if info is not None and info.cost is not None:
        facts["genai_sdk.cost"] = info.cost
    if info is not None and info.request_id:
        facts["genai_sdk.request_id"] = info.request_id
    return facts
