"""Scores at rest."""

import pytest

from genai_sdk.langfuse.api.queries import ScoreQuery
from genai_sdk.langfuse.new_score import NewScore
from genai_sdk.local.store import Store


def test_a_score_with_the_id_of_an_older_one_replaces_it(store: Store) -> None:
    store.scores.put([NewScore(name="good", value=1.0, id="s", trace_id="t")])
    before = store.scores.find("s")
    store.scores.put([NewScore(name="good", value=0.5, id="s", trace_id="t", comment="no")])
    after = store.scores.find("s")
    assert before is not None
    assert after is not None
    assert (after.number, after.comment, after.created_at) == (0.5, "no", before.created_at)
    assert store.scores.page(ScoreQuery(), 10, 0)[1] == 1


@pytest.mark.parametrize(
    ("value", "kind", "number", "text"),
    [(0.5, "NUMERIC", 0.5, None), (True, "BOOLEAN", 1.0, None), ("good", "CATEGORICAL", None, "good")],
)
def test_a_score_has_the_type_of_its_value(
    store: Store, value: float | str, kind: str, number: float | None, text: str | None
) -> None:
    (written,) = store.scores.put([NewScore(name="n", value=value)])
    found = store.scores.find(written)
    assert found is not None
    assert (found.data_type, found.number, found.text) == (kind, number, text)


def test_several_scores_are_written_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(OverflowError):
        store.scores.put([NewScore(name="n", value=1.0), NewScore(name="n", value=10**400)])
    assert store.scores.page(ScoreQuery(), 10, 0) == ([], 0)


def test_scores_are_walked_through_newest_first(store: Store) -> None:
    ids = store.scores.put([NewScore(name="n", value=float(number)) for number in range(5)])
    rows, place = store.scores.after(ScoreQuery(), 2, None)
    seen = [row.id for row in rows]
    while place is not None:
        rows, place = store.scores.after(ScoreQuery(), 2, place)
        seen += [row.id for row in rows]
    assert seen == ids[::-1]


def test_scores_go_with_their_trace(store: Store) -> None:
    store.scores.put([NewScore(name="n", value=1.0, trace_id="t"), NewScore(name="n", value=1.0, trace_id="u")])
    store.traces.delete(["t"])
    assert {key: len(rows) for key, rows in store.scores.of_traces(["t", "u"]).items()} == {"t": 0, "u": 1}
