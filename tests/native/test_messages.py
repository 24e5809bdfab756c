"""`client.messages`: Anthropic's blocks and events as they are where Claude is asked, put as chat elsewhere."""

import json

import pytest
from tests.native.conftest import CLAUDE, GPT, KINDS

from genai_sdk import (
    BadRequestError,
    InvalidRequestError,
    ProviderUnavailableError,
    RateLimitError,
    StreamInterruptedError,
)
from genai_sdk.testing import CutStream, ErrorInStream, Malformed, Reply, StallStream, Status

NATIVE = ["anthropic", "vertex", "bedrock"]
TRANSLATED = ["openai", "compatible", "azure", "gemini", "nova"]
ASK = [{"role": "user", "content": "Hello!"}]
TOOLS = [
    {
        "name": "get_weather",
        "description": "Tell the weather.",
        "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
]


@pytest.fixture(params=[*NATIVE, *TRANSLATED])
def connection(request):
    return request.param


def model_of(connection):
    return f"{connection}/{KINDS[connection][1]}"


def ask(face, client, connection, messages=ASK, **options):
    return face.call(client, "messages", model_of(connection), messages, 50, **options)


def put_together(events):
    """Put the blocks of a stream together, and see that one is open at a time."""
    assert (events[0].type, events[-1].type) == ("message_start", "message_stop")
    blocks, pieces, open_at = [], {}, None
    for event in events:
        match event.type:
            case "content_block_start":
                assert open_at is None
                open_at = event.index
                assert open_at == len(blocks)
                blocks.append(dict(event.content_block))
            case "content_block_delta":
                assert event.index == open_at
                block, delta = blocks[open_at], event.delta
                match delta["type"]:
                    case "text_delta":
                        block["text"] += delta["text"]
                    case "thinking_delta":
                        block["thinking"] += delta["thinking"]
                    case "signature_delta":
                        block["signature"] = delta["signature"]
                    case "input_json_delta":
                        pieces[open_at] = pieces.get(open_at, "") + delta["partial_json"]
            case "content_block_stop":
                assert event.index == open_at
                if open_at in pieces:
                    blocks[open_at]["input"] = json.loads(pieces[open_at])
                open_at = None
    assert open_at is None
    return blocks


def test_a_message_comes_back_in_anthropic_s_shape(face, client, stage, connection):
    stage[connection].script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    message = ask(
        face, client, connection, system="Be kind.", user="u-1" if connection not in ("gemini", "nova") else None
    )
    assert (message.text, message.stop_reason, message.role, message.type) == (
        "Hi!",
        "end_turn",
        "assistant",
        "message",
    )
    assert (message.usage.input_tokens, message.usage.output_tokens, message.usage.total_tokens) == (9, 2, 11)
    assert message.id.startswith("msg_")
    assert (message.genai.connection, len(message.genai.attempts)) == (connection, 1)
    assert "Be kind." in json.dumps(stage.sent(connection))


@pytest.mark.parametrize("connection", NATIVE)
def test_where_claude_is_asked_all_goes_through_as_it_is(face, client, stage, connection):
    tools = [{"type": "web_search_20250305", "name": "web_search"}, *TOOLS]
    content = [{"type": "text", "text": "Hello!", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    options = {"tools": tools, "thinking": {"type": "enabled", "budget_tokens": 1024}, "container": "c_1"}
    messages = [{"role": "user", "content": content}]
    ask(face, client, connection, messages, **options, betas=["b-1", "b-2"], user="u-1", extra_body={"of_tomorrow": 1})
    sent = stage.sent(connection)
    assert {name: sent[name] for name in options} == options
    assert (sent["messages"], sent["metadata"], sent["of_tomorrow"]) == (messages, {"user_id": "u-1"}, 1)
    assert sent["max_tokens"] == 50
    entry = stage[connection].journal[-1]
    named = sent.get("anthropic_beta") if connection == "bedrock" else entry.headers["anthropic-beta"].split(",")
    assert named == ["b-1", "b-2"]
    assert ("model" in sent) == (connection == "anthropic")
    paths = {"anthropic": "/v1/messages", "vertex": ":rawPredict", "bedrock": "/invoke"}
    assert entry.path.endswith(paths[connection])


def test_events_are_anthropic_s(face, client, stage, connection):
    stage[connection].script(Reply(text="one two three", prompt_tokens=9, completion_tokens=3))
    stream = ask(face, client, connection, stream=True)
    events = face.read(stream)
    assert [block["text"] for block in put_together(events)] == ["one two three"]
    assert "".join(event.text for event in events) == stream.text == stream.response.text == "one two three"
    assert events[-2].delta["stop_reason"] == stream.response.stop_reason == "end_turn"
    assert (stream.usage.input_tokens, stream.usage.output_tokens) == (9, 3)
    assert (stream.response.genai.connection, stream.response.usage.total_tokens) == (connection, 12)


def test_a_tool_is_used_and_its_result_told(face, client, stage, connection):
    stage[connection].script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="Sunny."))
    message = ask(face, client, connection, tools=TOOLS, tool_choice={"type": "auto"})
    use = message.content[-1]
    assert (message.stop_reason, use["type"], use["name"]) == ("tool_use", "tool_use", "get_weather")
    assert use["input"] == {"city": "Seoul"}
    result = {"type": "tool_result", "tool_use_id": use["id"], "content": [{"type": "text", "text": "21 degrees"}]}
    again = ask(face, client, connection, [*ASK, message, {"role": "user", "content": [result]}], tools=TOOLS)
    assert again.text == "Sunny."
    sent = json.dumps(stage.sent(connection))
    assert "21 degrees" in sent
    assert "Tell the weather." in sent


def test_uses_of_tools_are_streamed(face, client, stage, connection):
    calls = [("get_weather", {"city": "Seoul"}), ("get_weather", {"city": "Oslo"})]
    stage[connection].script(Reply(tool_calls=calls))
    stream = ask(face, client, connection, tools=TOOLS, stream=True)
    blocks = put_together(face.read(stream))
    assert [block["input"]["city"] for block in blocks] == ["Seoul", "Oslo"]
    assert [block["input"]["city"] for block in stream.response.content] == ["Seoul", "Oslo"]
    assert len({block["id"] for block in blocks}) == 2
    assert stream.response.stop_reason == "tool_use"


@pytest.mark.parametrize("stream", [False, True])
def test_thinking_is_a_block_and_may_go_back(face, client, stage, connection, stream):
    stage[connection].script(Reply(reasoning="Hm.", text="Hi!"))
    message = ask(face, client, connection, stream=stream)
    if stream:
        blocks = put_together(face.read(message))
        message = message.response
        assert [block["type"] for block in blocks] == [block["type"] for block in message.content]
    assert (message.content[0]["type"], message.content[0]["thinking"]) == ("thinking", "Hm.")
    assert ask(face, client, connection, [*ASK, message, *ASK]).text
    face.call(client, "messages", CLAUDE, [*ASK, message, *ASK], 50)
    kept = [block["type"] for block in stage.sent("anthropic")["messages"][1]["content"]]
    assert kept == (["thinking", "text"] if connection in NATIVE else ["text"])


@pytest.mark.parametrize("connection", ["openai", "compatible", "azure", "gemini"])
def test_parameters_are_put_in_the_other_vendor_s_words(face, client, stage, connection):
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "required": ["n"],
        "additionalProperties": False,
    }
    form = {"format": {"type": "json_schema", "schema": schema}}
    message = ask(face, client, connection, output_config=form, top_p=0.9)
    assert list(json.loads(message.text)) == ["n"]
    assert "0.9" in json.dumps(stage.sent(connection))


