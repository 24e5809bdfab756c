"""The drivers by the names that settings know them by."""

from typing import Literal

from genai_sdk.drivers.auto import AutoDriver
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.engine import Engine
from genai_sdk.http import AsyncTransport, SyncTransport

DriverName = Literal["auto", "direct", "litellm"]


def make_driver(name: DriverName, sync: SyncTransport, async_: AsyncTransport) -> Driver:
    """Return a driver; litellm itself is not loaded before a call or `warm_up`.

    Raises:
        ConfigurationError: `litellm` is asked for and is not installed.
    """
    match name:
        case "auto":
            return AutoDriver(sync, async_)
        case "direct":
            return Engine(sync, async_)
        case "litellm":
            from genai_sdk.drivers.litellm import LiteLLMDriver, loading  # a cost only for those who ask for it

            loading.require("driver='litellm'")
            return LiteLLMDriver(sync, async_)
