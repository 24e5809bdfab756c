"""litellm in its fence: no key, no network, no output, no threads, no trace in the process."""

import io
import json
import logging
import os
import subprocess
import sys
import textwrap
import threading

import pytest
from tests.drivers.stage import AWS, CASES, KEY, Face, Stage

from genai_sdk.drivers.driver import Driver
from genai_sdk.testing import Status

PREAMBLE = """
import json, os, sys
from tests.drivers.stage import *
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.drivers.litellm import LiteLLMDriver
from genai_sdk.testing import FakeProvider, NetworkGuard
sync, async_ = SyncTransport(), AsyncTransport()
driver = LiteLLMDriver(sync, async_)
"""


def run(*scripts: str, **environment: str) -> str:
    """Run scripts, one after the other, in a fresh interpreter, with warnings as errors; returns what was printed."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PREAMBLE + "".join(map(textwrap.dedent, scripts))],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr == ""
    return done.stdout


TRAPS = {
    "OPENAI_API_KEY": "trap",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/trap",
    "OPENAI_API_BASE": "http://127.0.0.1:9/trap",
    "OPENAI_ORGANIZATION": "trap",
    "OPENAI_ORG_ID": "trap",
    "OPENAI_PROJECT_ID": "trap",
    "AZURE_API_KEY": "trap",
    "AZURE_OPENAI_API_KEY": "trap",
    "AZURE_API_BASE": "http://127.0.0.1:9/trap",
    "AZURE_API_VERSION": "trap",
    "AZURE_AD_TOKEN": "trap",
    "AZURE_OPENAI_AD_TOKEN": "trap",
    "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9/trap",
    "ANTHROPIC_API_KEY": "trap",
    "ANTHROPIC_AUTH_TOKEN": "trap",
    "ANTHROPIC_API_BASE": "http://127.0.0.1:9/trap",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9/trap",
    "LITELLM_ANTHROPIC_DISABLE_URL_SUFFIX": "true",
    "GEMINI_API_KEY": "trap",
    "GOOGLE_API_KEY": "trap",
    "GEMINI_API_BASE": "http://127.0.0.1:9/trap",
    "VERTEXAI_PROJECT": "trap",
    "VERTEXAI_LOCATION": "trap",
    "VERTEXAI_CREDENTIALS": "trap",
    "VERTEXAI_API_BASE": "http://127.0.0.1:9/trap",
    "VERTEX_PROJECT": "trap",
    "GOOGLE_APPLICATION_CREDENTIALS": "/nonexistent/trap",
    "GOOGLE_CLOUD_PROJECT": "trap",
    "AWS_BEARER_TOKEN_BEDROCK": "trap",
    "AWS_ACCESS_KEY_ID": "trap",
    "AWS_SECRET_ACCESS_KEY": "trap",
    "AWS_SESSION_TOKEN": "trap",
    "AWS_REGION": "trap-1",
    "AWS_REGION_NAME": "trap-1",
    "AWS_PROFILE": "trap",
    "AWS_BEDROCK_RUNTIME_ENDPOINT": "http://127.0.0.1:9/trap",
    "LITELLM_MODE": "DEV",
    "SSL_VERIFY": "False",
}


def test_no_environment_variable_redirects_a_call_or_replaces_a_key_and_a_fork_changes_nothing() -> None:
    script = """
    import dotenv, threading
    dotenv.load_dotenv = lambda *a, **k: print("a .env file was read")  # nothing else shows it: it looks beside litellm
    before = dict(os.environ)
    keys = {AWS["accessKeyId"]: AWS["secretAccessKey"]}
    with NetworkGuard(), FakeProvider("seoul", keys={KEY}, aws_keys=keys) as fake:
        stage = Stage(fake)
        deployments = {name: stage.deployment(name) for name in CASES}

        def call(name, is_async):
            face = Face(driver, is_async=is_async)
            face.complete(deployments[name])
            face.stream(deployments[name])
            if CASES[name].embedding_model:
                face.embed(stage.deployment(name, CASES[name].embedding_model), ["one", "two"])

        # All at once, so that all want litellm imported at once.
        threads = [threading.Thread(target=call, args=(name, way)) for name in CASES for way in (False, True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        sent = [(entry.path, sorted(entry.headers.values()), entry.raw.decode()) for entry in fake.journal]
        assert {entry.status for entry in fake.journal} == {200}
        assert dict(os.environ) == before
        left = [thread.name for thread in threading.enumerate() if "litellm" in thread.name]

        child = os.fork()
        if child == 0:
            for name in ("openai", "vertex", "bedrock"):
                call(name, False)
                call(name, True)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    sync.close()
    async_.close()
    chats = {path for path, _, _ in sent if ":predict" not in path and "mbed" not in path and "token" not in path}
    assert chats == {path for case in CASES.values() for path in (case.path, case.stream_path) if path}
    print("trap" in json.dumps(sent), left)
    """
    assert run(script, **TRAPS) == "False []\n"


def test_importing_the_driver_imports_nothing_heavy() -> None:
    script = """
    heavy = {"litellm", "openai", "httpx", "botocore", "boto3", "google.auth", "pydantic", "aiohttp", "cryptography"}
    print(sorted(heavy.intersection(sys.modules)))
    """
    assert run(script) == "[]\n"


GLOBALS = (
    "suppress_debug_info",
    "drop_params",
    "modify_params",
    "num_retries",
    "api_key",
    "api_base",
    "openai_key",
    "organization",
    "headers",
    "cache",
    "callbacks",
    "input_callback",
    "success_callback",
    "failure_callback",
    "service_callback",
    "_async_input_callback",
    "_async_success_callback",
    "_async_failure_callback",
    "request_timeout",
    "set_verbose",
    "vertex_project",
    "vertex_location",
    "model_alias_map",
)


def snapshot() -> dict[str, object]:
    import litellm
    import openai

    found = {name: repr(getattr(litellm, name)) for name in GLOBALS}
    found["clients"] = sorted(litellm.in_memory_llm_clients_cache.cache_dict)
    found["openai"] = (openai.api_key, openai.organization, openai.base_url)
    found["threads"] = sorted(thread.name for thread in threading.enumerate())
    found["logging"] = [repr(logging.getLogger(name).handlers) for name in ("LiteLLM", "LiteLLM Router", None)]
    return found


def test_calls_leave_litellm_s_globals_as_they_were(stage: Stage, driver: Driver) -> None:
    face = Face(driver, is_async=False)
    stage.deployment("vertex")
    before = snapshot()
    for name, case in CASES.items():
        face.complete(stage.deployment(name), max_tokens=5)
        face.stream(stage.deployment(name))
        if case.embedding_model:
            face.embed(stage.deployment(name, case.embedding_model), "one")
        stage.fake.script(Status(500))
        with pytest.raises(Exception, match="500"):
            face.complete(stage.deployment(name))
    with pytest.raises(Exception, match="seed"):
        face.complete(stage.deployment("anthropic"), seed=1)
    assert snapshot() == before


def test_a_callback_registered_with_litellm_sees_nothing_of_our_calls(
    stage: Stage, face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    import litellm

    seen: list[object] = []
    for name in ("input_callback", "success_callback", "failure_callback"):
        monkeypatch.setattr(litellm, name, [lambda *args: seen.append(args)])  # litellm's own way to set one
    for name in ("openai", "anthropic", "responses"):
        face.complete(stage.deployment(name))
        face.stream(stage.deployment(name))
    assert seen == []


def test_nothing_is_printed_and_no_secret_is_logged_at_debug(
    stage: Stage, face: Face, capfd: pytest.CaptureFixture[str]
) -> None:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    names = [None, *logging.root.manager.loggerDict]
    levels = {name: logging.getLogger(name).level for name in names}
    logging.getLogger().addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        for name in CASES:
            deployment = stage.deployment(name, headers={"X-Secret": "hush-0003"})
            face.complete(deployment)
            face.stream(deployment)
            stage.fake.script(Status(401))
            with pytest.raises(Exception, match="401"):
                face.complete(deployment)
    finally:
        logging.getLogger().removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    printed = capfd.readouterr()
    assert "Give Feedback" not in printed.out
    assert "Provider List" not in printed.out
    account = json.loads(stage.deployment("vertex").connection.credentials["json"])
    for secret in (KEY, AWS["secretAccessKey"], "hush-0003", account["private_key"][40:80]):
        assert secret not in text.getvalue() + printed.out + printed.err


def test_the_host_s_own_identity_serves_where_the_connection_asks_for_it(stage: Stage, tmp_path) -> None:
    key_file = tmp_path / "account.json"
    script = """
    with FakeProvider("seoul", aws_keys={"AKIAHOST": "host-secret"}) as fake:
        stage = Stage(fake)
        with open(os.environ["GOOGLE_APPLICATION_CREDENTIALS"], "w") as file:
            json.dump(fake.service_account("host-project"), file)
        for is_async in (False, True):
            face = Face(driver, is_async=is_async)
            face.complete(stage.deployment("bedrock", secret="__BEDROCK_DEFAULT_CREDENTIALS__"))
            face.complete(stage.deployment("vertex", secret="__VERTEXAI_DEFAULT_CREDENTIALS__"))
        chats = [entry for entry in fake.journal if entry.operation == "chat"]
        print([(entry.scheme, entry.authenticated_as.split("@")[0]) for entry in chats])
        print("host-project" in chats[1].path)
    sync.close()
    async_.close()
    """
    told = run(
        script,
        AWS_ACCESS_KEY_ID="AKIAHOST",
        AWS_SECRET_ACCESS_KEY="host-secret",
        GOOGLE_APPLICATION_CREDENTIALS=str(key_file),
    )
    assert told == f"{[('sigv4', 'AKIAHOST'), ('oauth', 'fake-1')] * 2}\nTrue\n"


def test_a_host_without_an_identity_is_told_so(tmp_path) -> None:
    script = """
    from genai_sdk.errors import ConfigurationError
    with NetworkGuard(), FakeProvider("seoul") as fake:
        stage = Stage(fake)
        for name, secret in (("bedrock", "__BEDROCK_DEFAULT_CREDENTIALS__"),):
            try:
                driver.run(CHAT, stage.deployment(name, secret=secret), ChatRequest(HELLO), Deadline(20))
            except ConfigurationError as error:
                print(error)
    sync.close()
    """
    told = run(script, AWS_EC2_METADATA_DISABLED="true", HOME=str(tmp_path))
    assert "no AWS credentials" in told
