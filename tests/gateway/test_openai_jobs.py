"""Files and batches of OpenAI's SDK, made by our client: a model's name in a batch's file is one of ours."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import openai
import pytest
from tests.gateway.conftest import MESSAGES, MODEL, Face, Stage

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider

CHAT = "/v1/chat/completions"
PAGE = ("page.txt", b"a page of text")


def line(custom_id: str, model: str = MODEL, url: str = CHAT, **more: Any) -> dict[str, Any]:
    body = {"model": model, "messages": MESSAGES, **more}
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": body}


def jsonl(*rows: Any) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in rows)


def upload(face: Face, sdk: Any, content: bytes) -> Any:
    return face.do(sdk.files.create(file=("requests.jsonl", content), purpose="batch"))


def start(face: Face, sdk: Any, file: Any, endpoint: str = CHAT, **more: Any) -> Any:
    made = sdk.batches.create(input_file_id=file.id, endpoint=endpoint, completion_window="24h", **more)
    return face.do(made)


def rows_of(face: Face, sdk: Any, ident: str) -> list[Any]:
    content = face.do(sdk.files.content(ident))
    return [json.loads(text) for text in content.read().splitlines()]


@pytest.fixture
def azure(stage: Stage) -> Iterator[str]:
    """A connection to Azure's dated wire, whose name has to be encoded in an id."""
    name, moment = "my azure/eu", datetime(2026, 1, 2, tzinfo=UTC)
    record = ConnectionRecord(
        name=name,
        adapter="azure",
        secret="sk-fake",
        base_url=stage.second.base_url("azure"),
        custom_models=("gpt-batch",),
        created_at=moment,
        updated_at=moment,
    )
    stage.langfuse.projects[0].connections.put(record)
    yield name
    stage.langfuse.projects[0].connections.remove(name)


def test_a_batch_goes_from_its_file_to_its_results(face, sdk, stage):
    file = upload(face, sdk, jsonl(line("a"), line("b", temperature=0.5)))
    assert file.id.startswith("first/files/file-")
    assert (file.purpose, file.status, file.filename) == ("batch", "processed", "batch.jsonl")
    batch = start(face, sdk, file, metadata={"job": "nightly"})
    assert batch.id.startswith(f"first/{MODEL}/chat/batch_")
    assert (batch.status, batch.endpoint, batch.input_file_id) == ("validating", CHAT, file.id)
    batch = face.do(sdk.batches.retrieve(batch.id))
    assert (batch.status, batch.metadata, batch.model) == ("completed", {"job": "nightly"}, MODEL)
    assert (batch.request_counts.total, batch.request_counts.completed, batch.completed_at) == (2, 2, 1_700_000_600)
    rows = {row["custom_id"]: row["response"]["body"] for row in rows_of(face, sdk, batch.output_file_id)}
    assert {name: body["choices"][0]["message"]["content"] for name, body in rows.items()} == {
        "a": "first: Hello there!",
        "b": "first: Hello there!",
    }
    assert len(stage.second.journal) == 0


def test_the_model_in_a_file_is_a_name_of_ours(face, sdk, stage):
    upload(face, sdk, jsonl(line("a", f"second/{MODEL}", seed=5)))
    (kept,) = stage.second.files
    assert json.loads(kept.content) == {
        "custom_id": "a",
        "method": "POST",
        "url": CHAT,
        "body": {"model": MODEL, "messages": MESSAGES, "seed": 5},
    }
    assert len(stage.first.journal) == 0


def test_azure_s_own_paths_are_openai_s_here(face, sdk, stage, azure):
    file = upload(face, sdk, jsonl(line("a", "gpt-batch")))
    assert file.id.startswith("my%20azure%2Feu/files/file-")
    assert json.loads(stage.second.files[file.id.rpartition("/")[2]].content)["url"] == "/chat/completions"
    batch = start(face, sdk, file)
    assert stage.second.journal[-1].body["endpoint"] == "/chat/completions"
    assert batch.endpoint == CHAT
    batch = face.do(sdk.batches.retrieve(batch.id))
    (row,) = rows_of(face, sdk, batch.output_file_id)
    assert row["custom_id"] == "a"


@pytest.mark.parametrize(
    ("url", "operation", "body"),
    [
        ("/v1/responses", "responses", {"input": "Hello!"}),
        ("/v1/embeddings", "embedding", {"input": "Hello!"}),
        ("/v1/moderations", "moderations", {"input": "Hello!"}),
    ],
)
def test_every_path_of_openai_s_batches_works(face, sdk, stage, url, operation, body):
    row = {"custom_id": "a", "method": "POST", "url": url, "body": {"model": MODEL, **body}}
    batch = start(face, sdk, upload(face, sdk, jsonl(row)), url)
    assert batch.id.startswith(f"first/{MODEL}/{operation}/batch_")
    batch = face.do(sdk.batches.retrieve(batch.id))
    (done,) = rows_of(face, sdk, batch.output_file_id)
    assert done["response"]["status_code"] == 200


