"""One connection, and the exchanges it carries one after the other."""

from typing import TYPE_CHECKING

from genai_sdk.http.deadline import Deadline
from genai_sdk.http.errors import ConnectionCut, TransportError
from genai_sdk.http.head import outgoing
from genai_sdk.http.parser import RawResponse, ResponseParser
from genai_sdk.http.proxy import Proxy
from genai_sdk.http.request import Request
from genai_sdk.http.sync.dial import dial
from genai_sdk.http.sync.socket import Socket
from genai_sdk.http.target import Target

if TYPE_CHECKING:  # plain http does not pay for it
    import ssl


class SyncConnection:
    """A connection to one scheme, host and port, straight or through a proxy.

    Attributes:
        idle_since: When it was last put back, by the pool's clock.
        heard: Whether the server has sent a byte since the last request.
    """

    def __init__(self, target: Target, proxy: Proxy | None) -> None:
        self.idle_since = 0.0
        self.heard = False
        self._socket = Socket()
        self._parser = ResponseParser()
        self._target = target
        self._proxy = proxy

    def dial(self, context: "ssl.SSLContext | None", deadline: Deadline) -> None:
        """Connect.

        Raises:
            ConnectFailed: If there is no way through.
            ConnectTimedOut: If it takes longer than it may.
            TotalTimedOut: If the total is used up.
        """
        self._socket.deadline = deadline
        deadline.carrier = self
        dial(self._socket, self._target, self._proxy, context, deadline)

    def exchange(self, request: Request, target: Target, deadline: Deadline) -> RawResponse:
        """Send a request and return its answer once the head is there.

        Raises:
            UnsendableRequest: If the method or a header is not what HTTP allows; nothing was sent.
            ConnectionCut: If the connection ends before the head is whole, or the head is broken.
            ReadTimedOut: If the server neither takes nor sends a byte for longer than the gap.
            TotalTimedOut: If the total is used up.
        """
        sock = self._socket
        sock.deadline = deadline
        deadline.carrier = self
        response = self._parser.begin(request.method)
        self.heard = False
        written = outgoing(request, target, self._proxy)
        hung_up = False
        try:
            sock.send(written)
        except ConnectionError:
            hung_up = True  # perhaps because the body is too large for it: then its answer says so
        except OSError as error:
            raise _cut("before the answer", error) from error
        try:
            while not response.head_complete:
                self.receive(response)
        finally:
            self.heard = response.heard
        response.keep_alive = response.keep_alive and not hung_up
        return response

    def receive(self, response: RawResponse) -> None:
        """Wait for what arrives next of the answer at hand.

        Raises:
            ConnectionCut: If the connection ends too early, or what comes is broken.
            ReadTimedOut: If no byte comes for longer than the gap.
            TotalTimedOut: If the total is used up.
            TransportClosed: If the connection was ended meanwhile.
        """
        try:
            data = self._socket.receive()
        except OSError as error:
            raise _cut("in the body" if response.head_complete else "before the answer", error) from error
        if data:
            self._parser.feed(data)
        else:
            self._parser.end()

    def usable(self) -> bool:
        """Tell whether it is still open and, as it should be between exchanges, silent."""
        return self._socket.usable()

    def end(self, error: TransportError) -> None:
        """End it at once; who waits on it, or uses it later, gets `error`."""
        self._socket.end(error)
        self._parser.close()

    def cut(self, deadline: Deadline) -> None:
        """End the exchange of this deadline, unless another has the connection by now."""
        if self._socket.deadline is deadline:
            self.end(ConnectionCut("the exchange was cancelled"))

    def forget(self) -> None:
        """Close this process's descriptor of a connection that the parent process goes on using."""
        self._socket.forget()


def _cut(where: str, error: OSError) -> ConnectionCut:
    return ConnectionCut(f"the connection broke {where}: {type(error).__name__}: {error}")
