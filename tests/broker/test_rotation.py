"""A key that is rotated in Langfuse while services call through a real broker."""

import asyncio
from typing import Any

import pytest
from tests.broker.conftest import Run
from tests.broker.projects import Projects

from genai_sdk import GenAIClient
from genai_sdk.cli.connections.holders import BrokerNumbers
from genai_sdk.client.settings import MetricsAccess
from genai_sdk.http import TransportSettings
from genai_sdk.testing import FakeProvider

QUESTION = [{"role": "user", "content": "Hello!"}]


@pytest.mark.parametrize("face", ["sync", "async"])
def test_a_call_whose_key_was_rotated_is_answered_though_the_broker_keeps_its_answers_longer(
    run: Run, projects: Projects, face: str
) -> None:
    def ask(client: GenAIClient) -> Any:
        if face == "sync":
            return client.completion("m", QUESTION)
        return asyncio.run(client.acompletion("m", QUESTION))

    with FakeProvider("lab", keys={"sk-0"}) as provider:
        one = projects.add("one", {"lab": {"secret": "sk-0", "base_url": provider.base_url("openai")}})
        broker = run()
        numbers = BrokerNumbers(
            (f"{broker.url}/metrics",), MetricsAccess(url=None, token=None, transport=TransportSettings())
        )
        pair = {"public_key": one.public_key, "secret_key": one.secret_key}
        with GenAIClient(broker_url=broker.url, tracing=False, **pair) as client:
            assert ask(client).text == "lab: Hello!"
            for number in (1, 2):
                projects.rotate(one, "lab", f"sk-{number}")
                provider.accept(f"sk-{number}")
                assert ask(client).text == "lab: Hello!"
        sighting = numbers.look()
        versions = sorted({each.version for each in sighting.holders})
        assert [each.public_key for each in sighting.holders] == [one.public_key] * len(versions)
        assert versions[0] == "2026-01-01T00:00:00.000Z", "what it held was shown when it asked for another key"
        assert sighting.holding_other(one.id, "lab", versions[-1]) != ()
