"""A broker whose connection died without a word."""

import sys
from urllib.parse import urlsplit

import pytest
from tests.connections.records import record
from tests.silence import silence_all

from genai_sdk.connections import BrokerSource
from genai_sdk.http import SyncTransport, read_endpoint
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeLangfuse


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a test drop what arrives")
def test_a_connection_that_was_forgotten_on_the_way_costs_no_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genai_sdk.connections.sources.broker.ASKED_AGAIN", 0.1)
    with FakeLangfuse() as langfuse, SyncTransport() as transport:
        langfuse.connections.put(record("openai", name="openai"))
        pair = langfuse.public_key, Secret(langfuse.secret_key)
        broker = BrokerSource(read_endpoint(langfuse.url, *pair, named="GENAI_BROKER_URL", secure=True), transport)
        first = broker.fetch(None)
        assert silence_all({urlsplit(langfuse.url).port or 0}) == 1
        assert broker.fetch(None) == first
