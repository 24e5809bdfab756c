"""What a translation is: a run of litellm that needs no network.

Where litellm would send its request the run ends with `InterceptedRequest`; once the answer is there litellm is run
again and finds it. The same call gives the same request, so the first run's is the one sent.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from genai_sdk.drivers.litellm.intercepted import InterceptedRequest
from genai_sdk.drivers.litellm.parameters import DOUBTFUL
from genai_sdk.drivers.litellm.shapes import Shape
from genai_sdk.wires.chunks import Translate
from genai_sdk.wires.unsupported import WITH_MODEL, UnsupportedError, is_set
from genai_sdk.wires.wire import HttpRequest, HttpResponse


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

    def request(self) -> HttpRequest:
        """Return the first request."""
        try:
            self.answer(())
        except InterceptedRequest as caught:
            return caught.request
        raise RuntimeError("litellm answered without asking the provider")

    def vet(self) -> None:
        """See that litellm leaves nothing doubtful of the call out; most calls have nothing doubtful.

        Raises:
            UnsupportedError: It would change nothing in the request.
        """
        doubtful = [name for name in DOUBTFUL if is_set(name, self.call.get(name))] if self.shape.drops else []
        if not doubtful:
            return
        # A short message will do, and nothing is downloaded for it.
        call = {**self.call, "messages": [{"role": "user", "content": "-"}]}
        body = type(self)(self.shape, call).request().body
        for name in doubtful:
            rest = {key: item for key, item in call.items() if key != name}
            if type(self)(self.shape, rest).request().body == body:
                raise UnsupportedError(name, why=WITH_MODEL)

    def answer(self, answers: Sequence[HttpResponse]) -> dict[str, Any]:
        """Return the provider's answer in OpenAI's shape.

        Raises:
            InterceptedRequest: litellm wants a further answer.
        """
        raise NotImplementedError

    def parser(self, request: HttpRequest) -> Translate:
        """Return what reads the events of the stream that answers `request`."""
        raise NotImplementedError


def whole(translation: Translation) -> Generator[HttpRequest, HttpResponse, dict[str, Any]]:
    """Ask for answers until litellm has all it wants (a batch of embeddings can be several requests)."""
    translation.vet()
    answers: list[HttpResponse] = []
    while True:
        try:
            return translation.answer(answers)
        except InterceptedRequest as caught:
            request = caught.request
        answers.append((yield request))
