"""Sessions."""

from tests.local.store.made import START, span

from genai_sdk.local.store import Store


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
