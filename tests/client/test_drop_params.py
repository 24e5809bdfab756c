"""Parameters that only some vendors take: who is passed over, what is dropped, and what the ledger says of it."""

import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.client.conftest import Face

from genai_sdk import (
    Attempt,
    GenAIClient,
    InvalidRequestError,
    Parameters,
    RouteExhaustedError,
    UnsupportedParameterError,
)
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import BadRequest, FakeProvider, Status
from genai_sdk.testing.langfuse import FakeLangfuse
from genai_sdk.tracing.attempts import children, ledger
from genai_sdk.tracing.record import AttemptRecord

BEDROCK = '{"accessKeyId": "AKIDONE", "secretAccessKey": "s", "sessionToken": "t"}'
HOUSE = {"openai": ("house", "gpt-6-luna"), "anthropic": ("claude", "claude-sonnet-4-5")}
MORE = {"google-ai-studio": ("gemini", "gemini-2.5-flash"), "bedrock": ("bedrock", "amazon.nova-2-lite-v1:0")}
FLASH = "gemini-3.7-flash"

Connect = Callable[..., GenAIClient]


@pytest.fixture
def vendor() -> Iterator[FakeProvider]:
    with FakeProvider("vendor") as fake:
        yield fake


@pytest.fixture
def connect(vendor: FakeProvider) -> Iterator[Connect]:
    """Make a client on one connection for each adapter, all of the same server, which lists the models it is given."""
    with FakeLangfuse() as langfuse:
        made: list[GenAIClient] = []

        def make(**options: Any) -> GenAIClient:
            for day, (adapter, (name, model)) in enumerate({**HOUSE, **MORE}.items(), 1):
                when = datetime(2026, 1, day, tzinfo=UTC)
                langfuse.connections.put(
                    ConnectionRecord(
                        name=name,
                        adapter=adapter,
                        secret=BEDROCK if adapter == "bedrock" else "key",
                        base_url=vendor.base_url(adapter),
                        custom_models=(model, "shared", *([FLASH] if adapter == "google-ai-studio" else ())),
                        with_default_models=False,
                        config={"region": "us-east-1"} if adapter == "bedrock" else {},
                        created_at=when,
                        updated_at=when,
                    )
                )
            place = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key, "broker_url": langfuse.url}
            given = {"driver": "direct", "tracing": False, "host": langfuse.url, **place, **options}
            made.append(GenAIClient(**given))
            return made[-1]

        yield make
        for client in made:
            client.close()


def outcome(face: Face, client: GenAIClient, streamed: bool, model: str, **options: Any) -> Any:
    """What is known of a call, whole or streamed."""
    if not streamed:
        return face.ask(client, model, **options).genai
    stream = face.ask(client, model, stream=True, **options)
    face.read(stream)
    return stream.genai


BOTH = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@BOTH
def test_who_does_not_take_a_parameter_is_passed_over(
    connect: Connect, vendor: FakeProvider, face: Face, streamed: bool
) -> None:
    known = outcome(face, connect(llm_connection_names=["claude", "gemini"]), streamed, "shared", seed=7)
    passed, served = known.attempts
    assert (passed.connection, passed.status, passed.reason) == ("claude", None, "unsupported")
    assert passed.parameters.refused == {"seed": "on this provider's wire"}
    assert "no place for seed on this provider's wire" in passed.detail
    assert (served.connection, served.reason) == ("gemini", "ok")
    assert served.parameters.translated == {"seed": "generationConfig.seed"}
    assert [entry.body["generationConfig"]["seed"] for entry in vendor.journal] == [7]


@BOTH
def test_a_fallback_does_not_fail_on_a_parameter_that_only_the_first_model_knew(
    connect: Connect, vendor: FakeProvider, face: Face, streamed: bool
) -> None:
    vendor.script(Status(503), Status(503), Status(503), model="gemini-2.5-flash")
    client = connect(router_args={"num_retries": 0})
    fallbacks = ["claude-sonnet-4-5", "gpt-6-luna"]
    known = outcome(face, client, streamed, "gemini-2.5-flash", seed=7, fallbacks=fallbacks)
    assert [(row.connection, row.reason) for row in known.attempts] == [
        ("gemini", "server error 503"),
        ("claude", "unsupported"),
        ("house", "ok"),
    ]
    assert vendor.journal[-1].body["seed"] == 7


@BOTH
def test_a_provider_s_failure_weighs_more_than_that_others_were_passed_over(
    connect: Connect, vendor: FakeProvider, face: Face, streamed: bool
) -> None:
    vendor.script(Status(503), model="gemini-2.5-flash")
    client = connect(router_args={"num_retries": 0})
    with pytest.raises(RouteExhaustedError, match=r"The last one said: .*503") as caught:
        outcome(face, client, streamed, "gemini-2.5-flash", seed=7, fallbacks=["claude-sonnet-4-5"])
    assert caught.value.status_code == 503
    assert [row.reason for row in caught.value.attempts] == ["server error 503", "unsupported"]


