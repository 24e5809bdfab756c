"""PURE rows: a call in the words of OpenTelemetry's GenAI conventions.

https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ (version 1.37). Here are those that
Langfuse 4.16 reads (its OtelIngestionProcessor), where its own attributes win; content is never said a second time.
"""

from collections.abc import Mapping

from genai_sdk.tracing.record import Generation

OPERATIONS: Mapping[str, str] = {"generation": "chat", "embedding": "embeddings"}
"""What it calls our operations (and a kind of observation whose operation is not said) that go by another name here."""


def genai_attributes(generation: Generation) -> dict[str, str]:
    """Return a call's attributes.

    No model is named where none was resolved: Langfuse takes `gen_ai.request.model` for the model of the call, and
    would list whatever the user mistyped among its models.
    """
    attributes = {"gen_ai.operation.name": generation.request.operation}
    if generation.model is not None:
        attributes["gen_ai.request.model"] = generation.model
        if generation.response_model:
            attributes["gen_ai.response.model"] = generation.response_model
    return attributes
