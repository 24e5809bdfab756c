"""The official OpenAI SDK takes the fake for OpenAI."""

from collections.abc import Callable, Iterator

import openai
import pytest

from genai_sdk.testing import CutStream, FakeProvider, Reply, Slow, StallBeforeHeaders, Status

MESSAGES = [{"role": "user", "content": "Hello there!"}]


@pytest.fixture
def client(fake: FakeProvider) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="sk-good", base_url=fake.base_url("openai"), max_retries=0, timeout=5) as opened:
        yield opened


def test_it_reads_a_completion(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES)
    assert completion.choices[0].message.content == "seoul: Hello there!"
    assert completion.usage.total_tokens == 5
    assert completion._request_id == "req_00000001"


def test_it_reads_a_stream(client: openai.OpenAI) -> None:
    options = {"include_usage": True}
    stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True, stream_options=options)
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "seoul: Hello there!"
    assert chunks[-1].usage.total_tokens == 5


async def test_it_reads_both_asynchronously(fake: FakeProvider) -> None:
    base = fake.base_url("openai")
    async with openai.AsyncOpenAI(api_key="sk-good", base_url=base, max_retries=0, timeout=5) as client:
        completion = await client.chat.completions.create(model="m", messages=MESSAGES)
        stream = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        said = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert completion.choices[0].message.content == "".join(said) == "seoul: Hello there!"


def test_it_parses_structured_answers_and_tools(client: openai.OpenAI, fake: FakeProvider) -> None:
    import pydantic

    class City(pydantic.BaseModel):
        name: str
        population: int

    parsed = client.chat.completions.parse(model="m", messages=MESSAGES, response_format=City)
    assert parsed.choices[0].message.parsed == City(name="Hello there!", population=1)
    fake.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]))
    completion = client.chat.completions.create(model="m", messages=MESSAGES)
    assert completion.choices[0].message.tool_calls[0].function.arguments == '{"city":"Seoul"}'


def test_it_reads_embeddings_which_it_asks_for_in_base64(client: openai.OpenAI) -> None:
    by_default = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"], dimensions=4)
    plain = client.embeddings.create(model="m", input="a", dimensions=4, encoding_format="float")
    assert by_default.data[0].embedding == pytest.approx(plain.data[0].embedding)
    assert len(by_default.data) == 2


def test_it_lists_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["fake-model"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, openai.BadRequestError),
        (403, openai.PermissionDeniedError),
        (404, openai.NotFoundError),
        (409, openai.ConflictError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
    ],
)
def test_it_raises_its_error_for_each_status(
    client: openai.OpenAI, fake: FakeProvider, status: int, error: type[openai.APIStatusError]
) -> None:
    fake.script(Status(status))
    with pytest.raises(error) as caught:
        client.chat.completions.create(model="m", messages=MESSAGES)
    assert caught.value.request_id == "req_00000001"


def test_it_knows_a_wrong_key(fake: FakeProvider) -> None:
    client = openai.OpenAI(api_key="sk-wrong", base_url=fake.base_url("openai"), max_retries=0, timeout=5)
    with client, pytest.raises(openai.AuthenticationError) as caught:
        client.models.list()
    assert caught.value.code == "invalid_api_key"


def test_it_obeys_retry_after_and_tries_again(fake: FakeProvider) -> None:
    fake.script(Status(429, retry_after=0.01), Status(503, retry_after=0.01))
    client = openai.OpenAI(api_key="sk-good", base_url=fake.base_url("openai"), max_retries=2, timeout=5)
    with client:
        assert client.chat.completions.create(model="m", messages=MESSAGES).choices
    assert [entry.headers["x-stainless-retry-count"] for entry in fake.journal] == ["0", "1", "2"]
    assert fake.accepted_connections == 1


def test_it_times_out_on_a_stall_and_fails_on_a_cut_stream(fake: FakeProvider) -> None:
    fake.script(StallBeforeHeaders(), CutStream(after_chunks=1))
    client = openai.OpenAI(api_key="sk-good", base_url=fake.base_url("openai"), max_retries=0, timeout=0.2)
    with client:
        with pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(model="m", messages=MESSAGES)
        stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        with pytest.raises(openai.APIConnectionError):
            list(stream)
    assert fake.journal.wait_aborted()


def test_closing_its_stream_early_is_noticed(client: openai.OpenAI, fake: FakeProvider) -> None:
    fake.script(Slow(0, between=0.05, then=Reply("word " * 1000)))
    stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
    next(iter(stream))
    stream.close()
    assert fake.journal.wait_aborted()


def test_two_fakes_are_two_regions(fake_providers: Callable[..., FakeProvider]) -> None:
    said = []
    for name in ("seoul", "usa"):
        fake = fake_providers(name, keys={name})
        with openai.OpenAI(api_key=name, base_url=fake.base_url("openai"), max_retries=0) as client:
            said.append(client.chat.completions.create(model="m", messages=MESSAGES).choices[0].message.content)
    assert said == ["seoul: Hello there!", "usa: Hello there!"]
