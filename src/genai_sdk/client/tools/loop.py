"""The decisions of a run: what the model is asked next, what it wants called, and when it is over."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.client.parameters import read_chat
from genai_sdk.client.tools.tool import Tool, read_tools
from genai_sdk.client.tools.values import ToolResult, ToolRun
from genai_sdk.errors import InvalidRequestError, RunLimitError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import TraceBlock
from genai_sdk.types import ChatCompletion, ToolCall, Usage
from genai_sdk.types.usage import added

_NOT_SENT = ("prompt", "repair")


class Bounds(msgspec.Struct, frozen=True):
    """The bounds of a run.

    Attributes:
        max_rounds: How often the model may be asked.
        max_cost: US dollars after which it is asked no more; None for no bound.
        tool_timeout: Seconds that one tool may take.
    """

    max_rounds: int
    max_cost: float | None
    tool_timeout: float

    def __post_init__(self) -> None:
        if isinstance(self.max_rounds, bool) or not isinstance(self.max_rounds, int) or self.max_rounds < 1:
            raise InvalidRequestError(
                Sentence.of(
                    "tools.max_rounds",
                    "max_rounds must be a number of rounds from 1, not {max_rounds}",
                    max_rounds=repr(self.max_rounds),
                )
            )
        if self.max_cost is not None and not _is_positive(self.max_cost):
            raise InvalidRequestError(
                Sentence.of(
                    "tools.max_cost",
                    "max_cost must be US dollars, such as 0.50, not {max_cost}",
                    max_cost=repr(self.max_cost),
                )
            )
        if not _is_positive(self.tool_timeout):
            raise InvalidRequestError(
                Sentence.of(
                    "tools.timeout",
                    "tool_timeout must be seconds, such as 60, not {tool_timeout}",
                    tool_timeout=repr(self.tool_timeout),
                )
            )


class ToolLoop:
    """One run.

    Args:
        model: The model to ask.
        messages: The conversation so far.
        tools: Functions, tools, and dicts of tools that the vendor runs.
        options: The keywords of each call.
        bounds: The bounds of the run.

    Attributes:
        tools: The tools by name.
        rounds: How often the model was asked.

    Raises:
        InvalidRequestError: An argument is of the wrong form.
    """

    def __init__(
        self, model: str, messages: Any, tools: Any, options: Mapping[str, Any], bounds: Bounds, *, is_async: bool
    ) -> None:
        self.tools, definitions = read_tools(tools)
        if options.get("n") not in (None, 1):
            raise InvalidRequestError(Sentence.of("tools.one_answer", "run_tools follows one answer, so n must be 1"))
        if not is_async and (late := [tool.name for tool in self.tools.values() if tool.is_async]):
            raise InvalidRequestError(
                Sentence.of("tools.coroutine_function", "{name} is a coroutine function: call arun_tools", name=late[0])
            )
        arguments = read_chat(model, messages, {key: item for key, item in options.items() if key not in _NOT_SENT})
        self.bounds = bounds
        self._options = {**options, "model": model, "tools": definitions}
        self._messages: list[Any] = [*arguments.request.messages]
        self._calls: tuple[ToolCall, ...] = ()
        self._answered: dict[str, ToolResult] = {}
        self._results: list[ToolResult] = []
        self._responses: list[ChatCompletion[Any]] = []
        self._usage: Usage | None = None
        self._cost: float | None = 0.0

    @property
    def rounds(self) -> int:
        """How often the model was asked."""
        return len(self._responses)

    def request(self) -> dict[str, Any]:
        """Return the keywords of the next call."""
        options = dict(self._options)
        if self._responses and options.get("tool_choice") not in (None, "auto", "none"):
            del options["tool_choice"]  # whoever has to call a tool each time never answers
        return {**options, "messages": list(self._messages)}

    def take(self, response: ChatCompletion[Any]) -> tuple[ToolCall, ...]:
        """Take an answer in, and return the calls that it asks for; none if the run is over."""
        self._responses.append(response)
        self._usage = added(self._usage, response.usage)
        cost = response.genai.cost
        self._cost = None if cost is None or self._cost is None else self._cost + cost
        if not response.choices:
            return ()
        message = response.choices[0].message
        calls: dict[str, ToolCall] = {}
        for place, call in enumerate(message.tool_calls or ()):
            if not call.id or call.id in calls:  # some servers give none, or all the same
                call = msgspec.structs.replace(call, id=f"call_{self.rounds}_{place}")
            calls[call.id or ""] = call
        self._calls = tuple(calls.values())
        return self._calls

    def check(self, block: TraceBlock) -> None:
        """See whether the run may go on with the calls that were asked for.

        Raises:
            RunLimitError: A bound is reached.
        """
        names = ", ".join(call.function.name for call in self._calls)
        most = self.bounds.max_cost
        if self.rounds >= self.bounds.max_rounds:
            limit, why = "max_rounds", f"after {self.rounds} rounds (max_rounds) the model still calls {names}"
        elif most is not None and self._cost is None:
            limit, why = "max_cost", "what an answer cost is not known, so that max_cost cannot be kept"
        elif most is not None and self._cost is not None and self._cost >= most:
            limit, why = (
                "max_cost",
                f"${self._cost:.6f} are spent (max_cost {most:g}) and the model still calls {names}",
            )
        else:
            return
        raise RunLimitError(
            Sentence.of("tools.limit", "{why}; nothing of that was run. What there is, is in .run", why=why),
            limit=limit,
            run=self.run(block),
        )

    def put(self, result: ToolResult) -> None:
        """Take the result of a call in."""
        self._answered[result.id] = result
        if len(self._answered) < len(self._calls):
            return
        message = self._responses[-1].choices[0].message
        self._messages.append(msgspec.structs.replace(message, tool_calls=self._calls))
        for call in self._calls:
            each = self._answered[call.id or ""]
            self._results.append(each)
            self._messages.append({"role": "tool", "tool_call_id": each.id, "content": each.content})
        self._calls, self._answered = (), {}

    def run(self, block: TraceBlock) -> ToolRun[Any]:
        """Return what the run has come to."""
        response = self._responses[-1] if self._responses else ChatCompletion()
        last = [choice.message for choice in response.choices[:1] if not choice.message.tool_calls]
        return ToolRun(
            response=response,
            messages=(*self._messages, *last),
            results=tuple(self._results),
            responses=tuple(self._responses),
            cost=self._cost,
            usage=self._usage,
            trace_id=block.id,
            trace_url=block.url,
        )


def tool_of(tools: Mapping[str, Tool], name: str) -> Tool | None:
    """Return the tool of a name, which some models write with a prefix of their own (`functions.get_weather`)."""
    return tools.get(name) or tools.get(name.rpartition(".")[2])


def _is_positive(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 < number < float("inf")
