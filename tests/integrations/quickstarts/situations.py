"""What is played: each framework's situations, and what the providers answer in them, call by call."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.gateway.conftest import Stage

from genai_sdk.testing import Reply, Status


class Answer(NamedTuple):
    """What one call is answered with: ten tokens went in and three came out.

    Attributes:
        reply: The answer.
        failed: Whether the first region is down, so that the second one gives it.
    """

    reply: Reply
    failed: bool = False


class Situation(NamedTuple):
    """One thing that people do with a framework.

    Attributes:
        answers: What its calls are answered with.
        sides: The sides of the framework that have it.
    """

    answers: tuple[Answer, ...]
    sides: tuple[str, ...] = ("sync", "async")

    def script(self, stage: Stage) -> None:
        """Have the providers answer so."""
        stage.first.script(*(Status(503) if answer.failed else answer.reply for answer in self.answers))
        stage.second.script(*(answer.reply for answer in self.answers if answer.failed))


class Framework(NamedTuple):
    """A framework in one environment.

    Attributes:
        program: The module that plays its situations.
        environment: The environment that has it.
        situations: By name.
    """

    program: str
    environment: str
    situations: Mapping[str, Situation]


INPUT, OUTPUT = 10, 3
"""The tokens of each call, as the providers report them."""


def text(said: str, *, failed: bool = False) -> Answer:
    """An answer in words."""
    return Answer(Reply(text=said, prompt_tokens=INPUT, completion_tokens=OUTPUT), failed)


def call(name: str, failed: bool = False, /, **arguments: Any) -> Answer:
    """An answer that calls a tool."""
    return Answer(Reply(tool_calls=[(name, arguments)], prompt_tokens=INPUT, completion_tokens=OUTPUT), failed)


def fields(**values: str) -> Answer:
    """An answer as DSPy's adapter asks for it."""
    sections = [f"[[ ## {name} ## ]]\n{value}" for name, value in values.items()]
    return text("\n\n".join([*sections, "[[ ## completed ## ]]"]))


STREAM = Situation((text("one two three"),))
MEETING = '{"name":"Meeting","people":["Mina"]}'
TYPED = Situation((text(MEETING),))
# The second region answers the second call: attempts are part of the tree.
TOOLS = Situation((call("get_weather", city="Seoul"), text("Sunny.", failed=True)))
JASON = {"name": "Jason", "age": 25}

OPENAI = {
    "plain": Situation((text("A unicorn slept."),)),
    "stream": STREAM,
    "tools": TOOLS,
    "typed": TYPED,
    "responses": Situation((text("A unicorn slept."),)),
    "responses_stream": STREAM,
    "responses_tools": TOOLS,
    "responses_typed": TYPED,
    "vectors": Situation((text(""),)),
}
FRAMEWORKS = {
    "openai-2": Framework("with_openai", "integrations", OPENAI),
    "openai-3": Framework("with_openai", "neighbours", OPENAI),
    "anthropic": Framework(
        "with_anthropic",
        "neighbours",
        {
            "plain": Situation((text("Look at the sources."),)),
            "stream": STREAM,
            "events": STREAM,
            "tools": TOOLS,
            "typed": TYPED,
        },
    ),
    "langchain": Framework(
        "with_langchain",
        "integrations",
        {
            "plain": Situation((text("Ciao!"),)),
            "chained": Situation((text("Ciao!"),)),
            "stream": STREAM,
            "typed": TYPED,
            "tools": TOOLS,
            "tools_typed": Situation((call("get_weather", city="Seoul"), text(MEETING))),
        },
    ),
    "langgraph": Framework(
        "with_langgraph",
        "integrations",
        {
            "plain": Situation((text("Hello!"),)),
            "stream": STREAM,
            "tools": TOOLS,
            "memory": Situation((text("Hello!"), text("Will."))),
            "handoff": Situation((call("to_forecaster"), call("get_weather", city="Seoul"), text("Sunny."))),
        },
    ),
    "instructor": Framework(
        "with_instructor",
        "integrations",
        {
            "typed": Situation((call("Person", **JASON),)),
            "again": Situation((call("Loud", **JASON), call("Loud", True, name="JASON", age=25))),
            "parts": Situation((call("Person", **JASON),)),
            "people": Situation((call("IterablePerson", tasks=[JASON, {"name": "Mina", "age": 30}]),)),
            "raw": Situation((call("Person", **JASON),)),
        },
    ),
    "pydantic-ai": Framework(
        "with_pydantic_ai",
        "neighbours",
        {
            "plain": Situation((text("A book of 1974."),)),
            "stream": STREAM,
            "tools": Situation(
                (
                    call("balance", pending=True),
                    call("final_result", True, text="Block it.", block_card=True, risk=8),
                )
            ),
            "delegation": Situation((call("joke", topic="tea"), text("Ha!"), text("Ha!"))),
        },
    ),
    "dspy": Framework(
        "with_dspy",
        "integrations",
        {
            "plain": Situation((fields(answer="Seoul"),)),
            "reasoned": Situation((fields(reasoning="One of 36.", answer="0.0278"),)),
            "typed": Situation((fields(sentiment="positive", confidence="0.9"),)),
            "tools": Situation(
                (
                    fields(next_thought="Ask.", next_tool_name="get_weather", next_tool_args='{"city": "Seoul"}'),
                    fields(next_thought="Done.", next_tool_name="finish", next_tool_args="{}"),
                    fields(reasoning="It says so.", answer="Sunny.")._replace(failed=True),
                )
            ),
            "steps": Situation((fields(title="Green tea"), fields(text="Tea is green."))),
        },
    ),
    "llamaindex": Framework(
        "with_llamaindex",
        "integrations",
        {
            "plain": Situation((text("Ha!"),)),
            "stream": STREAM,
            "typed": Situation((call("Event", name="Meeting", people=["Mina"]),)),
            "called": Situation((call("get_weather", city="Seoul"),)),
            "tools": Situation((call("multiply", a=3, b=4), text("12.", failed=True)), ("async",)),
            "tools_stream": Situation((call("multiply", a=3, b=4), text("12.")), ("async",)),
            "handoff": Situation(
                (
                    call("handoff", to_agent="forecaster", reason="Weather."),
                    call("get_weather", city="Seoul"),
                    text("Sunny."),
                ),
                ("async",),
            ),
        },
    ),
    "agents-sdk": Framework(
        "with_agents_sdk",
        "neighbours",
        {
            "plain": Situation((text("A haiku."),)),
            "stream": Situation(STREAM.answers, ("async",)),
            "tools": TOOLS,
            "responses": TOOLS,
            "typed": TYPED,
            "handoff": Situation((call("transfer_to_history"), text("Sejong."))),
            "guardrail": Situation((text('{"is_homework": false}'),), ("async",)),
        },
    ),
}
