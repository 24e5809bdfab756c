"""A platform starts and stops as a whole, and says what keeps it from starting."""

import base64
import http.client
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from tests.local.ending import PATIENCE, ask, started

from genai_sdk.client.platform import read_platform
from genai_sdk.errors import ConfigurationError, UsageError
from genai_sdk.local import Platform


def test_a_platform_answers_from_its_start_to_its_end(tmp_path: Path) -> None:
    platform = Platform(tmp_path, port=0)
    with platform:
        assert ask(platform.url + "/api/public/health")["status"] == "OK"
        found = read_platform(tmp_path)
        assert found is not None
        assert found.url == platform.url
    assert read_platform(tmp_path) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["credentials.json", "lock", "platform.sqlite"]
    platform.stop()


def test_a_platform_starts_once(tmp_path: Path) -> None:
    platform = Platform(tmp_path, port=0).start()
    with pytest.raises(UsageError, match="starts once"):
        platform.start()
    platform.stop()
    with pytest.raises(UsageError, match="starts once"):
        platform.start()


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", ""])
def test_one_address_that_is_not_loopback_is_not_listened_on(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match=r"a loopback address, or 0\.0\.0\.0"):
        Platform(tmp_path / "home", host=host, port=0, password="long enough, surely")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
@pytest.mark.parametrize("password", [None, "", "short"])
def test_others_are_let_in_by_a_long_password_alone(tmp_path: Path, host: str, password: str | None) -> None:
    with pytest.raises(UsageError, match="no production server"):
        Platform(tmp_path / "home", host=host, port=0, password=password)
    assert not (tmp_path / "home").exists()


def test_a_platform_for_others_asks_for_its_password_and_leads_nowhere_near(tmp_path: Path) -> None:
    with Platform(tmp_path / "home", host="0.0.0.0", port=0, password="long enough, surely") as platform:
        assert platform.url.startswith("http://127.0.0.1:")
        assert platform.login_url == f"{platform.url}/login"
        port = int(platform.url.rsplit(":", 1)[1])
        for key, status in (("wrong", 403), ("long enough, surely", 303)):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            body = urlencode({"key": key})
            sent = {"content-type": "application/x-www-form-urlencoded", "host": "laptop.example.com"}
            connection.request("POST", "/login", body, sent)
            assert connection.getresponse().status == status
            connection.close()
        client = HTTPLangfuse(platform)
        refused = client.put("http://127.0.0.1:9999/v1")
        assert (refused.status, "not a public address" in refused.text) == (400, True)


class HTTPLangfuse:
    """Registers connections over the API."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def put(self, base_url: str) -> "Answer":
        known = self._platform.credentials
        pair = base64.b64encode(f"{known.public_key}:{known.secret_key}".encode()).decode()
        body = json.dumps({"provider": "c", "adapter": "openai", "secretKey": "sk-0001", "baseURL": base_url})
        connection = http.client.HTTPConnection("127.0.0.1", int(self._platform.url.rsplit(":", 1)[1]), timeout=10)
        connection.request("PUT", "/api/public/llm-connections", body, {"authorization": f"Basic {pair}"})
        response = connection.getresponse()
        answer = Answer(response.status, response.read().decode())
        connection.close()
        return answer


class Answer(NamedTuple):
    status: int
    text: str


def test_a_port_that_is_taken_is_named_and_the_directory_let_go(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"cannot listen on 127.0.0.1:{port}"):
            Platform(tmp_path, port=port)
    with Platform(tmp_path, port=0):
        pass


def test_a_store_that_is_damaged_is_named_and_left_alone(tmp_path: Path) -> None:
    with Platform(tmp_path, port=0):
        pass
    file = tmp_path / "platform.sqlite"
    file.write_bytes(b"no database " * 1000)
    with pytest.raises(ConfigurationError, match=r"platform.sqlite, the platform's store, cannot be opened"):
        Platform(tmp_path, port=0)
    assert file.read_bytes() == b"no database " * 1000


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    with Platform(tmp_path, port=0):
        pass
    raw = sqlite3.connect(tmp_path / "platform.sqlite")
    raw.execute("PRAGMA user_version = 999")
    raw.close()
    with pytest.raises(ConfigurationError, match="later version of the package"):
        Platform(tmp_path, port=0)


def test_every_file_is_for_the_owner_alone_while_it_runs(tmp_path: Path) -> None:
    with Platform(tmp_path, port=0) as platform:
        platform.store.traces.delete(["x"])  # there is a log by now
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert {"platform.sqlite-wal", "platform.sqlite-shm"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_a_second_platform_on_one_directory_says_who_has_it(tmp_path: Path) -> None:
    with started(tmp_path) as (process, url):
        code = (
            f"from pathlib import Path; from genai_sdk.local import Platform; Platform(Path({str(tmp_path)!r}), port=0)"
        )
        second = subprocess.run(
            [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=PATIENCE
        )
        assert second.returncode != 0
        assert f"already runs on {tmp_path} (process {process.pid} at {url})" in second.stderr
        assert ask(url + "/api/public/health")["status"] == "OK"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_platform_with_everything_closed(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path) as (process, _):
        process.send_signal(number)
        process.wait(PATIENCE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["credentials.json", "lock", "platform.sqlite"]


def test_an_interpreter_that_ends_without_stopping_it_ends_all_the_same(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from genai_sdk.local import Platform
platform = Platform(Path({str(tmp_path)!r}), port=0).start()
platform.store.traces.delete(["x"])
"""
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=PATIENCE)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert read_platform(tmp_path) is None
    with Platform(tmp_path, port=0):
        pass


def test_stopping_finishes_the_writes_that_wait(tmp_path: Path) -> None:
    platform = Platform(tmp_path, port=0).start()
    go, begun = threading.Event(), threading.Event()

    def hold(connection: sqlite3.Connection) -> None:
        begun.set()
        go.wait(PATIENCE)
        connection.execute("INSERT INTO sessions VALUES ('held', 0, '')")

    writing = threading.Thread(target=platform.store._database.write, args=(hold,))
    writing.start()
    assert begun.wait(PATIENCE)
    stopping = threading.Thread(target=platform.stop)
    stopping.start()
    end = time.monotonic() + PATIENCE
    while not platform.store._database._closed and time.monotonic() < end:
        time.sleep(0.01)
    go.set()
    stopping.join(PATIENCE)
    writing.join(PATIENCE)
    assert not stopping.is_alive()
    with Platform(tmp_path, port=0) as again:
        assert again.store.sessions.find("held") is not None


def test_answers_are_not_held_back_by_the_network(tmp_path: Path) -> None:
    with Platform(tmp_path, port=0) as platform:
        accepted = platform._socket
        assert accepted.proto == socket.IPPROTO_TCP  # which asyncio goes by; the delay itself would be a test of time
