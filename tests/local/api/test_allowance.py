"""Large bodies wait for each other, and not for ever."""

import asyncio
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from tests.contract.wire import export, span
from tests.local.api.conftest import Attacked
from tests.local.clock import MovedLoop, run_on_moved_clock

from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.api.routes import ROUTES
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.otlp import LARGEST, MOST_SPANS, unpacked_bound
from genai_sdk.local.api.allowance import Allowance
from genai_sdk.local.api.endpoint import Context, endpoint
from genai_sdk.local.home import Home
from genai_sdk.local.store import Store

PACKED = {"content-encoding": "gzip"}
OTLP = next(route for route in ROUTES if route.path == "otel/v1/traces")
MODELS = next(route for route in ROUTES if route.path == "models")


def packed(*spans: dict[str, Any]) -> bytes:
    return gzip.compress(json.dumps(export(*spans)).encode(), 1)


def test_bodies_together_take_no_more_than_there_is() -> None:
    allowance, held, most = Allowance(100), 0, 0

    async def hold(size: int) -> None:
        nonlocal held, most
        async with allowance.hold(size):
            held += size
            most = max(most, held)
            await asyncio.sleep(0)
            held -= size

    async def all_of_them() -> None:
        await asyncio.gather(*(hold(size) for size in (60, 60, 40, 1, 100, 30, 0)))

    asyncio.run(all_of_them())
    assert most == 100
    assert held == 0


def test_one_that_is_larger_than_all_there_is_waits_for_all_of_it() -> None:
    async def alone() -> None:
        async with Allowance(100).hold(1_000):
            pass

    asyncio.run(alone())


def test_who_waits_too_long_is_told_so_and_holds_nothing() -> None:
    async def crowd() -> None:
        allowance, loop = Allowance(100, seconds=30), asyncio.get_running_loop()
        assert isinstance(loop, MovedLoop)

        async def late() -> None:
            async with allowance.hold(60):
                raise AssertionError("there was no room")

        async with allowance.hold(50):
            waiting = asyncio.ensure_future(late())
            for _ in range(5):
                await asyncio.sleep(0)
            loop.now += 31
            with pytest.raises(ApiError, match="busy with other large bodies for more than 30 s") as refused:
                await waiting
            assert refused.value.status == 503
        async with allowance.hold(100):
            pass

    run_on_moved_clock(crowd())


def test_a_request_waits_for_the_share_of_its_body_and_one_without_a_body_does_not(tmp_path: Path) -> None:
    async def ask(context: Context) -> list[int]:
        allowance = Allowance(100, seconds=0)
        app = Starlette(routes=[endpoint(context, f"/{route.path}", route, allowance) for route in (MODELS, OTLP)])
        known = context.credentials
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://here", auth=(known.public_key, known.secret_key)
        ) as client:
            async with allowance.hold(91):
                answers = [await client.post(OTLP.path, content=b"{}" + b" " * 8), await client.get(MODELS.path)]
            answers.append(await client.post(OTLP.path, content=b"{}" + b" " * 8))
        return [answer.status_code for answer in answers]

    with Home(tmp_path / "home") as home:
        store = Store(home.database, Cipher(home.credentials.encryption_key))
        try:
            statuses = asyncio.run(ask(Context(store, home.credentials)))
        finally:
            store.close()
    assert statuses[:2] == [503, 200]
    assert statuses[2] != 503


def test_a_packed_body_counts_as_what_it_may_become() -> None:
    assert unpacked_bound({}, 1_000) == 0
    assert unpacked_bound(PACKED, 10) == 10_320
    assert unpacked_bound(PACKED, 1_000_000) == LARGEST
    assert len(gzip.compress(bytes(10_000_000))) * 1_032 >= 10_000_000


def test_an_export_of_too_many_spans_is_refused_at_once(attacked: Attacked) -> None:
    spans = [{"traceId": f"{number:032x}", **span("one of many")} for number in range(1, MOST_SPANS + 2)]
    refused = attacked.refuses("POST", "otel/v1/traces", packed(*spans), headers=PACKED)
    assert refused.status == 413
    assert refused.json["message"] == f"The export has more than {MOST_SPANS} spans: send them in several"


def test_large_exports_at_the_same_time_are_all_taken(attacked: Attacked) -> None:
    def send(number: int) -> int:
        padded = {"traceId": f"{number:032x}", **span("large"), "traceState": "x" * 30_000_000}
        return attacked.ask("POST", "otel/v1/traces", packed(padded), headers=PACKED).status

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(send, range(0xA0, 0xA6))) == [200] * 6
    attacked.lives_on()
