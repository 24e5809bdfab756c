"""One attempt, whoever makes it: what is known of it, and what a response to it is worth."""

from collections.abc import Callable, Mapping
from typing import Any

from genai_sdk.drivers import failures
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.response_headers import body_id, request_id
from genai_sdk.errors import ProviderError
from genai_sdk.wires.framing import FRAMINGS, Framing
from genai_sdk.wires.json_text import read_json
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.wire import HttpResponse, Wire


class Attempt:
    """One attempt at one deployment.

    Args:
        deployment: The deployment.
        wire: Whose errors the provider's are.
        refused: What to do when the provider answers 401.
        notice: Is told of codes of errors that no row names.

    Attributes:
        request_id: The provider's id of the last request, once it answered.
    """

    def __init__(
        self, deployment: Deployment, wire: Wire, refused: Callable[[], None], notice: Notice = ignore
    ) -> None:
        self.deployment = deployment
        self.wire = wire
        self.request_id: str | None = None
        self._refused = refused
        self.notice = notice

    def note(self, head: HttpResponse) -> None:
        """Take from a response's head what is to be known beside the answer."""
        self.request_id = request_id(head.headers) or self.request_id

    def check(self, response: HttpResponse) -> None:
        """See that a response is none that refuses.

        Raises:
            ProviderError: Its status is not 2xx.
        """
        self.note(response)
        if response.status == 401:
            self._refused()
        if not 200 <= response.status < 300:
            raise failures.from_response(self.deployment, response, self.wire, self.notice)

    def accept(self, response: HttpResponse) -> dict[str, Any]:
        """Return the JSON object that a response is.

        Raises:
            ProviderError: It is an error, or no JSON object.
        """
        self.check(response)
        data = self.read(response)
        if isinstance(data, ProviderError):
            raise data
        return data

    def framing(self, head: HttpResponse, framings: Mapping[str, Callable[[], Framing]] = FRAMINGS) -> Framing | None:
        """Return what cuts the stream behind a response's head, or None if no stream is behind it."""
        self.note(head)
        media = head.headers.get("content-type", "text/event-stream").partition(";")[0].strip().lower()
        framing = framings.get(media)
        return framing() if framing is not None and 200 <= head.status < 300 else None

    def no_stream(self, response: HttpResponse) -> ProviderError:
        """Return the error for a response without a stream, or raise the one that is in it."""
        self.accept(response)
        return failures.malformed(self.deployment, response, "a whole answer instead of a stream")

    def read(self, response: HttpResponse) -> dict[str, Any] | ProviderError:
        """Return the JSON object that a response of 2xx is, or the error that it is."""
        body = response.body
        data = _decoded(body, response.headers.get("content-type", ""))
        if isinstance(data, str):  # encoded twice
            data = _decoded(data.encode())
        if isinstance(data, list) and data and isinstance(data[0], dict | list):
            # One is Google's and some gateways' form; several are what others have under `data`.
            data = data[0] if len(data) == 1 and isinstance(data[0], dict) else {"data": data}
        if not isinstance(data, dict):
            what = "no body" if not body else f"no JSON object: {body[:200].decode('utf-8', 'replace')}"
            return failures.malformed(self.deployment, response, what)
        self.request_id = self.request_id or body_id(data)
        error = self.wire.error_of(data)
        if error is None:
            return data
        return failures.from_event(self.deployment, response, error, self.request_id, self.wire, self.notice)


def _decoded(body: bytes, media_type: str = "") -> Any:
    """Return decoded JSON; None if it is none."""
    try:
        return read_json(body, media_type)
    except ValueError:
        return None
