"""What `genai doctor` looks at of the Redis that processes share state through."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from genai_sdk.broker.settings import read_limits_redis
from genai_sdk.cli.doctor.check import Check
from genai_sdk.client.settings import read_fleet_redis
from genai_sdk.errors import GenAIError
from genai_sdk.secret import Secret

if TYPE_CHECKING:
    from genai_sdk.routing.redis_probe import RedisProbe

SLOW = 0.25
"""Seconds of a ping that are too near to the 0.5 after which Redis counts as gone."""

_RIGHTS = "~genai:* &genai:* +ping +info +eval +time +publish +subscribe +@hash +@sortedset +expire +pexpire +del"
_TROUBLE: Mapping[str, tuple[str, str]] = {
    "not installed": (
        "a Redis is named, and its package is not installed",
        "pip install 'genai-sdk-langfuse[redis]', or unset {variable}",
    ),
    "no address": (
        "what is set is not an address of Redis",
        "set {variable} to redis://host:6379/0, rediss://… or unix://…",
    ),
    "unreachable": (
        "cannot be reached",
        "look whether it runs and lets this machine in, and at {variable}: rediss:// where it takes TLS alone",
    ),
    "silent": (
        "does not answer within 3 s",
        "look whether it hangs, at firewalls between, and at {variable}: rediss:// where it takes TLS alone",
    ),
    "certificate": (
        "its certificate is not trusted here",
        "name the CA: rediss://…?ssl_ca_certs=/path/ca.pem, or mend the server's certificate",
    ),
    "password": (
        "refuses the name or password",
        "set {variable} to redis://USER:PASSWORD@host:6379/0, with @ / and the like percent-encoded",
    ),
    "permission": ("its ACL forbids what is done there", f"ACL SETUSER USER {_RIGHTS}"),
    "replica": ("is a replica that nothing can be written to", "set {variable} to the primary's address"),
    "full": ("is out of memory", "give it more, or let it evict what expires: maxmemory-policy volatile-ttl"),
    "loading": ("is loading its data", "wait until it has started"),
    "cluster": (
        "is a node of a cluster, which sends keys elsewhere",
        "set {variable} to a Redis without cluster mode, or to the cluster's proxy",
    ),
    "too old": ("is too old to share who rests", "update it to 6.2 or newer"),
    "failed": ("refuses what is done there", "look at the server's log"),
}


def redis_checks() -> Iterator[Check]:
    """Look at the Redis of the fleet and that of the brokers, where the environment names one."""
    yield from _check("fleet state", "GENAI_REDIS_URL", read_fleet_redis(), rests=True)
    try:
        url = read_limits_redis()
    except GenAIError as error:
        yield Check(area="redis", name="broker limits", state="failed", detail=str(error))
        return
    yield from _check("broker limits", "GENAI_BROKER_REDIS_URL", url, rests=False)


def _check(name: str, variable: str, url: Secret | None, *, rests: bool) -> Iterator[Check]:
    if url is None:
        return
    from genai_sdk.routing.redis_probe import probe_redis

    yield check_of(name, variable, probe_redis(url, rests=rests))


def check_of(name: str, variable: str, probe: "RedisProbe") -> Check:
    """Say what a probe means, and what to do.

    Args:
        name: What it is for.
        variable: Where its address stands.
        probe: What came of trying it.
    """
    facts: dict[str, Any] = {"version": probe.version or None, "latency": probe.latency}
    if probe.trouble is not None:
        what, remedy = _TROUBLE[probe.trouble]
        known = f"{probe.version} " if probe.version else ""
        return Check(
            area="redis",
            name=name,
            state="failed",
            detail=f"{known}{what} ({variable})" + (f": {probe.reason}" if probe.reason else ""),
            remedy=remedy.format(variable=variable),
            facts={**facts, "trouble": probe.trouble},
        )
    latency = probe.latency or 0.0
    is_slow = latency > SLOW
    return Check(
        area="redis",
        name=name,
        state="warning" if is_slow else "ok",
        detail=f"{probe.version or 'it'} answers in {latency * 1000:.1f} ms, and does what is asked of it",
        remedy="take one nearer by: after 500 ms it counts as gone, and each process goes by itself" if is_slow else "",
        facts=facts,
    )
