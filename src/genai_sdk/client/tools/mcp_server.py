"""The tools of an MCP server (https://modelcontextprotocol.io), over the official `mcp` package (the extra `mcp`)."""

import asyncio
import re
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

from genai_sdk.client.tools.tool import Tool
from genai_sdk.errors import ConfigurationError, InvalidRequestError
from genai_sdk.lifecycle.ending import on_thread, refuse_at_exit
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from mcp import Client

_PAGES = 100
"""Pages of tools that a server may have."""
_LONGEST_NAME = 64


class McpToolError(Exception):
    """A server says that a tool failed; the message is the tool's."""


class McpServer:
    """A server whose tools a model may call; its tools are there within `with` or `async with`.

    ```python
    with McpServer(["python", "weather_server.py"]) as tools:
        run = client.run_tools(messages, tools=tools, model="gpt-6-luna")
    ```

    Args:
        command: A program and its arguments, to be started and spoken to over its standard input and output.
        url: The address of a server that runs already, spoken to over streamable HTTP; in place of a command.
        headers: Headers for it, such as its authorization.
        env: Environment variables for the program, beside the few that `mcp` hands on.
        cwd: The directory it is started in.
        only: The names of the tools to take; left out, all of them.
        timeout: Seconds that it may take to start, and that each request to it may take.

    Raises:
        InvalidRequestError: Neither or both of command and url are given.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        url: str | None = None,
        headers: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        only: Sequence[str] | None = None,
        timeout: float = 30,
    ) -> None:
        if (command is None) == (url is None) or isinstance(command, str) or command == []:
            raise InvalidRequestError(
                Sentence.of(
                    "mcp.command",
                    'McpServer takes a command as a list, such as ["python", "server.py"], or url= of one that runs',
                )
            )
        self._command, self._url, self._headers = command, url, headers
        self._env, self._cwd, self._only, self._timeout = env, cwd, only, timeout
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._client: Client | None = None

    def __repr__(self) -> str:  # arguments and addresses may hold secrets
        return f"McpServer({self._command[0] if self._command else 'url=…'!r})"

    def start(self) -> list[Tool]:
        """Start or reach the server, and return its tools.

        Raises:
            ConfigurationError: `mcp` is not installed, or the server does not start, or not within `timeout`.
            InvalidRequestError: It is started already, or has no tool that `only` names.
        """
        if self._thread is not None:
            raise InvalidRequestError(Sentence.of("mcp.started", "this McpServer is started already: make another one"))
        refuse_at_exit()
        try:
            import mcp  # noqa: F401 - only to see that it is there
        except ImportError as error:
            raise ConfigurationError(
                Sentence.of("mcp.missing", "MCP servers need the package mcp: pip install 'genai-sdk-langfuse[mcp]'")
            ) from error
        ready: Future[list[Any]] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), name="genai-mcp", daemon=True)
        self._thread.start()
        try:
            listed = ready.result(self._timeout)
        except FutureTimeoutError as error:
            self.stop()
            raise ConfigurationError(
                Sentence.of(
                    "mcp.late", "{server} did not start within {timeout:g} s", server=repr(self), timeout=self._timeout
                )
            ) from error
        except BaseException as error:
            self.stop()
            if not isinstance(error, Exception):
                raise
            raise ConfigurationError(
                Sentence.of("mcp.failed", "{server} did not start: {reason}", server=repr(self), reason=_reason(error))
            ) from error
        names = [tool.name for tool in listed]
        if missing := [name for name in self._only or () if name not in names]:
            self.stop()
            raise InvalidRequestError(
                Sentence.of(
                    "mcp.no_tool",
                    "{server} has no tool {tool!r}; it has {names}",
                    server=repr(self),
                    tool=missing[0],
                    names=", ".join(names) or "none",
                )
            )
        return [self._tool(tool) for tool in listed if self._only is None or tool.name in self._only]

    def stop(self) -> None:
        """End the server, or take leave of it; waits at most `timeout`. May be repeated."""
        if self._loop is not None and self._over is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._over.set)
        if self._thread is not None:
            self._thread.join(self._timeout)

    async def _serve(self, ready: "Future[list[Any]]") -> None:
        """Hold the connection, in one task on a loop of its own from its beginning to its end, as `mcp` wants it."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        task = asyncio.ensure_future(self._connected(ready, self._over))
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait((task, over), return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():  # whoever waited for it has given up
                task.cancel()
            await asyncio.wait((task,))
        finally:
            over.cancel()
        if not task.cancelled() and (error := task.exception()) is not None and not ready.done():
            ready.set_exception(error)

    async def _connected(self, ready: "Future[list[Any]]", over: asyncio.Event) -> None:
        from mcp import Client

        async with AsyncExitStack() as stack:
            target = await self._target(stack)
            client = await stack.enter_async_context(Client(target, read_timeout_seconds=self._timeout))
            listed: list[Any] = []
            cursor: str | None = None
            for _ in range(_PAGES):
                page = await client.list_tools(cursor=cursor)
                listed += page.tools
                cursor = page.next_cursor
                if not cursor:
                    break
            self._client = client
            ready.set_result(listed)
            await over.wait()

    async def _target(self, stack: AsyncExitStack) -> Any:
        from mcp import StdioServerParameters
        from mcp.client.streamable_http import streamable_http_client
        from mcp.shared._httpx_utils import create_mcp_http_client  # the only way to headers with mcp's own timeouts

        if self._command is not None:
            program, *arguments = self._command
            env = None if self._env is None else dict(self._env)
            return StdioServerParameters(command=program, args=arguments, env=env, cwd=self._cwd)
        if not self._headers:
            return self._url
        http = await stack.enter_async_context(create_mcp_http_client(headers=dict(self._headers)))
        return streamable_http_client(self._url or "", http_client=http)

    def _tool(self, listed: Any) -> Tool:
        def call(**arguments: Any) -> str:
            return self._call(listed.name, arguments)

        # MCP allows names that OpenAI's wire does not: dots, slashes, more characters.
        name = re.sub(r"[^a-zA-Z0-9_-]", "_", listed.name)[:_LONGEST_NAME]
        return Tool(name=name, description=listed.description or "", parameters=listed.input_schema, function=call)

    def _call(self, name: str, arguments: Mapping[str, Any]) -> str:
        if self._client is None or self._loop is None or self._thread is None or not self._thread.is_alive():
            raise McpToolError("the server is not there any more")
        request = self._client.call_tool(name, dict(arguments))
        under_way = asyncio.run_coroutine_threadsafe(request, self._loop)
        try:
            result = under_way.result(self._timeout)
        except FutureTimeoutError:
            under_way.cancel()
            raise
        text = _text_of(result)
        if result.is_error:
            raise McpToolError(text)
        return text

    def __enter__(self) -> list[Tool]:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> list[Tool]:
        return await on_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await on_thread(self.stop)


def _text_of(result: Any) -> str:
    """Return what a model is told of a result: its texts, and of pictures, sound and files what they are."""
    parts: list[str] = []
    for block in result.content:
        resource = getattr(block, "resource", block)
        text = getattr(resource, "text", None)
        kind, mime = block.type, getattr(resource, "mime_type", None)
        parts.append(text if isinstance(text, str) else f"[{kind}{f' {mime}' if mime else ''}]")
    if not parts and result.structured_content is not None:
        from genai_sdk.client.tools.execution import write_result

        return write_result(result.structured_content)
    return "\n".join(parts)


def _reason(error: BaseException) -> str:
    """Return the reason inside of the groups of errors that `mcp` raises."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
