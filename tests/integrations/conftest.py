"""Other people's frameworks on a client, with fake providers and a fake Langfuse behind it.

`make integrations` runs these in an environment of its own; where a framework is not there, its tests skip and say so.
"""

import asyncio
from collections.abc import Iterator

import pytest
from tests.gateway.conftest import Stage, client, make_client, stage, standing
from tests.integrations.faces import Face

__all__ = ["client", "make_client", "stage"]


@pytest.fixture(scope="session")
def whole_stage() -> Iterator[Stage]:
    """The servers, once for all tests; what the first one has, the second has too."""
    with standing("text-embedding-3-small") as servers:
        yield servers


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Neither the machine's variables nor its local platform count, and nobody reports to anybody."""
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GENAI_HOME", f"{tmp_path}/genai-home")


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    """Every behaviour is the same on both sides of a framework."""
    if request.param == "sync":
        yield Face(None)
        return
    with asyncio.Runner() as runner:
        yield Face(runner)
