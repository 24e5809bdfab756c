"""How long a broker keeps what a key pair may have, and how often it asks."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.broker.conftest import Clock

from genai_sdk.broker.exchange import CredentialExchange
from genai_sdk.broker.grants import Grant, Grants
from genai_sdk.broker.policy import Policy
from genai_sdk.connections import ConnectionRecord, Project, SourceResult
from genai_sdk.errors import AccessDeniedError, SourceUnavailableError
from genai_sdk.http import SyncTransport

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = f"Basic {base64.b64encode(b'pk-lf-a:sk-lf-a').decode()}"


class Reader:
    """An access that is asked as the test wishes."""

    def __init__(self) -> None:
        self.asked = 0
        self.failure: Exception | None = None
        self.secret = "sk-1"
        self.began = threading.Semaphore(0)
        self.open = threading.Event()
        self.open.set()

    def read(self, public_key: str, secret_key: str) -> SourceResult:
        self.asked += 1
        self.began.release()
        assert self.open.wait(20)
        if self.failure is not None:
            raise self.failure
        record = ConnectionRecord(name="lab", adapter="openai", secret=self.secret, created_at=NOW, updated_at=NOW)
        return SourceResult(project=Project(f"proj-{public_key}"), connections=(record,))

    def probe(self) -> None:
        raise NotImplementedError


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def grants(reader: Reader, clock: Clock) -> Iterator[Grants]:
    with SyncTransport() as transport:
        exchange = CredentialExchange(transport)
        made = Grants(reader, Policy(), exchange, now=clock)
        yield made
        made.close()
        exchange.close()


def get(grants: Grants, authorization: str = GOOD, *, anew: bool = False) -> Grant:
    async def run() -> Grant:
        return await grants.get(grants.pair(authorization), anew=anew)

    return asyncio.run(run())


def settle() -> None:
    for thread in threading.enumerate():
        if thread.name == "genai-broker-read":
            thread.join(20)


def body(grant: Grant) -> bytes:
    return grant.result(None, short_lived=True).encoded.body.reveal()


def test_one_question_serves_ten_seconds(grants: Grants, reader: Reader, clock: Clock) -> None:
    first = get(grants)
    clock.now += 9
    assert get(grants) is first
    assert reader.asked == 1
    clock.now += 2
    assert get(grants) is first  # and a question goes out beside it
    settle()
    assert reader.asked == 2
    assert get(grants) is first  # for nothing has changed


def test_a_change_is_served_after_the_next_question(grants: Grants, reader: Reader, clock: Clock) -> None:
    get(grants)
    reader.secret = "sk-2"
    clock.now += 11
    get(grants)
    settle()
    assert b"sk-2" in body(get(grants))


def test_a_pair_that_was_revoked_is_refused_within_a_minute_even_if_nobody_asked_meanwhile(
    grants: Grants, reader: Reader, clock: Clock
) -> None:
    get(grants)
    reader.failure = AccessDeniedError("revoked")
    clock.now += 40
    with pytest.raises(AccessDeniedError):
        get(grants)
    assert not grants.is_known(grants.pair(GOOD))
    assert grants._pairs == {}


def test_what_cannot_be_asked_for_serves_fifty_seconds_and_then_no_more(
    grants: Grants, reader: Reader, clock: Clock
) -> None:
    first = get(grants)
    reader.failure = SourceUnavailableError("down")
    clock.now += 49
    assert get(grants) is first
    clock.now += 2
    with pytest.raises(SourceUnavailableError):
        get(grants)


def test_a_refusal_is_remembered_for_ten_seconds(grants: Grants, reader: Reader, clock: Clock) -> None:
    reader.failure = AccessDeniedError("unknown")
    for _ in range(5):
        with pytest.raises(AccessDeniedError):
            get(grants)
    assert reader.asked == 1
    clock.now += 10
    reader.failure = None
    assert get(grants)


def test_what_is_remembered_of_pairs_is_bounded(
    grants: Grants, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.failure = AccessDeniedError("unknown")
    monkeypatch.setattr(grants._cache, "_size", 20)  # ten thousand would take a minute
    for number in range(50):
        with pytest.raises(AccessDeniedError):
            get(grants, f"Basic {base64.b64encode(f'pk:{number}'.encode()).decode()}")
    assert len(grants._cache._entries) == 20
    assert grants._pairs == {}


def test_many_callers_at_once_are_one_question_and_many_pairs_are_few_at_a_time(grants: Grants, reader: Reader) -> None:
    reader.open.clear()

    async def ask() -> list[Grant]:
        pairs = [f"Basic {base64.b64encode(f'pk-{n}:sk'.encode()).decode()}" for n in range(20)]
        waiting = [asyncio.ensure_future(grants.get(grants.pair(each))) for each in (*pairs, *pairs)]
        for _ in range(8):
            await asyncio.to_thread(reader.began.acquire)
        assert reader.asked == 8
        reader.open.set()
        return await asyncio.gather(*waiting)

    found = asyncio.run(ask())
    assert reader.asked == 20
    assert [one is other for one, other in zip(found[:20], found[20:], strict=True)] == [True] * 20
    projects = {each.result(None, short_lived=True).encoded.project_id for each in found}
    assert projects == {f"proj-pk-{n}" for n in range(20)}


def test_answers_by_name_are_worked_out_once_and_bounded(grants: Grants) -> None:
    grant = get(grants)
    one = grant.result(("lab",), short_lived=True)
    assert grant.result(("lab",), short_lived=True) is one
    for number in range(200):
        grant.result((str(number),), short_lived=True)
    assert len(grant._results) <= 64


def test_no_repr_shows_a_secret(grants: Grants) -> None:
    pair, grant = grants.pair(GOOD), get(grants)
    result = grant.result(None, short_lived=True)
    assert "sk-" not in f"{pair!r} {grant!r} {result!r} {result.encoded!r}"


def test_who_was_refused_by_a_provider_has_it_read_again_once_a_second_at_the_most(
    grants: Grants, reader: Reader, clock: Clock
) -> None:
    get(grants)
    reader.secret = "sk-2"
    clock.now += 0.9
    assert b"sk-1" in body(get(grants, anew=True))
    clock.now += 0.1
    assert b"sk-1" in body(get(grants)), "others have what is kept"
    assert b"sk-2" in body(get(grants, anew=True))
    assert b"sk-2" in body(get(grants))
    assert reader.asked == 2


def test_a_reading_on_demand_that_fails_leaves_what_is_kept(grants: Grants, reader: Reader, clock: Clock) -> None:
    get(grants)
    reader.failure = SourceUnavailableError("down")
    clock.now += 2
    assert b"sk-1" in body(get(grants, anew=True))


def test_many_who_were_refused_share_one_reading(grants: Grants, reader: Reader, clock: Clock) -> None:
    get(grants)
    reader.secret = "sk-2"
    clock.now += 2

    async def run() -> list[Grant]:
        pair = grants.pair(GOOD)
        return await asyncio.gather(*(grants.get(pair, anew=True) for _ in range(50)))

    assert all(b"sk-2" in body(grant) for grant in asyncio.run(run()))
    assert reader.asked == 2
