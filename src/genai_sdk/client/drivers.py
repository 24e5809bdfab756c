"""What makes the attempts, by the setting that chooses it; a driver is loaded when the first client is made with it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from genai_sdk.client.settings import Driver as Choice
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.routing import Driver


def _litellm(sync: SyncTransport, async_: AsyncTransport) -> Driver:
    from genai_sdk.routing.drivers.litellm import LiteLLMDriver

    return LiteLLMDriver(sync, async_)


DRIVERS: Mapping[Choice, Callable[[SyncTransport, AsyncTransport], Driver]] = MappingProxyType(
    {"auto": _litellm, "litellm": _litellm}
)
"""Makes a driver on a client's transports."""
