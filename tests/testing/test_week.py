"""The week of traffic that other tests read."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from genai_sdk.errors import GenAIError
from genai_sdk.testing import FakeLangfuse, Week
from genai_sdk.testing.week import PlayedWeek

UNTIL = datetime(2026, 11, 23, tzinfo=UTC)


def played(calls: int = 400, seed: int = 1) -> tuple[PlayedWeek, list[Any]]:
    with FakeLangfuse() as langfuse:
        with Week(langfuse.url, langfuse.public_key, langfuse.secret_key, until=UNTIL, calls=calls, seed=seed) as week:
            result = week.play()
        return result, sorted(langfuse.traces.wait_for(calls), key=lambda trace: trace.root.start)


@pytest.fixture(scope="module")
def week() -> tuple[PlayedWeek, list[Any]]:
    return played()


def facts(traces: list[Any]) -> list[Any]:
    return [
        (each.name, each.user_id, each.session_id, each.root.start, each.root.metadata["ledger"], each.root.output)
        for each in traces
    ]


def test_the_week_has_what_a_week_has(week: tuple[PlayedWeek, list[Any]]) -> None:
    result, traces = week
    assert result.calls == len(traces) == 400
    assert len({each.root.start // (86_400 * 10**9) for each in traces}) == 7
    assert {each.name for each in traces} == {"support", "triage", "meetings", "translate", "search"}
    assert len({each.user_id for each in traces}) > 10
    assert Counter(each.session_id for each in traces if each.session_id).most_common(1)[0][1] > 1
    assert {each.root.prompt for each in traces} == {
        ("support-answer", 1), ("support-answer", 2), ("ticket-triage", 1),
        ("meeting-summary", 1), ("meeting-summary", 2), None,
    }  # fmt: skip
    ledgers = [each.root.metadata["ledger"] for each in traces]
    assert sum(";" in each for each in ledgers) > 20
    for words in (" 503 ", " 504 ", " 429 ", "content filtered", "context window exceeded"):
        assert any(words in each for each in ledgers), words
    assert sum(result.lost.values()) == sum(each.root.level == "ERROR" for each in traces) > 0
    assert all(count > 0 for count in result.requests.values())


def test_the_same_seed_plays_the_same_week_and_another_one_another() -> None:
    first, second, other = (facts(played(60, seed)[1]) for seed in (1, 1, 2))
    assert first == second != other


def test_after_the_week_its_providers_answer_at_once() -> None:
    with FakeLangfuse() as langfuse, Week(langfuse.url, langfuse.public_key, langfuse.secret_key, calls=1) as week:
        week.play()
        with week.client(tracing=False) as client:
            texts = {client.completion("smart", [{"role": "user", "content": "Hello!"}]).text for _ in range(40)}
    assert len(texts) == 1


def test_a_langfuse_that_refuses_the_pair_is_said_so() -> None:
    with FakeLangfuse() as langfuse, pytest.raises(GenAIError, match="refused /api/public/llm-connections with 401"):
        Week(langfuse.url, langfuse.public_key, "sk-lf-wrong").__enter__()
