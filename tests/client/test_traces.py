"""What a call leaves in Langfuse."""

import asyncio
import gc

import pytest

from genai_sdk import InvalidRequestError, ProviderError, StreamInterruptedError, UnknownModelError
from genai_sdk.testing import CutStream, Reply, StallBeforeHeaders, StallStream, Status

MODEL = "openai_test/gpt-4o-mini"
HELLO = [{"role": "user", "content": "one two three four"}]


@pytest.fixture
def traces(regions):
    """The traces of this test alone."""
    regions.langfuse.traces.clear()
    return regions.langfuse.traces


def recorded_by(client, traces):
    """Return the one trace, once it is sent."""
    assert client.flush(20)
    (trace,) = traces.all
    return trace


def test_an_ordinary_call_is_one_observation(client, face, regions, traces):
    regions.usa.script(Reply(text="Hi there", prompt_tokens=12, cached_tokens=4, completion_tokens=3))
    response = face.ask(client, "gemini_usa/gemini-2.5-flash", temperature=0.2)
    trace = recorded_by(client, traces)
    (call,) = trace.find(type="GENERATION")
    assert trace.root is call
    assert response.genai.trace_id == trace.root.trace_id
    assert call.model == "gemini-2.5-flash"
    assert call.input == [{"role": "user", "content": "Hello!"}]
    assert call.output["content"] == "Hi there"
    assert call.parameters == {"temperature": 0.2}
    assert (call.usage["input"], call.usage["input_cached_tokens"], call.usage["output"]) == (8, 4, 3)
    assert call.cost["total"] == response.genai.cost
    assert sum(cost for kind, cost in call.cost.items() if kind != "total") == pytest.approx(call.cost["total"])
    assert call.metadata["connection"] == "gemini_usa"
    assert call.metadata["request_id"] == response.genai.request_id
    assert (call.metadata["attempts"], call.metadata["finish_reason"]) == (1, "stop")
    assert call.name == "chat gemini_usa/gemini-2.5-flash"
    assert trace.observations == (call,)


def test_the_trace_can_be_opened(client, face, regions, traces):
    response = face.ask(client, MODEL)
    assert response.genai.trace_url == f"{regions.langfuse.url}/project/proj-test/traces/{response.genai.trace_id}"
    assert recorded_by(client, traces).root.trace_id == response.genai.trace_id


def test_failed_attempts_are_children_with_their_reason(client, face, regions, traces):
    regions.seoul.always(Status(503, message="on fire"))
    face.ask(client, "gemini-2.5-pro")
    trace = recorded_by(client, traces)
    first, second = trace.children(trace.root)
    assert (first.level, second.level, trace.root.level) == ("ERROR", "DEFAULT", "DEFAULT")
    assert "on fire" in first.status_message
    assert "on fire" in first.output["detail"]
    assert (first.input["connection"], second.input["connection"]) == ("gemini_seoul", "gemini_usa")
    assert (first.input["messages"], second.output) == (1, {"status": 200, "reason": "ok"})
    assert not [each for each in trace.children(trace.root) if each.usage or each.cost or each.model]


def test_a_failed_call_is_recorded_with_its_error(make_client, face, regions, traces):
    client = make_client(router_args={"num_retries": 0})
    regions.usa.always(Status(500, message="no luck"))
    with pytest.raises(ProviderError):
        face.ask(client, MODEL)
    trace = recorded_by(client, traces)
    assert trace.root.level == "ERROR"
    assert "no luck" in trace.root.status_message
    assert trace.root.cost == {"total": 0}
    assert "It cost 0" in trace.root.output


def test_a_call_that_reaches_nobody_is_recorded_too(client, face, traces):
    with pytest.raises(UnknownModelError):
        face.ask(client, "no-such-model")
    trace = recorded_by(client, traces)
    assert (trace.root.level, trace.children(trace.root)) == ("ERROR", ())
    assert (trace.root.model, trace.root.metadata["requested_model"]) == (None, "no-such-model")


def test_a_stream_is_recorded_when_it_ends(client, face, traces):
    stream = face.ask(client, MODEL, "one two three", stream=True)
    assert client.flush(20)
    assert len(traces) == 0
    face.read(stream)
    call = recorded_by(client, traces).root
    assert call.output["content"] == "usa: one two three"
    assert call.completion_start is not None
    assert call.usage["output"] > 0
    assert stream.genai.trace_id == call.trace_id


