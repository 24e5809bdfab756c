"""What a translation is: a run of litellm that needs no network.

Where litellm would send its request the run ends with `Asked`; once the answer is there litellm is run again and
finds it. The same call gives the same request, so the first run's is the one sent.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from genai_sdk.routing.drivers.litellm.decoder import Parse
from genai_sdk.routing.drivers.litellm.question import Answer, Asked, Question
from genai_sdk.routing.drivers.litellm.shapes import Shape


class Translation:
    """One call as litellm translates it.

    Args:
        shape: What litellm is told of the deployment.
        call: The call's own arguments, by litellm's names.
        stream: Whether a stream is wanted.
    """

    def __init__(self, shape: Shape, call: Mapping[str, Any], *, stream: bool = False) -> None:
        self.shape = shape
        self.call = call
        self.stream = stream

    def question(self) -> Question:
        """Return the first request."""
        try:
            self.answer(())
        except Asked as asked:
            return asked.question
        raise RuntimeError("litellm answered without asking the provider")

    def answer(self, answers: Sequence[Answer]) -> dict[str, Any]:
        """Return the provider's answer in OpenAI's shape.

        Raises:
            Asked: litellm wants a further answer.
        """
        raise NotImplementedError

    def parser(self, question: Question) -> Parse:
        """Return what reads the events of the stream that answers `question`."""
        raise NotImplementedError


def whole(translation: Translation) -> Generator[Question, Answer, dict[str, Any]]:
    """Ask for answers until litellm has all it wants (a batch of embeddings can be several requests)."""
    answers: list[Answer] = []
    while True:
        try:
            return translation.answer(answers)
        except Asked as asked:
            question = asked.question
        answers.append((yield question))
