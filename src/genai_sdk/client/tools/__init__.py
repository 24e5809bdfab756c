"""Tools: Python functions that a model calls, round after round, until it answers."""

from typing import TYPE_CHECKING

from genai_sdk.client.tools.stream import ToolStream
from genai_sdk.client.tools.tool import Tool
from genai_sdk.client.tools.values import (
    ChunkEvent,
    ResponseEvent,
    ToolCallEvent,
    ToolEvent,
    ToolResult,
    ToolResultEvent,
    ToolRun,
)
from genai_sdk.deferred import deferred

if TYPE_CHECKING:
    from genai_sdk.client.tools.async_stream import AsyncToolStream
    from genai_sdk.client.tools.mcp_server import McpServer

__all__ = [
    "AsyncToolStream",
    "ChunkEvent",
    "McpServer",
    "ResponseEvent",
    "Tool",
    "ToolCallEvent",
    "ToolEvent",
    "ToolResult",
    "ToolResultEvent",
    "ToolRun",
    "ToolStream",
]

__getattr__ = deferred(
    __name__,
    {
        "AsyncToolStream": "genai_sdk.client.tools.async_stream",
        "McpServer": "genai_sdk.client.tools.mcp_server",
    },
)
