"""A block of a client's that is an item of a Langfuse experiment."""

from typing import TYPE_CHECKING

from genai_sdk.client.client import GenAIClient
from genai_sdk.tracing import Experiment, Labels

if TYPE_CHECKING:
    from genai_sdk.tracing import TraceBlock


def experiment_block(
    client: GenAIClient,
    name: str,
    experiment: Experiment,
    *,
    input: object = None,  # noqa: A002 - Langfuse's name
    session_id: str | None = None,
) -> "TraceBlock":
    """Return a block to be entered with `with`, as `client.trace` does; Langfuse counts it as an item of a run."""
    return client._tracer.block(name, Labels(session_id=session_id, experiment=experiment), input)