@BOTH
def test_if_nobody_takes_it_the_error_says_who_would(
    connect: Connect, vendor: FakeProvider, face: Face, streamed: bool
) -> None:
    client = connect()
    with pytest.raises(InvalidRequestError) as caught:
        outcome(face, client, streamed, "claude-sonnet-4-5", seed=7, logit_bias={"5": 1})
    error = caught.value
    assert str(error) == (
        "no deployment of 'claude-sonnet-4-5' takes logit_bias, seed, and nothing was sent (claude/claude-sonnet-4-5: "
        "passed over: no place for seed, logit_bias on this provider's wire). These would take it: house/gpt-6-luna, "
        "house/shared. Ask one that does or name it among fallbacks, leave logit_bias, seed out, or give "
        "drop_params=True to go on without"
    )
    assert [row.reason for row in error.attempts] == ["unsupported"]
    assert not list(vendor.journal)


@BOTH
def test_drop_params_goes_on_without_what_is_not_taken(
    connect: Connect, vendor: FakeProvider, face: Face, streamed: bool
) -> None:
    options = {"seed": 7, "temperature": 0.5, "stop": ["END"], "n": 1}
    known = outcome(face, connect(), streamed, "claude-sonnet-4-5", drop_params=True, **options)
    (row,) = known.attempts
    assert row.parameters.dropped == {"seed": "on this provider's wire"}
    assert row.parameters.sent == ("temperature",)
    assert row.parameters.translated == {"stop": "stop_sequences"}
    assert row.parameters.omitted == ("n",)
    assert msgspec.json.decode(msgspec.json.encode(row))["parameters"]["dropped"] == row.parameters.dropped
    assert pickle.loads(pickle.dumps(row)) == row
    (entry,) = vendor.journal
    assert (entry.body["temperature"], entry.body["stop_sequences"]) == (0.5, ["END"])
    assert "seed" not in entry.body


def test_drop_params_may_be_the_client_s(connect: Connect, vendor: FakeProvider, face: Face) -> None:
    client = connect(router_args={"drop_params": True})
    assert face.ask(client, "claude-sonnet-4-5", seed=7).genai.attempts[0].parameters.dropped
    with pytest.raises(InvalidRequestError, match="takes seed"):
        face.ask(client, "claude-sonnet-4-5", seed=7, drop_params=False)


def test_what_says_nothing_without_a_parameter_is_dropped_with_it(
    connect: Connect, vendor: FakeProvider, face: Face
) -> None:
    client = connect(router_args={"drop_params": True})
    known = face.ask(client, "claude-sonnet-4-5", logprobs=True, top_logprobs=3).genai
    assert set(known.attempts[0].parameters.dropped) == {"logprobs", "top_logprobs"}


def test_what_a_model_refuses_stands_in_the_table_of_models(connect: Connect, vendor: FakeProvider, face: Face) -> None:
    client = connect()
    with pytest.raises(InvalidRequestError, match="no place for temperature with this model, says the table of 20"):
        face.ask(client, FLASH, temperature=0.2)
    assert face.ask(client, FLASH, temperature=1).genai.attempts[0].parameters.omitted == ("temperature",)
    assert "generationConfig" not in vendor.journal[-1].body
    face.ask(client, "gemini-2.5-flash", temperature=0.2)
    assert vendor.journal[-1].body["generationConfig"] == {"temperature": 0.2}


def test_a_value_decides_where_a_model_takes_only_some(connect: Connect, face: Face) -> None:
    client = connect()
    with pytest.raises(InvalidRequestError, match="reasoning_effort as 'max' with this model on Bedrock: it has none"):
        face.ask(client, "amazon.nova-2-lite-v1:0", reasoning_effort="max")
    for _ in range(2):  # remembered
        row = face.ask(client, "amazon.nova-2-lite-v1:0", reasoning_effort="low").genai.attempts[0]
        place = "additionalModelRequestFields.reasoningConfig.maxReasoningEffort"
        assert row.parameters.translated == {"reasoning_effort": place}
    with pytest.raises(InvalidRequestError, match="reasoning_effort as 'max'"):
        face.ask(client, "amazon.nova-2-lite-v1:0", reasoning_effort="max")


def test_who_rests_is_asked_before_a_call_says_that_nobody_takes_it(
    connect: Connect, vendor: FakeProvider, face: Face
) -> None:
    vendor.script(Status(503), model="shared")
    client = connect(llm_connection_names=["gemini", "claude"], router_args={"num_retries": 0, "cooldown_time": 300})
    assert face.ask(client, "shared").genai.connection == "claude"
    known = face.ask(client, "shared", seed=7).genai
    assert [(row.connection, row.reason) for row in known.attempts] == [("claude", "unsupported"), ("gemini", "ok")]


