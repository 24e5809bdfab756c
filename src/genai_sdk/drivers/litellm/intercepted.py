"""How a request of litellm's is caught before it is sent."""

from genai_sdk.wires.wire import HttpRequest


class InterceptedRequest(BaseException):
    """litellm has come to the point where it needs a response that is not there yet; `request` is what it would send.

    It is no `Exception`, so that it leaves litellm's frames untouched: their `except Exception` clauses would wrap
    it, print advice and start retries.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.request = request
