"""The metrics of OpenTelemetry's GenAI conventions 0.1.0, through the program's own meter provider."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.otel.conventions import EMBEDDINGS, INFERENCE, Attribute
from genai_sdk.version import __version__

SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = (1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864)
_LABELS = ("gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model")
_MODALITY = "gen_ai.token.modality"
_COUNTERS = (
    "input_tokens",
    "output_tokens",
    "cache_read.input_tokens",
    "cache_write.input_tokens",
    "reasoning.output_tokens",
)


class CallMetrics:
    """The instruments, made once.

    Args:
        provider: The program's meter provider; None for the global one.
    """

    def __init__(self, provider: Any) -> None:
        from opentelemetry import metrics

        source: Any = provider or metrics
        meter = source.get_meter("genai_sdk", __version__)

        def histogram(name: str, unit: str, description: str, bounds: tuple[float, ...]) -> Any:
            return meter.create_histogram(
                f"gen_ai.client.{name}", unit, description, explicit_bucket_boundaries_advisory=bounds
            )

        self._duration = histogram("inference.duration", "s", "GenAI client inference operation duration.", SECONDS)
        self._first = histogram("inference.time_to_first_chunk", "s", "Time to receive the first chunk.", SECONDS)
        self._embeddings = histogram("embeddings.duration", "s", "GenAI client embeddings operation duration.", SECONDS)
        self._embedded = histogram(
            "embeddings.operation.input_tokens", "{token}", "Input tokens of an embeddings operation.", TOKENS
        )
        self._input = histogram(
            "inference.operation.input_tokens", "{token}", "Input tokens of an inference operation.", TOKENS
        )
        self._output = histogram(
            "inference.operation.output_tokens", "{token}", "Output tokens of an inference operation.", TOKENS
        )
        self._usage = {
            name: meter.create_counter(f"gen_ai.client.inference.usage.{name}", "{token}", f"Tokens: {name}.")
            for name in _COUNTERS
        }

    def record(self, attributes: Mapping[str, Attribute], tokens: Mapping[str, int], seconds: float) -> None:
        """Count a call that is over.

        Args:
            attributes: Those of its span.
            tokens: Its tokens by the conventions' names; empty where the provider reported none.
            seconds: From its beginning to its end.
        """
        labels = {name: attributes[name] for name in _LABELS if name in attributes}
        outcome = labels | ({"error.type": attributes["error.type"]} if "error.type" in attributes else {})
        operation = attributes["gen_ai.operation.name"]
        if operation == EMBEDDINGS:
            self._embeddings.record(seconds, outcome)
            self._embedded.record(tokens.get("input_tokens", 0), outcome)
            return
        if operation not in INFERENCE:
            return  # the conventions have no metric for it
        self._duration.record(seconds, outcome)
        if (first := attributes.get("gen_ai.response.time_to_first_chunk")) is not None:
            self._first.record(first, outcome)
        # Providers report text, pictures and sound together or apart, each in its own way, and the conventions have
        # `unknown` for that. A call without usage counts 0, as they want it.
        of_usage = labels | {_MODALITY: "unknown"}
        for name in ("input_tokens", "output_tokens"):
            self._usage[name].add(tokens.get(name, 0), of_usage)
        for name in _COUNTERS[2:]:
            if name in tokens:
                self._usage[name].add(tokens[name], of_usage)
        self._input.record(tokens.get("input_tokens", 0), outcome)
        self._output.record(tokens.get("output_tokens", 0), outcome)
