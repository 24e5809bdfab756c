"""A dataset, an item of one, and what a run made of an item: as they are written."""

import hashlib
from typing import Any, Literal

import msgspec

from genai_sdk.langfuse.bodies import read_body
from genai_sdk.langfuse.errors import ApiError, invalid

_LONGEST_ID = 255


class NewDataset(msgspec.Struct, frozen=True, rename="camel"):
    """A dataset.

    Attributes:
        name: Its name; a dataset of this name is written anew.
        description: What it is for.
        metadata: Further facts.
        input_schema: A JSON schema of inputs.
        expected_output_schema: A JSON schema of outputs.
    """

    name: str
    description: str | None = None
    metadata: Any = None
    input_schema: Any = None
    expected_output_schema: Any = None


class NewDatasetItem(msgspec.Struct, frozen=True, rename="camel"):
    """An item of a dataset.

    Attributes:
        dataset_name: The dataset it belongs to.
        input: What goes in.
        expected_output: What should come out.
        metadata: Further facts.
        source_trace_id: The trace it was taken from.
        source_observation_id: The observation it was taken from.
        id: Its id; an item of this id is written anew.
        status: Left out, that of the item it replaces, or ACTIVE.
    """

    dataset_name: str
    input: Any = None
    expected_output: Any = None
    metadata: Any = None
    source_trace_id: str | None = None
    source_observation_id: str | None = None
    id: str | None = None
    status: Literal["ACTIVE", "ARCHIVED"] | None = None


class NewDatasetRunItem(msgspec.Struct, frozen=True, rename="camel"):
    """What a run made of an item.

    Attributes:
        run_name: The run; it begins with its first item.
        dataset_item_id: The item.
        run_description: What the run tries; in place of what it said before.
        metadata: Further facts of the run; in place of those before.
        observation_id: The observation that was recorded.
        trace_id: The trace that was recorded.
    """

    run_name: str
    dataset_item_id: str
    run_description: str | None = None
    metadata: Any = None
    observation_id: str | None = None
    trace_id: str | None = None


def read_dataset(body: bytes) -> NewDataset:
    """Read a dataset to be written.

    Raises:
        ApiError: Langfuse would refuse it, or it has schemas, which are not checked here.
    """
    new = read_body(body, NewDataset)
    if not new.name:
        raise invalid("name", "Too small: expected string to have >=1 characters")
    if new.input_schema is not None or new.expected_output_schema is not None:
        raise ApiError(
            400, "This server does not hold items to a schema; leave inputSchema and expectedOutputSchema out"
        )
    return new


def read_dataset_item(body: bytes) -> NewDatasetItem:
    """Read an item to be written.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    new = read_body(body, NewDatasetItem)
    if new.id is not None and not 1 <= len(new.id) <= _LONGEST_ID:
        raise invalid("id", f"Expected a text of 1 to {_LONGEST_ID} characters")
    return new


def read_dataset_run_item(body: bytes) -> NewDatasetRunItem:
    """Read what a run made of an item.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    new = read_body(body, NewDatasetRunItem)
    if not new.run_name:
        raise invalid("runName", "Too small: expected string to have >=1 characters")
    if not new.trace_id and not new.observation_id:
        raise invalid("traceId", "observationId or traceId must be provided")
    return new


def run_id(project_id: str, dataset_id: str, name: str) -> str:
    """Return the id of a run, which Langfuse derives from where it belongs, so that every writer finds the same one.

    The official SDK (langfuse 5.0.4, `_create_experiment_id`) makes it from the same words.
    """
    words = msgspec.json.encode(["langfuse-experiment-v1", project_id, dataset_id, name])
    return hashlib.sha256(words).hexdigest()[:16]
