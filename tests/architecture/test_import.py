"""`import genai_sdk` costs next to nothing and does nothing."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = [
    "aiohttp",
    "bcrypt",
    "boto3",
    "botocore",
    "cryptography",
    "google",
    "httpx",
    "langchain_core",
    "litellm",
    "openai",
    "psycopg",
    "pydantic",
    "starlette",
    "uvicorn",
]

# Audit events of what an import must not do; opening a file counts when it is opened for writing.
WATCH = """
import json, os, sys

events = []

def watch(event, arguments):
    mode = arguments[1] if event == "open" else None
    quiet = not event.startswith(("socket.", "_thread.start", "subprocess.", "os.system", "os.fork", "os.putenv"))
    if not quiet or (isinstance(mode, str) and set(mode) & set("wax+")):
        events.append(f"{event} {arguments}")

before = dict(os.environ)
sys.addaudithook(watch)
exec(sys.argv[1])
if len(sys._current_frames()) > 1:  # Python 3.11 has no audit event for a thread's start
    events.append("a thread runs")
print(json.dumps({"modules": sorted(sys.modules), "events": events, "environment": dict(os.environ) == before}))
"""


def run(code):
    """Run `code` in a fresh interpreter that writes no bytecode, and return what it did."""
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-W", "error", "-c", WATCH, code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ.get("PATH", "")},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def heavy(modules):
    return sorted({name.partition(".")[0] for name in modules}.intersection(HEAVY))


@pytest.fixture(
    scope="module",
    params=[
        "import genai_sdk",
        "from genai_sdk import *",
        "import genai_sdk.errors, genai_sdk.types, genai_sdk.models",
    ],
)
def done(request):
    return run(request.param)


def test_an_import_loads_nothing_heavy(done):
    assert heavy(done["modules"]) == []


def test_an_import_opens_no_socket_starts_no_thread_and_writes_no_file(done):
    assert done["events"] == []


def test_an_import_leaves_the_environment_alone(done):
    assert done["environment"]


def test_the_pytest_plugin_loads_nothing_heavy_before_a_fixture_is_used():
    alone = run("import pytest")
    assert heavy(set(run("import genai_sdk.testing.plugin")["modules"]) - set(alone["modules"])) == []


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket().close()",
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
        "open(os.devnull, 'w').close()",
    ],
)
def test_what_an_import_must_not_do_is_noticed(code):
    assert run(code)["events"]


def test_a_changed_environment_is_noticed():
    assert not run("os.environ['GENAI_X'] = 'y'")["environment"]


def test_a_heavy_library_is_noticed():
    assert heavy(run("import httpx")["modules"]) == ["httpx"]


def test_asyncio_and_ssl_wait_for_a_call_that_needs_them():
    tools = "client.tools"  # servers of tools and their awaited streams live on an event loop
    code = f"[getattr(genai_sdk, name) for name in genai_sdk.__all__ if genai_sdk._HOMES.get(name) != {tools!r}]"
    loaded = run(f"import genai_sdk; {code}")["modules"]
    assert {"asyncio", "ssl", "http.client", "email"}.isdisjoint(loaded)
    assert not [name for name in loaded if name.startswith("genai_sdk.drivers.litellm")]


def test_importing_the_face_loads_errors_and_nothing_else_of_ours():
    ours = {name for name in run("import genai_sdk")["modules"] if name.startswith("genai_sdk.")}
    assert ours == {"genai_sdk.errors", "genai_sdk.version"}


def test_every_public_name_is_there_however_it_is_asked_for():
    assert run(
        "import genai_sdk\n"
        "assert set(genai_sdk.__all__) <= set(dir(genai_sdk))\n"
        "found = {name: getattr(genai_sdk, name) for name in genai_sdk.__all__}\n"
        "from genai_sdk.client import GenAIClient\n"
        "assert found['GenAIClient'] is GenAIClient is genai_sdk.GenAIClient"
    )


def test_an_unknown_name_of_the_face_says_so_as_any_module_does():
    import genai_sdk

    with pytest.raises(AttributeError, match="module 'genai_sdk' has no attribute 'Nothing'"):
        genai_sdk.Nothing  # noqa: B018 - asking is the point
