"""The calls beside chat that stream: what all of them have in common."""

from typing import TYPE_CHECKING, Any

from genai_sdk.client.calls import Calls
from genai_sdk.client.parameters import Arguments
from genai_sdk.client.recorded import Recorded
from genai_sdk.wires.operation import A, C, Operation, Q

if TYPE_CHECKING:  # loaded by the first of these streams
    from genai_sdk.routing.items import AsyncItemStream, ItemStream


class ItemCalls(Calls):
    """Answers a request with a stream of items."""

    def _stream_items(
        self, operation: Operation[Q, A, C], arguments: Arguments[Q], started: float
    ) -> "ItemStream[Any, A]":
        """Answer a request of another operation than chat with a stream."""
        arguments, trace = self._recorded(operation, arguments, started, None, streaming=True)
        with Recorded(trace):
            call = self._begin(self._registry.get(), arguments, trace, started, operation, streaming=True)
            return self._router.stream_items(operation, call, arguments.request)

    async def _astream_items(
        self, operation: Operation[Q, A, C], arguments: Arguments[Q], started: float
    ) -> "AsyncItemStream[Any, A]":
        """Answer a request with a stream; the twin of `_stream_items`."""
        arguments, trace = self._recorded(operation, arguments, started, None, streaming=True)
        with Recorded(trace):
            call = self._begin(await self._registry.aget(), arguments, trace, started, operation, streaming=True)
            return await self._router.astream_items(operation, call, arguments.request)
