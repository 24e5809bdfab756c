"""Where a client has its batches and files, which are loaded when they are first asked for."""

import functools
from typing import TYPE_CHECKING

from genai_sdk.client.calls import Calls
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.pricing import PriceLookup

if TYPE_CHECKING:
    from genai_sdk.client.batches import Batches
    from genai_sdk.client.stored_files import Files
    from genai_sdk.jobs.exchange import Exchange


class JobAccess(Calls):
    """Batches and files; a part of `GenAIClient`."""

    _transports: tuple[SyncTransport, AsyncTransport]
    _unknown: UnknownWords
    _prices: PriceLookup | None

    @functools.cached_property
    def batches(self) -> "Batches":
        """Requests that a vendor answers within a day at a lower price; see `genai docs batches`.

        Examples:
            >>> client.batches.retrieve("openai_test/gpt-6-luna/chat/batch_abc123").status
        """
        refuse_at_exit()
        from genai_sdk.client.batches import Batches
        from genai_sdk.routing.facts import Facts

        options = self._settings.routing
        facts = Facts(self._clock.now, None if self._prices is None else self._prices.price_of)
        return Batches(self._registry, self._planner, options, self._exchange, facts, self._tracer, self._clock)

    @functools.cached_property
    def files(self) -> "Files":
        """Files that vendors keep, for calls and batches to name; see `genai docs files`.

        Examples:
            >>> client.files.create("report.pdf", "openai_test").id
        """
        refuse_at_exit()
        from genai_sdk.client.stored_files import Files

        return Files(self._registry, self._settings.routing, self._exchange)

    @functools.cached_property
    def _exchange(self) -> "Exchange":
        from genai_sdk.jobs.exchange import Exchange

        retries = self._settings.routing.num_retries
        return Exchange(*self._transports, self._unknown, self._registry, self._clock, retries)
