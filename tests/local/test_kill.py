"""A platform that is killed in the middle of writes loses nothing that it acknowledged, and has nothing by halves."""

import http.client
import random
import sqlite3
import threading
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.local.ending import PATIENCE, ask, pair_of, started

from genai_sdk.local import Platform
from genai_sdk.local.store import Store
from genai_sdk.local.store.usage import UsageQuery

_SPANS = 7  # of one batch


class _Writers:
    """Threads that write until the platform is gone, and what was acknowledged to them."""

    def __init__(self, url: str, pair: tuple[str, str], round_number: int) -> None:
        self._url, self._pair, self._round = url, pair, round_number
        self.acknowledged: dict[str, list[str]] = {"traces": [], "prompts": [], "connections": [], "scores": []}
        self.enough = threading.Event()
        self.refused: list[str] = []
        self.cut: list[Exception] = []
        works: list[Callable[[int], None]] = [self._trace, self._trace, self._prompt, self._connection, self._score]
        self._threads = [threading.Thread(target=self._write, args=(work, n)) for n, work in enumerate(works)]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def _write(self, work: Callable[[int], None], thread: int) -> None:
        try:
            for number in range(100_000):
                work(thread * 1_000_000 + number)
                if min(map(len, self.acknowledged.values())) >= 3:
                    self.enough.set()
        except urllib.error.HTTPError as error:
            self.refused.append(f"{error.code} {error.read().decode()}")
        except (OSError, http.client.HTTPException) as error:
            self.cut.append(error)  # as it is killed, unless this comes before

    def _ask(self, path: str, method: str, body: Any) -> None:
        ask(f"{self._url}/api/public/{path}", method, body, self._pair)

    def _trace(self, number: int) -> None:
        trace_id = f"{self._round + 1:08x}{number:024x}"
        attributes = {
            "langfuse.observation.type": "generation",
            "langfuse.observation.model.name": f"round-{self._round}",
            "langfuse.observation.input": "x" * 2_000,
        }
        spans = [
            {
                "traceId": trace_id,
                "spanId": f"{number * _SPANS + place + 1:016x}",
                "name": "call",
                "startTimeUnixNano": str(1_767_225_600_000_000_000 + number),
                "endTimeUnixNano": str(1_767_225_601_000_000_000 + number),
                "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()],
            }
            for place in range(_SPANS)
        ]
        self._ask("otel/v1/traces", "POST", {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})
        self.acknowledged["traces"].append(trace_id)

    def _prompt(self, number: int) -> None:
        name = f"prompt-{self._round}-{number}"
        self._ask("v2/prompts", "POST", {"name": name, "type": "text", "prompt": "hi", "labels": ["production"]})
        self.acknowledged["prompts"].append(name)

    def _connection(self, number: int) -> None:
        name = f"connection-{self._round}-{number}"
        body = {"provider": name, "adapter": "openai", "secretKey": f"sk-{name}", "extraHeaders": {"X-Name": name}}
        self._ask("llm-connections", "PUT", body)
        self.acknowledged["connections"].append(name)

    def _score(self, number: int) -> None:
        score_id = f"score-{self._round}-{number}"
        self._ask("scores", "POST", {"id": score_id, "name": "good", "value": 1, "traceId": "t"})
        self.acknowledged["scores"].append(score_id)


@pytest.mark.parametrize("seed", range(4))
def test_what_was_acknowledged_survives_a_kill_and_nothing_is_there_by_halves(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    everything: list[_Writers] = []
    for round_number in range(2):
        with started(tmp_path) as (process, url):  # the second time on what the first kill left
            writers = _Writers(url, pair_of(tmp_path), round_number)
            everything.append(writers)
            assert writers.enough.wait(PATIENCE), (writers.refused, writers.cut)
            threading.Event().wait(chance.uniform(0, 0.3))  # any moment will do
            process.kill()
            writers.join()
            assert writers.refused == []
    raw = sqlite3.connect(tmp_path / "platform.sqlite")
    assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    raw.close()
    with Platform(tmp_path, port=0) as platform:
        for writers in everything:
            _all_there(platform.store, writers.acknowledged)
        _whole(platform.store, tmp_path)
        assert ask(platform.url + "/api/public/health")["status"] == "OK"


def _all_there(store: Store, acknowledged: dict[str, list[str]]) -> None:
    assert all(len(each) >= 3 for each in acknowledged.values())
    for trace_id in acknowledged["traces"]:
        row = store.traces.row(trace_id)
        assert row is not None
        assert row.observations == _SPANS
    for name in acknowledged["prompts"]:
        assert store.prompts.find(name, label="production") is not None
        assert store.prompts.find(name, label="latest") is not None
    records, _ = store.connections.records(acknowledged["connections"])
    assert {each.name: (each.secret.reveal(), each.headers) for each in records} == {
        name: (f"sk-{name}", {"X-Name": name}) for name in acknowledged["connections"]
    }
    assert all(store.scores.find(score_id) is not None for score_id in acknowledged["scores"])


def _whole(store: Store, directory: Path) -> None:
    """A batch is there whole or not at all, with its bodies and in the sums, acknowledged or not."""
    raw = sqlite3.connect(directory / "platform.sqlite")
    sizes = raw.execute("SELECT count(*) FROM observations JOIN spans USING (key) GROUP BY trace").fetchall()
    (traces,) = raw.execute("SELECT count(*) FROM traces").fetchone()
    (prompts, latest) = raw.execute(
        "SELECT (SELECT count(*) FROM prompts), (SELECT count(*) FROM prompt_labels WHERE label = 'latest')"
    ).fetchone()
    raw.close()
    assert {size for (size,) in sizes} == {_SPANS}
    assert (len(sizes), prompts) == (traces, latest)
    summed = store.usage.summary(UsageQuery(since=0, until=2**62))
    assert summed[0].calls == traces * _SPANS
