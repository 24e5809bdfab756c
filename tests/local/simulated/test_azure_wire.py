"""The same regions over Azure OpenAI's wire."""

import http.client
import json

import openai
import pytest
from tests.local.simulated.conftest import KEY

MESSAGES = [{"role": "user", "content": "Where is Namsan?"}]


@pytest.fixture
def azure(origin):
    options = {"azure_endpoint": f"{origin}/simulated/seoul", "api_version": "2025-02-01-preview", "max_retries": 0}
    with openai.AzureOpenAI(api_key=KEY, timeout=5, **options) as opened:
        yield opened


def test_the_official_client_reads_answers_and_streams(azure):
    plain = azure.chat.completions.create(model="gpt-6-sol", messages=MESSAGES)
    said = plain.choices[0].message.content
    assert said.startswith("[simulated seoul] ")
    chunks = list(azure.chat.completions.create(model="gpt-6-sol", messages=MESSAGES, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == said
    assert len(azure.embeddings.create(model="e", input=["a", "b"]).data) == 2


def test_both_wires_say_the_same_and_share_a_behaviour(azure, client, behave):
    said = [one.chat.completions.create(model="m", messages=MESSAGES) for one in (azure, client)]
    assert said[0].choices[0].message.content == said[1].choices[0].message.content
    behave({"status": 503, "failures": 2})
    for one in (azure, client):
        with pytest.raises(openai.InternalServerError):
            one.chat.completions.create(model="m", messages=MESSAGES)
    assert azure.models.list().data[0].owned_by == "simulated"


@pytest.mark.parametrize(
    ("path", "key", "status", "words"),
    [
        ("deployments/gpt-6-sol/chat/completions?api-version=1", "sk-other", 401, "invalid subscription key"),
        ("deployments/gpt-6-sol/chat/completions?api-version=1", KEY, 200, ""),
        ("v1/chat/completions", KEY, 200, ""),
        ("deployments/gpt-6-sol/chat/completions", KEY, 404, "Resource not found"),
        ("chat/completions", KEY, 404, "Invalid URL"),
        ("a/deployments/gpt-6-sol/chat/completions?api-version=1", KEY, 404, "Invalid URL"),
    ],
)
def test_a_path_a_version_and_a_key_are_needed(connect, path, key, status, words):
    body = json.dumps({"model": "m", "messages": MESSAGES})
    with connect() as connection:
        connection.request("POST", f"/simulated/seoul/openai/{path}", body, {"api-key": key})
        response = connection.getresponse()
        assert response.status == status
        assert response.getheader("x-simulated") == "true"
        assert words in json.loads(response.read()).get("error", {"message": ""})["message"]


def test_a_cut_stream_is_cut_here_too(azure, connect, behave):
    behave({"cut_after": 2})
    with connect() as connection:
        body = json.dumps({"messages": MESSAGES, "stream": True})
        path = "/simulated/seoul/openai/deployments/gpt-6-sol/chat/completions?api-version=1"
        connection.request("POST", path, body, {"api-key": KEY})
        with pytest.raises(http.client.IncompleteRead):
            connection.getresponse().read()
