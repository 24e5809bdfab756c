"""The host's AWS identity as calls use it: one question for all, renewed beside the calls, gone when it ends."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from genai_sdk.connections import Connection
from genai_sdk.drivers.auth import HeaderAuth
from genai_sdk.drivers.auth.aws.chain import AwsChain, HostCredentials
from genai_sdk.drivers.auth.aws.host import AwsHost
from genai_sdk.drivers.auth.signature import SignatureAuth
from genai_sdk.drivers.auth.sigv4 import AwsKeys
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConfigurationError, GenAIError, ProviderUnavailableError, SourceUnavailableError
from genai_sdk.http import Deadline, SyncTransport
from genai_sdk.types import ConnectionView

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Chain(AwsChain):
    """A chain that gives what a test says, and counts how often it is asked."""

    def __init__(self, give: Callable[[int], HostCredentials | GenAIError]) -> None:
        super().__init__(SyncTransport(), environment={})
        self.asked = 0
        self._give = give

    def load(self, region: str | None = None) -> HostCredentials:
        self.asked += 1
        given = self._give(self.asked)
        if isinstance(given, GenAIError):
            raise given
        return given


def deployment() -> Deployment:
    view = ConnectionView(name="br", adapter="bedrock", region="us-east-1", created_at=NOW, updated_at=NOW)
    return Deployment(Connection(view), "m")


def keys(number: int, expires: float | None = None) -> HostCredentials:
    return HostCredentials(AwsKeys(f"AK{number}", "s"), expires=expires)


def who(auth: Any) -> str:
    assert isinstance(auth, SignatureAuth)
    return auth.keys.access_key_id


def test_many_calls_at_once_ask_once() -> None:
    entered, go = threading.Event(), threading.Event()

    def give(number: int) -> HostCredentials:
        entered.set()
        assert go.wait(10)
        return keys(number)

    chain = Chain(give)
    host = AwsHost(SyncTransport(), chain=chain)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(who(host.get(deployment(), Deadline(10))))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    assert entered.wait(10)
    go.set()
    for thread in threads:
        thread.join()
    assert (found, chain.asked) == (["AK1"] * 16, 1)


async def test_the_async_face_shares_what_is_known() -> None:
    chain = Chain(keys)
    host = AwsHost(SyncTransport(), chain=chain)
    assert who(await host.aget(deployment(), Deadline(10))) == "AK1"
    assert who(host.get(deployment(), Deadline(10))) == "AK1"
    assert chain.asked == 1


def test_keys_are_renewed_beside_the_calls_and_never_used_at_their_end() -> None:
    clock = [1000.0]
    renewed = threading.Event()

    def give(number: int) -> HostCredentials:
        if number == 2:
            renewed.set()
        return keys(number, expires=clock[0] + 900)

    chain = Chain(give)
    host = AwsHost(SyncTransport(), chain=chain, now=lambda: clock[0])
    assert who(host.get(deployment(), Deadline(10))) == "AK1"
    clock[0] += 299
    assert who(host.get(deployment(), Deadline(10))) == "AK1"
    assert chain.asked == 1
    clock[0] += 2  # old enough to be renewed, and good for another ten minutes
    assert who(host.get(deployment(), Deadline(10))) in ("AK1", "AK2")
    assert renewed.wait(10)
    clock[0] += 10_000  # asleep until long after their end
    assert who(host.get(deployment(), Deadline(10))) == "AK3"


def test_a_bearer_key_is_a_header() -> None:
    host = AwsHost(SyncTransport(), chain=Chain(lambda _: HostCredentials(bearer="bk")))
    auth = host.get(deployment(), Deadline(10))
    assert isinstance(auth, HeaderAuth)
    assert auth.fixed == {"authorization": "Bearer bk"}


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
async def test_a_service_that_is_down_is_an_attempt_s_failure_and_no_identity_the_set_up_s(is_async: bool) -> None:
    down = AwsHost(SyncTransport(), chain=Chain(lambda _: SourceUnavailableError("AWS STS answered 503")))
    none = AwsHost(SyncTransport(), chain=Chain(lambda _: ConfigurationError("nothing anywhere")))
    with pytest.raises(ProviderUnavailableError, match="br/m could not be asked: AWS STS answered 503") as caught:
        await down.aget(deployment(), Deadline(10)) if is_async else down.get(deployment(), Deadline(10))
    assert (caught.value.connection, caught.value.provider, caught.value.__context__) == ("br", "bedrock", None)
    with pytest.raises(ConfigurationError, match="nothing anywhere"):
        await none.aget(deployment(), Deadline(10)) if is_async else none.get(deployment(), Deadline(10))
