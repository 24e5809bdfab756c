"""Runs of tools: the model calls Python functions until it answers."""

import asyncio
import dataclasses
import json
import threading
from typing import Any, Literal

import pydantic
import pytest

from genai_sdk import (
    BadRequestError,
    ChatCompletion,
    GenAIError,
    InvalidRequestError,
    ProviderError,
    RunLimitError,
    Tool,
    ToolResult,
)
from genai_sdk.client.tools.loop import Bounds, ToolLoop
from genai_sdk.testing import BadRequest, Reply, Status

MODEL = "openai_test/gpt-4o-mini"
PRICED = "gemini_usa/gemini-2.5-flash"
WIRES = [
    MODEL,
    "openai_responses/gpt-4o-mini",
    "azure_test/gpt-4o-mini",
    PRICED,
    "gemini_studio/gemini-2.5-pro",
    "anthropic_test/claude-opus-4-5",
    "bedrock_test/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
]
HELLO = [{"role": "user", "content": "How is the weather in Seoul?"}]


def get_weather(city: str, unit: Literal["c", "f"] = "c") -> dict[str, Any]:
    """Return the weather.

    Args:
        city: A city's name.
        unit: The unit of temperatures.
    """
    return {"city": city, "unit": unit, "sky": "clear"}


def broken(city: str) -> str:
    """Always fails."""
    raise ValueError(f"no station in {city}")


@pytest.fixture
def traces(regions):
    regions.langfuse.traces.clear()
    return regions.langfuse.traces


def run(client, face, tools, messages=HELLO, model=MODEL, **options):
    return face.call(client, "run_tools", messages, tools=tools, model=model, **options)


@pytest.mark.parametrize("wire", WIRES)
def test_the_model_gets_what_a_function_returns_and_answers(client, face, regions, wire):
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="It is clear."))
    done = run(client, face, [get_weather], model=wire)
    assert (done.text, done.rounds) == ("It is clear.", 2)
    (result,) = done.results
    assert (result.name, result.value["unit"], result.error, result.round) == ("get_weather", "c", None, 1)
    assert json.loads(result.content) == {"city": "Seoul", "unit": "c", "sky": "clear"}
    assert "clear" in json.dumps(regions.usa.journal[-1].body)


def test_what_a_model_is_told_of_a_function_is_its_signature_and_its_docstring(client, face, regions):
    run(client, face, [get_weather])
    (tool,) = regions.usa.journal[0].body["tools"]
    assert tool["function"] == {
        "name": "get_weather",
        "description": "Return the weather.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "A city's name."},
                "unit": {"enum": ["c", "f"], "description": "The unit of temperatures."},
            },
            "required": ["city"],
        },
    }


def test_a_run_can_be_gone_on_with(client, face, regions):
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="It is clear."))
    first = run(client, face, [get_weather])
    run(client, face, [get_weather], [*first.messages, {"role": "user", "content": "And in Busan?"}])
    roles = [message["role"] for message in regions.usa.journal[2].body["messages"]]
    assert roles == ["user", "assistant", "tool", "assistant", "user"]


def test_the_tools_of_one_round_run_side_by_side_and_are_answered_in_order(client, face, regions):
    together = threading.Barrier(2, timeout=20)

    def meet(number: int) -> str:
        """Wait for the other one."""
        together.wait()
        return f"met {number}"

    regions.usa.script(Reply(tool_calls=[("meet", {"number": 1}), ("meet", {"number": 2})]), Reply(text="Done."))
    done = run(client, face, [meet])
    assert [result.content for result in done.results] == ["met 1", "met 2"]
    told = [message["content"] for message in regions.usa.journal[1].body["messages"] if message["role"] == "tool"]
    assert told == ["met 1", "met 2"]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("broken", {"city": "Seoul"}), "Error: ValueError: no station in Seoul"),
        (("get_wether", {"city": "Seoul"}), "Error: there is no tool 'get_wether'; there are: get_weather, broken"),
        (("get_weather", {"city": 3}), "Error: the arguments do not fit: Expected `str`, got `int` - at `$.city`"),
        (("get_weather", {}), "Error: the arguments do not fit: Object missing required field `city`"),
        (("get_weather", {"city": "Seoul", "unti": "f"}), "Error: there is no argument 'unti'; known: city, unit"),
    ],
)
def test_what_goes_wrong_is_told_to_the_model_which_may_mend_it(client, face, regions, call, told):
    regions.usa.script(Reply(tool_calls=[call]), Reply(text="I am sorry."))
    done = run(client, face, [get_weather, broken])
    assert done.text == "I am sorry."
    assert regions.usa.journal[1].body["messages"][-1]["content"] == told
    assert done.results[0].error == told
    assert "Traceback" not in json.dumps(regions.usa.journal[1].body)


def test_a_long_error_is_cut(client, face, regions):
    def fails() -> None:
        raise RuntimeError("x" * 100_000)

    regions.usa.script(Reply(tool_calls=[("fails", {})]), Reply(text="Well."))
    assert len(run(client, face, [fails]).results[0].content) < 1_100


