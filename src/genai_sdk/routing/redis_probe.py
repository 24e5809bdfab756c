"""Tries the Redis that a fleet or brokers share state through, with the commands they use, and says what is wrong."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from ssl import SSLCertVerificationError
from statistics import median
from time import perf_counter
from typing import Any, Literal

import msgspec

from genai_sdk.secret import Secret

RedisTrouble = Literal[
    "not installed",
    "no address",
    "unreachable",
    "silent",
    "certificate",
    "password",
    "permission",
    "replica",
    "full",
    "loading",
    "cluster",
    "too old",
    "failed",
]
"""What is wrong with a Redis, as far as what to do about it differs."""

OLDEST = (6, 2)
"""The first version with `ZADD … GT`, by which a rest never ends earlier than another said."""

_TIMEOUT = 3.0  # longer than the sharing itself waits: a Redis that is slow is told from one that is not there
_PINGS = 5

_KINDS: Mapping[str, RedisTrouble] = {  # redis-py 8.1's, and Python's own
    "AuthenticationError": "password",
    "NoPermissionError": "permission",
    "ReadOnlyError": "replica",
    "OutOfMemoryError": "full",
    "BusyLoadingError": "loading",
    "TimeoutError": "silent",
    "ConnectionError": "unreachable",
    "OSError": "unreachable",
}
_WORDS: Mapping[str, RedisTrouble] = {  # what a command within a script meets comes as the script's error, with a word
    "NOPERM": "permission",
    "ACL failure": "permission",  # Redis 7.2
    "executing the script can't": "permission",  # Redis 7.0
    "READONLY": "replica",
    "OOM": "full",
    "MOVED": "cluster",
    "cluster": "cluster",
}

_LIMITS = """
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'at', time[1])
redis.call('PEXPIRE', KEYS[1], 1000)
return redis.call('HINCRBY', KEYS[1], 'at', 1)
"""
_RESTS = """
redis.call('ZADD', KEYS[1], 'GT', 1, 'doctor')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', 0)
redis.call('ZRANGEBYSCORE', KEYS[1], 0, '+inf', 'WITHSCORES')
redis.call('EXPIRE', KEYS[1], 1)
redis.call('PUBLISH', KEYS[1], 'doctor')
return redis.call('DEL', KEYS[1])
"""


class RedisProbe(msgspec.Struct, frozen=True, kw_only=True):
    """What came of trying a Redis.

    Attributes:
        trouble: What is wrong, or None where all that is used of it works.
        version: What it says it is, such as `Redis 7.4.1` or `Valkey 8.0.2`; empty where it does not say.
        latency: Seconds of a ping, the median of a few; None where none was answered.
        reason: The kind of the error, without its text, which may quote the address and so a password.
    """

    trouble: RedisTrouble | None = None
    version: str = ""
    latency: float | None = None
    reason: str = ""


def probe_redis(url: Secret, *, rests: bool, now: Callable[[], float] = perf_counter) -> RedisProbe:
    """Try a Redis: connect, ping, and run what is run there, on a key that is gone a second later.

    Args:
        url: Its address, `redis://`, `rediss://` or `unix://`.
        rests: Whether it is to carry a fleet's rests, which are published, and not a broker's rate limits alone.
        now: A clock in seconds.
    """
    if find_spec("redis") is None:
        return RedisProbe(trouble="not installed")
    client = _client(url)
    if client is None:
        return RedisProbe(trouble="no address")
    version, latency, numbers = "", None, None
    try:
        latency = _latency(client, now)
        version, numbers = _version(client)
        _use(client, rests=rests)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was to be found out
        trouble = "too old" if rests and numbers is not None and numbers < OLDEST else _trouble(error)
        return RedisProbe(trouble=trouble, version=version, latency=latency, reason=type(error).__name__)
    finally:
        with suppress(Exception):
            client.close()
    return RedisProbe(version=version, latency=latency)


def _client(url: Secret) -> Any:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    with suppress(ValueError):  # which may quote the password
        return Redis.from_url(
            url.reveal(),
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
    return None


def _latency(client: Any, now: Callable[[], float]) -> float:
    client.ping()  # connects and authenticates, which later ones need not
    times = []
    for _ in range(_PINGS):
        began = now()
        client.ping()
        times.append(now() - began)
    return median(times)


def _version(client: Any) -> tuple[str, tuple[int, ...] | None]:
    """Return name and version, and Redis's own as numbers; a forbidden INFO is no trouble: nobody else needs it."""
    from redis.exceptions import ResponseError

    try:
        info = client.info("server")
    except ResponseError:
        return "", None
    numbers = str(info.get("redis_version", ""))
    known = tuple(int(part) for part in numbers.split(".")[:2] if part.isdigit())
    name, shown = ("Valkey", info["valkey_version"]) if info.get("valkey_version") else ("Redis", numbers)
    return f"{name} {shown}".strip(), known or None


def _use(client: Any, *, rests: bool) -> None:
    key = f"genai:{{doctor}}:{os.urandom(8).hex()}"
    if not rests:
        client.eval(_LIMITS, 1, f"genai:broker:{key}")
        return
    client.eval(_LIMITS, 1, f"{key}:minute")
    with client.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(key)
        channel.get_message(timeout=_TIMEOUT)  # the confirmation, or that it is forbidden
        client.eval(_RESTS, 1, key)


def _trouble(error: Exception) -> RedisTrouble:
    from redis.exceptions import ResponseError

    cause: BaseException | None = error
    while cause is not None:  # redis-py says it in words alone, among which is the address
        if isinstance(cause, SSLCertVerificationError):
            return "certificate"
        cause = cause.__cause__ or cause.__context__
    text = str(error) if isinstance(error, ResponseError) else ""  # the server's own words, looked at and not shown
    for word, trouble in _WORDS.items():
        if word in text:
            return trouble
    for kind in type(error).__mro__:
        if kind.__name__ in _KINDS:
            return _KINDS[kind.__name__]
    return "failed"
