"""What was recorded of a real Langfuse: as a server that answers the same again, and as what others must mean."""

import json
import re
from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.contract.wire import Langfuse, Reply, basic, export, span

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.delivery import Delivery, deliver
from genai_sdk.testing.journal import Watch
from genai_sdk.testing.server import Server
from genai_sdk.testing.steps import Reply as Answered

_DATA = Path(__file__).parents[1] / "data"
EXCHANGES: list[dict[str, Any]] = json.loads((_DATA / "langfuse-exchanges.json").read_text())["exchanges"]
EXCHANGES_V4: list[dict[str, Any]] = json.loads((_DATA / "langfuse-exchanges-v4.json").read_text())["exchanges"]
PAIR, PROJECT = ("pk-lf-test", "sk-lf-test"), "proj-test"

WHEN_STORED = {"createdAt", "updatedAt", "lastUpdatedAt"}
# From Langfuse's own table of models and prices, which nobody else has.
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
# What the project and its owner are called there.
NAMES = {"TestProject", "TestOrg", "org-test"}
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_tier_default)?|c[a-z0-9]{24}(_tier_default)?")


class Recording:
    """A server that answers every recorded request with what was recorded, in order; anything else with 404."""

    def __init__(self, exchanges: Sequence[Mapping[str, Any]] = EXCHANGES) -> None:
        self._answers: dict[tuple[str, str, bytes, bool], list[Answer]] = {}
        for exchange in exchanges:
            request, response = exchange["request"], exchange["response"]
            body = b"" if response["status"] == 304 else json.dumps(response["json"]).encode()
            answer = Answer(response["status"], response["headers"], body)
            key = (request["method"], target_of(request), _body(request.get("json")), not is_denied(exchange))
            self._answers.setdefault(key, []).append(answer)
        self._server = Server(self._respond, Watch())

    def __enter__(self) -> Langfuse:
        self._server.start()
        return Langfuse(f"http://127.0.0.1:{self._server.port}", PAIR, PROJECT, is_recording=True)

    def __exit__(self, *exc: object) -> None:
        self._server.stop()

    def _respond(self, request: Request) -> tuple[Delivery, Any]:
        sent = request.json() if request.body else None
        allowed = request.headers.get("authorization") == basic(*PAIR)
        waiting = self._answers.get((request.method, request.target, _body(sent), allowed), [])
        answer = waiting.pop(0) if waiting else json_answer({"message": "never recorded"}, 404)
        return deliver(answer, Answered()), lambda aborted: None


def _body(sent: Any) -> bytes:
    return json.dumps(sent, sort_keys=True).encode()


def target_of(request: Mapping[str, Any]) -> str:
    return str(request["path"]) + (f"?{urlencode(request['params'])}" if request.get("params") else "")


def is_denied(exchange: Mapping[str, Any]) -> bool:
    return "bad_secret" in exchange["name"] or "bad_auth" in exchange["name"]


def give_it_the_same_past(server: Langfuse) -> None:
    """Write what the recorded server held before the recording began."""
    server.prompt("c-prompt", [{"role": "user", "content": "x"}], labels=["production"])
    server.prompt("sdk-prompt", "x", labels=["production"])
    server.prompt("sdk-prompt", "y")
    server.prompt("t-prompt", "x", labels=["staging"], tags=["a"])
    server.prompt("t-prompt", "y", labels=["production"])
    older = [
        {"traceId": f"{number:032x}", **span("older", id=f"{number:016x}", start=1, seconds=1)}
        for number in range(2, 16)
    ]
    assert server.ask("POST", "otel/v1/traces", export(*older)).status == 200
    by_name = {each["name"]: each for each in EXCHANGES}
    new = {
        each["request"]["json"]["provider"]
        for name, each in by_name.items()
        if name.startswith("put_connection") and each["response"]["status"] == 201
    }
    for row in reversed(by_name["list_connections"]["response"]["json"]["data"]):  # the oldest first
        if row["provider"] not in new:
            body = {name: row[name] for name in ("provider", "adapter", "baseURL", "customModels", "withDefaultModels")}
            body |= {"config": row["config"]} if row["config"] else {}
            secret = '{"apiKey": "replaced"}' if row["adapter"] == "bedrock" else row["displaySecretKey"]
            assert server.ask("PUT", "llm-connections", {**body, "secretKey": secret}).status == 201


def replay(server: Langfuse, exchange: Mapping[str, Any]) -> Reply:
    """Ask what was asked then."""
    request = exchange["request"]
    pair = (server.pair[0], "sk-lf-wrong") if is_denied(exchange) else server.pair
    headers = request.get("headers") or {}
    return server.ask(request["method"], target_of(request), request.get("json"), pair=pair, headers=headers)


class Comparison:
    """Compares what was recorded with an answer; ids differ, but the same id must always become the same one.

    Args:
        project_id: What the project is called here.
        when_stored: Fields that hold when something was written.
        besides: Fields that are not compared.
    """

    def __init__(
        self, project_id: str, *, when_stored: Set[str] = WHEN_STORED, besides: Set[str] = frozenset()
    ) -> None:
        self._project_id = project_id
        self._when_stored = when_stored
        self._besides = PRICES | besides
        self._ids: dict[str, str] = {}

    def compare(self, recorded: Any, answered: Any, key: str = "$") -> None:
        if isinstance(recorded, dict):
            renamed = {self._ids.get(name, name): part for name, part in recorded.items() if name not in self._besides}
            missing = renamed.keys() - answered.keys()
            assert not missing, f"{key} has no {missing}"
            for name, part in renamed.items():
                self.compare(part, answered[name], f"{key}.{name}")
        elif isinstance(recorded, list):
            assert len(recorded) == len(answered), key
            for one, other in zip(ordered(recorded, key), ordered(answered, key), strict=True):
                self.compare(one, other, f"{key}[]")
        elif key.rpartition(".")[2] in self._when_stored:
            assert re.fullmatch(r".+\.\d{3}Z", answered)
            assert datetime.fromisoformat(answered).tzinfo is not None
        elif isinstance(recorded, str):
            self._compare_text(recorded, answered, key)
        else:
            assert recorded == answered, key

    def _compare_text(self, recorded: str, answered: Any, key: str) -> None:
        assert isinstance(answered, str), key
        if ID.fullmatch(recorded):
            assert ID.fullmatch(answered), key
            assert self._ids.setdefault(recorded, answered) == answered, key
        elif recorded in NAMES:
            assert answered, key
        elif key == "$.error[].message":  # its options are listed in an order of no meaning
            assert sorted(re.findall(r"[\w-]+", recorded)) == sorted(re.findall(r"[\w-]+", answered)), key
        else:
            assert recorded.replace(PROJECT, self._project_id) == answered, key


def ordered(items: list[Any], key: str) -> list[Any]:
    """Bring what Langfuse lists in an order of no meaning into one."""
    if key.endswith((".labels", ".values")):
        return sorted(items)
    if key.endswith(".observations") or (key == "$.data" and items and "traceId" in items[0]):
        return sorted(items, key=lambda each: each if isinstance(each, str) else each["id"])
    return items
