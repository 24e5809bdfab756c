"""Requests and tokens a minute: a deployment at its limit is passed over, and nothing is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.client.conftest import Face
from tests.client.two_regions import Scene

from genai_sdk import GenAIClient
from genai_sdk.errors import InvalidRequestError, RateLimitError
from genai_sdk.testing import FakeProvider, Reply, Status
from genai_sdk.testing.langfuse import FakeLangfuse


@pytest.fixture
def scene() -> Iterator[Scene]:
    with FakeLangfuse() as langfuse, FakeProvider("one") as one, FakeProvider("two") as two:
        yield Scene(langfuse, one, two)


def test_a_deployment_at_its_limit_is_passed_over(scene: Scene, face: Face):
    with GenAIClient(router_args={"rpm": {"one/m": 2}, "num_retries": 0}, **scene.options) as client:
        served = [face.ask(client, "m").genai for _ in range(4)]
    assert [info.connection for info in served] == ["one", "one", "two", "two"]
    assert [row.reason for row in served[2].attempts] == ["over its limit", "ok"]
    assert [row.reason for row in served[3].attempts] == ["ok"]
    assert len(scene.one.journal) == 2


@pytest.mark.parametrize("stream", [False, True])
def test_tokens_count_once_the_answer_is_there(scene: Scene, face: Face, stream: bool):
    scene.one.always(Reply("a b", prompt_tokens=70, completion_tokens=30))
    with GenAIClient(router_args={"tpm": {"one": 100}}, **scene.options) as client:
        for expected in ("one", "two"):
            answer = face.ask(client, "m", stream=stream)
            if stream:
                face.read(answer)
            assert answer.genai.connection == expected


def test_where_all_are_at_their_limit_the_error_says_so_and_nobody_is_asked(scene: Scene, face: Face):
    with GenAIClient(router_args={"rpm": 1}, deadline=5, **scene.options) as client:
        assert face.ask(client, "one/m").genai.connection == "one"
        with pytest.raises(RateLimitError, match="rpm or tpm") as caught:
            face.ask(client, "one/m")
    assert 5 < caught.value.retry_after <= 60
    assert len(scene.one.journal) == 1


def test_hedging_keeps_to_limits_too(scene: Scene, face: Face):
    router_args = {"rpm": {"two/m": 1}, "hedge_after": 30, "num_retries": 0}
    with GenAIClient(router_args=router_args, **scene.options) as client:
        assert face.ask(client, "m").genai.connection == "one"
        scene.one.always(Status(503))
        assert face.ask(client, "m").genai.connection == "two"


@pytest.mark.parametrize("limit", [0, -1, "300", {"one/m": 1.5}, {1: 1}, True])
def test_a_limit_of_the_wrong_form_is_refused(scene: Scene, limit: Any):
    with pytest.raises(InvalidRequestError, match="rpm must be"):
        GenAIClient(router_args={"rpm": limit}, **scene.options)
