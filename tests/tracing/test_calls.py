import asyncio
import json
import time
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace
from tests.tracing.calls import HELLO, INFO, NAME, answer, begin, call, row
from tests.tracing.conftest import MakeTracer
from tests.tracing.receiver import Receiver

from genai_sdk.errors import RateLimitError, StreamInterruptedError, UnknownModelError
from genai_sdk.tracing import UNRECORDED, Tracer, read_labels
from genai_sdk.types import CallInfo, EmbeddingResponse, PromptLink

PREFIX = "langfuse.observation."
METADATA = PREFIX + "metadata"


def recorded(tracer: Tracer, receiver: Receiver, name: str = NAME) -> dict[str, Any]:
    assert tracer.flush(10)
    return receiver.span(name)


def test_a_trace_is_known_by_its_id_and_url_from_the_first_moment(tracer: Tracer, receiver: Receiver) -> None:
    trace = begin(tracer)
    assert trace.trace_url == f"{receiver.url}/project/proj-test/traces/{trace.trace_id}"
    trace.answered(answer())
    assert recorded(tracer, receiver)["traceId"] == trace.trace_id


def test_a_url_waits_for_the_project_but_no_call_does(make_tracer: MakeTracer) -> None:
    assert begin(make_tracer(project=None)).trace_url is None


def test_a_list_changed_right_after_the_call_leaves_the_trace_as_sent(tracer: Tracer, receiver: Receiver) -> None:
    messages: list[Any] = [{"role": "user", "content": [{"type": "text", "text": "one"}]}]
    trace = begin(tracer, messages)
    messages[0]["content"][0]["text"] = "changed"
    messages.append({"role": "user", "content": "two"})
    trace.answered(answer())
    sent = json.loads(recorded(tracer, receiver)["attributes"][PREFIX + "input"])
    assert sent == [{"role": "user", "content": [{"type": "text", "text": "one"}]}]


def test_tools_are_part_of_the_input_and_headers_of_nothing(tracer: Tracer, receiver: Receiver) -> None:
    tools = [{"type": "function", "function": {"name": "weather"}}]
    call(tracer, options={"tools": tools, "temperature": 0, "extra_headers": {"x-api-key": "sk-secret"}})
    attributes = recorded(tracer, receiver)["attributes"]
    assert json.loads(attributes[PREFIX + "input"]) == {"tools": tools, "messages": HELLO}
    assert json.loads(attributes[PREFIX + "model.parameters"]) == {"temperature": 0}
    assert b"sk-secret" not in receiver.requests[0].text


def test_an_ordinary_call_is_one_span_with_its_attempt_as_a_line(tracer: Tracer, receiver: Receiver) -> None:
    call(tracer)
    recorded(tracer, receiver)
    (span,) = receiver.spans
    facts = {key.removeprefix(METADATA + "."): item for key, item in span["attributes"].items() if METADATA in key}
    assert facts == {
        "connection": "azure_test",
        "provider": "azure",
        "attempts": 1,
        "finish_reason": "stop",
        "cost": "unknown",
        "ledger": "azure_test/gpt-4o-mini 0.100s",
    }


@pytest.mark.parametrize(
    ("labels", "prompt", "name"),
    [
        ({}, None, NAME),
        ({}, "greeting", "greeting"),
        ({"trace_name": "checkout"}, "greeting", "checkout"),
        ({"trace_name": "checkout", "generation_name": "summarize"}, "greeting", "summarize"),
    ],
)
def test_a_call_is_listed_by_what_the_user_calls_it(
    tracer: Tracer, receiver: Receiver, labels: dict[str, str], prompt: str | None, name: str
) -> None:
    call(tracer, labels=read_labels(labels), prompt=PromptLink(prompt, 1) if prompt else None)
    attributes = recorded(tracer, receiver, name)["attributes"]
    trace_name = labels.get("trace_name") or prompt
    assert attributes.get("langfuse.trace.name") == trace_name  # without one Langfuse takes the span's


def test_opentelemetrys_words_say_operation_and_models_and_no_content(tracer: Tracer, receiver: Receiver) -> None:
    trace = begin(tracer)
    trace.answered(answer(model="gpt-4o-mini-2024-07-18"))
    attributes = recorded(tracer, receiver)["attributes"]
    assert {key: item for key, item in attributes.items() if key.startswith("gen_ai")} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    }


