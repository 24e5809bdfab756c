"""What a fleet of processes knows together, through Redis: who rests, and what was used of each minute.

No call waits for it. What happens here goes into a bounded queue that one thread sends from; what happens elsewhere is
published to another thread, which writes it where calls read it anyway. Without Redis each process goes by what it
sees itself. The only importer of redis here, and only on those threads.
"""

import hashlib
import json
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from importlib.util import find_spec
from typing import Any

import msgspec

from genai_sdk.connections import Secret
from genai_sdk.errors import ConfigurationError
from genai_sdk.routing.health import LONGEST_COOLDOWN, Health, Key
from genai_sdk.routing.limits import Count, Limits
from genai_sdk.sentence import Sentence

logger = logging.getLogger("genai_sdk.fleet")

_EVERY = 0.1
_IDLE = 1.0
_LISTEN = 0.5
_PING_EVERY = 2.0
_SILENCE = 6.0
_AFTER_FAILURE = 2.0
_TIMEOUT = 0.5
_BOUND = 1_000
_SCHEMES = ("redis://", "rediss://", "unix://")

# Redis's own clock, so that those of the processes need not agree. A rest never ends earlier than another said.
_REST = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], 'GT', now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', KEYS[1], ARGV[3])
return 1
"""
_RESTING = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return {now, redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf', 'WITHSCORES')}
"""
_USE = """
local time = redis.call('TIME')
local minute = math.floor(time[1] / 60)
if redis.call('HGET', KEYS[1], 'minute') ~= tostring(minute) then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'minute', tostring(minute))
  redis.call('EXPIRE', KEYS[1], 120)
end
local requests = redis.call('HINCRBY', KEYS[1], 'requests', ARGV[1])
local tokens = redis.call('HINCRBY', KEYS[1], 'tokens', ARGV[2])
return {requests, tokens, (minute + 1) * 60000 - time[1] * 1000 - math.floor(time[2] / 1000)}
"""


class FleetStats(msgspec.Struct, frozen=True, kw_only=True):
    """How the sharing of one client's state fares in this process.

    Attributes:
        up: Whether Redis answers, as far as is known.
        published: Rests that others were told of.
        received: Rests that others told of.
        dropped: Rests that were not told of, since the queue was full.
        ignored: Messages that could not be read.
        outages: How often Redis could not be reached after it could, or at first.
        last_error: The kind of the last failure, or None.
    """

    up: bool = False
    published: int = 0
    received: int = 0
    dropped: int = 0
    ignored: int = 0
    outages: int = 0
    last_error: str | None = None


