"""The official SDKs and our wires given the same bytes: they see no more than we do, over every wire.

`differences.toml` lists where they do, and why; what is not in it fails, and so does a row that is no longer true.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.vendors.bedrock_peer import Boto3
from tests.vendors.conftest import Vendor
from tests.vendors.exchanges import Exchange, exchanges
from tests.vendors.ours import read
from tests.vendors.recorded import Recorded
from tests.vendors.views import seen_by, seen_by_us

from genai_sdk.types import ChatCompletion

ROWS = tomllib.loads((Path(__file__).parent / "differences.toml").read_text("utf-8"))
EXCHANGES = {str(exchange): exchange for exchange in exchanges()}


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    """A server that gives the same bytes to everybody."""
    server = Recorded()
    yield server
    server.close()


@pytest.fixture(scope="module")
def see(
    recorded: Recorded, request: pytest.FixtureRequest, openai: Vendor, anthropic: Vendor, google: Vendor, boto3: Boto3
) -> Any:
    """What shows an exchange to the vendor's SDK."""
    peers = {"chat": openai, "responses": openai, "anthropic": anthropic, "gemini": google}

    def see(exchange: Exchange) -> Any:
        recorded.body, recorded.media = exchange.body, exchange.media
        if exchange.wire == "converse":
            call = "converse" if exchange.how == "whole" else "converse_stream"
            return boto3.call(
                call, recorded.url, {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "Hello!"}]}]}
            )
        url = f"{recorded.url}/v1" if exchange.wire in ("chat", "responses") else recorded.url
        return peers[exchange.wire].do("see", url=url, wire=exchange.wire, how=exchange.how)

    return see


@pytest.fixture(scope="module")
def used() -> set[int]:
    """The numbers of the rows that a difference was found for."""
    return set()


@pytest.mark.parametrize("name", list(EXCHANGES))
def test_the_vendor_s_sdk_sees_no_more_than_we_do(see: Any, used: set[int], name: str) -> None:
    exchange = EXCHANGES[name]
    shown = see(exchange)
    completion = read(exchange)
    theirs: Any = {"error": shown.get("error")}
    if "value" in shown:
        theirs = seen_by(exchange.wire, shown["value"])
        if exchange.how != "cut":
            theirs["leaves"] = lost(exchange, shown["value"], completion)
    ours = seen_by_us(exchange.wire, completion)
    for name, item in theirs.items():
        if item and ours.get(name) != item:
            field = name.partition(" ")[0]
            row = _row_of(exchange, field)
            assert row is not None, f"{field}: {item!r}, and ours {ours.get(name)!r}"
            used.add(row)


@pytest.mark.usefixtures("see")  # without the vendors' environment nothing was played
def test_every_row_of_differences_is_still_one(used: set[int], request: pytest.FixtureRequest) -> None:
    ran = sum("sees_no_more" in item.name for item in request.session.items)
    if ran < len(EXCHANGES):
        pytest.skip("only some of the exchanges were played")
    assert used == set(range(len(ROWS["difference"])))


def _row_of(exchange: Exchange, field: str) -> int | None:
    for number, row in enumerate(ROWS["difference"]):
        if (
            row["wire"] in (exchange.wire, "*")
            and (exchange.name in row["answers"] or row["answers"] == ["*"])
            and exchange.how in row["how"]
            and field in row["fields"]
        ):
            return number
    return None


def lost(exchange: Exchange, shown: Any, completion: ChatCompletion) -> list[tuple[str, Any]]:
    """Return the values that an SDK shows and that are nowhere in an answer of ours, with the names of their fields."""
    apart = {row["name"] for row in ROWS["field"] if row["wire"] == exchange.wire}
    calls = [call for choice in completion.choices for call in choice.message.tool_calls or ()]
    given = [call.function.arguments for call in calls]
    decoded = [json.loads(text) for text in given if text.startswith("{")]
    text = json.dumps([completion.model_dump(), decoded], ensure_ascii=False).replace("\\", "")
    return [(name, leaf) for name, leaf in leaves(shown) if name not in apart and spelled(leaf) not in text]


def leaves(item: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value in JSON with the name of its field."""
    if isinstance(item, dict):
        for key, part in item.items():
            yield from leaves(part, key)
    elif isinstance(item, list):
        for part in item:
            yield from leaves(part, name)
    elif item is not None and item != "":
        yield name, item


def spelled(leaf: Any) -> str:
    """Return a value as it stands in JSON, whatever it is quoted in."""
    text = json.dumps(leaf, ensure_ascii=False).replace("\\", "")
    return text[1:-1] if isinstance(leaf, str) else text
