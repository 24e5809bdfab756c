"""One record of a call, not two: where Langfuse's handler for LangChain listens, our generation takes the place of its.

That handler (langfuse 5.0.4, `langfuse.langchain.CallbackHandler`) makes a generation of every run of a chat model, and
this package one of every call. Ours has the attempts, the connection and the cost, so the handler is not told of the
runs of `ChatGenAI`; chains, tools and graphs it records as always, and our generations stand under them.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager, Callbacks
from msgspec import Struct

from genai_sdk.client import GenAIClient

_LANGFUSE = "langfuse.langchain."

_LABELS = {"langfuse_user_id": "user_id", "langfuse_session_id": "session_id", "langfuse_tags": "tags"}
"""What Langfuse's handler reads from the metadata of a run at the root, and what a call takes it as."""


class Place(Struct, frozen=True):
    """Where the record of a run belongs.

    Attributes:
        span: The Langfuse SDK's span around it; None at the root, and where no handler listens.
        handlers: The handlers that are not told of the run.
        labels: What the run's metadata says of its trace.
    """

    span: Any = None
    handlers: tuple[BaseCallbackHandler, ...] = ()
    labels: Mapping[str, Any] = {}

    def entered(self) -> AbstractContextManager[Any]:
        """Return a context in which a call is recorded here."""
        if self.span is None:
            return nullcontext()
        from opentelemetry.trace import use_span  # loaded by the Langfuse SDK, which made the span

        return use_span(self.span, end_on_exit=False, record_exception=False, set_status_on_exception=False)

    def tell(self, trace_id: str | None) -> None:
        """Let the handlers name the trace of the run, as they do of runs that they record."""
        for handler in self.handlers:
            if trace_id is not None:
                vars(handler)["last_trace_id"] = trace_id


def take_place(
    callbacks: Callbacks, metadata: Mapping[str, Any] | None, client: GenAIClient
) -> tuple[Callbacks, Place]:
    """Return the callbacks that are to be told of a run, and where its record belongs.

    Args:
        callbacks: Those of the run, as LangChain hands them on.
        metadata: The run's.
        client: Makes the call. A handler stays where this one records nothing, or to another project.
    """
    handlers = callbacks.handlers if isinstance(callbacks, BaseCallbackManager) else callbacks or []
    left_out = tuple(handler for handler in handlers if records_the_same(handler, client))
    if not left_out:
        return callbacks, Place()
    if isinstance(callbacks, BaseCallbackManager):
        manager = callbacks.copy()
        for handler in left_out:
            manager.remove_handler(handler)
        if callbacks.parent_run_id is not None:
            return manager, Place(_span_of(left_out, callbacks.parent_run_id), left_out)
        return manager, Place(None, left_out, _labels({**callbacks.metadata, **(metadata or {})}))
    others = [handler for handler in handlers if handler not in left_out]
    return others, Place(None, left_out, _labels(metadata or {}))


def records_the_same(handler: BaseCallbackHandler, client: GenAIClient) -> bool:
    """Whether a handler would record a call of this client to the same project once more."""
    if not any(base.__module__.startswith(_LANGFUSE) for base in type(handler).__mro__):
        return False
    resources = getattr(getattr(handler, "_langfuse_client", None), "_resources", None)
    return client._tracer.records_to(getattr(resources, "public_key", None))


def _span_of(handlers: Iterable[BaseCallbackHandler], run: UUID) -> Any:
    """Return the span of a run; its context is no help, for async runs tell the handler on threads of their own."""
    for handler in handlers:
        observation = getattr(handler, "_runs", {}).get(run)
        if (span := getattr(observation, "_otel_span", None)) is not None:
            return span
    return None


def _labels(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {ours: metadata[theirs] for theirs, ours in _LABELS.items() if metadata.get(theirs)}
