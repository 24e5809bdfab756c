"""What the engine works out without waiting: routes, bodies, and how long they are kept."""

import gc
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from tests.drivers.stage import CASES, HELLO, KEY, Face, Messages, Stage

from genai_sdk.catalogue import counts_reasoning, has_developers, wire_of
from genai_sdk.connections import Credentials, Secret
from genai_sdk.drivers.auth import own_auth
from genai_sdk.drivers.auto import AutoDriver
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.engine import Engine, WireAttempt
from genai_sdk.drivers.route import Route, route_of
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.errors import BadRequestError, ConfigurationError
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.types import FunctionCall, Message, ToolCall
from genai_sdk.wires.openai.responses.usage import usage_of
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest, Operation

NAMES = [name for name, case in CASES.items() if wire_of(case.adapter, case.model)]


def route(deployment: Deployment, operation: Operation[Any, Any, Any] = CHAT) -> Route[Any, Any, Any]:
    auth = own_auth(deployment.connection)
    assert auth is not None
    found = route_of(operation, deployment, auth, UnknownWords())
    assert found is not None
    return found


def chat_body(deployment: Deployment, request: ChatRequest, *, stream: bool = False) -> bytes:
    body = route(deployment).codec.encode(request, stream=stream).body
    assert isinstance(body, bytes)
    return body


@pytest.mark.parametrize(
    ("name", "model", "view", "chat", "embeddings"),
    [
        ("openai", "gpt-4o", {"base_url": None}, "https://api.openai.com/v1/chat/completions",
         "https://api.openai.com/v1/embeddings"),
        ("openai", "a/b", {"base_url": "https://gw.test/{model}/v1/"}, "https://gw.test/a/b/v1/chat/completions",
         "https://gw.test/a/b/v1/embeddings"),
        ("responses", "gpt-4o", {"base_url": None}, "https://api.openai.com/v1/responses",
         "https://api.openai.com/v1/embeddings"),
        ("azure", "my gpt", {"base_url": "https://r.openai.azure.com/openai/deployments"},
         "https://r.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2025-02-01-preview",
         "https://r.openai.azure.com/openai/deployments/my%20gpt/embeddings?api-version=2025-02-01-preview"),
        ("azure", "my-gpt", {"base_url": "https://r.openai.azure.com/openai/v1"},
         "https://r.openai.azure.com/openai/v1/chat/completions", "https://r.openai.azure.com/openai/v1/embeddings"),
    ],
)  # fmt: skip
def test_a_route_follows_the_connection(
    stage: Stage, name: str, model: str, view: dict[str, Any], chat: str, embeddings: str
) -> None:
    deployment = stage.deployment(name, model, **view)
    assert route(deployment).codec.encode(ChatRequest(HELLO), stream=False).url == chat
    assert route(deployment, EMBEDDING).codec.encode(EmbeddingRequest("one"), stream=False).url == embeddings


def test_a_connection_that_lacks_its_base_url_is_a_fault_of_the_set_up(stage: Stage) -> None:
    with pytest.raises(ConfigurationError, match=r"'here'.*base URL"):
        route(stage.deployment("azure", base_url=None))


def test_a_route_is_worked_out_once_and_shows_no_key(stage: Stage) -> None:
    deployment = stage.deployment("openai", headers={"X-Secret": "hush-0003"})
    known = route(deployment)
    assert route(Deployment(deployment.connection, deployment.model)) is known
    assert route(Deployment(deployment.connection, "other")) is not known
    auth = own_auth(deployment.connection)
    assert auth is not None
    attempt = WireAttempt(CHAT, deployment, ChatRequest(HELLO), auth, UnknownWords())
    assert attempt.outgoing(attempt.encode_one(ChatRequest(HELLO), stream=False)).headers is known.headers
    for shown in (
        repr(known),
        repr(auth),
        repr(known.codec),
        repr(deployment),
        str(msgspec.structs.asdict(deployment.connection)),
    ):
        assert KEY not in shown
        assert "hush-0003" not in shown


def test_another_key_makes_another_route(stage: Stage) -> None:
    deployment = stage.deployment("openai")
    before = route(deployment)
    renewed = msgspec.structs.replace(deployment.connection, credentials=Credentials("api_key", {"key": Secret("new")}))
    assert renewed != deployment.connection
    assert ("authorization", "Bearer new") in (route(Deployment(renewed, deployment.model)).headers or ())
    assert ("authorization", f"Bearer {KEY}") in (before.headers or ())


def test_a_route_ends_with_its_connection(stage: Stage) -> None:
    def routes() -> int:
        return sum(isinstance(item, Route) for item in gc.get_objects())

    gc.collect()
    before = routes()
    deployment = stage.deployment("openai")
    route(deployment)
    assert routes() == before + 1
    gc.disable()  # by reference counts alone: no cycle keeps a key alive
    try:
        del deployment
        assert routes() == before
    finally:
        gc.enable()


def test_names_without_number_do_not_fill_the_memory(stage: Stage) -> None:
    deployment = stage.deployment("openai")
    for number in range(1_000):
        route(Deployment(deployment.connection, f"m-{number}"))
    assert len(deployment.connection.memo) <= 256


class Prompt(str):
    """A `str` with more to it, as managed prompts are."""

    __slots__ = ()


class Dumped:
    """Something of another library's that dumps itself."""

    def model_dump(self, **_options: Any) -> dict[str, Any]:
        return {"role": "user", "content": "dumped"}


