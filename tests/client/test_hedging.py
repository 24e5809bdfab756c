"""A slow attempt gets a second one beside it; the first content wins, and the other's socket is closed."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.client.conftest import Face

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.errors import BadRequestError, InvalidRequestError, RouteExhaustedError
from genai_sdk.routing import Clock
from genai_sdk.testing import BadRequest, FakeProvider, StallBeforeHeaders, StallStream, Status
from genai_sdk.testing.langfuse import FakeLangfuse

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)


class ScriptedClock(Clock):
    """Time in which `hedge_after` passes as soon as `due` returns, or never."""

    def __init__(self, due: Callable[[], object]) -> None:
        super().__init__()
        self.passes = True
        self.due = due

    def take(self, inbox: Any, seconds: float | None) -> Any:
        if seconds is not None and self.passes:
            self.due()
            return None
        return super().take(inbox, 20.0)

    async def first(self, tasks: Any, seconds: float | None) -> Any:
        if seconds is not None and self.passes:
            await asyncio.to_thread(self.due)
            return set()
        return await super().first(tasks, 20.0)


class Scene:
    """Three regions behind one name, in this order, and a client of them."""

    def __init__(self, langfuse: FakeLangfuse, regions: list[FakeProvider], **options: Any) -> None:
        self.one, self.two, self.three = self.regions = regions
        self.langfuse = langfuse
        for number, region in enumerate(regions):
            then = BIRTH + timedelta(seconds=number)
            langfuse.connections.put(
                ConnectionRecord(
                    name=region.name, adapter="azure", secret="sk", base_url=region.base_url("azure"),
                    custom_models=("m",), created_at=then, updated_at=then,
                )
            )  # fmt: skip
        pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
        chosen = {"hedge_after": 1.0, "router_args": {"num_retries": 0}, **options}
        self.client = GenAIClient(**pair, host=langfuse.url, broker_url=langfuse.url, **chosen)
        self.clock = self.client._router._clock = ScriptedClock(lambda: self.one.journal.wait_for(1))

    def rows(self, owner: Any) -> list[tuple[str, str, bool]]:
        return [(row.connection, row.reason, row.hedged) for row in owner.attempts]


@pytest.fixture
def make_scene() -> Iterator[Any]:
    made: list[Scene] = []
    with (
        FakeLangfuse() as langfuse,
        FakeProvider("one") as one,
        FakeProvider("two") as two,
        FakeProvider("three") as three,
    ):

        def make(**options: Any) -> Scene:
            made.append(Scene(langfuse, [one, two, three], **options))
            return made[-1]

        yield make
        for scene in made:
            scene.client.close()


@pytest.mark.parametrize("stream", [False, True])
def test_the_next_deployment_answers_for_a_slow_one_whose_socket_is_closed(make_scene, face: Face, stream: bool):
    scene = make_scene()
    scene.one.always(StallBeforeHeaders())
    answer = face.ask(scene.client, "m", stream=stream)
    text = "".join(chunk.text for chunk in face.read(answer)) if stream else answer.text
    assert text == "two: Hello!"
    assert answer.genai.connection == "two"
    assert scene.rows(answer.genai) == [("one", "cancelled", False), ("two", "ok", True)]
    scene.one.journal.wait_aborted(1)
    assert len(scene.three.journal) == 0


@pytest.mark.parametrize("stream", [False, True])
def test_a_first_attempt_that_answers_in_time_is_the_only_one(make_scene, face: Face, stream: bool):
    scene = make_scene()
    scene.clock.passes = False
    answer = face.ask(scene.client, "m", stream=stream)
    if stream:
        face.read(answer)
    assert scene.rows(answer.genai) == [("one", "ok", False)]
    assert len(scene.two.journal) == 0


@pytest.mark.parametrize("stream", [False, True])
def test_the_second_is_given_up_where_the_first_answers_after_all(make_scene, face: Face, stream: bool):
    scene = make_scene()
    scene.two.always(StallBeforeHeaders())
    held = threading.Event()
    original = scene.client._driver

    class Held:
        """The driver, whose first region waits for the second to have the call."""

        def __getattr__(self, name: str) -> Any:
            return getattr(original, name)

        def run(self, operation, deployment, *rest):
            self.hold(deployment)
            return original.run(operation, deployment, *rest)

        def stream(self, operation, deployment, *rest):
            self.hold(deployment)
            return original.stream(operation, deployment, *rest)

        async def arun(self, operation, deployment, *rest):
            await asyncio.to_thread(self.hold, deployment)
            return await original.arun(operation, deployment, *rest)

        async def astream(self, operation, deployment, *rest):
            await asyncio.to_thread(self.hold, deployment)
            return await original.astream(operation, deployment, *rest)

        def hold(self, deployment):
            if deployment.connection.name == "one":
                held.set()
                scene.two.journal.wait_for(1)

    scene.client._router._driver = Held()
    scene.clock.due = lambda: held.wait(5)
    answer = face.ask(scene.client, "m", stream=stream)
    if stream:
        face.read(answer)
    assert scene.rows(answer.genai) == [("two", "cancelled", True), ("one", "ok", False)]
    scene.two.journal.wait_aborted(1)


def test_a_failure_of_one_waits_for_the_other_and_the_third_is_asked_when_both_fail(make_scene, face: Face):
    scene = make_scene()
    scene.one.always(StallBeforeHeaders())
    scene.two.always(Status(503))
    threading.Thread(target=lambda: (scene.two.journal.wait_ended(1), scene.one.down()), daemon=True).start()
    answer = face.ask(scene.client, "m")
    assert answer.text == "three: Hello!"
    *lost, won = scene.rows(answer.genai)
    assert sorted(row[::2] for row in lost) == [("one", False), ("two", True)]
    assert won == ("three", "ok", False)


def test_a_request_that_is_wrong_ends_both(make_scene, face: Face):
    scene = make_scene()
    scene.one.always(StallBeforeHeaders())
    scene.two.always(BadRequest("no such thing"))
    with pytest.raises((BadRequestError, RouteExhaustedError)) as caught:
        face.ask(scene.client, "m")
    assert caught.value.status_code == 400
    scene.one.journal.wait_aborted(1)
    assert len(scene.three.journal) == 0


def test_the_share_of_calls_that_are_made_twice_is_capped(make_scene, face: Face):
    scene = make_scene(max_hedge_share=0.25)
    hedged = 0
    for _ in range(9):
        scene.one.clear()
        answer = face.ask(scene.client, "m")
        hedged += any(row.hedged for row in answer.genai.attempts)
    assert hedged == 3  # one ahead, and a quarter of nine


@pytest.mark.parametrize("options", [{"max_hedge_share": 0}, {"hedge_after": 0}])
def test_without_a_share_or_an_hour_nothing_is_made_twice(make_scene, face: Face, options):
    scene = make_scene(**options)
    answer = face.ask(scene.client, "m")
    assert scene.rows(answer.genai) == [("one", "ok", False)]
    assert len(scene.two.journal) == 0


def test_one_call_can_hedge_by_itself_and_can_go_without(make_scene, face: Face):
    scene = make_scene(hedge_after=0)
    scene.one.script(StallBeforeHeaders())
    assert face.ask(scene.client, "m", hedge_after=1).genai.connection == "two"
    scene.clock.passes = False
    other = make_scene(hedge_after=1)
    other.one.clear()
    assert face.ask(other.client, "m", hedge_after=0).genai.attempts[0].reason == "ok"


def test_closing_the_client_ends_both_attempts(make_scene, face: Face):
    from genai_sdk.errors import ClientClosedError

    scene = make_scene()
    for region in scene.regions:
        region.always(StallBeforeHeaders())
    threading.Thread(target=lambda: (scene.two.journal.wait_for(1), scene.client.close()), daemon=True).start()
    with pytest.raises(ClientClosedError):
        face.ask(scene.client, "m")
    scene.one.journal.wait_aborted(1)
    scene.two.journal.wait_aborted(1)


async def test_cancelling_the_task_ends_both_attempts(make_scene):
    scene = make_scene()
    for region in scene.regions:
        region.always(StallBeforeHeaders())
    task = asyncio.create_task(scene.client.acompletion("m", [{"role": "user", "content": "Hello!"}]))
    await asyncio.to_thread(scene.two.journal.wait_for, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(scene.one.journal.wait_aborted, 1)
    await asyncio.to_thread(scene.two.journal.wait_aborted, 1)


def test_the_extra_attempt_is_in_the_trace(make_scene, face: Face):
    scene = make_scene()
    scene.one.always(StallBeforeHeaders())
    face.ask(scene.client, "m")
    assert scene.client.flush(20)
    (trace,) = scene.langfuse.traces.all
    facts = [row.metadata for row in trace.children(trace.root)]
    assert [(each["connection"], each["reason"], each.get("hedged")) for each in facts] == [
        ("one", "cancelled", None),
        ("two", "ok", "true"),
    ]


def test_a_stream_without_a_first_token_falls_back_before_its_timeout(make_scene, face: Face):
    scene = make_scene(hedge_after=0, first_token_timeout=0.05)
    scene.one.always(StallStream(after_chunks=0))
    answer = face.ask(scene.client, "m", stream=True)
    assert "".join(chunk.text for chunk in face.read(answer)) == "two: Hello!"
    assert scene.rows(answer.genai) == [("one", "first token timeout", False), ("two", "ok", False)]
    assert "first_token_timeout=0.05" in answer.genai.attempts[0].detail
    scene.one.journal.wait_aborted(1)


@pytest.mark.parametrize(
    "options", [{"hedge_after": -1}, {"hedge_after": "1"}, {"max_hedge_share": 1.5}, {"first_token_timeout": True}]
)
def test_a_setting_of_the_wrong_form_is_refused(make_scene, options):
    with pytest.raises(InvalidRequestError, match=next(iter(options))):
        make_scene(**options)
