"""Calling a model's tools: what they return and raise, in words for the model."""

import contextvars
import inspect
import threading
from collections.abc import Callable
from typing import Any

import msgspec

from genai_sdk.client.tools.loop import ToolLoop, tool_of
from genai_sdk.client.tools.tool import ArgumentsError, Tool
from genai_sdk.client.tools.values import ToolResult
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import TraceBlock, Tracer
from genai_sdk.types import Record, ToolCall

_LONGEST = 1_000
"""Characters of an error that a model is told."""


class Execution:
    """One call of a tool: reads its arguments, is recorded, and makes of what happens what the model is told.

    Args:
        loop: The run.
        call: The call.
        tracer: What it is recorded with.
        now: The clock.
    """

    def __init__(self, loop: ToolLoop, call: ToolCall, tracer: Tracer, now: Callable[[], float]) -> None:
        self._call, self._round, self._now = call, loop.rounds, now
        self._began = now()
        self._tools = loop.tools
        self._seconds = loop.bounds.tool_timeout
        self._tool: Tool | None = tool_of(loop.tools, call.function.name)
        self.block: TraceBlock = tracer.block(call.function.name, None, _shown(call.function.arguments), "tool")

    @property
    def is_async(self) -> bool:
        """Whether it is carried out by a coroutine function."""
        return self._tool is not None and self._tool.is_async

    def begin(self) -> Any:
        """Carry it out and return what the function returns; of a coroutine function, the coroutine.

        Raises:
            ArgumentsError: There is no such tool, or its arguments do not fit.
        """
        if self._tool is None:
            names = ", ".join(self._tools) or "none"
            raise ArgumentsError(f"there is no tool {self._call.function.name!r}; there are: {names}")
        return self._tool.call(self._tool.read(self._call.function.arguments))

    def run(self) -> ToolResult:
        """Carry it out, whatever it raises."""
        with self.block.inside():
            try:
                value = self.begin()
            except Exception as error:  # noqa: BLE001 - what a tool raises is for the model
                return self.failed(error)
        if inspect.iscoroutine(value):
            value.close()
            raise InvalidRequestError(
                Sentence.of(
                    "tools.coroutine", "{name} returned a coroutine: call arun_tools", name=self._call.function.name
                )
            )
        return self.returned(value)

    async def arun(self) -> ToolResult:
        """Carry it out on the loop, whatever it raises; the twin of `run`."""
        with self.block.inside():
            try:
                value = self.begin()
                if inspect.isawaitable(value):
                    value = await value
            except Exception as error:  # noqa: BLE001
                return self.failed(error)
        return self.returned(value)

    def returned(self, value: Any) -> ToolResult:
        """End it with what it returned."""
        try:
            content = write_result(value)
        except Exception as error:  # noqa: BLE001 - a value's own methods are the user's too
            return self.failed(TypeError(f"what it returned cannot be written as JSON: {error}"))
        self.block.update(output=_shown(content))
        self.block.end()
        return self._result(content, value=value)

    def failed(self, error: BaseException) -> ToolResult:
        """End it with what it raised."""
        words = str(error) if isinstance(error, ArgumentsError) else f"{type(error).__name__}: {error}"
        content = f"Error: {words if len(words) <= _LONGEST else words[:_LONGEST] + ' …'}"
        self.block.update(output=content)
        self.block.end(error)
        return self._result(content, error=content)

    def late(self) -> ToolResult:
        """End it without waiting any longer."""
        return self.failed(TimeoutError(f"it took longer than {self._seconds:g} s, and may still be under way"))

    def _result(self, content: str, *, value: Any = None, error: str | None = None) -> ToolResult:
        function = self._call.function
        return ToolResult(
            id=self._call.id or "",
            name=function.name,
            arguments=function.arguments,
            content=content,
            value=value,
            error=error,
            seconds=self._now() - self._began,
            round=self._round,
        )


def on_thread_of_its_own(execution: Execution, done: Callable[[ToolResult | BaseException], None]) -> None:
    """Carry a call out on a thread that the end of the process does not wait for; `done` gets what it comes to."""
    context = contextvars.copy_context()

    def work() -> None:
        try:
            result: ToolResult | BaseException = context.run(execution.run)
        except BaseException as error:  # noqa: BLE001 - it is raised where the run is
            execution.block.end(error)
            result = error
        done(result)

    threading.Thread(target=work, name="genai-tool", daemon=True).start()


def write_result(value: Any) -> str:
    """Return what a model is told of a value: a text as it is, and of all else the JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.model_dump()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value)


def _shown(text: str) -> Any:
    """Return what is recorded of arguments or a result: JSON as what it says."""
    if text[:1] not in ("{", "["):
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
