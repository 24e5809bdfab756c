"""Whatever a record holds, it becomes a connection that never shows its secret."""

import json
import traceback
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.connections.records import SHAPES, record

from genai_sdk.catalogue.adapters import ADAPTERS
from genai_sdk.connections import Connection, ConnectionRecord, parse

MARK = "SECRETSECRET"

texts = st.text(max_size=30)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
secrets = st.one_of(
    st.builds(lambda a, b: a + MARK + b, texts, texts),
    st.sampled_from([shape["secret"] for shape in SHAPES.values()]),
    st.dictionaries(
        st.sampled_from(
            ["accessKeyId", "secretAccessKey", "sessionToken", "apiKey", "type", "project_id", "private_key"]
        ),
        st.just(MARK) | json_values,
    ).map(json.dumps),
)
records = st.builds(
    ConnectionRecord,
    name=texts,
    adapter=st.sampled_from(sorted(ADAPTERS)) | texts,
    secret=st.none() | secrets,
    base_url=st.none() | texts | texts.map(lambda text: f"https://{text}"),
    custom_models=st.lists(texts | st.none(), max_size=3).map(tuple),
    with_default_models=st.booleans(),
    extra_headers=st.none() | json_values | st.dictionaries(texts, st.just(MARK) | texts, max_size=3),
    config=st.none() | json_values | st.fixed_dictionaries({"region": texts | st.just("us-east-1")}),
    created_at=st.datetimes(),
    updated_at=st.datetimes(),
    error=st.none() | st.just("its secret cannot be opened"),
)


def shown(connection: Connection) -> str:
    """Everything that a log, a traceback or a developer's print may show of it."""
    parts = [repr(connection), str(connection), repr(connection.view)]
    if connection.error is not None:
        parts += [str(connection.error), repr(connection.error), "".join(traceback.format_exception(connection.error))]
    return "\n".join(parts)


@given(records)
def test_any_record_becomes_a_connection_that_works_or_says_why(given_record: ConnectionRecord) -> None:
    connection = parse(given_record)
    assert connection.name == given_record.name
    assert (connection.error is None) == (connection.credentials is not None)
    assert (connection.view.error is None) == (connection.error is None)
    assert all(moment.tzinfo is not None for moment in (connection.view.created_at, connection.view.updated_at))


@given(records)
def test_no_record_and_no_connection_shows_its_secret(given_record: ConnectionRecord) -> None:
    hidden = {given_record.secret.reveal()} if given_record.secret and MARK in given_record.secret.reveal() else set()
    headers: Any = given_record.headers
    keys = list(headers) if isinstance(headers, dict) else []
    if not any(MARK in text for text in (*keys, given_record.name, given_record.adapter, given_record.base_url or "")):
        text = shown(parse(given_record)) + repr(given_record)
        assert MARK not in text
        assert not any(secret in text for secret in hidden)


@given(st.sampled_from(sorted(SHAPES)), st.datetimes())
def test_a_good_record_of_each_adapter_is_usable_whenever_it_was_made(adapter: str, moment: datetime) -> None:
    assert parse(record(adapter, created_at=moment)).error is None
