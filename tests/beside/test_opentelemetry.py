"""Our spans through the official exporters of OpenTelemetry and of the Langfuse SDK, over HTTP, into a Langfuse."""

import os
import subprocess

import pytest
from tests.beside.conftest import ALONE, MODEL, PATIENCE, ROOT, serve

from genai_sdk.testing import FakeProvider, Reply

SCRIPT = """
import sys
from langfuse import Langfuse
from opentelemetry import trace
from genai_sdk import GenAIClient

Langfuse()  # puts its processor on the global provider
with GenAIClient(otel=True, tracing=sys.argv[2] == "both") as client:
    client.completion(sys.argv[1], [{"role": "user", "content": "Hello!"}])
trace.get_tracer_provider().force_flush()
"""


@pytest.fixture(params=ALONE)
def python(request):
    """The interpreter of an environment with a version of the official SDK."""
    environment = ROOT / f".venv-langfuse-{request.param}"
    if not (environment / ".ready").exists():
        pytest.skip(f"not tested beside langfuse {request.param}.x: run `make peers`")
    return environment / "bin" / "python"


@pytest.mark.parametrize("ways", ["both", "otel"])
def test_a_call_is_in_langfuse_once_by_whichever_way(python, tmp_path, ways):
    with FakeProvider() as provider, serve("", tmp_path, provider.base_url()) as server:
        provider.script(Reply(text="Hi", prompt_tokens=12, cached_tokens=4, completion_tokens=3))
        done = subprocess.run(
            [python, "-c", SCRIPT, MODEL, ways],
            env={
                "HOME": str(tmp_path),
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "src"),
                "LANGFUSE_BASE_URL": server.url,
                "LANGFUSE_PUBLIC_KEY": server.pair[0],
                "LANGFUSE_SECRET_KEY": server.pair[1],
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        (trace,) = server.fake.traces.all
        (call,) = trace.observations
        assert (call.name, call.model) == (f"chat {MODEL}", MODEL)
        assert call.usage["output"] == 3
        assert ("each would be counted twice" in done.stderr) == (ways == "both")
