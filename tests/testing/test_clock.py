"""Time that passes when told."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.client.two_regions import Scene

from genai_sdk import GenAIClient
from genai_sdk.errors import ClientClosedError, ProviderUnavailableError, RouteExhaustedError
from genai_sdk.testing import Call, FakeLangfuse, FakeProvider, ManualClock, Reply, Status, Step

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HELLO = [{"role": "user", "content": "Hello!"}]


def ask(client: GenAIClient, face: str, **options: Any) -> Any:
    if face == "sync":
        return client.completion("m", HELLO, **options)
    return asyncio.run(client.acompletion("m", HELLO, **options))


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_waits_of_a_call_pass_at_once_and_are_recorded_in_its_time(face: str) -> None:
    clock = ManualClock(AT)
    with FakeLangfuse() as langfuse, FakeProvider("one") as one, FakeProvider("two") as two:
        for fake in (one, two):
            fake.always(Status(429, retry_after=100))
        scene = Scene(langfuse, one, two)
        options = {**scene.options, "tracing": True, "router_args": {"num_retries": 1}}
        with GenAIClient(**options, clock=clock) as client, pytest.raises(RouteExhaustedError) as raised:
            ask(client, face)
        assert clock.now() == pytest.approx(100, abs=1)
        assert [round(each.waited) for each in raised.value.attempts] == [0, 0, 100]
        (trace,) = langfuse.traces.wait_for(1)
        assert trace.root.start == AT.timestamp() * 1e9
        assert (trace.root.end - trace.root.start) / 1e9 == pytest.approx(100, abs=1)


def test_a_cooldown_is_over_when_its_time_has_passed() -> None:
    clock = ManualClock(AT)
    with FakeLangfuse() as langfuse, FakeProvider("one") as one, FakeProvider("two") as two:
        one.script(Status(503))
        with GenAIClient(**Scene(langfuse, one, two).options, clock=clock) as client:
            served = [client.completion("m", HELLO).genai.connection for _ in range(2)]
            clock.advance(60)
            served.append(client.completion("m", HELLO).genai.connection)
    assert served == ["two", "two", "one"]


def test_a_wait_after_the_end_of_the_client_is_refused() -> None:
    clock = ManualClock()
    clock.close()
    with pytest.raises(ClientClosedError):
        clock.sleep(1)
    with pytest.raises(ClientClosedError):
        asyncio.run(clock.asleep(1))
    assert clock.now() == 0


def test_the_same_seed_draws_the_same_chances() -> None:
    one, two, other = (ManualClock(seed=seed) for seed in (1, 1, 2))
    drawn = [clock.chance() for clock in (one, two, other)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_provider_does_what_a_function_of_the_call_says(face: str) -> None:
    def decide(call: Call) -> Step:
        if call.last == "Boom!":
            raise ValueError("no such call was planned")
        return Status(503) if call.stream else Reply(text=f"{call.model} says hello")

    with FakeLangfuse() as langfuse, FakeProvider("one") as one, FakeProvider("two") as two:
        one.always(decide)
        with GenAIClient(**Scene(langfuse, one, two).options, router_args={"num_retries": 0}) as client:
            assert ask(client, face).text == "m says hello"
            with pytest.raises(ProviderUnavailableError, match="could not decide what to do: ValueError"):
                client.completion("one/m", [{"role": "user", "content": "Boom!"}])
            assert [entry.status for entry in one.journal] == [200, 500]