CALL = ToolCall(id="call_a", function=FunctionCall(name="weather", arguments="{}"))
MESSAGES: Messages = [
    MappingProxyType({"role": "system", "content": Prompt("Be brief.")}),  # type: ignore[list-item]
    {"role": "user", "content": [{"type": "text", "text": Prompt("one")}]},
    Message(content=None, tool_calls=(CALL,)),  # type: ignore[list-item]
    {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
    {"role": "assistant", "content": "", "tool_calls": (CALL,)},
    Dumped(),  # type: ignore[list-item]
]
TOLD = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": "{}"}}


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if wire_of(case.adapter, case.model) == "openai"]
)
def test_values_and_prompts_within_messages_go_out_as_what_they_say(stage: Stage, name: str) -> None:
    deployment = stage.deployment(name)
    body = chat_body(deployment, ChatRequest(MESSAGES))
    if name == "responses":
        assert b"model_extra" not in body
        assert json.loads(body)["input"][1]["call_id"] == "call_a"
        return
    if name.startswith("bedrock"):
        sent = json.loads(body)
        assert sent["system"] == [{"text": "Be brief."}]
        assert [next(iter(turn["content"][0])) for turn in sent["messages"]] == [
            "text",
            "toolUse",
            "toolResult",
            "toolUse",
            "text",
        ]
        assert sent["messages"][1]["content"][0]["toolUse"] == {"toolUseId": "call_a", "name": "weather", "input": {}}
        return
    assert json.loads(body)["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "one"}]},
        {"role": "assistant", "tool_calls": [TOLD]},
        {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
        {"role": "assistant", "content": "", "tool_calls": [TOLD]},
        {"role": "user", "content": "dumped"},
    ]


def test_messages_that_are_right_are_not_touched(stage: Stage) -> None:
    from genai_sdk.wires.openai.messages import MessageRules

    mended = MessageRules("azure", None, "m", has_developers=False).mended

    assert mended(HELLO) is HELLO
    two = [*HELLO, {"role": "user", "content": None}]
    made = mended(two)
    assert [given is sent for given, sent in zip(two, made, strict=True)] == [True, True, False]


def test_messages_that_are_json_already_are_not_encoded_again(stage: Stage) -> None:
    def body(messages: Messages, encoded: bytes | None) -> Any:
        return json.loads(chat_body(deployment, ChatRequest(messages, {"n": 1}, encoded), stream=True))

    deployment = stage.deployment("azure")
    assert body(HELLO, b'[{"role":"user","content":"as it was"}]')["messages"][0]["content"] == "as it was"
    assert body(HELLO, msgspec.json.encode(HELLO)) == body(HELLO, None)
    for amiss in ({"role": "developer"}, {"cache_control": "ephemeral"}):
        messages = [{**HELLO[0], **amiss}]
        assert body(messages, msgspec.json.encode(messages)) == body(messages, None)


CYCLE: dict[str, Any] = {"role": "user"}
CYCLE["content"] = [CYCLE]
BROKEN: dict[str, Messages] = {
    "a part of itself": [CYCLE],
    "half of a surrogate pair": [{"role": "user", "content": "\ud800"}],
    "an object": [{"role": "user", "content": object()}],
    "an image without an address": [{"role": "user", "content": [{"type": "image_url"}]}],
    "no message": [7],  # type: ignore[list-item]
}


@pytest.mark.parametrize("name", ["openai", "responses"])
@pytest.mark.parametrize("broken", list(BROKEN))
def test_what_cannot_be_sent_is_refused_before_anything_is_sent(stage: Stage, name: str, broken: str) -> None:
    with SyncTransport() as sync:
        face = Face(Engine(sync, AsyncTransport()), is_async=False)
        with pytest.raises(BadRequestError, match="nothing was sent") as caught:
            face.complete(stage.deployment(name), BROKEN[broken])
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert len(stage.fake.journal) == 0


@pytest.mark.parametrize("name", list(CASES))
def test_every_adapter_speaks_a_wire_of_ours(stage: Stage, name: str) -> None:
    deployment = stage.deployment(name)
    driver = AutoDriver(SyncTransport(), AsyncTransport())
    driver.warm_up([deployment.connection])
    assert driver.is_warm(CHAT, deployment)


@pytest.mark.parametrize(
    ("model", "reasoning", "developers"),
    [
        ("o1", True, True),
        ("o3-mini-2025-01-31", True, True),
        ("openai/o4-mini", True, True),
        ("gpt-5-mini", True, False),
        ("ft:gpt-5:acme::1", True, False),
        ("gpt-5-chat-latest", False, False),
        ("gpt-4o", False, False),
        ("gpt-oss-120b", False, False),
        ("solo1", False, False),
    ],
)
def test_what_a_model_calls_things_follows_from_its_name(model: str, reasoning: bool, developers: bool) -> None:
    assert (counts_reasoning(model), has_developers(model)) == (reasoning, developers)


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        ({"input_tokens": 1, "output_tokens": 2}, (1, 2, 3)),
        ({"input_tokens": None, "output_tokens": 2, "total_tokens": 9}, (None, 2, 9)),
    ],
)
def test_a_response_s_usage_has_a_total(usage: Mapping[str, Any], told: tuple[Any, ...]) -> None:
    made = usage_of({"usage": usage}, [])
    assert tuple(made.get(name) for name in ("prompt_tokens", "completion_tokens", "total_tokens")) == told
