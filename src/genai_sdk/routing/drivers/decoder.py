"""From a stream's bytes to chunks, without I/O: one core for the sync and the async stream."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from genai_sdk.errors import ProviderError
from genai_sdk.routing.drivers import failures
from genai_sdk.routing.drivers.answer import Answer
from genai_sdk.routing.drivers.complaint import complaint_of
from genai_sdk.routing.drivers.driver import Deployment
from genai_sdk.routing.drivers.framing import BrokenFramingError, Framing
from genai_sdk.routing.drivers.headers import body_id, request_id
from genai_sdk.types import ChatCompletionChunk

Parse = Callable[[dict[str, Any]], dict[str, Any]]
"""From a vendor's event to a chunk in OpenAI's shape; it keeps what it must know of earlier events."""


class Decoder:
    """Reads one stream.

    Usage comes last and by itself, wherever the vendor puts it.

    Args:
        deployment: Whose stream it is.
        opened: The head of the answer.
        framing: Cuts the bytes into events.
        parse: Reads an event.

    Attributes:
        finished: Whether a finish reason was seen.
        request_id: The provider's id of the request, as far as it is known.
    """

    def __init__(self, deployment: Deployment, opened: Answer, framing: Framing, parse: Parse) -> None:
        self.finished = False
        self.request_id = request_id(opened.headers)
        self._deployment = deployment
        self._opened = opened
        self._framing = framing
        self._parse = parse
        self._began = False
        self._usage: dict[str, Any] | None = None

    def feed(self, data: bytes) -> Iterator[ChatCompletionChunk]:
        """Take bytes in and yield the chunks in them.

        Raises:
            ProviderError: The provider sent an error, or what is none of its events.
        """
        events = self._framing.feed(data)
        del data  # whoever prints a traceback with its variables prints no key that a provider quotes
        while (read := self._next(events)) is not None:
            if isinstance(read, ProviderError):
                raise read
            yield from self._show(read)

    def _next(self, events: Iterator[Any]) -> dict[str, Any] | ProviderError | None:
        """Read the next event; None if there is none."""
        try:
            event = next(events)
            complaint = complaint_of(event)
            if complaint is not None:
                return failures.from_event(self._deployment, complaint, self.request_id)
            self.request_id = self.request_id or body_id(event)
            return self._parse(event)
        except StopIteration:
            return None
        except BrokenFramingError as error:
            wrong = str(error)
        except Exception as error:  # noqa: BLE001 - litellm raises anything over an event that it does not know
            wrong = f"an event that cannot be read ({type(error).__name__})"
        return failures.malformed(self._deployment, self._opened, wrong)

    def end(self) -> Iterator[ChatCompletionChunk]:
        """Yield what is left once the bytes have ended.

        Raises:
            ProviderUnavailableError: They ended before the answer did.
        """
        if not self.finished:
            raise failures.ended_early(self._deployment, self.request_id)
        if self._usage is not None:
            usage, self._usage = self._usage, None
            yield ChatCompletionChunk.from_dict(usage)

    @property
    def over(self) -> bool:
        """Whether nothing of the answer is missing, so that what goes wrong from now on does no harm."""
        return self.finished and (self._framing.done or self._usage is not None)

    def _show(self, chunk: dict[str, Any]) -> Iterator[ChatCompletionChunk]:
        choices = chunk.get("choices") or []
        if chunk.get("usage"):
            self._usage = {**chunk, "choices": [], "usage": chunk["usage"]}
        if not choices:
            return
        chunk = {name: item for name, item in chunk.items() if name != "usage"}
        chunk["choices"] = [_tidy(choice) for choice in choices]
        self.finished = self.finished or any(choice.get("finish_reason") for choice in chunk["choices"])
        if not self._began or not all(_hollow(choice) for choice in chunk["choices"]):
            self._began = True
            yield ChatCompletionChunk.from_dict(chunk)


def _tidy(choice: Mapping[str, Any]) -> dict[str, Any]:
    delta = {name: item for name, item in (choice.get("delta") or {}).items() if item is not None}
    if "reasoning" in delta and "reasoning_content" not in delta:  # OpenRouter's and vLLM's name for it
        delta["reasoning_content"] = delta.pop("reasoning")
    return {**choice, "delta": delta, "finish_reason": choice.get("finish_reason") or None}


def _hollow(choice: Mapping[str, Any]) -> bool:
    """Whether a choice says nothing: vendors' marks of the beginning and end of a block become such."""
    said = (item for name, item in choice["delta"].items() if name != "role")
    return not any(said) and not choice["finish_reason"] and not choice.get("logprobs")
