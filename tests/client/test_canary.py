"""No secret shows itself: not in a repr, a log at DEBUG, an exception, a traceback or an environment variable."""

import json
import os

import pytest
from tests.client.canary import assert_clean, shown

from genai_sdk import GenAIError
from genai_sdk.testing import (
    BadRequest,
    ContentFilter,
    ContextWindow,
    CutBeforeHeaders,
    CutBody,
    CutStream,
    ErrorInStream,
    Malformed,
    NotFound,
    Redirect,
    StallBeforeHeaders,
    StallStream,
    Status,
    Step,
)

# One connection of each adapter and each way to prove itself, with its secrets.
CONNECTIONS = {
    "openai_test/gpt-4o-mini": ["sk-test-openai-0001"],
    "openai_responses/gpt-4o-mini": ["sk-test-openai-0002"],
    "azure_test/gpt-4o": ["azure-test-key-0004"],
    "bedrock_test/claude-sonnet-4": ["bedrock-secret-0005"],
    "bedrock_apikey/amazon.nova-lite-v1:0": ["ABSK-test-0006"],
    "anthropic_test/claude-sonnet-4": ["sk-ant-test-0009"],
    "gemini_studio/gemini-2.5-flash": ["AIzaTestStudioKey0008"],
    "gemini_usa/gemini-2.5-flash": [],
}

STEPS = {
    "404": NotFound(),
    "429": Status(429),
    "context window": ContextWindow(),
    "content filter": ContentFilter(),
    "cut before headers": CutBeforeHeaders(),
    "cut body": CutBody(),
    "cut stream": CutStream(after_chunks=1),
    "malformed": Malformed(),
    "stalled": StallBeforeHeaders(),
    "stalled stream": StallStream(after_chunks=1),
    "error in stream": ErrorInStream(),
    "redirect": Redirect("http://127.0.0.1:9/elsewhere"),
}


def steps(model: str) -> dict[str, Step]:
    """Return every way to fail, some with a provider that echoes what it was sent."""
    echo = " ".join(CONNECTIONS[model])
    return {
        "an echoing 401": Status(401, message=f"Incorrect API key provided: {echo}"),
        "an echoing 403": Status(403, message=f"Denied: {echo}"),
        "an echoing 400": BadRequest(message=f"Bad: {echo}"),
        "an echoing 500": Status(500, message=f"Oops: {echo}"),
        **STEPS,
    }


@pytest.fixture
def secrets(recorded):
    """Every secret there is."""
    known = [secret for secrets in CONNECTIONS.values() for secret in secrets]
    return [*known, "BEGIN PRIVATE KEY", recorded["secret_key"], recorded["encryption_key"], "token-onprem-0003"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("model", list(CONNECTIONS))
def test_no_failure_of_a_provider_shows_a_secret(
    make_client, face, regions, everything_logged, secrets, capsys, model, stream
):
    client = make_client(router_args={"num_retries": 0})
    texts, failed, sent = [], [], set()
    for name, step in steps(model).items():
        regions.usa.script(step, operation="chat")
        try:
            # Only what stalls is waited for in vain.
            bounds = {"timeout": 0.1, "stream_timeout": 0.1} if name.startswith("stalled") else {}
            answer = face.ask(client, model, "one two three four", stream=stream, **bounds)
            if stream:
                face.read(answer)
            texts.append(repr(answer))
        except GenAIError as error:
            texts.append(shown(error))
            failed.append((name, error.__cause__))
        sent |= {entry.headers.get("authorization", "").partition(" ")[2] for entry in regions.usa.journal}
        regions.usa.clear()
    assert len(failed) >= 10, failed
    assert {cause for _, cause in failed} == {None}, "no driver's error hangs on to ours"
    texts += [everything_logged.getvalue(), *capsys.readouterr(), repr(client.connections())]
    assert_clean("\n".join(texts), [*secrets, *filter(None, sent)])
    assert_clean("\n".join(os.environ.values()), secrets)


def test_no_failure_of_the_set_up_shows_a_secret(make_client, face, recorded, everything_logged, secrets):
    texts = []
    wrong = [
        {"secret_key": "sk-lf-hush"},
        {"encryption_key": "deadbeefhush"},
        {"encryption_key": "d" * 64},
        {"database_url": "postgresql://reader:hush@127.0.0.1:1/langfuse"},
        {"database_url": "postgresql://reader:hush@nowhere.invalid/langfuse?connect_timeout=2"},
        {"database_url": "postgresql://reader:hush@h:port/langfuse"},
        {"database_url": "host=hush password=hush port"},
        {"llm_connection_names": ["nobody"]},
        {"router_args": {"hush": 1}},
    ]
    for options in wrong:
        try:
            client = make_client(**options)
            face.ask(client, "openai_test/gpt-4o-mini")
        except GenAIError as error:
            texts.append(shown(error, variables=False) if "router_args" not in options else "")
    texts.append(everything_logged.getvalue())
    assert len(texts) == len(wrong) + 1, "every one of them fails"
    assert_clean("\n".join(texts), ["hush", "d" * 64, *secrets])


def test_a_working_call_shows_no_secret_either(client, face, everything_logged, secrets, capsys):
    texts = []
    for model in CONNECTIONS:
        response = face.ask(client, model)
        texts += [repr(response), json.dumps(response.model_dump()), repr(response.genai)]
    texts += [everything_logged.getvalue(), *capsys.readouterr(), repr(client), repr(vars(client))]
    assert_clean("\n".join(texts), secrets)
