"""Batches that are made of a file in OpenAI's form, whose models are names of this client's."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from genai_sdk.client.files import FileInput, read_file
from genai_sdk.connections import ConnectionRegistry, ConnectionSet
from genai_sdk.drivers.route import endpoint_of
from genai_sdk.errors import InvalidRequestError
from genai_sdk.jobs import Batch, FileObject
from genai_sdk.jobs.exchange import Exchange
from genai_sdk.jobs.file_wire import file_of, file_wire, read_terms
from genai_sdk.jobs.ids import BatchId
from genai_sdk.jobs.jsonl import path_on, read_requests, written
from genai_sdk.jobs.planning import choose, held_by
from genai_sdk.jobs.reading import batch_of
from genai_sdk.jobs.wire import BatchWire, Steps, batch_wire, file_batch_refusal
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.routing import Planner, RoutingOptions
from genai_sdk.sentence import Sentence
from genai_sdk.wires.kept_files import FileId
from genai_sdk.wires.multipart import File

if TYPE_CHECKING:
    from genai_sdk.drivers.driver import Deployment
    from genai_sdk.drivers.engine import WireAttempt
    from genai_sdk.jobs.openai import OpenAIBatches

T = TypeVar("T")


class FileBatches:
    """The batches of files; a part of `Batches`."""

    _registry: ConnectionRegistry
    _planner: Callable[[ConnectionSet], Planner]
    _options: RoutingOptions
    _exchange: Exchange

    def upload(self, file: FileInput, *, expires_after: int | None = None) -> FileObject:
        """Upload a file of requests in OpenAI's form, of which `start` makes a batch.

        The model of its requests is a name of this client's. The file goes to the first deployment of it on OpenAI or
        Azure, with the model's id there in its place; all else in a body goes as it is.

        Args:
            file: The file, in any form that `files.create` takes: a request on each line.
            expires_after: Seconds until its vendor deletes it; left out, as the vendor does.

        Raises:
            InvalidRequestError: A line is no request, or the model is not on OpenAI or Azure.
            GenAIError: As `completion`.

        Examples:
            >>> file = client.batches.upload("requests.jsonl")
            >>> client.batches.start(file.id, "/v1/chat/completions").id
        """
        refuse_at_exit()
        requests = read_requests(read_file("file", file, "batch.jsonl").data)
        deployment = self._holder(self._registry.get(), requests.model)
        attempt, wire = self._opened(deployment)
        content = File("batch.jsonl", written(requests, deployment, wire.limits()), "application/jsonl")
        terms = read_terms(deployment.connection.view, "batch", expires_after)
        steps = file_wire(endpoint_of(deployment), attempt.accept).create(content, *terms)
        return file_of(deployment.connection.name, self._run(attempt, steps))

    async def aupload(self, file: FileInput, *, expires_after: int | None = None) -> FileObject:
        """Upload a file of requests in OpenAI's form; the twin of `upload`."""
        refuse_at_exit()
        requests = read_requests(read_file("file", file, "batch.jsonl").data)
        deployment = self._holder(await self._registry.aget(), requests.model)
        attempt, wire = self._opened(deployment)
        content = File("batch.jsonl", written(requests, deployment, wire.limits()), "application/jsonl")
        terms = read_terms(deployment.connection.view, "batch", expires_after)
        steps = file_wire(endpoint_of(deployment), attempt.accept).create(content, *terms)
        return file_of(deployment.connection.name, await self._arun(attempt, steps))

    def start(self, file_id: str, endpoint: str, **facts: Any) -> Batch:
        """Make a batch of a file that was uploaded.

        Args:
            file_id: The file's `id`.
            endpoint: The path of all its requests, such as `"/v1/chat/completions"`.
            **facts: OpenAI's `metadata` and `output_expires_after`.

        Raises:
            InvalidRequestError: It is no file's id, or its connection makes no batches of files.
            GenAIError: As `completion`.
        """
        refuse_at_exit()
        place, read = FileId.read(file_id), _facts(endpoint, facts)
        deployment = held_by(self._registry.get(), place.connection, "", file_batch_refusal, "batches")
        attempt, wire = self._opened(deployment)
        steps = wire.start(place.vendor_id, path_on(deployment.connection.view, endpoint), read)
        return batch_of(BatchId(place.connection, "", "", ""), self._run(attempt, steps))

    async def astart(self, file_id: str, endpoint: str, **facts: Any) -> Batch:
        """Make a batch of a file that was uploaded; the twin of `start`."""
        refuse_at_exit()
        place, read = FileId.read(file_id), _facts(endpoint, facts)
        deployment = held_by(await self._registry.aget(), place.connection, "", file_batch_refusal, "batches")
        attempt, wire = self._opened(deployment)
        steps = wire.start(place.vendor_id, path_on(deployment.connection.view, endpoint), read)
        return batch_of(BatchId(place.connection, "", "", ""), await self._arun(attempt, steps))

    def _holder(self, connections: ConnectionSet, model: str) -> "Deployment":
        return choose(self._planner(connections).group(model, self._options), file_batch_refusal, "files")

    def _opened(self, deployment: "Deployment") -> "tuple[WireAttempt[Any, Any, Any], OpenAIBatches]":
        attempt, wire = self._wire(deployment, "")
        return attempt, cast("OpenAIBatches", wire)

    def _wire(self, deployment: "Deployment", operation: str) -> "tuple[WireAttempt[Any, Any, Any], BatchWire]":
        attempt = self._exchange.attempt(deployment, operation)
        return attempt, batch_wire(endpoint_of(deployment), attempt.accept)

    def _run(self, attempt: "WireAttempt[Any, Any, Any]", steps: Steps[T]) -> T:
        return self._exchange.run(attempt, steps, self._options.deadline)

    async def _arun(self, attempt: "WireAttempt[Any, Any, Any]", steps: Steps[T]) -> T:
        return await self._exchange.arun(attempt, steps, self._options.deadline)


_FACTS = ("metadata", "output_expires_after")


def _facts(endpoint: Any, facts: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(endpoint, str) or not endpoint.startswith("/v1/"):
        raise InvalidRequestError(
            Sentence.of(
                "batch.endpoint",
                'endpoint must be a path such as "/v1/chat/completions", not {endpoint}',
                endpoint=repr(endpoint),
            )
        )
    if unknown := sorted(set(facts) - set(_FACTS)):
        raise InvalidRequestError(
            Sentence.of(
                "batch.start_unknown",
                "start does not know {name}; known: {known}",
                name=unknown,
                known=", ".join(_FACTS),
            )
        )
    for name, item in facts.items():
        if item is not None and not isinstance(item, Mapping):
            raise InvalidRequestError(
                Sentence.of("batch.dict", "{name} must be a dict, not {item}", name=name, item=repr(item))
            )
    return {name: item for name, item in facts.items() if item is not None}
