"""A call that goes on from a response goes to who keeps it: another account knows neither its id nor its reasoning."""

from threading import Thread
from typing import Any

import pytest
from tests.native.conftest import CLAUDE, GPT

from genai_sdk import (
    InvalidRequestError,
    ModelNotFoundError,
    ProviderUnavailableError,
    ResponsesResponse,
    UnsupportedParameterError,
)
from genai_sdk.client import response_homes
from genai_sdk.client.response_homes import REMEMBERED, ResponseHomes
from genai_sdk.testing import Reply, Status
from genai_sdk.types import CallInfo
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.refusal import kind_of

AZURE = "azure/our-gpt"
ROUTE: dict[str, Any] = {"num_retries": 0}


def first_of(face: Any, client: Any, stage: Any, **options: Any) -> Any:
    """A response that the fallback made: openai was down."""
    stage["openai"].script(Status(503))
    made = face.call(client, "responses", GPT, "Hello!", fallbacks=[AZURE], **ROUTE, **options)
    assert made.genai.connection == "azure"
    return made


@pytest.mark.parametrize("by", ["id", "response"])
def test_a_call_goes_on_where_the_response_is_kept(face, client, stage, by):
    made = first_of(face, client, stage)
    previous = made.id if by == "id" else made
    more = face.call(client, "responses", GPT, "More!", previous_response_id=previous, fallbacks=[AZURE], **ROUTE)
    assert (more.genai.connection, len(more.genai.attempts)) == ("azure", 1)
    assert stage.sent("azure")["previous_response_id"] == made.id
    assert len(stage["openai"].journal) == 1


def test_a_response_says_itself_who_keeps_it_to_another_client(face, client, make_client, stage):
    made = first_of(face, client, stage)
    other = make_client()
    more = face.call(other, "responses", GPT, "More!", previous_response_id=made, fallbacks=[AZURE], **ROUTE)
    assert more.genai.connection == "azure"


def test_who_keeps_it_is_not_replaced_when_it_is_down(face, client, stage):
    made = face.call(client, "responses", GPT, "Hello!")
    stage["openai"].script(Status(503))
    with pytest.raises(ProviderUnavailableError) as raised:
        face.call(client, "responses", GPT, "More!", previous_response_id=made.id, fallbacks=[AZURE], **ROUTE)
    assert [row.connection for row in raised.value.attempts] == ["openai"]
    assert not list(stage["azure"].journal)


def test_a_streamed_response_is_remembered_too(face, client, stage):
    stage["openai"].script(Status(503))
    stream = face.call(client, "responses", GPT, "Hello!", stream=True, fallbacks=[AZURE], **ROUTE)
    face.read(stream)
    options = {"previous_response_id": stream.response.id, "fallbacks": [AZURE], **ROUTE}
    again = face.call(client, "responses", GPT, "More!", stream=True, **options)
    face.read(again)
    assert again.genai.connection == "azure"


def test_a_model_that_its_keeper_does_not_serve_is_refused_before_anything_is_sent(face, client, stage):
    made = face.call(client, "responses", GPT, "Hello!")
    with pytest.raises(
        InvalidRequestError, match=r"is kept by 'openai', which does not serve 'azure/our-gpt': ask for"
    ):
        face.call(client, "responses", AZURE, "More!", previous_response_id=made.id)
    assert not list(stage["azure"].journal)


@pytest.mark.parametrize(("model", "options"), [(GPT, {"store": False}), (CLAUDE, {})])
def test_what_nobody_keeps_is_said_before_anything_is_sent(face, client, stage, model, options):
    made = face.call(client, "responses", model, "Hello!", **options)
    with pytest.raises(InvalidRequestError, match=r"nobody keeps the response .* Send its items back"):
        face.call(client, "responses", model, "More!", previous_response_id=made.id)
    assert len(stage[made.genai.connection].journal) == 1


def test_who_does_not_know_an_id_is_left_for_the_next(face, client, stage):
    stage["openai"].script(Status(400, message="Previous response with id 'resp_1' not found."))
    options = {"previous_response_id": "resp_of_yesterday", "fallbacks": [AZURE], **ROUTE}
    more = face.call(client, "responses", GPT, "More!", **options)
    assert [(row.connection, row.status) for row in more.genai.attempts] == [("openai", 400), ("azure", 200)]
    assert more.genai.attempts[0].reason == "unsupported parameter"


