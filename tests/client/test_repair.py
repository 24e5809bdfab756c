"""An answer that does not fit its type: what is said of it, and asking again."""

import dataclasses
import json

import pydantic
import pytest

from genai_sdk import InvalidRequestError, ProviderError, ResponseFormatError
from genai_sdk.testing import Reply, Status

MODEL = "openai_test/gpt-4o-mini"
PRICED = "gemini_usa/gemini-2.5-flash"
WIRES = [
    MODEL,
    "openai_responses/gpt-4o-mini",
    "gemini_studio/gemini-2.5-pro",
    "anthropic_test/claude-opus-4-5",
    "anthropic_test/claude-3-haiku-20240307",
    "bedrock_test/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
]


class City(pydantic.BaseModel):
    name: str
    people: int


@dataclasses.dataclass
class Town:
    name: str
    people: int


RIGHT = json.dumps({"name": "Seoul", "people": 9})
WRONG = json.dumps({"name": "Seoul", "people": "many"})


@pytest.fixture
def traces(regions):
    regions.langfuse.traces.clear()
    return regions.langfuse.traces


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("kind", [City, Town])
def test_a_model_that_errs_is_told_what_is_wrong_and_mends_it(client, face, regions, wire, kind):
    regions.usa.script(Reply(text=WRONG), Reply(text=RIGHT))
    response = face.ask(client, wire, response_format=kind, repair=1)
    assert response.parsed == kind(name="Seoul", people=9)
    again = json.dumps(regions.usa.journal[1].body)
    assert "many" in again
    assert "people" in again
    assert "not of the form that was asked for" in again
    assert [row.reason for row in response.genai.attempts] == ["not of the form asked for", "ok"]


def test_every_try_is_on_the_ledger_and_paid_for(client, face, regions):
    regions.usa.script(
        Reply(text=WRONG, prompt_tokens=100, completion_tokens=10),
        Reply(text=RIGHT, prompt_tokens=200, completion_tokens=20),
    )
    response = face.ask(client, PRICED, response_format=City, repair=3)
    first, second = response.genai.attempts
    assert (first.usage.total_tokens, second.usage) == (110, None)
    assert "people" in first.detail
    assert "many" not in first.detail
    assert response.usage.total_tokens == 330
    assert response.genai.cost == pytest.approx(3 * first.costs["total"])
    assert response.genai.costs["total"] == response.genai.cost


def test_the_tries_are_generations_of_one_trace(client, face, regions, traces):
    regions.usa.script(Reply(text=WRONG), Reply(text=RIGHT))
    response = face.ask(
        client, PRICED, response_format=City, repair=1, trace_name="cities", user_id="mina", metadata={"k": "v"}
    )
    assert client.flush(20)
    (trace,) = traces.all
    first, second = trace.find(type="GENERATION")
    assert trace.root.name == "cities"
    assert trace.root.output["content"] == RIGHT
    assert {first.parent_id, second.parent_id} == {trace.root.id}
    assert response.genai.trace_id == trace.root.trace_id
    assert first.cost["total"] + second.cost["total"] == pytest.approx(response.genai.cost)


def test_after_the_last_try_the_answer_is_there_and_reading_it_says_what_is_wrong(client, face, regions):
    regions.usa.always(Reply(text=WRONG))
    response = face.ask(client, MODEL, response_format=Town, repair=2)
    assert len(regions.usa.journal) == 3
    with pytest.raises(ResponseFormatError, match="is not the Town that was asked for") as said:
        _ = response.parsed
    assert said.value.text == WRONG
    assert "many" not in said.value.problem
    assert len(said.value.attempts) == 3


def test_an_answer_that_fits_is_asked_for_once(client, face, regions):
    regions.usa.script(Reply(text=RIGHT))
    assert face.ask(client, MODEL, response_format=City, repair=1).parsed.people == 9
    assert len(regions.usa.journal) == 1


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(text='{"name": "Se', finish="length"), "raise max_tokens"),
        (Reply(refusal="I would rather not"), "the model refused: I would rather not"),
        (Reply(tool_calls=[("look", {})]), "the model calls look instead"),
    ],
)
def test_what_asking_again_cannot_mend_is_not_asked_again(client, face, regions, reply, why):
    regions.usa.script(reply)
    response = face.ask(client, MODEL, response_format=City, repair=3)
    assert len(regions.usa.journal) == 1
    with pytest.raises(ResponseFormatError, match=why):
        _ = response.parsed


def test_a_provider_that_fails_at_the_second_try_leaves_both_on_the_ledger(make_client, face, regions):
    client = make_client(router_args={"num_retries": 0})
    regions.usa.script(Reply(text=WRONG), Status(500))
    with pytest.raises(ProviderError) as said:
        face.ask(client, MODEL, response_format=City, repair=1)
    assert said.value.attempts[0].reason == "not of the form asked for"
    assert len(said.value.attempts) == 2


def test_json_in_a_fence_of_markdown_is_read(client, face, regions):
    regions.usa.script(Reply(text=f"```json\n{RIGHT}\n```"))
    assert face.ask(client, MODEL, response_format=City).parsed.name == "Seoul"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"repair": 1}, "needs a type as response_format"),
        ({"repair": -1, "response_format": City}, "how often"),
        ({"repair": True, "response_format": City}, "how often"),
        ({"repair": 1, "response_format": City, "stream": True}, "leave stream out"),
    ],
)
def test_what_cannot_be_repaired_is_refused(client, face, options, why):
    with pytest.raises(InvalidRequestError, match=why):
        face.ask(client, MODEL, **options)


def test_a_stream_shows_the_object_as_it_grows(client, face, regions):
    regions.usa.script(Reply(text=RIGHT, pieces=['{"na', 'me": "Se', 'oul", "people": ', "9", "}"]))
    stream = face.ask(client, MODEL, response_format=City, stream=True)
    seen = [stream.partial]
    if hasattr(stream, "__iter__"):
        for _ in stream:
            seen.append(stream.partial)
    else:
        face.read(stream)
    assert seen[0] is None
    assert stream.partial == {"name": "Seoul", "people": 9}
    assert stream.parsed == City(name="Seoul", people=9)
    if hasattr(stream, "__iter__"):
        assert {} in seen
        assert {"name": "Se"} in seen
        assert {"name": "Seoul"} in seen


def test_a_list_grows_without_the_object_around_it(client, face, regions):
    regions.usa.script(Reply(text='{"value": [1, 2, 3]}'))
    stream = face.ask(client, MODEL, response_format=list[int], stream=True)
    face.read(stream)
    assert (stream.partial, stream.parsed) == ([1, 2, 3], [1, 2, 3])


def test_a_stream_that_has_not_ended_says_so(client, face, regions):
    regions.usa.script(Reply(text=RIGHT, pieces=['{"name"', ': "Seoul"', ', "people": 9}']))
    stream = face.ask(client, MODEL, response_format=City, stream=True)
    with pytest.raises(ResponseFormatError):
        _ = stream.parsed
    face.close(stream)