def test_what_the_sdk_has_begun_our_client_reads_and_the_other_way_round(face, sdk, client: GenAIClient):
    batch = start(face, sdk, upload(face, sdk, jsonl(line("a"))))
    assert client.batches.poll(batch.id, timeout=5).status == "completed"
    (result,) = client.batches.results(batch.id)
    assert result.completion.text == "first: Hello there!"
    made = client.batches.create("claude-sonnet-5", [{"messages": MESSAGES}], max_tokens=5)
    seen = face.do(sdk.batches.retrieve(made.id))
    assert (seen.id, seen.status, seen.output_file_id) == (made.id, "completed", None)


def test_a_batch_is_cancelled(face, sdk, stage):
    stage.first.batches.looks = 9
    batch = start(face, sdk, upload(face, sdk, jsonl(line("a"))))
    assert face.do(sdk.batches.cancel(batch.id)).status == "cancelling"
    assert face.do(sdk.batches.retrieve(batch.id)).status == "cancelled"


def test_batches_are_listed_over_all_connections_page_by_page(face, sdk):
    made = [start(face, sdk, upload(face, sdk, jsonl(line("a", model)))).id for model in ("first/x", "first/y")]
    made.append(start(face, sdk, upload(face, sdk, jsonl(line("a", "second/x")))).id)
    newest = [made[1], made[0], made[2]]
    page = face.do(sdk.batches.list(limit=2))
    assert ([each.id for each in page.data], page.has_more) == (newest[:2], True)
    assert [each.id for each in face.read(sdk.batches.list(limit=1))] == newest
    only = face.do(sdk.batches.list(extra_query={"connection": "second"}))
    assert [each.id for each in only.data] == newest[2:]


def test_files_are_listed_over_all_connections_page_by_page(face, sdk, stage):
    for fake, kind in ((stage.first, "file-"), (stage.second, "file-"), (stage.second, "file"), (stage.first, "file_")):
        for place in range(3):
            fake.files.keep(kind, f"{place}.txt", b"text", purpose="user_data")
    names = [each.id.partition("/")[0] for each in face.read(sdk.files.list(limit=2))]
    assert names == ["first"] * 3 + ["second"] * 3 + ["studio"] * 3 + ["claude"] * 3
    assert len({each.id for each in face.read(sdk.files.list())}) == 12
    assert [each.id for each in face.read(sdk.files.list(purpose="batch"))] == []
    assert len(face.read(sdk.files.list(purpose="user_data", limit=2))) == 6


def test_a_file_is_uploaded_found_and_deleted(face, sdk, stage):
    where = {"genai": {"connection": "claude"}}
    file = face.do(sdk.files.create(file=PAGE, purpose="user_data", extra_body=where))
    assert file.id.startswith("claude/files/file_")
    assert face.do(sdk.files.retrieve(file.id)).bytes == len(PAGE[1])
    part = {"type": "file", "file": {"file_id": file.id}}
    face.chat(sdk, "claude-sonnet-5", messages=[{"role": "user", "content": [part]}])
    source = stage.first.journal[-1].body["messages"][0]["content"][0]["source"]
    assert source == {"type": "file", "file_id": file.id.rpartition("/")[2]}
    assert face.do(sdk.files.delete(file.id)).deleted
    with pytest.raises(openai.NotFoundError):
        face.do(sdk.files.retrieve(file.id))


def test_a_file_may_be_given_an_end(face, sdk):
    ends = {"anchor": "created_at", "seconds": 7_200}
    where = {"genai": {"connection": "second"}}
    file = face.do(sdk.files.create(file=PAGE, purpose="vision", expires_after=ends, extra_body=where))
    assert (file.purpose, file.expires_at) == ("vision", file.created_at + 7_200)