def test_a_call_that_recovered_is_no_error_but_its_failed_attempt_is(tracer: Tracer, receiver: Receiver) -> None:
    trace, now = begin(tracer, streaming=True), time.monotonic()
    trace.attempt(row("seoul", status=429, reason="rate limited", detail="slow down", waited=0.5), now, now)
    trace.attempt(row("usa"), now, now)
    trace.answered(answer())
    whole = recorded(tracer, receiver)["attributes"]
    assert PREFIX + "level" not in whole
    assert whole[PREFIX + "metadata.attempts"] == 2
    assert whole[PREFIX + "metadata.ledger"] == (
        "seoul/gpt-4o-mini 429 rate limited after 0.500s 0.100s; usa/gpt-4o-mini 0.100s"
    )
    failed, served = receiver.span("attempt 1 seoul"), receiver.span("attempt 2 usa")
    assert failed["attributes"][PREFIX + "level"] == "ERROR"
    assert failed["attributes"][PREFIX + "status_message"] == "429 rate limited: slow down"
    assert failed["attributes"][PREFIX + "metadata.waited"] == "0.500"
    assert failed["status"] == {"code": 2, "message": "429 rate limited: slow down"}
    assert served["status"] == {"code": 1}
    assert PREFIX + "level" not in served["attributes"]
    asked = {"model": "gpt-4o-mini", "operation": "chat", "stream": True, "messages": 1}
    for span, connection in ((failed, "seoul"), (served, "usa")):
        assert json.loads(span["attributes"][PREFIX + "input"]) == {"connection": connection, **asked}
    came = {"status": 429, "reason": "rate limited", "detail": "slow down"}
    assert json.loads(failed["attributes"][PREFIX + "output"]) == came
    assert json.loads(served["attributes"][PREFIX + "output"]) == {"status": 200, "reason": "ok"}


def test_an_attempt_says_how_much_was_asked_and_not_what(tracer: Tracer, receiver: Receiver) -> None:
    tools = [{"type": "function", "function": {"name": "weather"}}]
    trace, now = begin(tracer, [*HELLO, *HELLO], options={"tools": tools}), time.monotonic()
    trace.attempt(row(reason="timeout", status=None), now, now)
    trace.failed(ValueError("no"))
    recorded(tracer, receiver)
    asked = json.loads(receiver.span("attempt 1 azure_test")["attributes"][PREFIX + "input"])
    assert (asked["messages"], asked["tools"]) == (2, 1)
    assert "Hello" not in str(asked)


def test_loading_a_driver_is_no_part_of_a_calls_time(make_tracer: MakeTracer, receiver: Receiver) -> None:
    tracer, began = make_tracer(), time.monotonic() - 9
    trace = begin(tracer, began=began)
    trace.warmed(7.0)
    trace.attempt(row(), began + 7, began + 8)
    trace.answered(answer(info=replace(INFO, first_content=1.5)))
    span = recorded(tracer, receiver)
    seconds = (int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])) / 1e9
    assert 2 <= seconds < 7
    assert span["attributes"][PREFIX + "metadata.warmup"] == 7.0
    first = datetime.fromisoformat(json.loads(span["attributes"][PREFIX + "completion_start_time"])).timestamp()
    assert first - int(span["startTimeUnixNano"]) / 1e9 == pytest.approx(1.5, abs=0.01)


def test_a_failed_call_is_an_error_with_who_failed_it(tracer: Tracer, receiver: Receiver) -> None:
    facts = {"connection": "usa", "provider": "openai", "model": "gpt-5", "status_code": 429, "request_id": "req-1"}
    begin(tracer).failed(RateLimitError("too many of them", **facts))
    span = recorded(tracer, receiver)
    assert span["status"] == {"code": 2, "message": "RateLimitError: too many of them"}
    expected = {
        "level": "ERROR",
        "status_message": "RateLimitError: too many of them",
        "model.name": "gpt-5",
        "metadata.connection": "usa",
        "metadata.provider": "openai",
        "metadata.status_code": 429,
        "metadata.request_id": "req-1",
        "metadata.requested_model": "gpt-4o-mini",
    }
    assert {key: span["attributes"][PREFIX + key] for key in expected} == expected
    assert "too many of them" in span["attributes"][PREFIX + "output"]