def test_an_id_that_nobody_knows_is_the_vendor_s_refusal(face, client, stage):
    stage["openai"].script(Status(400, message="Previous response with id 'resp_1' not found."))
    with pytest.raises(UnsupportedParameterError, match="Previous response with id"):
        face.call(client, "responses", GPT, "More!", previous_response_id="resp_1", **ROUTE)


@pytest.mark.parametrize("previous", [5, "", {"id": "resp_1"}])
def test_what_is_no_response_is_named(face, client, stage, previous):
    with pytest.raises(
        InvalidRequestError, match=r"previous_response_id must be a response of client.responses or its id"
    ):
        face.call(client, "responses", GPT, "More!", previous_response_id=previous)
    assert not list(stage["openai"].journal)


def test_an_id_alone_leads_to_who_keeps_it(face, client, stage):
    made = first_of(face, client, stage)
    with pytest.raises(ModelNotFoundError) as raised:  # the fake keeps nothing
        face.call(client, "retrieve_response", made.id)
    assert (raised.value.connection, stage["azure"].journal[-1].path) == ("azure", f"/openai/v1/responses/{made.id}")
    with pytest.raises(InvalidRequestError, match="an id alone does not say who keeps the response"):
        face.call(client, "retrieve_response", "resp_of_yesterday")


@pytest.mark.parametrize("code", ["previous_response_not_found", "invalid_encrypted_content"])
def test_a_vendor_s_code_says_so_whatever_its_words(code):
    assert kind_of(400, ErrorBody("Pardon?", (code, "invalid_request_error"))) == "unsupported_parameter"


def test_encrypted_reasoning_goes_back_to_its_vendor_alone(face, client, stage):
    thought = {"id": "rs_of_openai", "type": "reasoning", "summary": [], "encrypted_content": "gAAAA"}
    made = ResponsesResponse(id="resp_9", output=(thought,), genai=CallInfo(connection="openai", model=GPT))
    items = [{"role": "user", "content": "Hello!"}, thought, {"role": "user", "content": "More!"}]
    options = {"fallbacks": [AZURE], **ROUTE}
    face.call(client, "responses", GPT, items, **options)
    assert stage.sent("openai")["input"] == items  # nobody knows whose it is: it goes out as it is
    face.call(client, "responses", GPT, "Hello!", previous_response_id=made)
    face.call(client, "responses", GPT, items, **options)
    assert stage.sent("openai")["input"] == items
    stage["openai"].script(Status(503))
    moved = face.call(client, "responses", GPT, items, **options)
    assert moved.genai.connection == "azure"
    assert stage.sent("azure")["input"] == [items[0], items[2]]


def test_reasoning_that_an_account_cannot_open_is_tried_at_the_next(face, client, stage):
    stage["openai"].script(Status(400, message="The encrypted content for item rs_1 could not be verified."))
    options = {"fallbacks": [AZURE], **ROUTE}
    answer = face.call(client, "responses", GPT, "Hello!", **options)
    assert answer.genai.connection == "azure"


def test_first_calls_on_several_threads_remember_in_one_place(face, client, monkeypatch):
    made = []

    def make(now):
        if not made:
            made.append(None)
            other = Thread(target=lambda: made.append(client.responses(GPT, "Hello!")))
            other.start()
            other.join(10)
        return ResponseHomes(now)

    monkeypatch.setattr(response_homes, "ResponseHomes", make)
    face.call(client, "responses", GPT, "Hello!")
    with pytest.raises(ModelNotFoundError):  # the fake keeps nothing
        face.call(client, "retrieve_response", made[1].id)


def test_no_more_ids_are_remembered_than_there_is_room_for():
    homes = ResponseHomes(lambda: 0.0)
    for number in range(REMEMBERED + 5):
        homes.note(ResponsesResponse(id=f"resp_{number}", genai=CallInfo(connection="here", model="m")))
    assert homes.name_of("resp_4") is None
    assert homes.name_of("resp_5") == "here/m"
    assert homes.name_of(f"resp_{REMEMBERED + 4}") == "here/m"


def test_the_ordinary_answer_is_as_it_was(face, client, stage):
    stage["openai"].script(Reply(text="Hi!"))
    assert face.call(client, "responses", GPT, "Hello!").output_text == "Hi!"
