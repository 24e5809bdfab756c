"""`client.responses` on wires that have no Responses API: put as chat, and back, items, events and all."""

import json

import openai
import pydantic
import pytest
from tests.native.conftest import CLAUDE, GPT, KINDS

from genai_sdk import BadRequestError, ContextWindowExceededError, InvalidRequestError
from genai_sdk.testing import ContextWindow, CutStream, Reply, Status

TRANSLATED = ["compatible", "anthropic", "gemini", "vertex", "bedrock", "nova"]
TOOLS = [
    {
        "type": "function",
        "name": "get_weather",
        "description": "Tell the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
]
EVENTS = pydantic.TypeAdapter(openai.types.responses.ResponseStreamEvent)


@pytest.fixture(params=TRANSLATED)
def connection(request):
    return request.param


def model_of(connection):
    return f"{connection}/{KINDS[connection][1]}"


def check_events(events):
    """See that events are what OpenAI's SDK takes them for, and that their parts come to their wholes."""
    assert [event.sequence_number for event in events] == [*range(len(events))]
    texts, arguments, items, parts = {}, {}, {}, {}
    for event in events:
        read = EVENTS.validate_python(event.model_dump())
        match read.type:
            case "response.output_item.added":
                items[read.output_index] = None
            case "response.output_text.delta" | "response.refusal.delta":
                assert read.output_index in items
                key = read.output_index, read.content_index
                texts[key] = texts.get(key, "") + read.delta
            case "response.output_text.done":
                parts[read.output_index, read.content_index] = read.text
            case "response.function_call_arguments.delta":
                arguments[read.output_index] = arguments.get(read.output_index, "") + read.delta
            case "response.function_call_arguments.done":
                assert arguments.get(read.output_index, "{}") == read.arguments
            case "response.output_item.done":
                items[read.output_index] = read.item
    assert parts == {key: text for key, text in texts.items() if key in parts}
    last = EVENTS.validate_python(events[-1].model_dump())
    assert last.response.output == [item for _, item in sorted(items.items())]
    return last.response


def test_a_text_comes_back_as_a_message(face, client, stage, connection):
    stage[connection].script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    response = face.call(
        client, "responses", model_of(connection), "Hello!", instructions="Be kind.", temperature=0.5, store=False
    )
    assert response.output_text == "Hi!"
    read = openai.types.responses.Response.model_validate(response.model_dump())
    assert (read.status, read.instructions, read.temperature, read.store) == ("completed", "Be kind.", 0.5, False)
    assert read.output[0].id.startswith("msg_")
    assert (read.usage.input_tokens, read.usage.output_tokens, read.usage.total_tokens) == (9, 2, 11)
    assert response.genai.connection == connection
    call = json.dumps(stage.sent(connection))
    assert "Be kind." in call
    assert "0.5" in call


def test_events_are_those_of_the_specification(face, client, stage, connection):
    stage[connection].script(Reply(text="one two three", prompt_tokens=9, completion_tokens=3))
    stream = face.call(client, "responses", model_of(connection), "Count!", stream=True, max_output_tokens=50)
    events = face.read(stream)
    whole = check_events(events)
    assert whole.output_text == stream.text == "one two three"
    assert (whole.max_output_tokens, whole.usage.total_tokens) == (50, 12)
    assert stream.response.genai.connection == connection
    assert [events[0].type, events[1].type] == ["response.created", "response.in_progress"]


def test_a_tool_is_called_and_answered(face, client, stage, connection):
    model, ask = model_of(connection), {"role": "user", "content": "Weather?"}
    stage[connection].script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="Sunny."))
    response = face.call(client, "responses", model, [ask], tools=TOOLS, tool_choice="auto")
    (call,) = [item for item in response.output if item["type"] == "function_call"]
    assert (call["name"], json.loads(call["arguments"])) == ("get_weather", {"city": "Seoul"})
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": "sunny, 21 degrees"}
    again = face.call(client, "responses", model, [ask, *response.output, result], tools=TOOLS)
    assert again.output_text == "Sunny."
    sent = json.dumps(stage.sent(connection))
    assert "sunny, 21 degrees" in sent
    assert "Seoul" in sent
    assert "Tell the weather." in sent


