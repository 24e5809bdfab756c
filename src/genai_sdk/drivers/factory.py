"""The drivers by the names that settings know them by."""

from typing import Any, Literal

from genai_sdk.catalogue import wire_of
from genai_sdk.drivers.auto import AutoDriver
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.engine import Engine
from genai_sdk.drivers.route import load_wire
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.types import ConnectionView
from genai_sdk.wires.operation import Operation

DriverName = Literal["auto", "direct", "litellm"]


def make_driver(
    name: DriverName, sync: SyncTransport, async_: AsyncTransport, unknown: UnknownWords | None = None
) -> Driver:
    """Return a driver; litellm itself is not loaded before a call or `warm_up`.

    Args:
        name: Its name.
        sync: What sync calls go over.
        async_: What async calls go over.
        unknown: Counts the words of vendors that no row names. Through litellm there are none: it maps what it does
            not know, and does not say so.

    Raises:
        ConfigurationError: `litellm` is asked for and is not installed.
    """
    match name:
        case "auto":
            return AutoDriver(sync, async_, unknown)
        case "direct":
            return Engine(sync, async_, None, unknown)
        case "litellm":
            from genai_sdk.drivers.litellm import LiteLLMDriver, loading  # a cost only for those who ask for it

            loading.require("driver='litellm'")
            return LiteLLMDriver(sync, async_)


def uses_litellm(name: DriverName, operation: Operation[Any, Any, Any], view: ConnectionView, model: str) -> bool:
    """Tell whether a driver has litellm translate an operation, because it is asked to or no wire of ours has it."""
    if name != "auto":
        return name == "litellm"
    wire = wire_of(view.adapter, model)
    return not wire or not load_wire(wire).serves(operation, model, view)
