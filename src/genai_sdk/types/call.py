"""What is known of a call beside its answer: who served it, what it cost, every attempt."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from genai_sdk.types.base import Record
from genai_sdk.types.parameters import Parameters
from genai_sdk.types.usage import Usage

CANCELLED = "cancelled"
"""The reason of an attempt that was given up by its caller while it was under way."""


UNSUPPORTED = "unsupported"
"""The reason of an attempt that was not made, since the deployment does not take a parameter of the call."""


class Attempt(Record, frozen=True, kw_only=True):
    """One row of a call's ledger.

    Attributes:
        connection: The connection's name.
        model: The model id sent to the provider.
        status: The HTTP status of the answer, or None when there was none.
        latency: Seconds the attempt took; for a stream, until its first content.
        waited: Seconds waited before the attempt.
        reason: `"ok"`, or why it failed in a few words (`"rate limited"`, `"timeout"`, `"deadline"`, `"cancelled"`).
        detail: The provider's own message, without secrets; empty when the attempt succeeded.
        group: The model name or fallback target that this attempt belongs to.
        hedged: Whether it was begun beside another attempt that was slow (`hedge_after`).
        usage: The tokens that the provider reported of an answer that could not be used, or None.
        costs: What those cost in US dollars, by kind and in `total`; None where that is not known.
        parameters: What became of the call's parameters there; None where it had none.
    """

    connection: str
    model: str
    status: int | None
    latency: float
    waited: float = 0.0
    reason: str = "ok"
    detail: str = ""
    group: str = ""
    hedged: bool = False
    usage: Usage | None = None
    costs: Mapping[str, float] | None = None
    parameters: Parameters | None = None


class AnswerReader(Protocol):
    """Reads an answer as what the call's `response_format` was."""

    def parse(self, response: Any, /) -> Any:
        """Return a `ChatCompletion` as a value, or raise `ResponseFormatError`."""
        ...

    def partial(self, text: str, /) -> Any:
        """Return what a text that has not ended yet holds, in plain dicts and lists; None before there is anything."""
        ...


class CallInfo(Record, frozen=True, kw_only=True):
    """What GenAI SDK knows of a call: `response.genai`. Empty on a value that no call made.

    Attributes:
        connection: The connection that answered.
        provider: Its adapter, such as `"openai"`.
        model: The model id that the provider was asked for.
        cost: US dollars, or None where the price or the usage is unknown.
        costs: The same by kind of token used (`input`, `cached`, `written`, `output`, `reasoning` …), the `fees` paid
            by use, and the `total`; or None.
        price_source: Whose price that is: `"project"` (a model definition in Langfuse), `"table 2026-11-28"` (this
            package's own, of that day), or None where the cost is unknown.
        latency: Seconds from the call to its answer, waits included; for a stream, to its end.
        first_content: Seconds from the call to the first content of a stream, else None.
        request_id: The provider's own id of the request.
        attempts: Every attempt in order; the last one answered.
        trace_id: The id of the call's trace in Langfuse, or None if it is not recorded.
        trace_url: Where Langfuse shows it, or None as long as the project is not known.
        response_format: What the answer is read as (`response.parsed`), or None.
    """

    connection: str = ""
    provider: str = ""
    model: str = ""
    cost: float | None = None
    costs: Mapping[str, float] | None = None
    price_source: str | None = None
    latency: float = 0.0
    first_content: float | None = None
    request_id: str | None = None
    attempts: tuple[Attempt, ...] = ()
    trace_id: str | None = None
    trace_url: str | None = None
    response_format: AnswerReader | None = None

    hidden: ClassVar[frozenset[str]] = frozenset({"response_format"})

    def _repr_html_(self) -> str:
        """Show the ledger in a notebook."""
        from genai_sdk.display import dollars, joined, link, seconds, table  # only notebooks want it

        rows = [
            (one.connection, one.model, one.status, seconds(one.latency), one.reason, one.detail)
            for one in self.attempts
        ]
        facts = (dollars(self.cost), seconds(self.latency), link(self.trace_url, "trace") if self.trace_url else "")
        return table(("connection", "model", "status", "latency", "result", "detail"), rows, joined(facts))


class Response(Protocol):
    """What the answers to all operations have: tokens, what is known of the call, and fields of the provider's own."""

    @property
    def model_extra(self) -> dict[str, Any]:
        """What the provider sent beyond the declared fields."""
        ...

    @property
    def model(self) -> str:
        """The model that answered, in the provider's words."""
        ...

    @property
    def usage(self) -> Usage | None:
        """The tokens, where the provider reports them."""
        ...

    @property
    def genai(self) -> CallInfo:
        """What is known of the call."""
        ...
