"""What recording loads: nothing for the import, and never a library that only others may bring."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADED = "print(sorted({name.partition('.')[0] for name in sys.modules} & set(sys.argv[1:])))"
CALL = """
from genai_sdk.http import SyncTransport
from genai_sdk.tracing import Tracer, TracingSettings
from tests.tracing.calls import call
settings = TracingSettings(host="http://127.0.0.1:9", public_key="pk")
tracer = Tracer(settings, transport=SyncTransport(), secret_key=str, project_id=str, exit_timeout=0)
call(tracer)
tracer.flush(0.2)
"""


def loaded(script: str, *names: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{script}\n{LOADED}", *names],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_the_import_loads_nothing_heavy() -> None:
    heavy = ("opentelemetry", "langfuse", "litellm", "openai", "httpx", "aiohttp", "psycopg", "starlette")
    assert loaded("import genai_sdk.tracing", *heavy, "genai_sdk") == "['genai_sdk']"


def test_a_call_loads_no_opentelemetry_unless_somebody_has() -> None:
    assert loaded(CALL, "opentelemetry", "langfuse", "litellm", "openai", "aiohttp", "genai_sdk") == "['genai_sdk']"
