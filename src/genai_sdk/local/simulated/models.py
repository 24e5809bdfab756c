"""The models of the simulated provider, each with ways of its own; any other name is answered too. Pure."""

import msgspec

from genai_sdk.local.simulated.behaviour import Behaviour

SMALL, LARGE = "simulated-small", "simulated-large"
SLOW, FLAKY, DOWN = "simulated-slow", "simulated-flaky", "simulated-down"

MODELS = (SMALL, LARGE, SLOW, FLAKY, DOWN)

PRICED = ("gpt-6-luna", "gpt-6-sol", "text-embedding-3-small")
"""Names that the price list has, so that simulated calls can show a cost."""

_SENTENCES = {SMALL: 1, LARGE: 4}
_LATENCY, _BETWEEN = 2.0, 0.1


def sentences(model: str) -> int:
    """Return how many sentences a model says after its first."""
    return _SENTENCES.get(model, 2)


def for_model(behaviour: Behaviour, model: str, number: int) -> Behaviour:
    """Return how a region behaves towards a call.

    Args:
        behaviour: What is in force for the region; where it fails, the model's own ways do not matter.
        model: The model called.
        number: Which of the region's calls of this model it is, counted from 1.
    """
    if model == SLOW:
        slow = {"latency": max(_LATENCY, behaviour.latency), "between": max(_BETWEEN, behaviour.between)}
        return msgspec.structs.replace(behaviour, **slow)
    if not behaviour.failing and (model == DOWN or (model == FLAKY and number % 2 == 0)):
        return msgspec.structs.replace(behaviour, status=503)
    return behaviour
