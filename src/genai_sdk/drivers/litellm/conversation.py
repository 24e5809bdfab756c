"""A conversation between litellm and a provider, turn by turn and without I/O."""

from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType, ModuleType
from typing import Any, Generic

from genai_sdk.drivers import failures
from genai_sdk.drivers.litellm.attempt import TranslatedAttempt
from genai_sdk.drivers.litellm.refusal import untranslatable
from genai_sdk.drivers.litellm.translation import whole
from genai_sdk.drivers.litellm.values import answer_of, embeddings_of
from genai_sdk.drivers.stream_reader import StreamReader
from genai_sdk.errors import GenAIError
from genai_sdk.lifecycle.ending import ended, is_ending
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, EmbeddingResponse
from genai_sdk.wires.chunks import ChatParser, Translate
from genai_sdk.wires.eventstream import AWS_FRAMINGS
from genai_sdk.wires.framing import FRAMINGS
from genai_sdk.wires.operation import CHAT, EMBEDDING, A, ChatRequest, EmbeddingRequest, Operation
from genai_sdk.wires.wire import HttpRequest, HttpResponse

_FRAMINGS = {**FRAMINGS, **AWS_FRAMINGS}


class Conversation(Generic[A]):
    """litellm's requests and the provider's responses to them, until there is a value.

    Args:
        attempt: The attempt it belongs to.
        steps: litellm's side.
        read: Makes the value of litellm's last word; None if there is no answer in it.

    Attributes:
        attempt: See above.
        value: The value, once `turn` has returned None.
    """

    value: A

    def __init__(
        self,
        attempt: TranslatedAttempt,
        steps: Generator[HttpRequest, Any, Mapping[str, Any]],
        read: Callable[[Mapping[str, Any]], A | None],
    ) -> None:
        self.attempt = attempt
        self._steps = steps
        self._read = read

    def turn(self, response: HttpResponse | None) -> HttpRequest | None:
        """Take a response (None at the beginning) and return the next request; None when there is none.

        Raises:
            BadRequestError: litellm cannot put the call into the provider's words.
            ClientClosedError: The interpreter is shutting down.
            ProviderUnavailableError: The answer is not what it should be.
        """
        value = failed = None
        try:
            return self._steps.send(response)
        except StopIteration as end:
            value = self._read(end.value)
        except Exception as error:  # noqa: BLE001 - litellm raises anything, over our call or the provider's answer
            failed = error
        if value is not None:
            self.value = value
            return None
        if response is None:
            raise _unasked(self.attempt, failed or ValueError("there is nothing to send"))
        what = f"something that cannot be read ({type(failed).__name__})" if failed else "no answer in it"
        raise failures.malformed(self.attempt.deployment, response, what)


def chat(attempt: TranslatedAttempt, words: ModuleType, request: ChatRequest) -> Conversation[ChatCompletion]:
    """Begin a conversation over a chat call; `words` is the module `translators`."""
    translation = words.CHAT[attempt.shape.chat](attempt.shape, attempt.chat_call(request, stream=False))
    return Conversation(attempt, whole(translation), answer_of)


def embedding(
    attempt: TranslatedAttempt, words: ModuleType, request: EmbeddingRequest
) -> Conversation[EmbeddingResponse]:
    """Begin a conversation over an embedding call."""
    translation = words.EMBEDDING[attempt.shape.embedding](attempt.shape, attempt.embedding_call(request))
    return Conversation(attempt, whole(translation), embeddings_of)


BEGINNINGS: Mapping[str, Callable[[TranslatedAttempt, ModuleType, Any], Conversation[Any]]] = MappingProxyType(
    {CHAT.name: chat, EMBEDDING.name: embedding}
)
"""How a conversation begins, by the operation's name; litellm translates no others here."""


def begin(
    operation: Operation[Any, A, Any], attempt: TranslatedAttempt, words: ModuleType, request: Any
) -> Conversation[A]:
    """Begin a conversation over an operation; `words` is the module `translators`."""
    return BEGINNINGS[operation.name](attempt, words, request)


def _unasked(attempt: TranslatedAttempt, failed: Exception) -> GenAIError:
    """Return the error for a call of which litellm made no request."""
    if isinstance(failed, RuntimeError) and is_ending():  # a pool of threads of litellm's
        return ended()
    return untranslatable(attempt.deployment, failed)


class Opening:
    """The beginning of a conversation whose answer is a stream.

    Attributes:
        request: What litellm sends.
        whole: Whether litellm asks for a whole answer all the same, because the model cannot stream.

    Raises:
        BadRequestError: litellm cannot put the call into the provider's words.
    """

    request: HttpRequest

    def __init__(self, attempt: TranslatedAttempt, words: ModuleType, request: ChatRequest) -> None:
        self._attempt = attempt
        self._parse: Translate | None = None
        call = attempt.chat_call(request, stream=True)
        translation = words.CHAT[attempt.shape.chat](attempt.shape, call, stream=True)
        failed = None
        try:
            translation.vet()
            self.request = translation.request()
            self.whole = not self.request.streams
            if not self.whole:
                self._parse = translation.parser(self.request)
        except Exception as error:  # noqa: BLE001 - as above
            failed = error
        if failed is not None:
            raise _unasked(attempt, failed)

    def reader(self, head: HttpResponse) -> StreamReader[ChatCompletionChunk] | None:
        """Return what reads the stream behind `head`, or None if no stream is behind it."""
        framing = self._attempt.framing(head, _FRAMINGS)
        if framing is None or self._parse is None:
            return None
        attempt = self._attempt
        return StreamReader(attempt.deployment, head, framing, ChatParser(self._parse), attempt.wire)
