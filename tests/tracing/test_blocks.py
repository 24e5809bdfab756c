import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.tracing.calls import begin, call
from tests.tracing.conftest import MakeTracer
from tests.tracing.receiver import Receiver

from genai_sdk.errors import InvalidRequestError
from genai_sdk.tracing import Tracer, read_labels

PREFIX = "langfuse.observation."
LABELS = read_labels({"user_id": "user-7", "session_id": "sess-1", "tags": ["prod"], "metadata": {"cart": 3}})


def sent(tracer: Tracer, receiver: Receiver) -> dict[str, Any]:
    assert tracer.flush(10)
    return {span["name"]: span for span in receiver.spans}


def test_calls_in_a_block_are_under_its_root_span_and_carry_what_it_says(tracer: Tracer, receiver: Receiver) -> None:
    with tracer.block("checkout", LABELS, {"cart": [1, 2]}) as block:
        inside = call(tracer)
        block.update(output="done", metadata={"paid": True})
    outside = call(tracer, labels=read_labels({"generation_name": "outside"}))
    spans = sent(tracer, receiver)
    root = spans["checkout"]
    assert inside.trace_id == root["traceId"] == block.id != outside.trace_id
    assert spans["chat gpt-4o-mini"]["parentSpanId"] == root["spanId"]
    assert "parentSpanId" not in root
    assert (root["kind"], root["attributes"][PREFIX + "type"]) == (1, "span")
    assert json.loads(root["attributes"][PREFIX + "input"]) == {"cart": [1, 2]}
    assert root["attributes"][PREFIX + "output"] == "done"
    for name in ("checkout", "chat gpt-4o-mini"):
        attributes = next(span for span in receiver.spans if span["name"] == name)["attributes"]
        assert attributes["langfuse.trace.name"] == "checkout"
        assert (attributes["user.id"], attributes["session.id"]) == ("user-7", "sess-1")
        assert attributes["langfuse.trace.tags"] == ["prod"]
        assert attributes["langfuse.trace.metadata.cart"] == "3"
    assert root["attributes"]["langfuse.trace.metadata.paid"] == "true"
    assert "user.id" not in spans["outside"]["attributes"]
    assert block.url == f"{receiver.url}/project/proj-test/traces/{block.id}"


def test_what_a_call_says_beats_its_block_and_tags_add_up(tracer: Tracer, receiver: Receiver) -> None:
    with tracer.block("checkout", LABELS):
        call(tracer, labels=read_labels({"user_id": "user-8", "tags": ["prod", "ko"]}))
    attributes = sent(tracer, receiver)["chat gpt-4o-mini"]["attributes"]
    assert (attributes["user.id"], attributes["session.id"]) == ("user-8", "sess-1")
    assert attributes["langfuse.trace.tags"] == ["prod", "ko"]


def test_a_block_in_a_block_is_a_part_of_its_trace(tracer: Tracer, receiver: Receiver) -> None:
    with tracer.block("checkout", LABELS) as outer:
        with tracer.block("search", read_labels({"metadata": {"k": 1}})) as inner:
            call(tracer)
        call(tracer, labels=read_labels({"generation_name": "after"}))
    spans = sent(tracer, receiver)
    assert inner.id == outer.id
    assert spans["search"]["parentSpanId"] == spans["after"]["parentSpanId"] == spans["checkout"]["spanId"]
    assert spans["chat gpt-4o-mini"]["parentSpanId"] == spans["search"]["spanId"]
    assert spans["search"]["attributes"][PREFIX + "metadata.k"] == "1"
    assert spans["search"]["attributes"]["langfuse.trace.name"] == "checkout"
    assert "langfuse.trace.metadata.k" not in spans["after"]["attributes"]


def test_an_exception_in_a_block_is_recorded_and_goes_on(tracer: Tracer, receiver: Receiver) -> None:
    with pytest.raises(ZeroDivisionError), tracer.block("checkout"):
        raise ZeroDivisionError("by nothing")
    span = sent(tracer, receiver)["checkout"]
    assert span["attributes"][PREFIX + "level"] == "ERROR"
    assert span["status"] == {"code": 2, "message": "ZeroDivisionError: by nothing"}


@pytest.mark.parametrize(("code", "level"), [(0, None), (None, None), (2, "ERROR")])
def test_leaving_by_sys_exit_is_an_error_only_with_a_code(
    tracer: Tracer, receiver: Receiver, code: int | None, level: str | None
) -> None:
    with pytest.raises(SystemExit), tracer.block("checkout"):
        raise SystemExit(code)
    assert sent(tracer, receiver)["checkout"]["attributes"].get(PREFIX + "level") == level


