"""The official OpenAI SDK takes a simulated region for OpenAI."""

import openai
import pydantic
import pytest

MESSAGES = [{"role": "user", "content": "Where is Namsan?"}]
CONTEXT = {"role": "system", "content": "Answer in Korean."}


class City(pydantic.BaseModel):
    name: str
    founded: int = pydantic.Field(ge=1000)
    tags: list[str]


TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]},
    },
}


def test_it_reads_a_marked_answer_about_the_last_message(client):
    completion = client.chat.completions.create(model="gpt-6-luna", messages=[CONTEXT, *MESSAGES])
    said = completion.choices[0].message.content
    assert said.startswith("[simulated seoul] ")
    assert "Where is Namsan?" in said
    assert completion.model == "gpt-6-luna"
    assert completion.usage.prompt_tokens == 6
    assert completion.usage.completion_tokens == len(said.split())
    assert completion._request_id == "req_seoul-00000001"


def test_a_stream_has_many_chunks_that_add_up_to_the_plain_answer_with_the_same_usage(client):
    plain = client.chat.completions.create(model="m", messages=MESSAGES)
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model="m", messages=MESSAGES, stream=True, stream_options=options))
    said = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert "".join(said) == plain.choices[0].message.content
    assert len(said) > 10
    assert chunks[-1].usage == plain.usage


async def test_it_reads_a_stream_asynchronously(origin):
    base = f"{origin}/simulated/usa/v1"
    async with openai.AsyncOpenAI(api_key="sk-simulated", base_url=base, max_retries=0, timeout=5) as client:
        stream = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        said = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert "".join(said).startswith("[simulated usa] ")


def test_it_parses_a_structured_answer(client):
    parsed = client.chat.completions.parse(model="m", messages=MESSAGES, response_format=City).choices[0].message.parsed
    assert parsed == City(
        name="[simulated seoul] Where is Namsan?", founded=1000, tags=["[simulated seoul] Where is Namsan?"]
    )


def test_a_required_tool_is_called_and_its_result_answered(client):
    asked = client.chat.completions.create(model="m", messages=MESSAGES, tools=[TOOL], tool_choice="required")
    message = asked.choices[0].message
    assert message.tool_calls[0].function.arguments == '{"days":1}'
    result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "sunny"}
    answered = client.chat.completions.create(model="m", messages=[*MESSAGES, message, result], tools=[TOOL])
    assert answered.choices[0].message.content.startswith("[simulated seoul] ")


def test_it_gets_as_many_answers_as_it_asks_for_and_no_more_tokens(client):
    completion = client.chat.completions.create(model="m", messages=MESSAGES, n=3, max_completion_tokens=5)
    assert [choice.finish_reason for choice in completion.choices] == ["length"] * 3
    assert completion.usage.completion_tokens == 5


def test_it_reads_a_response_and_its_stream(client):
    plain = client.responses.create(model="m", input="Where is Namsan?")
    assert plain.output_text.startswith("[simulated seoul] ")
    with client.responses.stream(model="m", input="Where is Namsan?") as stream:
        events = list(stream)
        assert stream.get_final_response().output_text == plain.output_text
    assert sum(event.type == "response.output_text.delta" for event in events) > 10


def test_it_reads_embeddings_which_it_asks_for_in_base64(client):
    made = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"], dimensions=4)
    again = client.embeddings.create(model="m", input="b", dimensions=4, encoding_format="float")
    assert len(made.data) == 2
    assert made.data[1].embedding == pytest.approx(again.data[0].embedding)


def test_it_lists_models_that_belong_to_nobody_real(client):
    assert {(model.id, model.owned_by) for model in client.models.list()} == {
        ("simulated-small", "simulated"),
        ("simulated-large", "simulated"),
        ("simulated-slow", "simulated"),
        ("simulated-flaky", "simulated"),
        ("simulated-down", "simulated"),
    }


@pytest.mark.parametrize(
    ("behaviour", "raised"),
    [
        ({"status": 403}, openai.PermissionDeniedError),
        ({"status": 404}, openai.NotFoundError),
        ({"status": 429, "retry_after": 0.5}, openai.RateLimitError),
        ({"status": 529}, openai.InternalServerError),
        ({"error": "context_window"}, openai.BadRequestError),
    ],
)
def test_it_raises_its_error_for_a_region_that_fails(client, behave, behaviour, raised):
    assert behave(behaviour).status == 200
    with pytest.raises(raised) as caught:
        client.chat.completions.create(model="m", messages=MESSAGES)
    assert caught.value.response.headers["x-simulated"] == "true"
    assert caught.value.response.headers.get("retry-after") == ("0.5" if "retry_after" in behaviour else None)


def test_it_tries_again_until_a_region_has_failed_as_often_as_it_should(origin, behave):
    behave({"status": 503, "retry_after": 0, "failures": 2})
    base = f"{origin}/simulated/seoul/v1"
    with openai.OpenAI(api_key="sk-simulated", base_url=base, max_retries=2, timeout=5) as client:
        assert client.chat.completions.create(model="m", messages=MESSAGES).choices[0].message.content