def test_a_call_that_never_reached_a_provider_is_recorded_too(tracer: Tracer, receiver: Receiver) -> None:
    begin(tracer).failed(UnknownModelError("no connection serves 'gpt-9'"))
    span = recorded(tracer, receiver)
    assert span["attributes"][PREFIX + "status_message"] == "UnknownModelError: no connection serves 'gpt-9'"
    assert span["attributes"][PREFIX + "metadata.requested_model"] == "gpt-4o-mini"
    # Whatever is named as a model would stand in Langfuse's list of models.
    assert not [key for key in span["attributes"] if key in (PREFIX + "model.name", "gen_ai.request.model")]


@pytest.mark.parametrize(
    ("error", "level", "message"),
    [
        (asyncio.CancelledError(), "WARNING", "cancelled"),
        (KeyboardInterrupt(), "WARNING", "KeyboardInterrupt"),
        (ZeroDivisionError("by 0"), "ERROR", "ZeroDivisionError: by 0"),
    ],
)
def test_what_ended_a_call_is_its_level_and_message(
    tracer: Tracer, receiver: Receiver, error: BaseException, level: str, message: str
) -> None:
    begin(tracer).failed(error)
    attributes = recorded(tracer, receiver)["attributes"]
    assert attributes[PREFIX + "level"] == level
    assert attributes[PREFIX + "status_message"] == message


def test_a_broken_stream_is_recorded_with_what_had_arrived(tracer: Tracer, receiver: Receiver) -> None:
    info = CallInfo(connection="usa", model="gpt-5", first_content=0.25)
    begin(tracer).failed(StreamInterruptedError("cut", text="Onc"), answer("Onc", info))
    attributes = recorded(tracer, receiver)["attributes"]
    assert attributes[PREFIX + "level"] == "ERROR"
    assert json.loads(attributes[PREFIX + "output"])["content"] == "Onc"
    assert PREFIX + "completion_start_time" in attributes


@pytest.mark.parametrize("how", ["closed", "dropped"])
def test_a_stream_given_up_by_its_reader_is_recorded_and_no_error(tracer: Tracer, receiver: Receiver, how: str) -> None:
    begin(tracer).stopped(how, answer("Onc"))
    attributes = recorded(tracer, receiver)["attributes"]
    assert PREFIX + "level" not in attributes
    assert attributes[PREFIX + "status_message"] == f"the stream was {how} by its reader before its end"
    assert json.loads(attributes[PREFIX + "output"])["content"] == "Onc"


def test_only_the_first_word_on_how_a_call_ended_counts(tracer: Tracer, receiver: Receiver) -> None:
    trace = begin(tracer)
    trace.answered(answer())
    trace.stopped("closed", answer())
    trace.failed(ValueError())
    assert PREFIX + "level" not in recorded(tracer, receiver)["attributes"]
    assert tracer.stats().recorded == 1


def test_several_choices_are_a_list_and_one_is_itself(tracer: Tracer, receiver: Receiver) -> None:
    choices = [{"message": {"content": text}, "index": index} for index, text in enumerate(("a", "b"))]
    begin(tracer).answered(answer(choices=choices))
    sent = json.loads(recorded(tracer, receiver)["attributes"][PREFIX + "output"])
    assert [message["content"] for message in sent] == ["a", "b"]


def test_an_embedding_is_of_its_own_type_and_records_the_shape_of_its_vectors(
    tracer: Tracer, receiver: Receiver
) -> None:
    trace = tracer.begin("embedding", model="text-embedding-3-small", input=["one", "two"], options={"dimensions": 3})
    vectors = [{"index": index, "embedding": [0.1, 0.2, 0.3]} for index in range(2)]
    trace.answered(
        EmbeddingResponse(
            data=EmbeddingResponse.from_dict({"data": vectors}).data,
            usage=EmbeddingResponse.from_dict({"usage": {"prompt_tokens": 4, "total_tokens": 4}}).usage,
            genai=INFO,
        )
    )
    attributes = recorded(tracer, receiver, "embeddings text-embedding-3-small")["attributes"]
    assert attributes[PREFIX + "type"] == "embedding"
    assert json.loads(attributes[PREFIX + "input"]) == ["one", "two"]
    assert json.loads(attributes[PREFIX + "output"]) == {"embeddings": 2, "dimensions": 3}
    assert json.loads(attributes[PREFIX + "usage_details"])["input"] == 4