def test_a_stream_that_is_closed_dropped_or_cut_is_recorded_with_what_had_arrived(client, face, regions, traces):
    regions.usa.always(StallStream(after_chunks=2))
    stream = face.ask(client, MODEL, "one two three", stream=True)
    face.close(stream)
    assert "closed" in recorded_by(client, traces).root.status_message
    traces.clear()
    stream = face.ask(client, MODEL, "one two three", stream=True)
    del stream
    gc.collect()
    assert "dropped" in recorded_by(client, traces).root.status_message
    traces.clear()
    regions.usa.always(CutStream(after_chunks=2))
    with pytest.raises(StreamInterruptedError) as caught:
        face.read(face.ask(client, MODEL, "one two three", stream=True))
    call = recorded_by(client, traces).root
    assert (call.level, call.output["content"]) == ("ERROR", caught.value.text)


def test_a_stream_that_started_over_shows_both_attempts(make_client, face, regions, traces):
    client = make_client(stream_fallback="restart")
    regions.seoul.always(CutStream(after_chunks=2))
    face.read(face.ask(client, "gemini-2.5-pro", "a b c d", stream=True))
    trace = recorded_by(client, traces)
    assert [each.level for each in trace.children(trace.root)] == ["ERROR", "DEFAULT"]
    assert trace.root.output["content"] == "usa: a b c d"


def test_embeddings_are_a_type_of_their_own(client, face, traces):
    face.call(client, "embedding", "openai_test/text-embedding-3-small", ["one", "two"], dimensions=8)
    root = recorded_by(client, traces).root
    assert (root.type, root.input, root.output) == ("EMBEDDING", ["one", "two"], {"embeddings": 2, "dimensions": 8})


def test_labels_go_on_every_span(make_client, face, regions, traces):
    client = make_client(environment="staging", release="1.2.3")
    labels = {"user_id": "user-7", "session_id": "s-1", "tags": ["prod", "ko"]}
    face.ask(client, MODEL, trace_name="checkout", generation_name="greet", metadata={"cart": 3}, **labels)
    trace = recorded_by(client, traces)
    assert (trace.name, trace.root.name, trace.root.metadata["cart"]) == ("checkout", "greet", "3")
    for each in trace.observations:
        assert (each.user_id, each.session_id, each.tags) == ("user-7", "s-1", ["prod", "ko"])
        assert (each.environment, each.release) == ("staging", "1.2.3")
    sent = regions.usa.journal[0].body
    assert not set(sent) & {"user_id", "session_id", "tags", "metadata", "trace_name"}


def test_a_block_holds_its_calls_and_its_score(client, traces, regions):
    with client.trace("checkout", input={"cart": 3}, user_id="user-7", session_id="s-1", tags=["ko"]) as block:
        client.completion(MODEL, HELLO)
        asyncio.run(client.acompletion(MODEL, HELLO))
        block.update(output="done")
        block.score("helpful", 1)
    trace = recorded_by(client, traces)
    assert (trace.root.type, trace.root.name, trace.root.output) == ("SPAN", "checkout", "done")
    assert trace.root.input == {"cart": 3}
    assert [each.type for each in trace.children(trace.root)] == ["GENERATION", "GENERATION"]
    assert {each.user_id for each in trace.observations} == {"user-7"}
    assert block.id == trace.root.trace_id
    (score,) = regions.langfuse.scores.wait_for(1)
    assert (score.name, score.value, score.trace_id) == ("helpful", 1, block.id)
    with pytest.raises(InvalidRequestError, match="user_name"):
        client.trace("checkout", user_name="x")


def test_messages_changed_after_the_call_leave_the_trace_as_sent(client, face, traces):
    messages = [{"role": "user", "content": "before"}]
    face.call(client, "completion", MODEL, messages)
    messages[0]["content"] = "after"
    messages.append({"role": "user", "content": "more"})
    assert recorded_by(client, traces).root.input == [{"role": "user", "content": "before"}]


