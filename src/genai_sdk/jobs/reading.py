"""From what a vendor says of a batch and of its requests to our values, priced and recorded."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from genai_sdk.catalogue import Price, costs_of
from genai_sdk.drivers import failures
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import GenAIError, ProviderError
from genai_sdk.jobs.batch import Batch, BatchResult
from genai_sdk.jobs.exchange import OPERATIONS, Exchange
from genai_sdk.jobs.ids import BatchId, recorded_ids
from genai_sdk.jobs.wire import Outcome, State
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import CallTrace, Labels, Tracer
from genai_sdk.types import CallInfo, ChatCompletion, EmbeddingResponse, Usage
from genai_sdk.types.call import AnswerReader
from genai_sdk.types.responses import ResponsesResponse
from genai_sdk.wires.kept_files import FileId

Answer = ChatCompletion | EmbeddingResponse | ResponsesResponse
"""What a request of a batch may be answered with."""

TIER = "batch"
"""What every vendor's rows of prices call the tier (`catalogue.service`)."""


def batch_of(place: BatchId, state: State) -> Batch:
    """Return a batch at a place, whose model and operation the vendor may know where the place does not."""
    known = msgspec.structs.replace(
        place,
        model=place.model or state.model,
        operation=place.operation or state.operation,
        vendor_id=state.vendor_id or place.vendor_id,
    )
    return Batch(
        id=str(known),
        status=state.status,
        connection=known.connection,
        model=known.model,
        operation=known.operation,
        vendor_id=known.vendor_id,
        counts=state.counts,
        created_at=state.created_at,
        ended_at=state.ended_at,
        expires_at=state.expires_at,
        errors=state.errors,
        endpoint=state.endpoint,
        input_file_id=_file_id(known.connection, state.files[0]),
        output_file_id=_file_id(known.connection, state.files[1]),
        error_file_id=_file_id(known.connection, state.files[2]),
        metadata=state.metadata,
    )


def _file_id(connection: str, vendor_id: str | None) -> str | None:
    return str(FileId(connection, vendor_id)) if vendor_id else None


class ResultReader:
    """Reads the results of one batch.

    Args:
        exchange: Reads responses.
        tracer: Records each result, once.
        price: Returns what a deployment's tokens cost.
        deployment: Who answered.
        batch: The batch.
        labels: What the user says of the results.
        answer: What the answers are read as, or None.
    """

    def __init__(
        self,
        exchange: Exchange,
        tracer: Tracer,
        price: Callable[[Deployment], Price | None],
        deployment: Deployment,
        batch: Batch,
        labels: Labels | None,
        answer: AnswerReader | None,
    ) -> None:
        self._exchange = exchange
        self._tracer = tracer
        self._price = price
        self._deployment = deployment
        self._batch = batch
        self._labels = labels
        self._answer = answer

    def read(self, outcomes: Iterator[Outcome]) -> Iterator[BatchResult]:
        """Return what came of each request, as it is asked for."""
        return map(self._result, outcomes)

    def _result(self, outcome: Outcome) -> BatchResult:
        batch, operation = self._batch, OPERATIONS[self._batch.operation]
        trace = self._tracer.replay(
            operation.observation,
            identity=recorded_ids(batch.connection, batch.vendor_id, outcome.custom_id),
            span=(batch.created_at, batch.ended_at or batch.created_at),
            model=batch.model,
            input=None,
            operation=operation.name,
            metadata={"batch": batch.id, "custom_id": outcome.custom_id},
            labels=self._labels,
        )
        try:
            value, request_id = self._value(outcome)
        except GenAIError as error:
            trace.failed(error)
            return BatchResult(custom_id=outcome.custom_id, error=error)
        response = msgspec.structs.replace(value, genai=self._info(value, request_id, trace))
        trace.answered(response)
        return BatchResult(custom_id=outcome.custom_id, response=response)

    def _value(self, outcome: Outcome) -> tuple[Answer, str | None]:
        if outcome.response is None:
            raise failures.never_run(self._deployment, outcome.missing)
        attempt = self._exchange.attempt(self._deployment, self._batch.operation)
        value: Any = attempt.completed(attempt.decode(outcome.response))
        return value, attempt.request_id

    def _info(self, value: Answer, request_id: str | None, trace: CallTrace) -> CallInfo:
        batch, view = self._batch, self._deployment.connection.view
        price = self._price(Deployment(self._deployment.connection, batch.model or value.model))
        usage: Usage | None = value.usage
        costs = costs_of(price, usage, service_tier=TIER)
        return CallInfo(
            connection=batch.connection,
            provider=view.adapter,
            model=batch.model or value.model,
            cost=None if costs is None else costs["total"],
            costs=costs,
            price_source=None if price is None or costs is None else price.source,
            latency=float((batch.ended_at or batch.created_at) - batch.created_at),
            request_id=request_id,
            trace_id=trace.trace_id,
            trace_url=trace.trace_url,
            response_format=self._answer,
        )


def not_ended(batch: Batch) -> str:
    """Return in words that a batch has no results yet."""
    return Sentence.of(
        "batch.not_ended",
        "batch {id!r} is {status}, with {completed} of {total} requests answered: its results come when it has ended; "
        "wait for that with batches.poll",
        id=batch.id,
        status=batch.status,
        completed=batch.counts.completed,
        total=batch.counts.total,
    )


def failed_whole(deployment: Deployment, batch: Batch) -> ProviderError:
    """Return the error for a batch of which nothing can be read."""
    if batch.status != "failed":
        return failures.refused_batch(deployment, f"it was {batch.status}, and nothing of it is kept")
    return failures.refused_batch(deployment, "; ".join(batch.errors) or "no reason given")
