"""One connection, and the exchanges it carries one after the other."""

import http.client
import ssl

from genai_sdk.http.answer import Answer, cut
from genai_sdk.http.budget import Budget
from genai_sdk.http.dial import dial
from genai_sdk.http.errors import UnsendableRequest
from genai_sdk.http.line import Line
from genai_sdk.http.proxy import Proxy
from genai_sdk.http.request import BODY_METHODS, FRAMING_HEADERS, Request
from genai_sdk.http.target import Target


class Channel(http.client.HTTPConnection):
    """A connection to one scheme, host and port, straight or through a proxy.

    Attributes:
        line: Its socket.
        idle_since: When it was last put back, by the pool's clock.
    """

    response_class = Answer
    auto_open = 0

    def __init__(self, target: Target, proxy: Proxy | None) -> None:
        super().__init__(target.host, target.port)
        self.line = Line()
        self.idle_since = 0.0
        self._target = target
        self._proxy = proxy
        # To a proxy a plain request goes in absolute form, with the proxy's own credentials.
        self._absolute = proxy is not None and target.scheme == "http"

    def dial(self, context: ssl.SSLContext | None, budget: Budget) -> None:
        """Connect.

        Raises:
            ConnectFailed: If there is no way through.
            ConnectTimedOut: If it takes longer than it may.
            TotalTimedOut: If the total is used up.
        """
        dial(self.line, self._target, self._proxy, context, budget)

    def exchange(self, request: Request, target: Target, budget: Budget) -> Answer:
        """Send a request and return its answer once the head is there.

        Raises:
            UnsendableRequest: If the method or a header is not what HTTP allows; nothing was sent.
            ConnectionCut: If the connection ends before the head is whole, or the head is broken.
            ReadTimedOut: If the server neither takes nor sends a byte for longer than the gap.
            TotalTimedOut: If the total is used up.
        """
        self.sock = self.line
        self.line.budget = budget
        self.line.heard = False
        self._write(request, target)
        hung_up = False
        try:
            try:
                self.line.transmit()
            except ConnectionError:
                hung_up = True  # perhaps because the body is too large for it: then its answer says so
            answer = self.getresponse()
        except (http.client.HTTPException, OSError) as error:
            raise cut("before the answer", error) from error
        assert isinstance(answer, Answer)
        answer.will_close = answer.will_close or hung_up
        return answer

    def _write(self, request: Request, target: Target) -> None:
        name = "Host"
        try:
            url = target.url if self._absolute else target.path
            self.putrequest(request.method, url, skip_host=True, skip_accept_encoding=True)
            self.putheader("Host", request.header("host") or target.authority)
            if self._absolute and self._proxy and self._proxy.authorization:
                self.putheader("Proxy-Authorization", self._proxy.authorization)
            for name, value in request.headers:
                if (lower := name.lower()) not in FRAMING_HEADERS and lower != "host":
                    self.putheader(name, value.encode())
            if request.body or request.method in BODY_METHODS:
                self.putheader("Content-Length", str(len(request.body)))
            self.endheaders(request.body or None)
        except (ValueError, http.client.InvalidURL):
            pass  # not even as a context: they quote the value, which can be a key
        else:
            return
        raise UnsendableRequest(f"the method, the URL or the header {name!r} holds what HTTP forbids")
