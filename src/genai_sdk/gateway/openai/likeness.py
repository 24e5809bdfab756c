"""Models of OpenAI's SDK as copies of a like one: it makes each from its type's annotations, which takes far longer."""

from collections.abc import Callable
from copy import copy
from typing import Any

Construct = Callable[[Any], Any]
"""Makes a model of the SDK's from what JSON has."""

_TEXT_CHOICE = {"index", "delta"}
_TEXT_DELTA = {"content"}
_ROW = {"object", "index", "embedding"}
_PLAIN = (str, int, float, type(None))


class TextChunks:
    """Makes the chunks of a stream that bring a piece of text and nothing else, as most of them do.

    Args:
        construct: Makes the first one, and every one that is unlike the one before.
    """

    def __init__(self, construct: Construct) -> None:
        self._construct = construct
        self._data: dict[str, Any] = {}
        self._model: Any = None

    def make(self, data: dict[str, Any]) -> Any:
        """Return a chunk's model; None if it brings anything else."""
        choices = data.get("choices")
        if not choices or len(choices) > 1:
            return None
        choice = choices[0]
        if choice.keys() != _TEXT_CHOICE or choice["delta"].keys() != _TEXT_DELTA:
            return None
        text = choice["delta"]["content"]
        others = self._others(data)
        if others is None or type(text) is not str:
            # What is mutable would be shared among copies.
            if not all(isinstance(item, _PLAIN) for name, item in data.items() if name != "choices"):
                return None
            self._data, self._model = data, self._construct(data)
            others = {}
        return self._copy(text, others)  # the first one too: whoever changes theirs would change all others

    def _others(self, data: dict[str, Any]) -> dict[str, str] | None:
        """Return the words beside the text that are not those of the last one made; None if more is different."""
        last = self._data
        if data.keys() != last.keys() or data["choices"][0]["index"] != last["choices"][0]["index"]:
            return None
        others: dict[str, str] = {}
        for name, item in data.items():
            if name != "choices" and item != last[name]:
                # A word is left as it is, whatever its field takes; a number may be made another.
                if type(item) is not str or type(last[name]) is not str:
                    return None
                others[name] = item
        return others

    def _copy(self, text: str, others: dict[str, str]) -> Any:
        made = copy(self._model)
        choice = copy(made.choices[0])
        delta = copy(choice.delta)
        delta.__dict__["content"] = text
        choice.__dict__["delta"] = delta
        fields = made.__dict__
        fields["choices"] = [choice]
        for name, item in others.items():
            (fields if name in fields else made.model_extra)[name] = item
        return made


def make_embeddings(construct: Construct, data: dict[str, Any]) -> Any:
    """Return the model of an answer with vectors."""
    first, *others = data["data"] or [{}]
    if not others or any(row.keys() != _ROW or row["object"] != first["object"] for row in (first, *others)):
        return construct(data)
    made = construct({**data, "data": [first]})
    example = made.data[0]
    for row in others:
        like = copy(example)
        like.__dict__["index"], like.__dict__["embedding"] = row["index"], row["embedding"]
        made.data.append(like)
    return made
