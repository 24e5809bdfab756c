"""The data directory: its owner's alone, held by one platform, and honest about what is wrong with it."""

import contextlib
import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from genai_sdk.client.platform import read_platform
from genai_sdk.errors import ConfigurationError
from genai_sdk.local.home import Home


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_directory_and_its_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    with Home(tmp_path / "deep" / "home") as home:
        assert home.is_new
        assert home.credentials.public_key.startswith("pk-lf-")
        assert home.credentials.secret_key not in repr(home.credentials)
        home.announce("http://127.0.0.1:1")
        assert home.database.exists()
        assert _mode(home.directory) == 0o700
        files = {path.name: _mode(path) for path in home.directory.iterdir()}
    assert files == dict.fromkeys(["credentials.json", "endpoint.json", "lock", "platform.sqlite"], 0o600)


def test_keys_stay_the_same(tmp_path: Path) -> None:
    with Home(tmp_path) as first:
        pass
    with Home(tmp_path) as second:
        assert not second.is_new
    assert first.credentials == second.credentials


def test_a_directory_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        assert home.database.exists()
    for name in ("credentials.json", "platform.sqlite"):
        (tmp_path / name).chmod(0o666)
    tmp_path.chmod(0o777)
    with Home(tmp_path) as home:
        assert home.database.exists()
        assert [_mode(tmp_path), _mode(tmp_path / "credentials.json"), _mode(home.database)] == [0o700, 0o600, 0o600]


def test_two_homes_on_one_directory_in_one_process_are_one_too_many(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        home.announce("http://127.0.0.1:1")
        with pytest.raises(ConfigurationError, match=f"already runs .*process {os.getpid()} at http://127.0.0.1:1"):
            Home(tmp_path)
    with Home(tmp_path):
        pass


def test_a_forked_child_does_not_hold_the_directory_beyond_its_parent(tmp_path: Path) -> None:
    read, write = os.pipe()
    home = Home(tmp_path)
    child = os.fork()
    if child == 0:
        os.close(write)
        os.read(read, 1)  # until the parent is done
        os._exit(0)
    try:
        home.close()
        with Home(tmp_path):
            pass
    finally:
        os.close(write)
        os.close(read)
        os.waitpid(child, 0)


def test_a_lock_that_a_killed_process_held_is_free(tmp_path: Path) -> None:
    code = f"""
import os
from pathlib import Path
from genai_sdk.local.home import Home
home = Home(Path({str(tmp_path)!r}))
home.announce("http://127.0.0.1:1")
os.kill(os.getpid(), 9)
"""
    killed = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert killed.returncode == -9
    assert (tmp_path / "endpoint.json").exists()
    assert read_platform(tmp_path) is None
    with Home(tmp_path):
        pass


def test_a_platform_whose_process_id_somebody_else_has_by_now_does_not_run(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        home.announce("http://127.0.0.1:1")
        left_behind = (tmp_path / "endpoint.json").read_bytes()
        found = read_platform(tmp_path)
        assert found is not None
        assert found.url == "http://127.0.0.1:1"
    (tmp_path / "endpoint.json").write_bytes(left_behind)  # it names this very process
    assert read_platform(tmp_path) is None


def test_those_who_look_whether_a_platform_runs_do_not_keep_one_from_starting(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        home.announce("http://127.0.0.1:1")
        left_behind = (tmp_path / "endpoint.json").read_bytes()
    (tmp_path / "endpoint.json").write_bytes(left_behind)
    stop = multiprocessing.get_context("spawn").Event()
    looking = multiprocessing.get_context("spawn").Process(target=_look, args=(tmp_path, stop))
    looking.start()
    try:
        for _ in range(50):
            with Home(tmp_path):
                (tmp_path / "endpoint.json").write_bytes(left_behind)
    finally:
        stop.set()
        looking.join(30)
    assert looking.exitcode == 0


def _look(directory: Path, stop) -> None:  # type: ignore[no-untyped-def]
    while not stop.is_set():
        with contextlib.suppress(ConfigurationError):  # read while the test wrote it
            read_platform(directory)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"project_id": "x"}', b"\xff\xfe", b'{"version": 1}'],
    ids=["empty", "cut", "a list", "half", "no text", "no keys"],
)
def test_keys_that_cannot_be_read_are_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "credentials.json").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"credentials.json, the platform's keys, cannot be read"):
        Home(tmp_path)
    assert (tmp_path / "credentials.json").read_bytes() == content


@pytest.mark.parametrize("change", [{"encryption_key": "short"}, {"version": 2}, {"secret_key": ""}])
def test_keys_of_another_form_are_refused_without_being_shown(tmp_path: Path, change: dict[str, object]) -> None:
    with Home(tmp_path) as home:
        secret = home.credentials.secret_key
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        Home(tmp_path)
    assert secret not in str(caught.value)


def test_lost_keys_are_not_replaced_as_long_as_a_store_needs_them(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        assert home.database.exists()
    (tmp_path / "credentials.json").unlink()
    with pytest.raises(ConfigurationError, match=r"credentials.json is gone"):
        Home(tmp_path)
    assert not (tmp_path / "credentials.json").exists()


def test_a_draft_that_a_kill_left_behind_is_no_hindrance(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    (tmp_path / ".credentials.json.new").symlink_to(target)
    with Home(tmp_path) as home:
        assert home.is_new
    assert target.read_text() == "untouched"


def test_a_file_in_the_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="file cannot be used: it is a file"):
        Home(tmp_path / "file")


@pytest.mark.parametrize("name", ["x" * 300, "/".join(["x" * 200] * 30), "zero\0byte"], ids=["long", "deep", "zero"])
def test_a_path_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used"):
        Home(tmp_path / name)


def test_a_directory_may_be_a_link_to_ones_own(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with Home(tmp_path / "link") as home:
        assert _mode(tmp_path / "real") == 0o700
        assert home.credentials.project_id
    assert (tmp_path / "real" / "credentials.json").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 12345, -1)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        Home(tmp_path / "theirs")


def test_a_home_closes_once_and_takes_its_announcement_along(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.announce("http://127.0.0.1:1")
    home.close()
    home.close()
    assert not (tmp_path / "endpoint.json").exists()
    assert read_platform(tmp_path) is None