class Fleet:
    """Keeps one client's health and limits in step with those of other processes.

    Args:
        url: Redis's address.
        scope: What tells projects apart that share a Redis.
        health: Where it is noted who rests.
        limits: Where it is noted what was used.
        now: The clock of both.

    Attributes:
        channel: Where rests are published, and kept for processes that start later.

    Raises:
        ConfigurationError: redis is not installed, or the address is none.
    """

    def __init__(self, url: Secret, scope: str, health: Health, limits: Limits, now: Callable[[], float]) -> None:
        if not url.reveal().startswith(_SCHEMES):
            raise ConfigurationError(
                Sentence.of(
                    "fleet.address",
                    "redis_url (GENAI_REDIS_URL) is not an address of Redis: redis://host:6379/0, rediss://… "
                    "or unix://…",
                )
            )
        if find_spec("redis") is None:
            raise ConfigurationError(
                Sentence.of(
                    "fleet.missing",
                    "sharing state needs redis: pip install 'genai-sdk-langfuse[redis]', or leave out "
                    "redis_url= and GENAI_REDIS_URL",
                )
            )
        hashed = hashlib.sha256(scope.encode()).hexdigest()[:16]
        self.channel = f"genai:{{{hashed}}}:rests"
        self._minute = f"genai:{{{hashed}}}:minute:"
        self._url = url
        self._health = health
        self._limits = limits
        self._now = now
        self._begin()
        health.watcher = self.rests

    def _begin(self) -> None:
        self._queue: queue.Queue[tuple[Key, float, float] | None] = queue.Queue(_BOUND)
        self._untold: tuple[Key, float, float] | None = None  # of which it is not known that it was told
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._origin = os.urandom(8).hex()
        self._up = self._down = False
        self._last_error: str | None = None
        self._counts: dict[str, int] = dict.fromkeys(("published", "received", "dropped", "ignored", "outages"), 0)

    def begin_in_child(self) -> None:
        """Start over in a forked child, which has neither the threads nor the connections."""
        self._begin()

    def start(self) -> None:
        """Begin to share, if that was not done yet; costs a call nothing afterwards."""
        if self._threads or self._stop.is_set():
            return
        with self._lock:
            if self._threads:
                return
            for work in (self._send, self._listen):
                thread = threading.Thread(target=work, name=f"genai-fleet-{work.__name__[1:]}", daemon=True)
                try:
                    thread.start()
                except RuntimeError:  # no new threads while the interpreter shuts down
                    return
                self._threads.append(thread)

    def rests(self, key: Key, until: float, told_until: float) -> None:
        """Have the others told that a deployment rests; never waits."""
        try:
            self._queue.put_nowait((key, until, told_until))
        except queue.Full:
            self._count("dropped")

    def stats(self) -> FleetStats:
        """Return how sharing fares."""
        return FleetStats(up=self._up, last_error=self._last_error, **self._counts)

    def close(self, wait: float = 1.0) -> None:
        """End both threads, and wait for them for so many seconds."""
        self._stop.set()
        with suppress(queue.Full):
            self._queue.put_nowait(None)
        for thread in self._threads:
            thread.join(wait)

    def _send(self) -> None:
        self._work(self._sending)

    def _listen(self) -> None:
        self._work(self._listening)

    def _work(self, work: Callable[[Any], None]) -> None:
        """Work until closed; a failure is logged once, and tried again later."""
        while not self._stop.is_set():
            client = None
            try:
                client = self._connect()
                client.ping()
                self._answers()
                work(client)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is no call's concern
                self._fails(error)
                self._stop.wait(_AFTER_FAILURE)
            finally:
                if client is not None:
                    client.close()

    def _connect(self) -> Any:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # The address is in no variable: it may hold a password, and a traceback may be printed with its variables.
        return Redis.from_url(
            self._url.reveal(),
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            health_check_interval=5,
            retry=Retry(NoBackoff(), 0),  # this thread comes back by itself
            **({} if self._url.reveal().startswith("unix://") else {"socket_keepalive": True}),
        )

    def _answers(self) -> None:
        with self._lock:
            again, self._down, self._up = self._down, False, True
        if again:
            logger.warning("Redis answers again: state is shared with other processes")

    def _fails(self, error: Exception) -> None:
        kind = type(error).__name__  # alone: a message may quote the address, which may hold a password
        with self._lock:
            self._last_error = kind
            if self._down:
                return
            self._down, self._up = True, False
            self._counts["outages"] += 1
        logger.warning("Redis does not answer (%s): this process goes by what it sees itself", kind)

    def _sending(self, client: Any) -> None:
        while not self._stop.is_set():
            busy = self.agree(client)
            if self._untold is None:
                with suppress(queue.Empty):
                    self._untold = self._queue.get(timeout=_EVERY if busy else _IDLE)
            if self._untold is not None:
                self.tell(client, *self._untold)  # a second time, where Redis failed, changes nothing
                self._untold = None

    def tell(self, client: Any, key: Key, until: float, told_until: float) -> None:
        """Tell the others of a rest, unless it is over by now."""
        now = self._now()
        name, model, updated = key
        facts = [name, model, updated.isoformat()]
        if max(until, told_until) <= now:
            return
        for kind, end in (("rest", until), ("told", told_until)):
            milliseconds = int((end - now) * 1000)
            if milliseconds > 0:
                member = json.dumps([kind, *facts])
                message = json.dumps([self._origin, milliseconds, kind, *facts])
                longest = int(LONGEST_COOLDOWN * 2000)
                client.eval(_REST, 1, self.channel, member, milliseconds, message, max(longest, milliseconds))
        self._count("published")

    def agree(self, client: Any) -> bool:
        """Tell what was used of each minute, and take over what all have; whether there was any."""
        news = self._limits.news(self._now())
        if not news:
            return False
        pipeline = client.pipeline(transaction=False)
        for (name, model, _), count in news:
            hashed = hashlib.sha256(json.dumps([name, model]).encode()).hexdigest()[:32]
            pipeline.eval(_USE, 1, self._minute + hashed, count.requests, count.tokens)
        now = self._now()
        for (key, count), (requests, tokens, left) in zip(news, pipeline.execute(), strict=True):
            self._limits.agree(key, count, Count(int(requests), int(tokens)), int(left) / 1000, now)
        return True

    def _listening(self, client: Any) -> None:
        with client.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(self.channel)
            # What was said before, once nothing can be missed any more.
            now, rests = client.eval(_RESTING, 1, self.channel)
            for member, end in zip(rests[::2], rests[1::2], strict=True):
                self._heard(member, float(end) - int(now))
            # Nothing may be said for hours: only pings show that it would arrive. redis-py sends such, too, and never
            # misses the answers.
            heard = pinged = time.monotonic()
            while not self._stop.is_set():
                message, now = channel.get_message(timeout=_LISTEN), time.monotonic()
                if message is not None:
                    heard = now
                    if message["type"] == "message":
                        self._heard(message["data"])
                if now - heard > _SILENCE:
                    raise TimeoutError("Redis is not heard of")
                if now - pinged > _PING_EVERY:
                    channel.ping()
                    pinged = now

    def _heard(self, data: bytes, left: float | None = None) -> None:
        """Read a rest: one that was kept and has so many milliseconds left, or a message that says how many."""
        try:
            facts: list[Any] = json.loads(data)
            milliseconds: Any = left
            if left is None:
                origin, milliseconds, *facts = facts
                if origin == self._origin:
                    return
            kind, name, model, updated = facts
            key = (str(name), str(model), datetime.fromisoformat(updated))
            seconds = min(float(milliseconds) / 1000, LONGEST_COOLDOWN)
        except (ValueError, TypeError, OverflowError, RecursionError):
            self._count("ignored")
            return
        until = self._now() + seconds
        self._health.rest(key, until if kind == "rest" else 0.0, until if kind == "told" else 0.0)
        self._count("received")

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1
