"""Rate limits that a broker's processes share through Redis, beside the answers; the only importer of redis.

Each process lets callers in by buckets of its own, tells Redis several times a second what it took of them, and takes
over what is left to all. So no answer ever waits for Redis, a fleet agrees within a quarter of a second, and without
Redis each process goes by its own buckets.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from genai_sdk.broker.limits import TokenBuckets
from genai_sdk.broker.metrics import Metrics
from genai_sdk.errors import ConfigurationError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

logger = logging.getLogger("genai_sdk.broker")

_EVERY = 0.2
_AFTER_FAILURE = 2.0
_TIMEOUT = 0.5
_AT_ONCE = 500

# Redis's own clock, so that those of the processes need not agree.
_SCRIPT = """
local rate, burst, taken = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or now
level = math.min(burst, level + math.max(0, now - at) * rate) - taken
level = math.max(level, -burst)
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((2 * burst / rate + 60) * 1000))
return tostring(level)
"""


class SharedLimits:
    """Keeps buckets of several processes in step.

    Args:
        url: Redis's address, `redis://`, `rediss://` or `unix://`.
        buckets: What is shared, by a name for each.
        metrics: Where it is noted whether Redis answers.

    Raises:
        ConfigurationError: redis is not installed, or the address is none.
    """

    def __init__(self, url: Secret, buckets: Mapping[str, TokenBuckets], metrics: Metrics) -> None:
        try:
            from redis.asyncio import Redis
        except ImportError as missing:
            raise ConfigurationError(
                Sentence.of(
                    "broker.no_redis",
                    "sharing rate limits needs redis: pip install 'genai-sdk-langfuse[redis]', or unset "
                    "GENAI_BROKER_REDIS_URL",
                )
            ) from missing
        redis: Redis | None = None
        with suppress(ValueError):  # which may quote the password, and comes through frames that have it
            redis = Redis.from_url(url.reveal(), socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
        if redis is None:
            raise ConfigurationError(
                Sentence.of(
                    "broker.redis_address",
                    "GENAI_BROKER_REDIS_URL is not an address of Redis: redis://host:6379/0, rediss://… or unix://…",
                )
            )
        self._redis = redis
        self._buckets = buckets
        self._metrics = metrics
        self._up: bool | None = None  # until it was asked

    async def run(self) -> None:
        """Share until cancelled."""
        try:
            while True:
                answers = await self.share()
                await asyncio.sleep(_EVERY if answers else _AFTER_FAILURE)
        finally:
            await self.close()

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._redis.aclose()

    async def share(self) -> bool:
        """Tell what was taken, and take over what is left; False where Redis does not answer."""
        from redis.exceptions import RedisError

        try:
            if not self._up:
                await self._redis.ping()  # there may be nothing else to tell
            for name, buckets in self._buckets.items():
                taken = list(buckets.taken().items())
                for start in range(0, len(taken), _AT_ONCE):
                    await self._share(name, buckets, dict(taken[start : start + _AT_ONCE]))
        except (RedisError, OSError, TimeoutError, ValueError) as error:
            if self._up is not False:
                logger.warning(
                    "Redis does not answer (%s): each process of the broker limits by itself", type(error).__name__
                )
            self._up = False
            for buckets in self._buckets.values():
                buckets.taken()  # all of an outage at once would empty every bucket when Redis is back
        else:
            if self._up is False:
                logger.warning("Redis answers again: rate limits are shared")
            self._up = True
        self._metrics.set("genai_broker_shared_limits_up", 1.0 if self._up else 0.0)
        return self._up

    async def _share(self, name: str, buckets: TokenBuckets, taken: Mapping[str, float]) -> None:
        pipeline: Any = self._redis.pipeline(transaction=False)
        for key, tokens in taken.items():
            hashed = hashlib.sha256(key.encode()).hexdigest()[:32]
            pipeline.eval(_SCRIPT, 1, f"genai:broker:{name}:{hashed}", buckets.rate, buckets.burst, tokens)
        for key, level in zip(taken, await pipeline.execute(), strict=True):
            buckets.correct(key, float(level))


async def answers(url: Secret) -> bool:
    """Say whether Redis answers.

    Raises:
        ConfigurationError: As `SharedLimits`.
    """
    limits = SharedLimits(url, {}, Metrics())
    try:
        return await limits.share()
    finally:
        await limits.close()