def test_content_can_be_left_out_or_masked(make_client, face, traces):
    client = make_client(capture_content=False)
    face.ask(client, MODEL, "my password is hush")
    assert "hush" not in repr(recorded_by(client, traces).root.attributes)
    traces.clear()
    client = make_client(mask=lambda data: "masked")
    face.ask(client, MODEL, "my password is hush")
    assert "hush" not in repr(recorded_by(client, traces).root.attributes)


def test_nothing_is_recorded_outside_the_sample_or_with_tracing_off(make_client, face, traces):
    for options in ({"sample_rate": 0}, {"tracing": False}):
        client = make_client(**options)
        response = face.ask(client, MODEL)
        assert response.genai.trace_id is None
        assert client.flush(20)
    assert len(traces) == 0


def test_langfuse_down_costs_the_call_nothing_and_is_counted(make_client, face, regions, traces):
    client = make_client(exit_timeout=0.2)
    face.call(client, "connections")
    regions.langfuse.always(Status(401), operation="otlp")
    assert face.ask(client, MODEL).text
    client.flush(20)
    stats = client.stats()
    assert (stats.recorded, stats.sent, stats.dropped) == (1, 0, {"refused": 1})
    assert "401" in stats.last_error


@pytest.mark.parametrize("by", ["argument", "variable"])
def test_with_a_spool_a_trace_outlasts_its_client(make_client, face, regions, traces, tmp_path, monkeypatch, by):
    where = str(tmp_path / "spool")
    if by == "variable":
        monkeypatch.setenv("GENAI_SPOOL", where)
    options = {"spool": where} if by == "argument" else {}
    regions.langfuse.always(Status(503), operation="otlp")
    client = make_client(exit_timeout=60, **options)
    first = face.ask(client, MODEL, "my password is hush")
    assert not client.flush(0.01)
    face.call(client, "close")
    stats = client.stats()
    assert (stats.recorded, stats.spooled, stats.dropped, stats.queued) == (1, 1, {}, 0)
    (path,) = (tmp_path / "spool").rglob("*.spool")
    assert b"hush" not in path.read_bytes()

    regions.langfuse.clear()
    second = face.ask(make_client(**options), MODEL)
    ids = {trace.id for trace in traces.wait_for(2, timeout=30)}
    assert ids == {first.genai.trace_id, second.genai.trace_id}


def test_the_bounds_of_a_spool_are_checked(make_client, tmp_path):
    for name in ("spool_max_bytes", "spool_max_age"):
        with pytest.raises(InvalidRequestError, match=name):
            make_client(spool=str(tmp_path), **{name: 0})


def test_a_long_conversation_is_sent_and_recorded_as_it_was_at_the_call(client, face, regions, traces):
    long = 'the "quick" brown fox → é\n' * 200
    messages = [{"role": "system", "content": long}, {"role": "user", "content": "Hello!"}]
    regions.usa.script(Reply(text="Hi"))
    face.call(client, "completion", MODEL, messages, temperature=0.5)
    (entry,) = regions.usa.journal
    assert (entry.body["messages"], entry.body["temperature"]) == (messages, 0.5)
    assert recorded_by(client, traces).root.input == messages


def test_an_error_leads_to_the_trace_of_its_call(client, face, regions, traces):
    face.ask(client, MODEL)  # from then on the project is known
    assert client.flush(20)
    traces.clear()
    regions.usa.always(Status(400, message="no"))
    with pytest.raises(ProviderError) as caught:
        face.ask(client, MODEL)
    assert caught.value.trace_id == recorded_by(client, traces).root.trace_id
    assert caught.value.trace_url.endswith(f"/traces/{caught.value.trace_id}")
    with pytest.raises(InvalidRequestError) as unasked:
        face.call(client, "completion", MODEL, [])
    assert (unasked.value.trace_id, unasked.value.trace_url) == (None, None)