def test_pictures_documents_and_choices_are_handed_on(face, client, stage):
    content = [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}},
        {
            "type": "document",
            "title": "a.pdf",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="},
        },
        {"type": "document", "title": "Notes", "source": {"type": "text", "media_type": "text/plain", "data": "Hm."}},
        {"type": "text", "text": "What is it?"},
    ]
    options = {
        "tools": TOOLS,
        "tool_choice": {"type": "tool", "name": "get_weather", "disable_parallel_tool_use": True},
        "stop_sequences": ["END"],
        "top_k": 5,
    }
    ask(face, client, "compatible", [{"role": "user", "content": content}], **options)
    sent = stage.sent("compatible")
    (message,) = sent["messages"]
    assert [part["type"] for part in message["content"]] == ["image_url", "file", "text", "text"]
    assert message["content"][2]["text"] == "Notes\nHm."
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "get_weather"}}
    assert (sent["parallel_tool_calls"], sent["stop"], sent["top_k"], sent["max_tokens"]) == (False, ["END"], 5, 50)


def test_a_result_that_is_an_error_says_so(face, client, stage):
    use = {"type": "tool_use", "id": "t1", "name": "get_weather", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "t1", "is_error": True, "content": "no such city"}
    messages = [*ASK, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    ask(face, client, "compatible", messages, tools=TOOLS)
    assert stage.sent("compatible")["messages"][-1] == {
        "role": "tool",
        "tool_call_id": "t1",
        "content": "Error: no such city",
    }


def test_a_call_falls_back_from_claude_to_gpt(face, make_client, stage):
    client = make_client(router_args={"num_retries": 0, "fallbacks": [{CLAUDE: [GPT]}]})
    stage["anthropic"].script(Status(529), Status(529))
    stage["openai"].script(Reply(text="from GPT"), Reply(text="again"))
    message = face.call(client, "messages", CLAUDE, ASK, 50)
    assert (message.text, [row.connection for row in message.genai.attempts]) == ("from GPT", ["anthropic", "openai"])
    stream = face.call(client, "messages", CLAUDE, ASK, 50, stream=True)
    assert "".join(event.text for event in face.read(stream)) == "again"


def test_it_is_recorded_with_usage_and_cost(face, client, stage):
    stage["anthropic"].script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    message = ask(face, client, "anthropic", system="Be kind.", session_id="s-1")
    assert message.genai.cost > 0
    face.read(ask(face, client, "anthropic", stream=True, session_id="s-2"))
    assert client.flush(20)
    first, second = stage.traces
    assert (first.root.type, first.root.model) == ("GENERATION", CLAUDE)
    assert first.root.input[0] == {"role": "system", "content": "Be kind."}
    assert first.root.output == {"role": "assistant", "content": [{"type": "text", "text": "Hi!"}]}
    assert first.root.cost["total"] == pytest.approx(message.genai.cost)
    assert second.root.cost["total"] > 0
    assert (first.session_id, second.session_id) == ("s-1", "s-2")


@pytest.mark.parametrize("connection", NATIVE)
def test_errors_are_the_wire_s(face, make_client, stage, connection):
    client = make_client(router_args={"num_retries": 0})
    stage[connection].script(Status(429), Malformed("truncated"), ErrorInStream(529, after_chunks=0))
    with pytest.raises(RateLimitError):
        ask(face, client, connection)
    with pytest.raises(ProviderUnavailableError):
        ask(face, client, connection)
    with pytest.raises(ProviderUnavailableError):
        ask(face, client, connection, stream=True)


@pytest.mark.parametrize("connection", NATIVE)
def test_a_stream_that_breaks_is_interrupted_and_may_start_over(face, make_client, stage, connection):
    broken = CutStream(after_chunks=2, reply=Reply(text="one two three"))
    stage[connection].script(broken)
    stream = ask(face, make_client(router_args={"num_retries": 0}), connection, stream=True)
    with pytest.raises(StreamInterruptedError) as caught:
        face.read(stream)
    assert caught.value.text == stream.response.text
    assert stream.response.text.startswith("one")
    stage[connection].script(broken, Reply(text="again"))
    client = make_client(router_args={"num_retries": 1}, stream_fallback="restart")
    events = face.read(ask(face, client, connection, stream=True))
    at = [event.restart for event in events].index(True)
    assert "".join(event.text for event in events[at:]) == "again"


def test_a_stream_that_is_closed_early_frees_its_provider(face, client, stage):
    stage["anthropic"].script(StallStream(reply=Reply(text="one two three")))
    stream = ask(face, client, "anthropic", stream=True)
    face.next(stream)
    face.close(stream)
    assert client.flush(20)
    (trace,) = stage.traces
    assert trace.root.status_message == "the stream was closed by its reader before its end"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"container": "c_1"}, "container"),
        ({"betas": ["b-1"]}, "betas"),
        ({"mcp_servers": [{"type": "url", "url": "https://mcp.example", "name": "x"}]}, "mcp_servers"),
        ({"tools": [{"type": "code_execution_20250825", "name": "code"}]}, "tools of the type code_execution_20250825"),
    ],
)
def test_what_needs_anthropic_s_servers_is_refused_by_name(face, client, stage, options, name):
    with pytest.raises(InvalidRequestError, match=name):
        ask(face, client, "openai", **options)
    assert len(stage["openai"].journal) == 0


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([{"type": "image", "source": {"type": "file", "file_id": "f"}}], "file_id"),
        ([{"type": "hologram"}], "'hologram'"),
        ([{"type": "tool_result"}], "tool_use_id"),
    ],
)
def test_a_block_without_a_place_is_refused_with_its_reason(face, client, stage, content, text):
    with pytest.raises(BadRequestError, match=text):
        ask(face, client, "openai", [{"role": "user", "content": content}])
    assert len(stage["openai"].journal) == 0


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        ((CLAUDE, [], 50), {}, "messages must be a list of messages"),
        ((CLAUDE, "Hello!", 50), {}, "not str"),
        ((CLAUDE, [{"role": "user"}], 50), {}, r'messages\[0\] must have a "role" and "content"'),
        ((CLAUDE, ASK, 0), {}, "max_tokens must be a number of tokens"),
        ((CLAUDE, ASK, True), {}, "max_tokens"),
        ((CLAUDE, ASK, 50), {"stop_sequence": ["END"]}, "did you mean 'stop_sequences'"),
        ((CLAUDE, ASK, 50), {"max_continuations": 2}, "does not take max_continuations"),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(face, client, stage, arguments, options, text):
    with pytest.raises(InvalidRequestError, match=text):
        face.call(client, "messages", *arguments, **options)
    assert len(stage["anthropic"].journal) == 0
