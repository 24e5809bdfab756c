"""The drivers by the names that settings know them by."""

from typing import Literal

from genai_sdk.connections import Connection
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.routing.drivers.auto import AutoDriver
from genai_sdk.routing.drivers.direct import DirectDriver
from genai_sdk.routing.drivers.driver import Driver

DriverName = Literal["auto", "direct", "litellm"]


def make_driver(name: DriverName, sync: SyncTransport, async_: AsyncTransport) -> Driver:
    """Return a driver; litellm itself is not loaded before a call or `warm_up`."""
    match name:
        case "auto":
            return AutoDriver(sync, async_)
        case "direct":
            return DirectDriver(sync, async_)
        case "litellm":
            from genai_sdk.routing.drivers.litellm import LiteLLMDriver  # a cost only for those who ask for it

            return LiteLLMDriver(sync, async_)


def uses_transports(name: DriverName, connection: Connection) -> bool:
    """Tell whether a driver's calls on a connection go over its transports: litellm's on OpenAI's wire do not."""
    return name != "litellm" or not DirectDriver.serves(connection)