def test_a_model_that_never_stops_is_stopped_and_what_there_is_can_be_read(client, face, regions):
    called = []
    regions.usa.always(Reply(tool_calls=[("count", {})]))
    with pytest.raises(RunLimitError, match=r"after 3 rounds \(max_rounds\) the model still calls count") as said:
        run(client, face, [Tool.of(lambda: called.append(1), name="count")], max_rounds=3)
    assert (said.value.limit, len(called), said.value.run.rounds) == ("max_rounds", 2, 3)
    assert [len(said.value.run.results), len(said.value.run.messages)] == [2, 5]
    assert isinstance(said.value, GenAIError)


def test_a_run_ends_before_it_costs_more(client, face, regions):
    regions.usa.always(Reply(tool_calls=[("get_weather", {"city": "Seoul"})], prompt_tokens=1_000_000))
    with pytest.raises(RunLimitError, match="are spent") as said:
        run(client, face, [get_weather], model=PRICED, max_cost=0.5)
    assert (said.value.limit, said.value.run.rounds) == ("max_cost", 2)
    assert said.value.run.cost == pytest.approx(sum(each.genai.cost for each in said.value.run.responses))


def test_a_bound_on_a_cost_that_is_not_known_is_not_kept_in_silence(client, face, regions):
    regions.usa.always(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]))
    with pytest.raises(RunLimitError, match="is not known"):
        run(client, face, [get_weather], max_cost=0.5)


def test_every_step_is_a_child_in_one_trace(client, face, regions, traces):
    def look(city: str) -> str:
        """Ask another model."""
        with client.trace("inner"):
            return city

    regions.usa.script(
        Reply(tool_calls=[("look", {"city": "Seoul"}), ("broken", {"city": "Busan"})]), Reply(text="It is clear.")
    )
    done = run(client, face, [look, broken], trace_name="weather", user_id="mina", metadata={"k": "v"})
    assert client.flush(20)
    (trace,) = traces.all
    assert (trace.root.type, trace.root.name, trace.root.trace_id) == ("AGENT", "weather", done.trace_id)
    assert (trace.root.input, trace.root.output["content"]) == (HELLO, "It is clear.")
    children = trace.children(trace.root)
    assert sorted(each.type for each in children) == ["GENERATION", "GENERATION", "TOOL", "TOOL"]
    tools = {each.name: each for each in children if each.type == "TOOL"}
    assert tools["look"].input == {"city": "Seoul"}
    assert tools["look"].output == "Seoul"
    assert (tools["broken"].level, "no station in Busan" in tools["broken"].status_message) == ("ERROR", True)
    (inner,) = trace.children(tools["look"])
    assert inner.name == "inner"
    assert trace.root.level == "DEFAULT"


def test_the_last_answer_is_of_the_type_that_was_asked_for(client, face, regions):
    class Weather(pydantic.BaseModel):
        sky: str

    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text='{"sky": "clear"}'))
    assert run(client, face, [get_weather], response_format=Weather).parsed == Weather(sky="clear")


def test_a_choice_that_forces_a_tool_holds_for_the_first_round(client, face, regions):
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="It is clear."))
    run(client, face, [get_weather], tool_choice="required")
    first, second = (call.body for call in regions.usa.journal)
    assert first["tool_choice"] == "required"
    assert "tool_choice" not in second


def test_events_tell_what_happens_as_it_happens(client, face, regions):
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="It is clear."))
    stream = run(client, face, [get_weather], stream=True)
    events = face.read(stream)
    names = [type(event).__name__ for event in events]
    assert [name for name in names if name != "ChunkEvent"] == [
        "ResponseEvent",
        "ToolCallEvent",
        "ToolResultEvent",
        "ResponseEvent",
    ]
    text = "".join(event.chunk.text for event in events if type(event).__name__ == "ChunkEvent" and event.round == 2)
    assert text == stream.run.text == "It is clear."
    assert stream.run.rounds == 2


def test_a_run_that_is_given_up_calls_nothing_more_and_is_recorded(client, face, regions, traces):
    regions.usa.always(Reply(text="Let me see.", tool_calls=[("get_weather", {"city": "Seoul"})]))
    stream = run(client, face, [get_weather], stream=True)
    assert type(face.next(stream)).__name__ == "ChunkEvent"
    face.close(stream)
    assert len(regions.usa.journal) == 1
    assert stream.run.results == ()
    assert client.flush(20)
    (trace,) = traces.all
    assert (trace.root.type, trace.root.level) == ("AGENT", "DEFAULT")


def test_a_provider_that_fails_in_the_middle_raises_its_own_error(make_client, face, regions, traces):
    client = make_client(router_args={"num_retries": 0})
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Status(500, message="on fire"))
    with pytest.raises(ProviderError, match="on fire"):
        run(client, face, [get_weather])
    assert client.flush(20)
    (trace,) = traces.all
    assert trace.root.level == "ERROR"


