"""What `genai doctor` says of Redis, on a real one, on a broken one, and on none."""

import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.cli.conftest import Run
from tests.redis_server import RedisServer, redis_server
from tests.testing.test_provider import certificate

from genai_sdk.cli.doctor.redis_checks import check_of
from genai_sdk.local import Platform
from genai_sdk.routing.redis_probe import RedisProbe, probe_redis
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeProvider


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


def configure(server: RedisServer, *command: str) -> None:
    socket_file = server.url.removeprefix("unix://")
    done = subprocess.run(["redis-cli", "-s", socket_file, *command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("OK"), done.stdout


def of_redis(done: Any) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads(done.stdout) if each["area"] == "redis"}


def test_a_redis_that_works_is_said_with_version_and_latency(
    platform: Platform, redis: RedisServer, genai: Run
) -> None:
    done = genai("doctor", "--json", GENAI_REDIS_URL=redis.url, GENAI_BROKER_REDIS_URL=redis.url)
    found = of_redis(done)
    assert done.returncode == 0, done.stdout
    assert list(found) == ["fleet state", "broker limits"]
    for check in found.values():
        assert check["state"] == "ok"
        assert check["facts"]["version"].startswith(("Redis ", "Valkey "))
        assert 0 < check["facts"]["latency"] < 0.5


def test_what_a_broker_reads_from_a_file_is_tried_too(
    platform: Platform, redis: RedisServer, genai: Run, tmp_path: Path
) -> None:
    address = tmp_path / "redis-url"
    address.write_text(redis.url + "\n")
    assert list(of_redis(genai("doctor", "--json", GENAI_BROKER_REDIS_URL_FILE=str(address)))) == ["broker limits"]
    missing = of_redis(genai("doctor", "--json", GENAI_BROKER_REDIS_URL_FILE=str(tmp_path / "none")))
    assert missing["broker limits"]["state"] == "failed"
    assert "cannot be read" in missing["broker limits"]["detail"]


def test_without_a_redis_nothing_is_said_of_one(platform: Platform, genai: Run) -> None:
    assert of_redis(genai("doctor", "--json")) == {}


def test_a_redis_that_is_away_fails_with_what_to_look_at(platform: Platform, genai: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    done = genai("doctor", GENAI_REDIS_URL=f"redis://me:canary@127.0.0.1:{port}/0")
    assert done.returncode == 1
    assert "FAILED  fleet state: cannot be reached (GENAI_REDIS_URL)" in done.stdout
    assert "look whether it runs" in done.stdout
    assert "canary" not in done.stdout + done.stderr


@pytest.mark.parametrize("word", ["my-cluster", "OOM", "MOVED", "READONLY", "certificate"])
def test_what_an_address_is_called_says_nothing_of_what_is_wrong(tmp_path: Path, word: str) -> None:
    assert probe_redis(Secret(f"unix://{tmp_path}/{word}.sock"), rests=True).trouble == "unreachable"


def test_a_certificate_that_nobody_trusts_is_known(tmp_path: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate(tmp_path))
    with FakeProvider(tls=server) as fake:
        assert probe_redis(Secret(f"rediss://{urlsplit(fake.url).netloc}/0"), rests=True).trouble == "certificate"


def test_a_redis_that_hangs_is_told_from_one_that_is_away(redis: RedisServer) -> None:
    redis.pause()
    try:
        assert probe_redis(Secret(redis.url), rests=True).trouble == "silent"
    finally:
        redis.resume()


def test_a_wrong_password_and_a_missing_one_are_known(redis: RedisServer) -> None:
    configure(redis, "CONFIG", "SET", "requirepass", "right")
    missing = probe_redis(Secret(redis.url), rests=True)
    wrong = probe_redis(Secret(redis.url.replace("unix://", "unix://:canary@")), rests=True)
    right = probe_redis(Secret(redis.url.replace("unix://", "unix://:right@")), rests=True)
    assert (missing.trouble, wrong.trouble, right.trouble) == ("password", "password", None)
    assert "canary" not in repr(wrong)


@pytest.mark.parametrize("rests", [True, False])
def test_the_rights_that_are_named_are_enough_and_fewer_are_not(redis: RedisServer, rests: bool) -> None:
    remedy = check_of("fleet state", "GENAI_REDIS_URL", RedisProbe(trouble="permission")).remedy
    rights = remedy.split()[3:]
    assert "~genai:*" in rights
    configure(redis, "ACL", "SETUSER", "fleet", "on", ">word", "resetchannels", *rights)
    url = Secret(redis.url.replace("unix://", "unix://fleet:word@"))
    assert probe_redis(url, rests=rests).trouble is None
    configure(redis, "ACL", "SETUSER", "fleet", "-hset")
    assert probe_redis(url, rests=rests).trouble == "permission"


def test_rights_that_carry_limits_alone_carry_no_rests(redis: RedisServer) -> None:
    configure(redis, "ACL", "SETUSER", "few", "on", ">word", "resetchannels", "~*", "+@all", "-publish", "-info")
    url = Secret(redis.url.replace("unix://", "unix://few:word@"))
    limits = probe_redis(url, rests=False)
    assert (limits.trouble, limits.version) == (None, "")
    assert probe_redis(url, rests=True).trouble == "permission"


def test_a_replica_and_a_full_one_are_known(redis: RedisServer) -> None:
    configure(redis, "CONFIG", "SET", "maxmemory", "1")
    assert probe_redis(Secret(redis.url), rests=False).trouble == "full"
    configure(redis, "CONFIG", "SET", "maxmemory", "0")
    configure(redis, "REPLICAOF", "127.0.0.1", "1")
    assert probe_redis(Secret(redis.url), rests=True).trouble == "replica"


def test_an_address_that_is_none_is_not_quoted() -> None:
    probe = probe_redis(Secret("localhost:6379 canary"), rests=True)
    assert probe.trouble == "no address"
    assert "canary" not in repr(probe)
    assert "rediss://" in check_of("fleet state", "GENAI_REDIS_URL", probe).remedy


def test_a_slow_one_is_warned_of() -> None:
    slow = check_of("fleet state", "GENAI_REDIS_URL", RedisProbe(version="Redis 7.4.1", latency=0.3))
    assert (slow.state, "500 ms" in slow.remedy) == ("warning", True)
    assert check_of("fleet state", "GENAI_REDIS_URL", RedisProbe(version="Redis 7.4.1", latency=0.01)).remedy == ""


def test_one_that_does_not_speak_the_protocol_ends_no_check() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = Secret(f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        assert probe_redis(url, rests=True).trouble == "silent"
