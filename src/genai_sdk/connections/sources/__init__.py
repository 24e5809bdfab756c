"""Where connections come from."""

from genai_sdk.connections.sources.broker import BrokerSource
from genai_sdk.connections.sources.limits import ReadLimits
from genai_sdk.connections.sources.source import Source

__all__ = ["BrokerSource", "ReadLimits", "Source"]
