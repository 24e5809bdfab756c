"""What an answer to a call is worth: a value of ours, or the error that says why it is none."""

from collections.abc import Callable
from typing import Any, TypeVar

from genai_sdk.errors import ProviderError
from genai_sdk.routing.drivers import failures
from genai_sdk.routing.drivers.answer import Answer
from genai_sdk.routing.drivers.attempt import Attempt
from genai_sdk.routing.drivers.decoder import Decoder
from genai_sdk.routing.drivers.direct.answers import completion_of, embeddings_of
from genai_sdk.routing.drivers.direct.responses.answer import answer_of
from genai_sdk.routing.drivers.direct.responses.events import Events
from genai_sdk.routing.drivers.direct.site import site_of
from genai_sdk.routing.drivers.driver import Deployment, Reply
from genai_sdk.types import ChatCompletion, EmbeddingResponse

T = TypeVar("T")


def chat_reply(deployment: Deployment, answer: Answer) -> Reply[ChatCompletion]:
    """Read the answer to a chat call.

    Raises:
        ProviderError: It is an error, or not what it should be.
    """
    return _reply(deployment, answer, _response_of if site_of(deployment).uses_responses else _completion_of)


def embedding_reply(deployment: Deployment, answer: Answer) -> Reply[EmbeddingResponse]:
    """Read the answer to an embedding call; raises as `chat_reply`."""
    return _reply(deployment, answer, _embeddings_of)


def decoder_of(attempt: Attempt, head: Answer) -> Decoder | None:
    """Return what reads the stream behind a head, or None if no stream is behind it."""
    framing = attempt.framing(head)
    if framing is None:
        return None
    deployment = attempt.deployment
    parse = Events(deployment.model) if site_of(deployment).uses_responses else None
    return Decoder(deployment, head, framing, parse)


def _reply(deployment: Deployment, answer: Answer, read: Callable[[Deployment, dict[str, Any]], T | None]) -> Reply[T]:
    attempt = Attempt(deployment)
    value = _value(deployment, answer, attempt.accept(answer), read)
    if isinstance(value, ProviderError):
        raise value
    return Reply(value, attempt.request_id)


def _value(
    deployment: Deployment,
    answer: Answer,
    data: dict[str, Any],
    read: Callable[[Deployment, dict[str, Any]], T | None],
) -> T | ProviderError:
    try:
        value = read(deployment, data)
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        value, what = None, f"something that cannot be read ({type(error).__name__})"
    else:
        what = "no answer in it"
    return failures.malformed(deployment, answer, what) if value is None else value


def _completion_of(_deployment: Deployment, data: dict[str, Any]) -> ChatCompletion | None:
    return completion_of(data)


def _response_of(deployment: Deployment, data: dict[str, Any]) -> ChatCompletion | None:
    return completion_of(answer_of(data, deployment.model))


def _embeddings_of(_deployment: Deployment, data: dict[str, Any]) -> EmbeddingResponse | None:
    return embeddings_of(data)
