"""What a real Langfuse 4.16 answered, replayed against the fake: same statuses, same meaning."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.testing.langfuse_wire import ask

from genai_sdk.testing import FakeLangfuse
from genai_sdk.testing.langfuse import Observation

RECORDED = Path(__file__).parents[1] / "data" / "langfuse-exchanges.json"
EXCHANGES = json.loads(RECORDED.read_text())["exchanges"]

WHEN_STORED = {"createdAt", "updatedAt", "lastUpdatedAt"}
# From Langfuse's own table of models and prices, which the fake does not have.
PRICES = {
    "calculatedInputCost",
    "calculatedOutputCost",
    "inputPrice",
    "modelId",
    "outputPrice",
    "totalPrice",
    "usagePricingTierId",
    "usagePricingTierName",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def answers() -> Iterator[dict[str, Any]]:
    """The fake's answers to every recorded request, asked in the recorded order of a server with the same past."""
    with FakeLangfuse() as fake:
        fake.prompts.create("c-prompt", [{"role": "user", "content": "x"}], labels=["production"])
        fake.prompts.create("sdk-prompt", "x", labels=["production"])
        fake.prompts.create("sdk-prompt", "y")
        fake.prompts.create("t-prompt", "x", labels=["staging"], tags=["a"])
        fake.prompts.create("t-prompt", "y", labels=["production"])
        fake.traces.add(
            Observation(trace_id=f"{number:032x}", id=f"{number:016x}", parent_id=None, name="older", start=1, end=2)
            for number in range(2, 16)
        )
        yield {exchange["name"]: _replay(fake, exchange) for exchange in EXCHANGES}


def _replay(fake: FakeLangfuse, exchange: dict[str, Any]) -> Any:
    request = exchange["request"]
    query = f"?{urlencode(request['params'])}" if request.get("params") else ""
    secret_key = "sk-lf-wrong" if "bad" in exchange["name"] else fake.secret_key
    return ask(
        fake,
        request["path"] + query,
        request.get("json"),
        method=request["method"],
        pair=(fake.public_key, secret_key),
        headers=request.get("headers") or {},
    )


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange["name"])
def test_every_recorded_request_is_answered_with_the_recorded_status(
    exchange: dict[str, Any], answers: dict[str, Any]
) -> None:
    answer = answers[exchange["name"]]
    assert answer.status == exchange["response"]["status"]
    assert answer.headers["content-type"].startswith("application/json")


# Taking spans in is answered with the state of Langfuse's own queue.
@pytest.mark.parametrize(
    "exchange", [each for each in EXCHANGES if "otlp" not in each["name"]], ids=lambda exchange: exchange["name"]
)
def test_every_recorded_answer_has_the_recorded_meaning(exchange: dict[str, Any], answers: dict[str, Any]) -> None:
    _Comparison().compare(exchange["response"]["json"], answers[exchange["name"]].json)


class _Comparison:
    """Compares what was recorded with an answer; ids differ, but the same id must always become the same one."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def compare(self, recorded: Any, answered: Any, key: str = "$") -> None:
        if isinstance(recorded, dict):
            renamed = {self._ids.get(name, name): part for name, part in recorded.items() if name not in PRICES}
            missing = renamed.keys() - answered.keys()
            assert not missing, f"{key} has no {missing}"
            for name, part in renamed.items():
                self.compare(part, answered[name], f"{key}.{name}")
        elif isinstance(recorded, list):
            assert len(recorded) == len(answered), key
            for one, other in zip(_ordered(recorded, key), _ordered(answered, key), strict=True):
                self.compare(one, other, f"{key}[]")
        elif key.rpartition(".")[2] in WHEN_STORED:
            assert re.fullmatch(r".+\.\d{3}Z", answered)
            assert datetime.fromisoformat(answered).tzinfo is not None
        elif isinstance(recorded, str) and UUID.fullmatch(recorded):
            assert UUID.fullmatch(answered), key
            assert self._ids.setdefault(recorded, answered) == answered, key
        else:
            assert recorded == answered, key


def _ordered(items: list[Any], key: str) -> list[Any]:
    """Bring what Langfuse lists in an order of no meaning into one."""
    if key.endswith(".labels"):
        return sorted(items)
    if key == "$.data" or key.endswith(".observations"):
        return sorted(items, key=lambda each: each if isinstance(each, str) else each.get("id", each["name"]))
    return items
