"""A client before servers of OpenAI's wire that refuse, fail and end in their own ways: where the call goes next."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.siblings.world import Host, chat, events, http
from tests.siblings.world import chunk as part

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.errors import BadRequestError, ProviderError, StreamInterruptedError
from genai_sdk.testing.langfuse import FakeLangfuse

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)


def chunk(finish: Any = None, **delta: Any) -> dict[str, Any]:
    return part(delta, finish)


def failing(status: int, **error: Any) -> Callable[[dict[str, Any]], bytes]:
    return lambda request: (
        events({"error": {"code": status, **error}}, done=False)
        if request.get("stream")
        else http({"error": error}, status)
    )


def fine(text: str) -> Callable[[dict[str, Any]], bytes]:
    return lambda request: events(chunk(content=text), chunk("stop")) if request.get("stream") else http(chat(text))


class World:
    def __init__(self, langfuse: FakeLangfuse) -> None:
        self.langfuse = langfuse
        self.hosts: dict[str, Host] = {}

    def add(self, name: str, play: Callable[[dict[str, Any]], bytes], model: str = "m") -> Host:
        host = self.hosts[name] = Host()
        host.plays = play
        url = f"{host.url}/v1"
        self.langfuse.connections.put(
            ConnectionRecord(name=name, adapter="openai", secret="sk-1", base_url=url, custom_models=(model,),
                             created_at=BIRTH.replace(minute=len(self.hosts)), updated_at=BIRTH)
        )  # fmt: skip
        return host

    def client(self, **router_args: Any) -> GenAIClient:
        pair = {"public_key": self.langfuse.public_key, "secret_key": self.langfuse.secret_key}
        return GenAIClient(**pair, host=self.langfuse.url, router_args=router_args)


@pytest.fixture
def world() -> Iterator[World]:
    with FakeLangfuse() as langfuse:
        world = World(langfuse)
        yield world
        for host in world.hosts.values():
            host.close()


def said(face: Any, client: GenAIClient, stream: bool, model: str = "m", **options: Any) -> str:
    result = face.ask(client, model, stream=stream, **options)
    return "".join(part.text for part in face.read(result)) if stream else result.text


BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@BOTH
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (402, {"message": "Insufficient Balance"}),
        (498, {"message": "Flex tier capacity exceeded"}),
        (499, {"message": "Request cancelled"}),
        (400, {"message": "Access denied, please make sure your account is in good standing.", "type": "Arrearage"}),
        (429, {"message": "You exceeded your current quota", "type": "insufficient_quota"}),
    ],
)
def test_an_account_that_cannot_pay_costs_no_retry_and_the_next_connection_answers(
    world: World, face: Any, status: int, error: dict[str, Any], stream: bool
) -> None:
    poor, rich = world.add("one", failing(status, **error)), world.add("two", fine("from two"))
    with world.client(num_retries=2) as client:
        assert said(face, client, stream) == "from two"
        assert said(face, client, stream) == "from two"
    assert (len(poor.seen), len(rich.seen)) == (1, 2)  # it rests after the first


@BOTH
@pytest.mark.parametrize(
    "body",
    [
        # The bodies as litellm 1.108.7 (a proxy's unknown model, and a wrong key without a database) and
        # transformers 5.24.0 sent them, with 400.
        {
            "error": {
                "message": "/chat/completions: Invalid model name passed in model=no-such-model. Call `/v1/models` to "
                "view available models for your key.",
                "type": "invalid_request_error",
                "param": None,
                "code": "400",
            }
        },
        {"error": {"message": "No connected db.", "type": "no_db_connection", "param": None, "code": "400"}},
        {"detail": "Server is pinned to '/models/tiny'; requested 'no-such-model'."},
    ],
)
def test_a_wrong_model_or_key_that_a_server_refuses_with_400_goes_to_the_next_connection(
    world: World, face: Any, body: dict[str, Any], stream: bool
) -> None:
    world.add("one", lambda _: http(body, 400))
    world.add("two", fine("from two"))
    with world.client(num_retries=0) as client:
        assert said(face, client, stream) == "from two"


@BOTH
def test_a_window_that_a_server_refuses_with_500_goes_to_the_larger_model(
    world: World, face: Any, stream: bool
) -> None:
    small = world.add(
        "one", failing(500, message="input (9 tokens) is too large to process. increase the physical batch size")
    )
    world.add("two", fine("from big"), model="big")
    with world.client(context_window_fallbacks=[{"m": ["big"]}]) as client:
        assert said(face, client, stream) == "from big"
    assert len(small.seen) == 1


@BOTH
def test_a_mistake_that_a_server_calls_its_own_is_raised_at_once(world: World, face: Any, stream: bool) -> None:
    first, second = (
        world.add("one", failing(500, message="1 validation error for Request")),
        world.add("two", fine("x")),
    )
    with world.client(num_retries=2) as client, pytest.raises(BadRequestError):
        said(face, client, stream)
    assert (len(first.seen), len(second.seen)) == (1, 0)


def test_an_empty_stream_is_asked_once_whole_where_a_larger_model_may_follow(world: World, face: Any) -> None:
    def play(request: dict[str, Any]) -> bytes:
        too_long = {"error": {"message": "Requested tokens (9000) exceed context window of 2048"}}
        return events(done=False) if request.get("stream") else http(too_long, 400)

    small = world.add("one", play)
    world.add("two", fine("from big"), model="big")
    with world.client(context_window_fallbacks=[{"m": ["big"]}], num_retries=0) as client:
        assert said(face, client, stream=True) == "from big"
    assert [bool(request.get("stream")) for request in small.seen] == [True, False]
    with world.client(num_retries=0) as client, pytest.raises(ProviderError, match="stream=True"):
        said(face, client, stream=True)
    assert len(small.seen) == 3


def test_a_stream_of_nothing_but_stop_is_no_answer_and_goes_on(world: World, face: Any) -> None:
    # As the proxy of litellm 1.108.7 sent it where the server behind it had refused the window in its stream.
    last = {"id": "chatcmpl-d7face18", "object": "chat.completion.chunk", "created": 1795869559, "model": "tiny"}
    world.add("one", lambda _: events({**last, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
    with world.client(num_retries=0) as client, pytest.raises(ProviderError, match="nothing in it"):
        said(face, client, stream=True)
    world.add("two", lambda _: events(chunk(role="assistant", content=""), chunk("stop")), model="silent")
    world.add("three", fine("from three"), model="other")
    with world.client(num_retries=0, fallbacks=[{"m": ["other"]}]) as client:
        assert said(face, client, stream=True) == "from three"
        assert said(face, client, stream=True, model="silent") == ""  # a model may end without a word


def test_an_answer_that_a_server_breaks_off_fails_before_content_and_interrupts_after_it(
    world: World, face: Any
) -> None:
    world.add("one", lambda _: events(chunk("insufficient_system_resource")))
    world.add("two", lambda _: events(chunk(content="half"), chunk("insufficient_system_resource")), model="n")
    world.add("three", fine("whole"))
    with world.client(num_retries=0) as client:
        assert said(face, client, stream=True) == "whole"
        with pytest.raises(StreamInterruptedError) as caught:
            said(face, client, stream=True, model="n")
        assert caught.value.text == "half"


@BOTH
@pytest.mark.parametrize("name", ["pre_call_checks", "enable_pre_call_checks"])
def test_a_request_over_a_known_window_is_not_sent_where_another_model_can_take_it(
    world: World, face: Any, name: str, stream: bool
) -> None:
    small = world.add("one", fine("from small"), model="gpt-4")  # 8,192 tokens
    world.add("two", fine("from big"), model="big")
    options: dict[str, Any] = {name: True, "context_window_fallbacks": [{"gpt-4": ["big"]}]}
    with world.client(**options) as client:
        assert said(face, client, stream, "gpt-4", text="word " * 9000) == "from big"
        assert small.seen == []
        assert said(face, client, stream, "gpt-4", text="word " * 6000) == "from small"
        assert said(face, client, stream, "one/gpt-4", text="word " * 9000, context_window_fallbacks=[]) == "from small"
    with world.client(context_window_fallbacks=[{"gpt-4": ["big"]}]) as client:
        assert said(face, client, stream, "gpt-4", text="word " * 9000) == "from small"
