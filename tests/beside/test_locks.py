"""The locks of the environments: as exact as ours, and with what ours runs on at the versions that are tested here."""

import pytest
from tests.architecture.test_repository import PINNED, requirements
from tests.beside.conftest import ROOT


def locked(name: str) -> list[str]:
    return requirements((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("version", ["4", "5"])
def test_an_environment_is_pinned_with_hashes_and_holds_our_own_versions(version: str) -> None:
    lines = locked(f"langfuse-{version}")
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    there, ours = (dict(line.split()[0].split("==") for line in each) for each in (lines, locked("dev")))
    assert there["langfuse"].partition(".")[0] == version
    assert {name: there[name] for name in there.keys() & ours} == {name: ours[name] for name in there.keys() & ours}
    assert {"httptools", "msgspec", "cryptography", "bcrypt", "opentelemetry-sdk"} <= there.keys()


def test_the_environment_of_other_peoples_processes_is_pinned_too() -> None:
    lines = locked("shapes")
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    there, ours = (dict(line.split()[0].split("==") for line in each) for each in (lines, locked("dev")))
    assert {name: there[name] for name in there.keys() & ours} == {name: ours[name] for name in there.keys() & ours}
    assert {"uvicorn", "gunicorn", "celery", "rq", "redis", "httptools", "msgspec"} <= there.keys()
