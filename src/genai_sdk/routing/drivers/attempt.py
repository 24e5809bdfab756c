"""One attempt, whoever makes it: what is known of it, and what an answer to it is worth."""

from collections.abc import Callable
from typing import Any

import msgspec

from genai_sdk.errors import ProviderError
from genai_sdk.routing.drivers import failures
from genai_sdk.routing.drivers.answer import Answer
from genai_sdk.routing.drivers.complaint import complaint_of
from genai_sdk.routing.drivers.driver import Deployment
from genai_sdk.routing.drivers.framing import FRAMINGS, Framing
from genai_sdk.routing.drivers.headers import body_id, request_id

_BOM = b"\xef\xbb\xbf"


class Attempt:
    """One attempt at one deployment.

    Args:
        deployment: The deployment.
        refused: What to do when the provider answers 401.

    Attributes:
        request_id: The provider's id of the last request, once it answered.
    """

    def __init__(self, deployment: Deployment, refused: Callable[[], None] | None = None) -> None:
        self.deployment = deployment
        self.request_id: str | None = None
        self._refused = refused

    def note(self, head: Answer) -> None:
        """Take from a response's head what is to be known beside the answer."""
        self.request_id = request_id(head.headers) or self.request_id

    def accept(self, answer: Answer) -> dict[str, Any]:
        """Return the JSON object that an answer is.

        Raises:
            ProviderError: It is an error, or no JSON object.
        """
        self.note(answer)
        if answer.status == 401 and self._refused is not None:
            self._refused()
        if not 200 <= answer.status < 300:
            raise failures.from_answer(self.deployment, answer)
        read = self._read(answer)
        if isinstance(read, ProviderError):
            raise read
        return read

    def framing(self, head: Answer) -> Framing | None:
        """Return what cuts the stream behind a response's head, or None if no stream is behind it."""
        self.note(head)
        media = head.headers.get("content-type", "text/event-stream").partition(";")[0].strip().lower()
        framing = FRAMINGS.get(media)
        return framing() if framing is not None and 200 <= head.status < 300 else None

    def no_stream(self, answer: Answer) -> ProviderError:
        """Return the error for an answer without a stream, or raise the one that is in it."""
        self.accept(answer)
        return failures.malformed(self.deployment, answer, "a whole answer instead of a stream")

    def _read(self, answer: Answer) -> dict[str, Any] | ProviderError:
        try:
            data = msgspec.json.decode(answer.body.removeprefix(_BOM))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            data = None
        if not isinstance(data, dict):
            what = "no body" if not answer.body else f"no JSON object: {answer.body[:200].decode('utf-8', 'replace')}"
            return failures.malformed(self.deployment, answer, what)
        self.request_id = self.request_id or body_id(data)
        complaint = complaint_of(data)
        return data if complaint is None else failures.from_event(self.deployment, complaint, self.request_id)
