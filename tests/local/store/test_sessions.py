"""Sessions and days."""

from tests.local.store.made import START, generation, span

from genai_sdk.local.store import Store
from genai_sdk.local.store.traces import TraceQuery


def test_a_session_begins_with_its_first_trace(store: Store) -> None:
    for number, session in enumerate(["a", "b", "a"], 1):
        store.traces.add([span(number, told={"session.id": session}, arrived=number)])
    rows, total = store.sessions.page(10, 0)
    assert [(row.id, row.created_at - START // 1000) for row in rows] == [("b", 2_000_000), ("a", 1_000_000)]
    assert total == 2
    found = store.sessions.find("b")
    assert found is not None
    assert store.sessions.page(10, 0, since=found.created_at) == ([found], 1)
    assert store.sessions.find("c") is None


def test_sessions_are_those_of_the_environments_asked_for(store: Store) -> None:
    for number, environment in enumerate(["prod", "test", "dev"], 1):
        told = {"session.id": environment, "langfuse.environment": environment}
        store.traces.add([span(number, told=told, arrived=number)])
    assert [row.id for row in store.sessions.page(10, 0, environments=["prod"])[0]] == ["prod"]
    assert [row.id for row in store.sessions.page(10, 0, environments=["prod", "dev"])[0]] == ["dev", "prod"]


def test_days_sum_up_the_traces_that_began_on_them(store: Store) -> None:
    day = 86_400
    store.traces.add([generation(1), span(1, 2, parent=1), generation(2, at=10, told={"user.id": "ann"})])
    store.traces.add([generation(3, at=day, model__name="other"), span(4, at=3 * day)])
    days, total = store.traces.daily(TraceQuery(), 2, 0)
    assert ([(each["day"], each["traces"], each["observations"]) for each in days], total) == (
        [("2026-01-04", 1, 1), ("2026-01-02", 1, 1)],
        3,
    )
    (last,), _ = store.traces.daily(TraceQuery(), 2, 2)
    (model,) = last["models"]
    assert (last["day"], last["traces"], last["observations"], last["cost"]) == ("2026-01-01", 2, 3, 0.5)
    assert (model["model"], model["traces"], model["tokens"]) == ("gpt-4o-mini", 2, 30)
    (of_ann,), _ = store.traces.daily(TraceQuery(user_id="ann"), 10, 0)
    assert (of_ann["traces"], of_ann["models"][0]["traces"]) == (1, 1)