async def test_a_cancelled_call_is_recorded_with_the_attempt_that_was_under_way(make_client, regions, traces):
    regions.usa.always(StallBeforeHeaders())
    client = make_client()
    task = asyncio.create_task(client.acompletion(MODEL, HELLO))
    await asyncio.to_thread(regions.usa.journal.wait_for, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    trace = await asyncio.to_thread(recorded_by, client, traces)
    (attempt,) = trace.children(trace.root)
    assert (trace.root.level, trace.root.status_message) == ("WARNING", "cancelled")
    assert (attempt.level, attempt.status_message, attempt.metadata["connection"]) == (
        "WARNING",
        "cancelled",
        "openai_test",
    )


def test_the_sums_of_two_hundred_mixed_calls_are_those_of_the_ledger(make_client, face, regions, traces):
    client = make_client(router_args={"num_retries": 0})
    tokens, dollars, attempts = 0, 0.0, 0
    for number in range(200):
        how = number % 5
        if how == 1:
            regions.usa.script(Status(503))
        if how == 4:
            regions.seoul.script(Status(503))
        try:
            if how == 2:
                answer = face.ask(client, MODEL, "one two three", stream=True)
                face.read(answer)
            elif how == 3:
                answer = face.call(client, "embedding", "openai_test/text-embedding-3-small", ["one", "two"])
            else:
                answer = face.ask(client, "gemini-2.5-pro" if how == 4 else MODEL, "one two three four")
        except ProviderError as error:
            attempts += len(error.attempts)
            continue
        attempts += len(answer.genai.attempts)
        tokens += answer.usage.total_tokens
        dollars += answer.genai.cost or 0
    assert client.flush(20)
    roots = [trace.root for trace in traces.all]
    everything = [each for trace in traces.all for each in trace.observations]
    assert len(roots) == 200
    assert sum(each.cost.get("total", 0) for each in everything) == pytest.approx(dollars, rel=1e-12)
    assert sum(each.usage.get("total", 0) for each in everything) == tokens
    assert sum(each.metadata["attempts"] for each in roots) == attempts
    assert all("total" in each.cost for each in roots)  # so that Langfuse prices none of them by itself
    failed = [each for each in roots if each.level == "ERROR"]
    assert len(failed) == 40
    assert not [each for each in failed if each.cost != {"total": 0}]


def test_a_tool_call_and_a_picture_are_recorded_where_langfuse_shows_them(client, face, traces):
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
    messages = [{"role": "user", "content": [{"type": "text", "text": "Where is this?"}, picture]}]
    choice = {"type": "function", "function": {"name": "weather"}}
    face.call(client, "completion", MODEL, messages, tools=tools, tool_choice=choice)
    call = recorded_by(client, traces).root
    shown = call.input["messages"][0]["content"][1]
    assert shown["type"] == "text"
    assert shown["text"].startswith("[image/png, 3 bytes, sha256 ")
    assert call.input["tools"] == tools
    assert call.output["tool_calls"][0]["function"]["name"] == "weather"


def test_a_client_told_to_uploads_pictures(make_client, face, regions, traces):
    client = make_client(upload_media=True)
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    face.call(client, "completion", MODEL, [{"role": "user", "content": [picture]}])
    call = recorded_by(client, traces).root
    (media,) = regions.langfuse.project.media.values()
    assert media.id in call.input[0]["content"][0]["image_url"]["url"]
    assert media.data == bytes(3)


@pytest.mark.parametrize(("infer", "cost"), [(False, {"total": 0}), (True, {})])
def test_a_price_that_is_not_known_is_langfuses_guess_only_where_it_is_asked_for(
    make_client, face, traces, infer, cost
):
    client = make_client(infer_cost=infer)
    response = face.ask(client, "openai_test/a-model-nobody-knows")
    assert response.genai.cost is None
    call = recorded_by(client, traces).root
    assert (call.cost, call.metadata["cost"]) == (cost, "inferred" if infer else "unknown")


def test_loading_a_driver_is_no_part_of_the_latency(make_client, face, traces, monkeypatch):
    client = make_client()
    clock, ahead = client._clock.now, [0.0]
    monkeypatch.setattr(client._clock, "now", lambda: clock() + ahead[0])
    monkeypatch.setattr(client._driver, "is_warm", lambda operation, deployment: bool(ahead[0]))
    monkeypatch.setattr(client._driver, "prepare", lambda operation, deployment: ahead.__setitem__(0, 7.0))
    response = face.ask(client, MODEL)
    assert response.genai.latency < 5
    assert response.genai.attempts[0].latency < 5
    call = recorded_by(client, traces).root
    assert call.seconds < 5
    assert call.metadata["warmup"] >= 7
