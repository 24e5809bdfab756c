"""Regions keep files and answer batches, and no more of them than this machine can bear."""

import json

import openai
import pytest

from genai_sdk.local.simulated.kept import Kept, shrink
from genai_sdk.testing.batches import FakeLine

URL = "/v1/chat/completions"


def lines(*bodies, url=URL):
    rows = [{"custom_id": f"r{place}", "method": "POST", "url": url, "body": body} for place, body in enumerate(bodies)]
    return "\n".join(map(json.dumps, rows)).encode()


def chat(text, model="gpt-6-luna", **more):
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def batch_of(client, content, url=URL):
    file = client.files.create(file=("requests.jsonl", content), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint=url, completion_window="24h")
    return client.batches.retrieve(batch.id)


def results(client, ident):
    return [json.loads(line)["response"] for line in client.files.content(ident).text.splitlines()]


def test_the_official_sdk_gets_back_the_file_that_it_uploaded(client):
    file = client.files.create(file=("notes.txt", b"the harbour at dawn"), purpose="user_data")
    assert client.files.content(file.id).read() == b"the harbour at dawn"
    assert [each.id for each in client.files.list()] == [file.id]
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_a_batch_is_answered_as_its_requests_would_be_as_calls(client):
    batch = batch_of(client, lines(chat("One?"), chat("Two?")))
    assert (batch.status, batch.request_counts.completed) == ("completed", 2)
    answers = [each["body"]["choices"][0]["message"]["content"] for each in results(client, batch.output_file_id)]
    calls = [client.chat.completions.create(**chat(text)).choices[0].message.content for text in ("One?", "Two?")]
    assert answers == calls


def test_a_model_that_is_down_fails_the_requests_of_a_batch(client):
    batch = batch_of(client, lines(chat("One?", "simulated-down")))
    assert batch.output_file_id is None
    assert [each["status_code"] for each in results(client, batch.error_file_id)] == [503]


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (URL, chat("One?", n=9)),
        ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "x", "dimensions": 4_097}),
        ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "x", "dimensions": "many"}),
    ],
)
def test_a_request_of_a_batch_that_asks_for_too_much_is_refused_by_itself(client, url, body):
    batch = batch_of(client, lines(body, url=url), url)
    (answer,) = results(client, batch.error_file_id)
    assert answer["status_code"] == 400
    assert answer["body"]["error"]["message"]


def test_a_batch_of_more_than_a_thousand_requests_is_refused(client):
    with pytest.raises(openai.BadRequestError, match=r"at most 1,000 requests"):
        batch_of(client, lines(*[chat("Again?")] * 1_001))


def test_a_region_that_is_down_takes_no_file(client, behave):
    behave({"status": 503})
    with pytest.raises(openai.InternalServerError):
        client.files.create(file=("notes.txt", b"x"), purpose="user_data")
    behave({})
    assert list(client.files.list()) == []


def test_another_region_has_other_files(client, origin):
    file = client.files.create(file=("notes.txt", b"x"), purpose="user_data")
    usa = client.with_options(base_url=f"{origin}/simulated/usa/v1")
    with pytest.raises(openai.NotFoundError):
        usa.files.retrieve(file.id)


def test_where_too_much_is_kept_the_oldest_goes_where_most_is_kept():
    seoul, usa = Kept("seoul"), Kept("usa")
    oldest, newer, elsewhere = (
        kept.files.keep("file-", "a", b"x" * size) for kept, size in ((seoul, 40), (seoul, 30), (usa, 50))
    )
    shrink([seoul, usa], 100, 10)
    assert [seoul.files.get(oldest.id), seoul.files.get(newer.id)] == [None, newer]
    assert usa.files.get(elsewhere.id) == elsewhere


def test_where_too_many_batches_are_kept_the_first_goes_where_most_are_kept():
    seoul, usa = Kept("seoul"), Kept("usa")
    facts = {"endpoint": URL, "input_file_id": "file-1"}
    first, second, other = (
        kept.batches.make("batch_", [FakeLine("a", URL, {})], facts) for kept in (seoul, seoul, usa)
    )
    shrink([seoul, usa], 100, 2)
    assert [seoul.batches.look(each.id) is not None for each in (first, second)] == [False, True]
    assert usa.batches.look(other.id) is not None