def test_a_call_of_a_tool_is_streamed(face, client, stage, connection):
    stage[connection].script(Reply(tool_calls=[("get_weather", {"city": "Seoul"}), ("get_weather", {"city": "Oslo"})]))
    stream = face.call(client, "responses", model_of(connection), "Weather?", tools=TOOLS, stream=True)
    whole = check_events(face.read(stream))
    assert [json.loads(item.arguments)["city"] for item in whole.output] == ["Seoul", "Oslo"]
    assert len({item.call_id for item in whole.output}) == 2
    assert stream.response.output[0]["type"] == "function_call"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("connection", ["anthropic", "vertex"])
def test_signed_thinking_goes_back_to_whom_it_came_from(face, client, stage, connection, stream):
    model, ask = model_of(connection), {"role": "user", "content": "Weather?"}
    stage[connection].script(Reply(reasoning="Look it up.", tool_calls=[("get_weather", {"city": "Seoul"})]))
    made = face.call(client, "responses", model, [ask], tools=TOOLS, stream=stream)
    if stream:
        check_events(face.read(made))
        made = made.response
    thought = made.output[0]
    assert (thought["type"], thought["summary"][0]["text"]) == ("reasoning", "Look it up.")
    call = made.output[-1]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}
    face.call(client, "responses", model, [ask, *made.output, result], tools=TOOLS)
    blocks = stage.sent(connection)["messages"][1]["content"]
    assert blocks[0]["type"] == "thinking"
    assert blocks[0]["signature"].startswith("sig_")
    assert [block["type"] for block in blocks] == ["thinking", "tool_use"]


def test_thinking_of_one_vendor_stays_behind_at_another(face, client, stage):
    stage["anthropic"].script(Reply(reasoning="Hm.", text="Hi!"))
    ask = {"role": "user", "content": "Hello!"}
    first = face.call(client, "responses", CLAUDE, [ask])
    face.call(client, "responses", GPT, [ask, *first.output, ask])
    assert [item.get("type") for item in stage.sent("openai")["input"]] == [None, "message", None]
    stage["openai"].script(Reply(reasoning="Hm.", text="Hi!"))
    second = face.call(client, "responses", GPT, [ask])
    face.call(client, "responses", CLAUDE, [ask, *second.output, ask])
    assert stage.sent("anthropic")["messages"][1] == {"role": "assistant", "content": "Hi!"}


def test_a_schema_is_kept_to(face, client, stage, connection):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    form = {"type": "json_schema", "name": "number", "schema": {**schema, "additionalProperties": False}}
    response = face.call(client, "responses", model_of(connection), "A number!", text={"format": form})
    assert list(json.loads(response.output_text)) == ["n"]
    assert response.text == response.output_text


def test_pictures_and_files_are_handed_on(face, client, stage):
    content = [
        {"type": "input_text", "text": "What is it?"},
        {"type": "input_image", "image_url": "data:image/png;base64,aGk=", "detail": "low"},
        {"type": "input_file", "file_data": "data:application/pdf;base64,aGk=", "filename": "a.pdf"},
    ]
    face.call(client, "responses", CLAUDE, [{"role": "user", "content": content}])
    blocks = stage.sent("anthropic")["messages"][0]["content"]
    assert [block["type"] for block in blocks] == ["text", "image", "document"]
    face.call(client, "responses", "qwen3", [{"role": "user", "content": content}])
    assert stage.sent("compatible")["messages"][0]["content"][1] == {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,aGk=", "detail": "low"},
    }


def test_an_answer_that_was_cut_is_incomplete(face, client, stage, connection):
    stage[connection].script(Reply(text="one", finish="length"), Reply(text="one", finish="length"))
    response = face.call(client, "responses", model_of(connection), "Count!")
    assert (response.status, response.incomplete_details) == ("incomplete", {"reason": "max_output_tokens"})
    events = face.read(face.call(client, "responses", model_of(connection), "Count!", stream=True))
    assert events[-1].type == "response.incomplete"
    assert check_events(events).incomplete_details.reason == "max_output_tokens"


def test_a_call_falls_back_from_openai_to_claude(face, make_client, stage):
    client = make_client(router_args={"num_retries": 0, "fallbacks": [{GPT: [CLAUDE]}]})
    stage["openai"].script(Status(503), Status(503))
    stage["anthropic"].script(Reply(text="from Claude", prompt_tokens=9, completion_tokens=2), Reply(text="again"))
    response = face.call(client, "responses", GPT, "Hello!")
    assert response.output_text == "from Claude"
    assert [row.connection for row in response.genai.attempts] == ["openai", "anthropic"]
    stream = face.call(client, "responses", GPT, "Hello!", stream=True)
    assert "".join(event.text for event in face.read(stream)) == "again"
    assert client.flush(20)
    assert [trace.root.model for trace in stage.traces] == [CLAUDE, CLAUDE]