def test_an_attempt_that_was_not_made_is_not_counted_in_its_minute(connect: Connect, face: Face) -> None:
    client = connect(llm_connection_names=["claude", "gemini"], router_args={"rpm": {"claude": 1}})
    assert face.ask(client, "shared", seed=7).genai.connection == "gemini"
    assert face.ask(client, "shared").genai.connection == "claude"


def test_a_hedged_call_passes_over_too(connect: Connect, face: Face) -> None:
    client = connect(llm_connection_names=["claude", "gemini"], router_args={"hedge_after": 30.0})
    assert face.ask(client, "shared", seed=7).genai.connection == "gemini"


def test_a_call_without_parameters_has_no_ledger_of_them(connect: Connect, face: Face) -> None:
    assert face.ask(connect(), "gpt-6-luna").genai.attempts[0].parameters is None


def test_explain_shows_before_a_call_what_becomes_of_its_parameters(
    connect: Connect, vendor: FakeProvider, face: Face
) -> None:
    plan = face.call(connect(), "explain", "shared", seed=7, stop=["END"], fallbacks=["amazon.nova-2-lite-v1:0"])
    assert plan.parameters["claude/shared"].refused == {"seed": "on this provider's wire"}
    assert plan.parameters["gemini/shared"].translated["stop"] == "generationConfig.stopSequences"
    lines = str(plan).splitlines()
    assert "     passed over: no place for seed on this provider's wire; sends stop as stop_sequences" in lines
    assert "     sends seed, stop" in lines
    assert "      bedrock/amazon.nova-2-lite-v1:0 passed over: no place for seed on this provider's wire; " in str(plan)
    dropping = face.call(connect(), "explain", "shared", seed=7, drop_params=True)
    assert "drops seed (no place for seed on this provider's wire)" in str(dropping)
    assert not list(vendor.journal)


def test_explain_refuses_what_no_call_takes(connect: Connect, face: Face) -> None:
    client = connect()
    with pytest.raises(InvalidRequestError, match="completion does not know 'sead': did you mean 'seed'"):
        face.call(client, "explain", "shared", sead=7)
    with pytest.raises(InvalidRequestError, match="explain records nothing: leave user_id out"):
        face.call(client, "explain", "shared", user_id="u")
    with pytest.raises(InvalidRequestError, match="embedding does not know 'seed'"):
        face.call(client, "explain", "shared", operation="embedding", seed=7)
    with pytest.raises(InvalidRequestError, match=r"operation must be one of completion, responses, .*, not 'chat'"):
        face.call(client, "explain", "shared", operation="chat")
    with pytest.raises(InvalidRequestError, match="rerank has no streams: leave stream out"):
        face.call(client, "explain", "shared", operation="rerank", stream=True)


@BOTH
def test_a_provider_that_refuses_a_parameter_itself_is_left_for_the_next(
    connect: Connect, vendor: FakeProvider, face: Face, streamed: bool
) -> None:
    words = "Unsupported value: 'temperature' does not support 0.2 with this model."
    vendor.script(BadRequest(words), model="gpt-6-luna")
    known = outcome(face, connect(), streamed, "gpt-6-luna", temperature=0.2, fallbacks=["gemini-2.5-flash"])
    assert [(row.connection, row.status, row.reason) for row in known.attempts] == [
        ("house", 400, "unsupported parameter"),
        ("gemini", 200, "ok"),
    ]


def test_a_provider_s_own_refusal_is_its_own_error(connect: Connect, vendor: FakeProvider, face: Face) -> None:
    vendor.script(BadRequest("Unrecognized request argument supplied: top_k"), model="gpt-6-luna")
    with pytest.raises(UnsupportedParameterError, match="Unrecognized request argument") as caught:
        face.ask(connect(), "gpt-6-luna", top_k=3)
    assert (caught.value.status_code, len(caught.value.attempts)) == (400, 1)


def test_a_trace_says_who_was_passed_over_and_what_was_dropped() -> None:
    refused, dropped = Parameters(refused={"seed": "there"}), Parameters(dropped={"user": "there"})
    rows = [
        Attempt(connection="a", model="m", status=None, latency=0.0, reason="unsupported", parameters=refused),
        Attempt(connection="b", model="m", status=200, latency=0.5, parameters=dropped),
    ]
    records = [AttemptRecord(row, 0, 1) for row in rows]
    assert ledger(records) == "a/m unsupported (seed); b/m without user 0.500s"
    assert children(records) == ()