def test_a_tool_that_takes_too_long_is_not_waited_for(client, face, regions):
    free = threading.Event()

    def sleep() -> None:
        """Sleep."""
        free.wait(30)

    regions.usa.script(Reply(tool_calls=[("sleep", {})]), Reply(text="Never mind."))
    done = run(client, face, [sleep], tool_timeout=0.05)
    free.set()
    assert done.results[0].content == "Error: TimeoutError: it took longer than 0.05 s, and may still be under way"


def test_a_tool_may_be_a_method_and_take_models(client, face, regions):
    class Order(pydantic.BaseModel):
        item: str
        count: int = 1

    @dataclasses.dataclass
    class Shop:
        sold: list[Order] = dataclasses.field(default_factory=list)

        def sell(self, order: Order) -> Order:
            """Sell."""
            self.sold.append(order)
            return order

    shop = Shop()
    regions.usa.script(Reply(tool_calls=[("sell", {"order": {"item": "tea"}})]), Reply(text="Sold."))
    done = run(client, face, [shop.sell])
    assert shop.sold == [Order(item="tea")]
    assert done.results[0].content == '{"item":"tea","count":1}'


def test_a_prompt_supplies_messages_and_model_and_is_linked_to_every_round(client, face, regions, traces):
    content = [{"role": "user", "content": "Weather in {{city}}?"}]
    regions.langfuse.prompts.create("weather", content, labels=["production"], config={"model": MODEL})
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="It is clear."))
    face.call(client, "run_tools", tools=[get_weather], prompt="weather", variables={"city": "Seoul"})
    assert client.flush(20)
    (trace,) = traces.all
    assert [each.prompt and each.prompt[0] for each in trace.find(type="GENERATION")] == ["weather", "weather"]


async def slow(city: str) -> str:
    """Wait for a moment."""
    await asyncio.sleep(0)
    return city


async def test_coroutine_functions_run_on_the_loop(client, regions):
    regions.usa.script(Reply(tool_calls=[("slow", {"city": "Seoul"})]), Reply(text="Done."))
    done = await client.arun_tools(HELLO, tools=[slow], model=MODEL)
    assert done.results[0].value == "Seoul"


async def test_a_cancelled_run_cancels_its_tools_and_is_recorded(client, regions, traces):
    began, ended = asyncio.Event(), asyncio.Event()

    async def forever() -> None:
        """Never end."""
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    regions.usa.script(Reply(tool_calls=[("forever", {})]))
    task = asyncio.create_task(client.arun_tools(HELLO, tools=[forever], model=MODEL))
    await asyncio.wait_for(began.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(ended.wait(), 20)
    assert await client.aflush(20)
    (trace,) = traces.all
    assert {each.level for each in trace.find(type="TOOL")} == {"WARNING"}
    assert trace.root.level == "WARNING"


def test_a_schema_that_the_vendor_refuses_is_its_error_with_its_words(client, face, regions, traces):
    regions.usa.script(BadRequest(message="Invalid schema for function 'get_weather'"))
    with pytest.raises(BadRequestError, match="Invalid schema for function"):
        run(client, face, [get_weather])
    assert client.flush(20)
    (trace,) = traces.all
    assert (trace.root.type, trace.root.level) == ("AGENT", "ERROR")


def test_what_a_function_returns_that_is_no_json_is_an_error_that_the_model_is_told(client, face, regions):
    def endless() -> dict[str, Any]:
        """Return what holds itself."""
        made: dict[str, Any] = {}
        made["made"] = made
        return made

    regions.usa.script(Reply(tool_calls=[("endless", {})]), Reply(text="Well."))
    assert "cannot be written as JSON" in run(client, face, [endless]).results[0].error


def test_a_function_that_returns_a_coroutine_says_which_face_it_needs(client, regions):
    regions.usa.always(Reply(tool_calls=[("later", {"city": "Seoul"})]))
    with pytest.raises(InvalidRequestError, match="later returned a coroutine: call arun_tools"):
        client.run_tools(HELLO, tools=[Tool.of(lambda city: slow(city), name="later")], model=MODEL)


def test_ctrl_c_in_a_tool_ends_the_run(client, face, regions, traces):
    def stop() -> None:
        """Stop."""
        raise KeyboardInterrupt

    regions.usa.script(Reply(tool_calls=[("stop", {})]))
    with pytest.raises(KeyboardInterrupt):
        run(client, face, [stop])
    assert client.flush(20)
    assert len(regions.usa.journal) == 1


@pytest.mark.parametrize("given", ["call", ""])
def test_calls_that_come_with_the_same_id_or_none_are_told_apart(given):
    made = [{"id": given, "function": {"name": "get_weather", "arguments": "{}"}}] * 2
    message = {"role": "assistant", "tool_calls": made}
    loop = ToolLoop(MODEL, HELLO, [get_weather], {}, Bounds(10, None, 60), is_async=False)
    calls = loop.take(ChatCompletion.from_dict({"choices": [{"message": message}]}))
    assert len({call.id for call in calls}) == 2
    for call in calls:
        loop.put(ToolResult(id=call.id or "", name="get_weather", arguments="{}", content=f"of {call.id}"))
    _, said, *told = loop.request()["messages"]
    assert [call.id for call in said.tool_calls] == [result["tool_call_id"] for result in told]