WRONG: Sequence[tuple[bytes, str]] = (
    (b"", "file is empty"),
    (b"\n\n", "the file has no requests: each line is one, such as"),
    (b"no json", "line 1 of the file is no request: .*One is "),
    (jsonl(line("a"), {"custom_id": "b"}), "line 2 of the file is no request"),
    (jsonl(line("a"), line("a")), "line 2 has the custom_id 'a' of line 1"),
    (jsonl(line("a"), line("b", "gpt-6-luna")), "line 2 has the model 'gpt-6-luna', and the first 'gpt-4o-mini'"),
    (jsonl(line("a"), line("b", url="/v1/responses")), "line 2 has the url '/v1/responses', and the first"),
    (jsonl(line("a", url="/chat/completions")), "an url that does not begin with /v1/"),
    (jsonl(line("a", "")), "its body names no model"),
    (jsonl(line("a", genai={"user_id": "mina"})), 'its body has "genai"'),
    (jsonl(line("a", "claude-sonnet-5")), r"no batches of files here.*client\.batches\.create takes the requests"),
    (
        jsonl(line("a", messages=[{"role": "user", "content": [{"file_id": "second/files/file-1"}]}])),
        "request 'a' has no place for file_id here: 'second/files/file-1' is a file of the connection 'second'",
    ),
)


@pytest.mark.parametrize(("content", "message"), WRONG)
def test_a_file_that_is_none_of_requests_is_refused(face, sdk, stage, content, message):
    with pytest.raises(openai.BadRequestError, match=message):
        upload(face, sdk, content)
    assert len(stage.first.journal) == 0


def test_a_model_that_nobody_has_is_not_found(face, sdk):
    with pytest.raises(openai.NotFoundError, match="No connection serves 'nonsense-1'"):
        upload(face, sdk, jsonl(line("a", "nonsense-1")))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda sdk: sdk.files.create(file=PAGE, purpose="user_data"), "several keep files: first, second, studio"),
        (lambda sdk: sdk.files.retrieve("file-1"), "'file-1' is no file's id"),
        (lambda sdk: sdk.files.content("file-1"), "'file-1' is no file's id"),
        (lambda sdk: sdk.files.list(order="asc"), 'order must be "desc"'),
        (lambda sdk: sdk.files.list(limit=0), "limit must be a number from 1 to 10,000"),
        (lambda sdk: sdk.files.list(after="file-1"), "'file-1' is no file's id"),
        (lambda sdk: sdk.batches.list(extra_query={"status": "x"}), r"does not know status"),
        (lambda sdk: sdk.batches.retrieve("batch_1"), "'batch_1' is no batch's id"),
        (lambda sdk: sdk.batches.cancel("batch_1"), "'batch_1' is no batch's id"),
        (lambda sdk: sdk.files.list(timeout=5), "neither extra_headers nor a timeout"),
        (lambda sdk: sdk.files.list(extra_headers={"x-more": "1"}), "neither extra_headers nor a timeout"),
        (
            lambda sdk: sdk.batches.create(input_file_id="file-1", endpoint=CHAT, completion_window="24h"),
            "'file-1' is no file's id",
        ),
        (
            lambda sdk: sdk.batches.create(input_file_id="first/files/f", endpoint="chat", completion_window="24h"),
            "endpoint must be a path such as",
        ),
        (
            lambda sdk: sdk.batches.create(input_file_id="claude/files/f", endpoint=CHAT, completion_window="24h"),
            "'claude' has no batches here: its batches are made of no files",
        ),
        (
            lambda sdk: sdk.batches.create(input_file_id="first/files/f", endpoint=CHAT, completion_window="1h"),
            'completion_window must be "24h"',
        ),
        (
            lambda sdk: sdk.files.create(file=PAGE, purpose="batch", extra_body={"genai": {"connection": "first"}}),
            "says which connection: leave genai out",
        ),
    ],
)
def test_what_files_and_batches_do_not_take_is_named(face, sdk, stage, call, message):
    with pytest.raises(openai.BadRequestError, match=message):
        face.do(call(sdk))
    assert len(stage.first.journal) == 0


def test_a_compatible_server_without_files_is_passed_over_in_a_list_of_all(face, sdk, stage):
    moment = datetime(2026, 1, 3, tzinfo=UTC)
    with FakeProvider("bare") as bare:
        record = ConnectionRecord(
            name="bare",
            adapter="openai",
            secret="sk-fake",
            base_url=f"{bare.url}/none-of-it",
            created_at=moment,
            updated_at=moment,
        )
        stage.langfuse.projects[0].connections.put(record)
        try:
            bare.always(_not_found(), operation="file")
            stage.first.files.keep("file-", "a.txt", b"text")
            sdk_of_all = face.make(stage.client())
            assert [each.filename for each in face.read(sdk_of_all.files.list())] == ["a.txt"]
            assert len(bare.journal) == 1
            with pytest.raises(openai.NotFoundError):
                face.do(sdk_of_all.files.list(extra_query={"connection": "bare"}))
        finally:
            stage.langfuse.projects[0].connections.remove("bare")


def _not_found() -> Any:
    from genai_sdk.testing import Status

    return Status(404)