def test_the_users_names_and_metadata_are_told(tracer: Tracer, receiver: Receiver) -> None:
    call(
        tracer,
        labels=read_labels(
            {"generation_name": "summarize", "metadata": {"order": 7, "who": "Kim", "deep": {"a": None}}}
        ),
    )
    attributes = recorded(tracer, receiver, "summarize")["attributes"]
    metadata = {
        key.removeprefix(PREFIX + "metadata."): item for key, item in attributes.items() if PREFIX + "metadata." in key
    }
    assert metadata | {"order": "7", "who": "Kim", "deep": '{"a":null}'} == metadata
    assert attributes["langfuse.trace.name"] == "summarize"


def test_without_content_neither_input_nor_output_nor_a_providers_text_leaves(
    make_tracer: MakeTracer, receiver: Receiver
) -> None:
    tracer, now = make_tracer(capture_content=False), time.monotonic()
    call(tracer, [{"role": "user", "content": "secret one"}], "secret two", options={"stop": "secret 3", "top_p": 1})
    trace = begin(tracer, "secret four")
    trace.attempt(row(status=400, reason="bad request", detail="your text 'secret five' is"), now, now)
    trace.failed(RateLimitError("your text 'secret six' is", status_code=400))
    begin(tracer).failed(ValueError("secret seven"))
    block = tracer.block("block", None, "secret eight")
    with pytest.raises(KeyError), block:
        block.update(output={}["secret nine"])
    assert tracer.flush(10)
    assert not [one for one in receiver.requests if b"secret" in one.text]
    messages = [span["attributes"].get(PREFIX + "status_message") for span in receiver.spans]
    assert {"400 bad request", "RateLimitError: rate limited (400)", "ValueError", "KeyError"} <= set(messages)
    parameters = [span["attributes"].get(PREFIX + "model.parameters") for span in receiver.spans]
    assert '{"top_p":1}' in parameters


def test_the_mask_reaches_all_that_leaves(make_tracer: MakeTracer, receiver: Receiver) -> None:
    tracer, now = make_tracer(mask=lambda *, data: "hidden"), time.monotonic()
    trace = begin(tracer, "secret", options={"stop": "secret"}, labels=read_labels({"metadata": {"a": "secret"}}))
    trace.attempt(row(reason="bad request", detail="secret"), now, now)
    trace.failed(ValueError("secret"), answer("secret"))
    with tracer.block("block", read_labels({"metadata": {"a": "secret"}}), "secret") as block:
        block.update(output="secret", metadata={"b": "secret"})
        block.score("good", 1, "secret")
    assert tracer.flush(10)
    assert receiver.requests
    assert not [one for one in receiver.requests if b"secret" in one.text]


@pytest.mark.parametrize("off", [{"enabled": False}, {"host": None}, {"sample_rate": 0}])
def test_what_is_not_recorded_costs_no_thread_and_has_no_id(make_tracer: MakeTracer, off: dict[str, Any]) -> None:
    tracer = make_tracer(**off)
    trace = call(tracer)
    assert trace is UNRECORDED
    assert (trace.trace_id, trace.trace_url) == (None, None)
    with tracer.block("block") as block:
        call(tracer)
        block.score("good", 1)
        block.update(output=1)
        assert block.run(lambda: begin(tracer)) is UNRECORDED
        assert (block.id, block.url) == (None, None)
    assert tracer.stats().recorded == 0
    assert tracer.flush(0)


def test_sampling_keeps_about_its_share_and_whole_blocks_only(make_tracer: MakeTracer, receiver: Receiver) -> None:
    tracer = make_tracer(sample_rate=0.5)
    for _ in range(200):
        with tracer.block("block"):
            call(tracer)
            call(tracer)
    assert tracer.flush(10)
    names = [span["name"] for span in receiver.spans]
    assert 50 < names.count("block") < 150
    assert names.count(NAME) == 2 * names.count("block")
