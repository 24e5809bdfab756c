"""A real MCP server over its standard input and output; run as a program."""

import os
import sys
import time

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("weather")


@server.tool()
def get_weather(city: str, days: int = 1) -> str:
    """Return the weather of a city."""
    return f"{city}: clear for {days} days"


@server.tool(name="weather.fail")
def fail(city: str) -> str:
    """Always fails."""
    raise ToolError(f"no station in {city}")


@server.tool()
def environment(name: str) -> str:
    """Return an environment variable."""
    return os.environ.get(name, "nothing")


@server.tool()
def header(name: str, context: Context) -> str:
    """Return a header of the request."""
    return str(context.request_context.request.headers.get(name))


@server.tool()
def leave() -> str:
    """End the process."""
    os._exit(3)


@server.tool()
def wait(seconds: float) -> str:
    """Wait."""
    time.sleep(seconds)
    return "waited"


if __name__ == "__main__":
    if "--refuse" in sys.argv:
        sys.exit("I will not")
    if "--http" in sys.argv:
        server.run(transport="streamable-http", port=int(sys.argv[-1]))
    else:
        server.run(transport="stdio")
