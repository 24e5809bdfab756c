"""Experiments: which label of a prompt somebody gets, the same one every time. Pure."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence


def draw(name: str, experiment: Any, key: Any) -> str:
    """Return the label that a key gets of a prompt.

    It depends on the prompt, the key and the weights alone, so that it is the same in every process. The labels lie on
    a line in the order they are given, each as long as its weight; the key is a point on it. So whoever raises the
    weight of the second of two moves people to it, and nobody back.

    Args:
        name: The prompt's name.
        experiment: Weights by label, such as `{"production": 90, "candidate": 10}`.
        key: Whom it is drawn for, such as a user's id.

    Raises:
        InvalidRequestError: The weights are none, or there is no key.
    """
    weights = _read(name, experiment)
    if not isinstance(key, str) or not key:
        raise InvalidRequestError(
            Sentence.of(
                "experiment.key",
                "experiment of prompt {name!r} needs key=, such as the user's id, not {key}",
                name=name,
                key=repr(key)[:80],
            )
        )
    digest = sha256(f"{name}\0{key}".encode(errors="surrogatepass")).digest()
    point = int.from_bytes(digest[:8], "big") / 2**64 * sum(weights.values())
    for label, weight in weights.items():
        if point < weight:
            return label
        point -= weight
    return [label for label, weight in weights.items() if weight > 0][-1]  # where the sum was rounded


def _read(name: str, experiment: Any) -> Mapping[str, float]:
    good = isinstance(experiment, Mapping) and all(
        isinstance(label, str)
        and label
        and isinstance(weight, int | float)
        and not isinstance(weight, bool)
        and 0 <= weight < float("inf")
        for label, weight in experiment.items()
    )
    if not good or not sum(experiment.values()) > 0:
        raise InvalidRequestError(
            Sentence.of(
                "experiment.weights",
                'experiment of prompt {name!r} must be weights by label, such as {{"production": 90, '
                '"candidate": 10}}, not {experiment}',
                name=name,
                experiment=repr(experiment)[:80],
            )
        )
    weights: Mapping[str, float] = experiment
    return weights
