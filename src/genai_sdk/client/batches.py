"""`client.batches`: requests that a vendor answers within a day, at a lower price."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack

from genai_sdk.client.batch_files import FileBatches
from genai_sdk.client.batch_requests import read_batch
from genai_sdk.client.parameters import TraceKeywords
from genai_sdk.connections import ConnectionRegistry, ConnectionSet
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConfigurationError, InvalidRequestError, ModelNotFoundError, ProviderTimeoutError
from genai_sdk.jobs import Batch, BatchResult
from genai_sdk.jobs.exchange import OPERATIONS, Exchange
from genai_sdk.jobs.ids import BatchId
from genai_sdk.jobs.planning import Start, choose, encode, held_by, read_limit, starts
from genai_sdk.jobs.reading import ResultReader, batch_of, failed_whole, not_ended
from genai_sdk.jobs.wire import BatchWire, Outcome, State, refusal
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.routing import Clock, Planner, RoutingOptions
from genai_sdk.routing.facts import Facts
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import LABELS, Tracer, read_labels

if TYPE_CHECKING:
    from genai_sdk.drivers.engine import WireAttempt

T = TypeVar("T")
BatchOperation = Literal["chat", "embedding", "responses"]

_FIRST_POLL, _LAST_POLL = 2.0, 60.0
"""Seconds between two looks at a batch: they grow, since nobody who waits for an hour minds a minute."""


class Batches(FileBatches):
    """Makes batches, finds them again, and reads their results; safe to share as the client is.

    Args:
        registry: The connections.
        planner: Returns the planner of a set of connections.
        options: The client's routing options, of which `deadline` bounds each method here and `num_retries` its
            retries.
        exchange: Sends what batches need.
        facts: Knows prices.
        tracer: Records results.
        clock: Time.
    """

    def __init__(
        self,
        registry: ConnectionRegistry,
        planner: Callable[[ConnectionSet], Planner],
        options: RoutingOptions,
        exchange: Exchange,
        facts: Facts,
        tracer: Tracer,
        clock: Clock,
    ) -> None:
        self._registry = registry
        self._planner = planner
        self._options = options
        self._exchange = exchange
        self._facts = facts
        self._tracer = tracer
        self._clock = clock

    def create(
        self,
        model: str,
        requests: Sequence[Mapping[str, Any]],
        *,
        operation: BatchOperation | None = None,
        **options: Any,
    ) -> Batch:
        """Send requests that shall be answered within a day.

        The batch goes to the first deployment of the model whose vendor has batches, and stays there.

        Args:
            model: A model's name.
            requests: Dicts of the arguments that a call would have: `messages` (chat), or `input` (embedding and
                responses), with parameters, and a `custom_id` of up to 64 letters, digits, `-` and `_`; left out,
                `request-1` and so on.
            operation: What they ask for; left out, chat where they have `messages`, and else embedding.
            **options: Parameters of all requests that say nothing else, such as `max_tokens` or `response_format`.

        Raises:
            InvalidRequestError: A request is of the wrong form, there are too many, or no vendor here has batches.
            GenAIError: As `completion`.

        Examples:
            >>> hello = {"custom_id": "hello", "messages": [{"role": "user", "content": "Hello!"}]}
            >>> client.batches.create("gpt-6-luna", [hello], max_tokens=50).id
        """
        refuse_at_exit()
        asked, read = read_batch(requests, options, operation)
        deployment = self._chosen(self._registry.get(), model, asked)
        attempt, wire = self._wire(deployment, asked)
        lines = encode(self._exchange, deployment, wire, read, asked)
        return batch_of(_place(deployment, asked), self._run(attempt, wire.create(lines)))

    async def acreate(
        self,
        model: str,
        requests: Sequence[Mapping[str, Any]],
        *,
        operation: BatchOperation | None = None,
        **options: Any,
    ) -> Batch:
        """Send requests that shall be answered within a day; the twin of `create`."""
        refuse_at_exit()
        asked, read = read_batch(requests, options, operation)
        deployment = self._chosen(await self._registry.aget(), model, asked)
        attempt, wire = self._wire(deployment, asked)
        lines = encode(self._exchange, deployment, wire, read, asked)
        return batch_of(_place(deployment, asked), await self._arun(attempt, wire.create(lines)))

    def retrieve(self, batch_id: str) -> Batch:
        """Look at a batch, which any process of the project may.

        Args:
            batch_id: Its `id`.

        Raises:
            InvalidRequestError: It is no batch's id.
            ConnectionNotFoundError: The project has its connection no more.
            GenAIError: As `completion`.
        """
        place, attempt, wire = self._found(self._registry.get(), batch_id)
        return batch_of(place, self._run(attempt, wire.retrieve(place.vendor_id)))

    async def aretrieve(self, batch_id: str) -> Batch:
        """Look at a batch; the twin of `retrieve`."""
        place, attempt, wire = self._found(await self._registry.aget(), batch_id)
        return batch_of(place, await self._arun(attempt, wire.retrieve(place.vendor_id)))

    def poll(self, batch_id: str, *, timeout: float) -> Batch:
        """Look at a batch every few seconds, and at last every minute, until it has ended.

        Args:
            batch_id: Its `id`.
            timeout: Seconds to wait at most; a vendor may take a day (86,400).

        Raises:
            ProviderTimeoutError: It has not ended by then; it goes on, and can be polled again.
            GenAIError: As `retrieve`.
        """
        end, pause = self._clock.now() + timeout, _FIRST_POLL
        while not (batch := self.retrieve(batch_id)).ended:
            self._clock.sleep(_pause(batch, pause, end - self._clock.now(), timeout))
            pause = min(_LAST_POLL, pause * 1.5)
        return batch

    async def apoll(self, batch_id: str, *, timeout: float) -> Batch:  # noqa: ASYNC109 - the twin's argument
        """Look at a batch until it has ended; the twin of `poll`."""
        end, pause = self._clock.now() + timeout, _FIRST_POLL
        while not (batch := await self.aretrieve(batch_id)).ended:
            await self._clock.asleep(_pause(batch, pause, end - self._clock.now(), timeout))
            pause = min(_LAST_POLL, pause * 1.5)
        return batch

    def results(
        self, batch_id: str, *, response_format: Any = None, **labels: Unpack[TraceKeywords]
    ) -> Iterator[BatchResult]:
        """Return what came of each request of a batch that has ended, in the vendor's order.

        Each is priced as a batch and recorded in Langfuse as it is read; whoever reads it again records nothing new.

        Args:
            batch_id: Its `id`.
            response_format: The type that the requests asked for, to read `result.completion.parsed` as.
            **labels: What is recorded beside each.

        Raises:
            InvalidRequestError: It has not ended.
            BadRequestError: Its vendor refused it as a whole.
            GenAIError: As `retrieve`.

        Examples:
            >>> answers = {result.custom_id: result.completion.text for result in client.batches.results(batch.id)}
        """
        place, attempt, wire = self._found(self._registry.get(), batch_id)
        state = self._run(attempt, wire.retrieve(place.vendor_id))
        read = self._reader(attempt.deployment, place, state, response_format, labels)
        return read(self._run(attempt, wire.results(state)))

    async def aresults(
        self, batch_id: str, *, response_format: Any = None, **labels: Unpack[TraceKeywords]
    ) -> Iterator[BatchResult]:
        """Return what came of each request, downloaded whole; the twin of `results`."""
        place, attempt, wire = self._found(await self._registry.aget(), batch_id)
        state = await self._arun(attempt, wire.retrieve(place.vendor_id))
        read = self._reader(attempt.deployment, place, state, response_format, labels)
        return read(await self._arun(attempt, wire.results(state)))

    def cancel(self, batch_id: str) -> Batch:
        """Have a batch ended; what was answered by then can still be read, and is paid for.

        Args:
            batch_id: Its `id`.

        Raises:
            GenAIError: As `retrieve`.
        """
        place, attempt, wire = self._found(self._registry.get(), batch_id)
        return batch_of(place, self._run(attempt, wire.cancel(place.vendor_id)))

    async def acancel(self, batch_id: str) -> Batch:
        """Have a batch ended; the twin of `cancel`."""
        place, attempt, wire = self._found(await self._registry.aget(), batch_id)
        return batch_of(place, await self._arun(attempt, wire.cancel(place.vendor_id)))

    def list(self, connection: str | None = None, *, limit: int = 20, after: str | None = None) -> tuple[Batch, ...]:
        """List the newest batches of a connection, whoever made them.

        Args:
            connection: Its name; left out, of all that have batches, one connection after the other.
            limit: How many at most.
            after: The id of a batch: those behind it are listed.

        Raises:
            InvalidRequestError: It has no batches.
            ConnectionNotFoundError: There is no such connection.
            GenAIError: As `completion`.
        """
        batches: list[Batch] = []
        for start in self._starts(self._registry.get(), connection, read_limit(limit), after):
            if len(batches) < limit:
                try:
                    place, attempt, wire = self._at(start)
                    states = self._run(attempt, wire.list(limit - len(batches), start.after))
                    batches += [batch_of(place, state) for state in states]
                except (ConfigurationError, ModelNotFoundError):  # a server without this API, or a broken connection
                    if connection is not None:
                        raise
        return tuple(batches)

    async def alist(
        self, connection: str | None = None, *, limit: int = 20, after: str | None = None
    ) -> tuple[Batch, ...]:
        """List the newest batches of a connection; the twin of `list`."""
        batches: list[Batch] = []
        for start in self._starts(await self._registry.aget(), connection, read_limit(limit), after):
            if len(batches) < limit:
                try:
                    place, attempt, wire = self._at(start)
                    states = await self._arun(attempt, wire.list(limit - len(batches), start.after))
                    batches += [batch_of(place, state) for state in states]
                except (ConfigurationError, ModelNotFoundError):
                    if connection is not None:
                        raise
        return tuple(batches)

    def _starts(
        self, connections: ConnectionSet, connection: str | None, _limit: int, after: str | None
    ) -> Sequence[Start]:
        last = None if after is None else BatchId.read(after)
        return starts(
            connections, connection, None if last is None else (last.connection, last.vendor_id), refusal, "batches"
        )

    def _at(self, start: Start) -> "tuple[BatchId, WireAttempt[Any, Any, Any], BatchWire]":
        return (BatchId(start.deployment.connection.name, "", "", ""), *self._wire(start.deployment, ""))

    def _chosen(self, connections: ConnectionSet, model: str, operation: str) -> Deployment:
        group = self._planner(connections).group(model, self._options)
        return choose(group, lambda view: refusal(view, operation), operation)

    def _found(
        self, connections: ConnectionSet, batch_id: str
    ) -> "tuple[BatchId, WireAttempt[Any, Any, Any], BatchWire]":
        place = BatchId.read(batch_id)
        return (
            place,
            *self._wire(held_by(connections, place.connection, place.model, refusal, "batches"), place.operation),
        )

    def _reader(
        self, deployment: Deployment, place: BatchId, state: State, response_format: Any, labels: Mapping[str, Any]
    ) -> Callable[[Iterator[Outcome]], Iterator[BatchResult]]:
        batch = batch_of(place, state)
        if batch.status == "failed" or state.lost:
            raise failed_whole(deployment, batch)
        if not batch.ended:
            raise InvalidRequestError(not_ended(batch))
        if batch.operation not in OPERATIONS:
            raise InvalidRequestError(
                Sentence.of(
                    "batch.other_operation",
                    "batch {id!r} asks for what is not read here: {operations} are",
                    id=batch.id,
                    operations=", ".join(OPERATIONS),
                )
            )
        if unknown := set(labels) - set(LABELS):
            raise InvalidRequestError(
                Sentence.of(
                    "batch.unknown_label",
                    "results does not know {unknown}; known: {names}",
                    unknown=repr(sorted(unknown)),
                    names=", ".join(sorted(LABELS)),
                )
            )
        answer = None
        if response_format is not None:
            from genai_sdk.client.structured import read_response_format

            answer = read_response_format(response_format)[1]
        price = self._facts.price
        return ResultReader(self._exchange, self._tracer, price, deployment, batch, read_labels(labels), answer).read


def _place(deployment: Deployment, operation: str) -> BatchId:
    return BatchId(deployment.connection.name, deployment.model, operation, "")


def _pause(batch: Batch, pause: float, left: float, timeout: float) -> float:
    """Return the seconds until the next look."""
    if left <= 0:
        counts = batch.counts
        raise ProviderTimeoutError(
            Sentence.of(
                "batch.not_over",
                "batch {id!r} is {status} after {timeout:g} s, with {completed} of {total} requests "
                "answered; it goes on: poll it again",
                id=batch.id,
                status=batch.status,
                timeout=timeout,
                completed=counts.completed,
                total=counts.total,
            ),
            connection=batch.connection,
            model=batch.model,
        )
    return min(pause, left)