def test_it_is_recorded_with_usage_and_cost(face, client, stage):
    stage["anthropic"].script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    response = face.call(client, "responses", CLAUDE, "Hello!")
    assert response.genai.cost > 0
    assert client.flush(20)
    (trace,) = stage.traces
    assert trace.root.cost["total"] == pytest.approx(response.genai.cost)
    assert trace.root.output[0]["content"][0]["text"] == "Hi!"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"background": True}, "background"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"store": True}, "store as True"),
        ({"truncation": "auto"}, "truncation"),
        ({"include": ["file_search_call.results"]}, "include of file_search_call.results"),
        ({"tools": [{"type": "file_search", "vector_store_ids": ["vs_1"]}]}, "tools of the type file_search"),
        ({"tool_choice": {"type": "file_search"}}, "tool_choice of the type file_search"),
        ({"reasoning": {"mode": "pro"}}, "reasoning with mode"),
    ],
)
def test_what_needs_openai_s_servers_is_refused_by_name(face, client, stage, options, name):
    with pytest.raises(InvalidRequestError, match=name):
        face.call(client, "responses", CLAUDE, "Hello!", **options)
    assert len(stage["anthropic"].journal) == 0


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"type": "item_reference", "id": "msg_1"}, "item_reference"),
        ({"type": "computer_call_output", "call_id": "c", "output": {}}, "'computer_call_output'"),
        ({"role": "user", "content": [{"type": "input_image", "file_id": "file_1"}]}, "file_id"),
        ({"role": "user", "content": [{"type": "sound"}]}, "'sound'"),
        ({"type": "function_call_output", "output": "x"}, "call_id"),
        ({"type": "reasoning", "encrypted_content": "genai-sdk.1.x!"}, "not as it was handed out"),
    ],
)
def test_an_item_without_a_place_is_refused_with_its_reason(face, client, stage, item, text):
    with pytest.raises(BadRequestError, match=text):
        face.call(client, "responses", CLAUDE, [item])
    assert len(stage["anthropic"].journal) == 0


def test_errors_are_those_of_the_wire_underneath(face, make_client, stage):
    client = make_client(router_args={"num_retries": 0})
    stage["anthropic"].script(ContextWindow(), CutStream(after_chunks=0))
    with pytest.raises(ContextWindowExceededError) as caught:
        face.call(client, "responses", CLAUDE, "Hello!")
    assert caught.value.attempts[0].status == 400
    stream = face.call(client, "responses", CLAUDE, "Hi!", stream=True, fallbacks=["qwen3"])
    assert "compatible: Hi!" in "".join(event.text for event in face.read(stream))


def test_a_conversation_that_does_not_fit_is_sent_where_it_does(face, make_client, stage):
    client = make_client(router_args={"pre_call_checks": True, "context_window_fallbacks": [{CLAUDE: [GPT]}]})
    items = [{"role": "user", "content": [{"type": "input_text", "text": "many words " * 600_000}]}]
    response = face.call(client, "responses", CLAUDE, items)
    assert [row.status for row in response.genai.attempts] == [None, 200]
    assert len(stage["anthropic"].journal) == 0


def test_who_cannot_take_a_parameter_is_passed_over_with_its_reason(face, make_client, stage):
    client = make_client(router_args={"fallbacks": [{CLAUDE: [GPT]}]})
    response = face.call(client, "responses", CLAUDE, "Hi!", previous_response_id="resp_1")
    assert [row.connection for row in response.genai.attempts] == ["anthropic", "openai"]
    assert "previous_response_id" in response.genai.attempts[0].parameters.refused
    assert len(stage["anthropic"].journal) == 0


def test_a_parameter_is_dropped_for_who_asks_for_that(face, client, stage):
    response = face.call(client, "responses", CLAUDE, "Hi!", background=True, prompt_cache_key="k", drop_params=True)
    assert response.genai.connection == "anthropic"
    assert sorted(response.genai.attempts[0].parameters.dropped) == ["background", "prompt_cache_key"]