async def test_tasks_started_in_a_block_belong_to_it_and_others_do_not(tracer: Tracer, receiver: Receiver) -> None:
    ready = asyncio.Event()

    async def handle(name: str) -> tuple[str | None, list[str | None]]:
        async def ask() -> str | None:
            await ready.wait()
            return call(tracer).trace_id

        with tracer.block(name) as block:
            tasks = [asyncio.create_task(ask()) for _ in range(3)]
            in_thread = asyncio.to_thread(lambda: call(tracer).trace_id)
            ready.set()
            return block.id, [*await asyncio.gather(*tasks), await in_thread]

    handled = await asyncio.gather(*(handle(f"request {number}") for number in range(5)), ask_alone(tracer, ready))
    alone = handled.pop()
    ids = [block for block, _ in handled]
    assert len({*ids, alone}) == 6
    for block, calls in handled:
        assert calls == [block] * 4


async def ask_alone(tracer: Tracer, ready: asyncio.Event) -> Any:
    await ready.wait()
    return call(tracer).trace_id


def test_threads_belong_to_a_block_if_they_are_run_by_it(tracer: Tracer) -> None:
    def ask(found: list[str | None]) -> str | None:
        found.append(call(tracer).trace_id)
        return found[-1]

    found: list[str | None] = []
    with tracer.block("checkout") as block, ThreadPoolExecutor(2) as pool:
        thread = threading.Thread(target=block.run, args=(ask, found))
        thread.start()
        thread.join()
        assert pool.submit(block.run, ask, found).result() == block.id
        assert pool.submit(ask, []).result() != block.id  # the pool's thread is not left in the block
    assert found == [block.id, block.id]


def test_two_blocks_of_two_threads_never_meet(tracer: Tracer) -> None:
    both = threading.Barrier(2, timeout=10)
    seen: dict[str, list[str | None]] = {}

    def work(name: str) -> None:
        with tracer.block(name) as block:
            both.wait()
            seen[name] = [block.id, call(tracer).trace_id]
            both.wait()

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen["a"][0] == seen["a"][1] != seen["b"][0] == seen["b"][1]


def test_blocks_of_two_clients_never_mix(make_tracer: MakeTracer) -> None:
    mine, other = make_tracer(), make_tracer(public_key="pk-lf-other")
    with mine.block("mine") as block:
        assert call(other).trace_id != block.id
        with other.block("other") as inner:
            assert call(mine).trace_id == block.id
            assert call(other).trace_id == inner.id != block.id


def test_a_generator_may_end_its_block_in_another_context(tracer: Tracer, receiver: Receiver) -> None:
    def pages() -> Iterator[str | None]:
        with tracer.block("pages"):
            yield begin(tracer).trace_id

    generator = pages()
    thread = threading.Thread(target=next, args=(generator,))
    thread.start()
    thread.join()
    generator.close()
    assert sent(tracer, receiver)["pages"]["attributes"][PREFIX + "level"] == "WARNING"


def test_a_block_is_entered_once(tracer: Tracer) -> None:
    block = tracer.block("checkout")
    with block, pytest.raises(InvalidRequestError, match=r"client\.trace"):
        block.__enter__()


@pytest.mark.parametrize(
    ("value", "kind", "on_the_wire"),
    [
        (0.9, "NUMERIC", 0.9),
        (3, "NUMERIC", 3),
        (True, "BOOLEAN", 1),
        (False, "BOOLEAN", 0),
        ("good", "CATEGORICAL", "good"),
    ],
)
def test_a_score_is_posted_for_the_trace(
    make_tracer: MakeTracer, receiver: Receiver, value: Any, kind: str, on_the_wire: Any
) -> None:
    tracer = make_tracer(environment="staging")
    with tracer.block("checkout") as block:
        block.score("helpful", value, comment="as asked")
    block.score("later", 1)
    assert tracer.flush(10)
    first, second = (one for one in receiver.requests if one.path == "/api/public/scores")
    assert {key: item for key, item in first.json.items() if key != "id"} == {
        "traceId": block.id,
        "name": "helpful",
        "value": on_the_wire,
        "dataType": kind,
        "comment": "as asked",
        "environment": "staging",
    }
    assert second.json["name"] == "later"
    assert len({first.json["id"], second.json["id"]}) == 2


def test_a_score_of_an_inner_block_is_for_its_part_of_the_trace(tracer: Tracer, receiver: Receiver) -> None:
    with tracer.block("checkout"), tracer.block("search") as inner:
        inner.score("relevant", 0.5)
    span = sent(tracer, receiver)["search"]
    (score,) = (one.json for one in receiver.requests if one.path == "/api/public/scores")
    assert (score["traceId"], score["observationId"]) == (span["traceId"], span["spanId"])


@pytest.mark.parametrize(("name", "value"), [("", 1), (None, 1), ("a", None), ("a", float("nan")), ("a", [1])])
def test_a_score_of_the_wrong_form_is_refused(tracer: Tracer, name: Any, value: Any) -> None:
    with tracer.block("checkout") as block, pytest.raises(InvalidRequestError, match="score"):
        block.score(name, value)
